"""Steps of a turn that only log records tell of, and the spans that they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.errors import Failure
from otel_bridge.record import Attributes, AttributeValue, SpanEvent, SpanRecord

SCOPE: Final = "agent_inspector.logs"
"""The instrumentation scope of spans that were made of log records."""


@dataclass(slots=True)
class Step:
    """One step while it is put together from its log records."""

    key: str
    """What makes it this step of its turn, whenever and how often its records arrive."""
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    failure: Failure | None = None
    cancelled: bool = False
    is_open: bool = False
    """Its end has not been told yet."""


@dataclass(slots=True)
class Turn:
    """One prompt of a user and the steps that followed; the first one is the turn itself."""

    product: str
    session: str
    key: str
    root: Step
    steps: list[Step] = field(default_factory=list)
    resource: Attributes = field(default_factory=dict)
    common: Mapping[str, AttributeValue] = field(default_factory=dict)
    """Session and user, which every span of the turn names."""


def spans_of(turn: Turn) -> list[SpanRecord]:
    """Return the spans of a turn: its root, then its steps in the order of their starts.

    Ids are hashes of session, turn and step, so the same records give the same ids each time.
    """
    named = (turn.product, turn.session, turn.key)
    trace_id, root_id = _hashed(16, *named), _hashed(8, *named, "turn")
    turn.root.end_ns = max([turn.root.end_ns, *(step.end_ns for step in turn.steps)])
    steps = sorted(turn.steps, key=lambda step: step.start_ns)
    return [
        _span(turn, turn.root, trace_id, root_id, None),
        *(_span(turn, step, trace_id, _hashed(8, *named, step.key), root_id) for step in steps),
    ]


def _span(turn: Turn, step: Step, trace_id: str, span_id: str, parent_id: str | None) -> SpanRecord:
    failure = step.failure
    known: dict[str, AttributeValue] = {semconv.OUTCOME: "cancelled"} if step.cancelled else {}
    if step.start_ns >= step.end_ns:
        known[semconv.INSTANT] = True
    return SpanRecord(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=step.name,
        start_ns=min(step.start_ns, step.end_ns),
        end_ns=step.end_ns,
        status="error" if failure else "unset",
        status_message=failure.message if failure else None,
        attributes={**turn.common, **step.attributes, **known},
        events=(_exception(failure, step.end_ns),) if failure else (),
        resource=turn.resource,
        scope_name=SCOPE,
    )


def _exception(failure: Failure, time_ns: int) -> SpanEvent:
    said = {semconv.EXCEPTION_TYPE: failure.type, semconv.EXCEPTION_MESSAGE: failure.message}
    known = {name: value for name, value in said.items() if value}
    return SpanEvent(semconv.EXCEPTION_EVENT, time_ns, known)


def _hashed(size: int, *words: str) -> str:
    """Return `size` bytes as hex digits, the same ones for the same words."""
    return blake2b("\x1f".join(words).encode("utf-8", "backslashreplace"), digest_size=size).hexdigest()
