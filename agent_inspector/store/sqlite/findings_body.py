"""The body of a judgement: a run's findings as JSON-like values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agent_inspector.model import Candidate, Evidence, Finding, Json, Loss, RunFindings, Suspect


def pack(found: RunFindings) -> Json:
    """Turn findings into what a codec takes."""
    return asdict(found)


def unpack(packed: Mapping[str, Any]) -> RunFindings:
    """Turn what `pack` made back into findings."""
    suspect = packed["first_suspect"]
    return RunFindings(
        **{
            **packed,
            "findings": [_finding(each) for each in packed["findings"]],
            "first_suspect": Suspect(**suspect) if suspect else None,
            "candidates": [Candidate(**each) for each in packed["candidates"]],
            "ledger": [Loss(**each) for each in packed["ledger"]],
        }
    )


def _finding(packed: Mapping[str, Any]) -> Finding:
    return Finding(**{**packed, "evidence": [Evidence(**each) for each in packed["evidence"]]})
