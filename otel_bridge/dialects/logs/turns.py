"""Turns: the log records of sessions that sent no spans, as one trace per prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from otel_bridge import semconv
from otel_bridge.dialects.logs.events import event_name_of, prompt_id_of, session_of
from otel_bridge.dialects.logs.products import Product, product_of
from otel_bridge.dialects.logs.steps import Step, Turn, spans_of
from otel_bridge.dialects.logs.telling import start_of, tell
from otel_bridge.dialects.values import number, text
from otel_bridge.record import AttributeValue, LogRecord, SpanRecord

_Place: TypeAlias = "tuple[str, str]"
"""Product and session."""


def spans_from(logs: Sequence[LogRecord]) -> list[SpanRecord]:
    """Return the spans that these log records tell of: for each prompt its root, then its steps in order.

    Give all log records of a session, or at least of a prompt, and only of sessions that send no
    spans themselves: what comes out would repeat those. Records of other products are left out.
    """
    turns: dict[tuple[str, str, str], Turn] = {}
    current: dict[_Place, str] = {}
    for log in sorted(logs, key=_order):
        name, session = event_name_of(log), session_of(log)
        product = product_of(log.scope_name, name)
        if product is None or session is None or not product.tells_of(name, log.attributes):
            continue
        place = (product.name, session)
        if name in product.prompt_events or place not in current:
            current[place] = prompt_id_of(log) or str(log.time_ns)
        key = prompt_id_of(log) or current[place]
        turn = turns.setdefault((*place, key), _new_turn(product, session, key, log))
        tell(turn, product, name, log)
    return [span for turn in turns.values() for span in spans_of(turn)]


def begins_turn(log: LogRecord) -> bool:
    """Whether the record tells of a user's prompt."""
    name = event_name_of(log)
    product = product_of(log.scope_name, name)
    return product is not None and name in product.prompt_events


def _order(log: LogRecord) -> tuple[int, float]:
    return log.time_ns, number(log.attributes, "event.sequence") or 0


def _new_turn(product: Product, session: str, key: str, log: LogRecord) -> Turn:
    user = text(log.attributes, semconv.USER_ID, "user.account_id")
    common: dict[str, AttributeValue] = {semconv.SESSION_ID: session}
    named: dict[str, AttributeValue] = {
        semconv.OPERATION: "invoke_agent",
        semconv.AGENT_NAME: product.agent,
    }
    return Turn(
        product=product.name,
        session=session,
        key=key,
        root=Step("turn", f"invoke_agent {product.agent}", start_of(log), log.time_ns, named),
        resource=log.resource,
        common=common | ({semconv.USER_ID: user} if user else {}),
    )
