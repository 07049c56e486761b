"""The files that can be imported: which format one has, and the bounds that each has to keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from agent_inspector.errors import ImportRefused
from agent_inspector.query.imports.events import read_run
from otel_bridge.otlp import MalformedBody, decode_traces
from otel_bridge.record import SpanRecord

LARGEST_BYTES: Final = 256 * 2**20
_MOST_SPANS: Final = 1_000_000
_DEEPEST: Final = 128
_JSON: Final = "application/json"


def read_import(path: Path) -> Sequence[SpanRecord]:
    """Return the spans of a file that `export` wrote, or that holds OTLP JSON, also one request a line.

    The whole file is checked before anything is returned. The spans are not redacted yet.

    Raises:
        ImportRefused: the file is too large, or anything in it is not as it has to be.
    """
    records = _read(_content(path))
    seen: set[tuple[str, str]] = set()
    for record in records:
        place = record.trace_id, record.span_id
        if place in seen:
            raise ImportRefused(
                f"The file holds the step {record.span_id} of the run {record.trace_id} twice."
            )
        seen.add(place)
    if not records:
        raise ImportRefused("The file holds no runs.")
    return records


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImportRefused(f"The file {path} cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST_BYTES:
        raise ImportRefused(
            f"The file is larger than {LARGEST_BYTES // 2**20} MiB; export fewer runs into one file."
        )
    return content


def _read(content: bytes) -> Sequence[SpanRecord]:
    try:
        document = orjson.loads(content)
    except ValueError:
        return list(_read_lines(content))
    if not isinstance(document, dict):
        raise ImportRefused("The file is JSON, but neither an export of runs nor OTLP.")
    _check_depth(document)
    if "resourceSpans" in document:
        return _read_otlp(content)
    if "timeline" in document:
        return read_run(document)
    runs = document.get("runs")
    if not isinstance(runs, list):
        raise ImportRefused("The file is JSON, but neither an export of runs nor OTLP.")
    return [record for run in runs for record in read_run(run)]


def _read_lines(content: bytes) -> Iterator[SpanRecord]:
    """Read a request from each line, as the Collector's file exporter writes them."""
    lines = [line for line in content.splitlines() if line.strip()]
    for line in lines:
        try:
            request = orjson.loads(line)
        except ValueError:
            raise ImportRefused(_not_json(content)) from None
        if not isinstance(request, dict) or "resourceSpans" not in request:
            raise ImportRefused("The file has lines that are not OTLP requests.")
        _check_depth(request)
        yield from _read_otlp(line)


def _not_json(content: bytes) -> str:
    try:
        json.loads(content)
    except RecursionError:
        return "The file is nested too deeply."
    except ValueError:
        pass
    return "The file is not JSON, or is nested too deeply."


def _read_otlp(content: bytes) -> Sequence[SpanRecord]:
    try:
        decoded = decode_traces(content, _JSON, max_spans=_MOST_SPANS)
    except MalformedBody as problem:
        raise ImportRefused(str(problem)) from None
    if decoded.rejected:
        raise ImportRefused(f"The file is refused as a whole: {decoded.reason}")
    return decoded.records


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for value in level:
            inner.extend(value.values() if isinstance(value, dict) else value)
        level = [value for value in inner if isinstance(value, (dict, list))]
        if not level:
            return
    raise ImportRefused(f"The file is nested more than {_DEEPEST} levels deep.")
