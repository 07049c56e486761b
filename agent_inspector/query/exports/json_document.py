"""The JSON document, in the original's shape: `{"run", "timeline"}`, or `{"runs": [those], "total"}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from agent_inspector.json_text import to_json
from agent_inspector.model import Run
from agent_inspector.query.events import event_data
from agent_inspector.query.exports.pages import Exporting


def json_parts(exporting: Exporting) -> Iterator[bytes]:
    """Yield the document."""
    count = 0
    if exporting.is_list:
        yield b'{"runs": ['
    for run in exporting.runs():
        yield b",\n" if count else b"\n" if exporting.is_list else b""
        yield from _run_parts(exporting, run)
        count += 1
    yield b'\n], "total": %d}\n' % count if exporting.is_list else b"\n"


def _run_parts(exporting: Exporting, run: Run) -> Iterator[bytes]:
    yield b'{"run": ' + to_json(run, indent=True) + b', "timeline": ['
    separator = b"\n"
    for detail in exporting.steps(run):
        yield separator + to_json(asdict(detail.step) | {"data": event_data(detail)}, indent=True)
        separator = b",\n"
    yield b"\n]}"
