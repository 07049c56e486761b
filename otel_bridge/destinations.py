"""Destinations: where redacted copies go beside the store, read from one line each.

`http://127.0.0.1:4318`, optionally with a protocol and a content mode behind it, in any order:
`http://tempo:4317 grpc structure`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from opentelemetry.sdk.trace.export import SpanExporter

from otel_bridge.json_exporter import JsonSpanExporter
from otel_bridge.structure import StructureOnly

PROTOCOLS: Final = ("http/protobuf", "http/json", "grpc")
CONTENT_MODES: Final = ("full", "structure")
_PATH: Final = "/v1/traces"

_log = logging.getLogger("agent_inspector")


@dataclass(frozen=True, slots=True)
class Destination:
    """One OTLP endpoint, and how much it is told."""

    url: str
    protocol: str = "http/protobuf"
    content: str | None = None
    """`full` or `structure`; None leaves it to the default for all."""


def read_destination(line: str) -> Destination:
    """Read one line.

    Raises:
        ValueError: it is not a destination; the message ends a sentence.
    """
    url, *words = line.split()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{line!r} does not begin with an address such as http://127.0.0.1:4318")
    unknown = [word for word in words if word not in PROTOCOLS + CONTENT_MODES]
    if unknown:
        known = ", ".join(PROTOCOLS + CONTENT_MODES)
        raise ValueError(f"{unknown[0]!r} in {line!r} is none of {known}")
    protocol = next((word for word in words if word in PROTOCOLS), PROTOCOLS[0])
    return Destination(url, protocol, next((word for word in words if word in CONTENT_MODES), None))


def make_exporters(lines: Sequence[str], default_content: str) -> list[SpanExporter]:
    """Make an exporter for each line; one that cannot be made costs only itself."""
    made: list[SpanExporter] = []
    for line in lines:
        try:
            destination = read_destination(line)
            exporter = _make(destination)
        except Exception as problem:  # noqa: BLE001  (a bad destination must not cost the local recording)
            _log.warning("One OTLP destination is left out: %s.", problem)
            continue
        made.append(limited(exporter, destination.content or default_content))
    return made


def limited(exporter: SpanExporter, content: str) -> SpanExporter:
    """Return the exporter, told as much as the mode says."""
    return StructureOnly(exporter) if content == "structure" else exporter


def _make(destination: Destination) -> SpanExporter:
    if destination.protocol == "grpc":
        # Imported on request only: grpcio costs 70 ms and 30 MB.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter as GrpcSpanExporter,
        )

        return GrpcSpanExporter(endpoint=destination.url)
    if destination.protocol == "http/json":
        return JsonSpanExporter(_traces_url(destination.url), _headers())
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(endpoint=_traces_url(destination.url))


def _traces_url(url: str) -> str:
    """Return the address of traces: the given one if it has a path, else that of the conventions below it."""
    return url if urlsplit(url).path.strip("/") else url.rstrip("/") + _PATH


def _headers() -> Mapping[str, str]:
    """Read the headers as the stock exporters do: `name=value`, URL-encoded, separated by commas."""
    text = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS") or os.environ.get(
        "OTEL_EXPORTER_OTLP_HEADERS", ""
    )
    pairs = (item.partition("=") for item in text.split(",") if "=" in item)
    return {unquote(name).strip().lower(): unquote(value).strip() for name, _, value in pairs}
