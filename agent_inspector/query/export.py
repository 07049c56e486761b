"""Export: a run with all its content, in the form that the API and the CLI write to a file."""

from __future__ import annotations

from dataclasses import asdict

from agent_inspector.model import Json
from agent_inspector.query.details import list_details
from agent_inspector.query.events import event_data
from agent_inspector.query.runs import get_run
from agent_inspector.store import SpanStore


def export_run(store: SpanStore, run_id: str) -> dict[str, Json]:
    """Return `{"run": ..., "timeline": [step with "data", ...]}`, ready for any JSON writer.

    Raises:
        NotFound: there is no such run.
        KeyMissing: content is encrypted with a key that is not at hand.
    """
    run = get_run(store, run_id)
    details = list_details(store, run.id)
    timeline = [asdict(detail.step) | {"data": event_data(detail)} for detail in details]
    return {"run": asdict(run), "timeline": timeline}
