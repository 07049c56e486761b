"""SpanRecord and LogRecord: one span, one log record as plain frozen values; SpanSink: who takes spans.

These are all that passes between OpenTelemetry and the rest of the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, Literal, Protocol, TypeAlias

AttributeValue: TypeAlias = (
    "str | bool | int | float | bytes | Sequence[AttributeValue] | Mapping[str, AttributeValue] | None"
)
"""What OpenTelemetry calls AnyValue: any JSON-like value, plus bytes."""

Attributes: TypeAlias = Mapping[str, AttributeValue]
SpanKind: TypeAlias = Literal["internal", "server", "client", "producer", "consumer"]
StatusCode: TypeAlias = Literal["unset", "ok", "error"]


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened at one moment of a span, such as an `exception`."""

    name: str
    time_ns: int
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpanLink:
    """A pointer from a span to another one, possibly in another trace."""

    trace_id: str
    span_id: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpanRecord:
    """One span, finished or still open, in the shape of OTLP; ids are lower-case hex."""

    trace_id: str
    """32 hex digits."""
    span_id: str
    """16 hex digits."""
    parent_id: str | None
    name: str
    start_ns: int
    """Nanoseconds since the Unix epoch."""
    end_ns: int | None
    """None while the span is still running."""
    kind: SpanKind = "internal"
    status: StatusCode = "unset"
    status_message: str | None = None
    attributes: Attributes = field(default_factory=dict)
    events: Sequence[SpanEvent] = ()
    links: Sequence[SpanLink] = ()
    resource: Attributes = field(default_factory=dict)
    scope_name: str = ""
    scope_version: str = ""
    parent_is_remote: bool = False
    """The parent lives in another process, so this span is a root of what runs here."""
    dropped_attributes: int = 0
    """Attributes that a limit of the SDK threw away before we saw the span."""
    dropped_events: int = 0
    dropped_links: int = 0
    redactions: Mapping[str, int] = field(default_factory=dict)
    """How many values each redaction rule removed."""
    process_id: str | None = None
    """The recording process, as announced to `SpanSink.beat`; None for spans received from elsewhere."""


_values_of: Final = attrgetter(*SpanRecord.__dataclass_fields__)
_PLACES: Final = {name: place for place, name in enumerate(SpanRecord.__dataclass_fields__)}


def with_attributes(record: SpanRecord, attributes: Attributes) -> SpanRecord:
    """Return a copy with other attributes."""
    return with_fields(record, {"attributes": attributes})


def with_fields(record: SpanRecord, changed: Mapping[str, object]) -> SpanRecord:
    """Return a copy with other values of these fields, as `dataclasses.replace` does in three times the time."""
    values = [*_values_of(record)]
    for name, value in changed.items():
        values[_PLACES[name]] = value
    return SpanRecord(*values)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One log record, in the shape of OTLP; some dialects keep what was said only there."""

    time_ns: int
    """When it happened; when it was observed, where the sender does not say; 0 if it says neither."""
    observed_ns: int
    trace_id: str | None = None
    span_id: str | None = None
    event_name: str = ""
    """The kind of event; from the attribute `event.name` where the field itself is empty."""
    severity: str = ""
    """Such as `INFO`."""
    body: AttributeValue = None
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)
    scope_name: str = ""


class SinkUnavailable(Exception):
    """The sink cannot take spans at the moment; the same spans may be offered again later."""


class SinkRefuses(Exception):
    """The sink will never take these spans; its message is a sentence for a person, and quotes no content."""


class SpanSink(Protocol):
    """Whoever keeps spans. Called from background threads only, never from the traced program's own."""

    @property
    def process_id(self) -> str:
        """The name under which `beat` announces this process; another one after a fork."""

    def write(self, records: Sequence[SpanRecord]) -> None:
        """Keep these spans durably, replacing earlier versions of the same span.

        An open version never replaces a finished one. Returning means durable.

        Raises:
            SinkUnavailable: none of them was kept, and the caller may try again later.
        """

    def beat(self, losses: Mapping[str, int]) -> None:
        """Say that this process is alive, and how many spans it has lost so far, by reason."""

    def close(self) -> None:
        """Say that this process ends in good order, and let go of every resource."""
