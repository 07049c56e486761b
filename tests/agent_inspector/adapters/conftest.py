"""A scripted model behind HTTP for every test, and the recording of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.agent_inspector.trace.conftest import Recorded, recorded

if TYPE_CHECKING:
    from model_server.server import ModelServer

__all__ = ["Recorded", "recorded"]

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "examples")
        from model_server.server import ModelServer

        with ModelServer(latency_ms=1) as server:
            yield server


def tree(recorded: Recorded, run_id: str | None = None) -> list[tuple[int, str, str]]:
    """Return the steps of a run as (depth, kind, name), in the order of their start; plumbing left out."""
    steps = [step for step in recorded.steps(run_id) if not step.framework]
    parents = {step.id: step.parent_event_id for step in recorded.steps(run_id)}

    def depth(step_id: str | None) -> int:
        return 0 if step_id is None else 1 + depth(parents.get(step_id))

    return [(depth(step.parent_event_id), step.kind, step.name) for step in steps]
