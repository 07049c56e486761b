"""The OTLP document: every span with every attribute, as other OpenTelemetry tools read it."""

from __future__ import annotations

from collections.abc import Iterator

from agent_inspector.json_text import to_json
from agent_inspector.query.exports.pages import Exporting
from otel_bridge.otlp import write_resource_spans


def otlp_parts(exporting: Exporting) -> Iterator[bytes]:
    """Yield the document."""
    yield b'{"resourceSpans": ['
    separator = b"\n"
    for run in exporting.runs():
        for records in exporting.records(run):
            for group in write_resource_spans(records):
                yield separator + to_json(group)
                separator = b",\n"
    yield b"\n]}\n"
