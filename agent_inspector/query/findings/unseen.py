"""Not seen: tool results that the model was given in part only."""

from __future__ import annotations

from collections.abc import Iterator

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun
from agent_inspector.query.findings.seen import cite, see, subject


def find_unseen(run: ReadRun) -> Iterator[Finding]:
    """Say which results were cut before the model got them."""
    for cut in run.cuts:
        yield see(
            "not_seen",
            "warning",
            cut.tool,
            f"{subject(cut.tool)} returned {cut.whole:,} characters, and the model was given {cut.kept:,} of them.",
            evidence=[
                cite(cut.tool, "the whole result", "/tool_result", cut.tool.tool_result),
                cite(cut.told_in, "what the model was given of it", cut.told_place or None),
                cite(cut.tool, "what is missing", "/tool_result", cut.missing),
            ],
        )
