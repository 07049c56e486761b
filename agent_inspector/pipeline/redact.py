"""Redact: the first stage; alone knows the parts of a span that hold text, and what happens when redaction fails.

It fails closed: whatever goes wrong, the span keeps its ids, kinds and times, and loses its content.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agent_inspector.config import get_config
from agent_inspector.errors import ConfigError
from agent_inspector.model import Json
from agent_inspector.pipeline.budget import start_walk
from agent_inspector.pipeline.redact_once import redact_content, redact_resource
from agent_inspector.pipeline.redaction.marker import WITHHELD
from otel_bridge.content import PieceList
from otel_bridge.record import AttributeValue, SpanEvent, SpanLink, SpanRecord, with_fields

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig
    from agent_inspector.pipeline.redaction.engine import Engine
    from agent_inspector.pipeline.redaction.walker import Walk

_log = logging.getLogger("agent_inspector")
_DEEPEST_WITHHELD: Final = 100


def make_redactor(config: TraceConfig) -> Callable[[SpanRecord], SpanRecord]:
    """Make the function that removes secrets from a span. It never raises, and any thread may call it.

    Without a key for the encryption that is asked for, or with a pattern that cannot be compiled, it
    withholds all content.
    """
    if config.withholds_content:
        _log.warning(
            "Encryption is on but there is no key: all content is withheld; set TRACE_ENCRYPTION_KEY."
        )
        return withhold
    try:
        engine = _compile_rules(config.redact_keys, config.redact_patterns, config.redact_entropy)
    except ConfigError as error:
        _log.warning("%s", error)
        return withhold
    except Exception as error:  # noqa: BLE001  (without rules, no content may pass)
        _log.warning("All content is withheld: the redaction rules failed with %s.", type(error).__name__)
        return withhold
    return lambda record: _redact_or_withhold(engine, record)


def redact_value(value: Json, config: TraceConfig | None = None) -> Json:
    """Return a copy of any JSON-like value without secrets, by the rules of the configuration in force.

    When redaction fails, every text in the copy is withheld instead.
    """
    try:
        return _walk(config or get_config()).redact(value)
    except Exception as error:  # noqa: BLE001  (whatever happened, no content may pass)
        _log.warning("A value is withheld: the redactor failed with %s.", type(error).__name__)
        return _withhold_value(value, 0)


def explain(value: Json, config: TraceConfig | None = None) -> Sequence[tuple[str, str]]:
    """Return (path, rule) for everything that `redact_value` would remove; never a value itself."""
    walk = _walk(config or get_config(), explain=True)
    walk.redact(value)
    return walk.trail or ()


def withhold(record: SpanRecord) -> SpanRecord:
    """Return the span without any content: only ids, kinds, status and times are left."""
    return replace(
        record,
        name=WITHHELD,
        status_message=record.status_message and WITHHELD,
        attributes=_withhold_attributes(record.attributes),
        events=[
            replace(e, name=WITHHELD, attributes=_withhold_attributes(e.attributes)) for e in record.events
        ],
        links=[replace(link, attributes=_withhold_attributes(link.attributes)) for link in record.links],
        resource=_withhold_attributes(record.resource),
        redactions={**record.redactions, "withheld": 1},
    )


def _redact_or_withhold(engine: Engine, record: SpanRecord) -> SpanRecord:
    try:
        return _redact_record(engine, record)
    except Exception as error:  # noqa: BLE001  (whatever happened, no content may pass)
        _log.warning("A span's content is withheld: the redactor failed with %s.", type(error).__name__)
        return withhold(record)


def _redact_record(engine: Engine, record: SpanRecord) -> SpanRecord:
    walk = start_walk(engine)
    changed: dict[str, object] = {
        "name": walk.redact_text(record.name, "name"),
        "attributes": redact_content(engine, walk, record.attributes),
        "resource": redact_resource(engine, walk, record.resource),
    }
    if record.status_message is not None:
        changed["status_message"] = walk.redact(record.status_message, "status_message")
    if record.events:
        changed["events"] = [_event(walk, event, f"events[{at}]") for at, event in enumerate(record.events)]
    if record.links:
        changed["links"] = [_link(walk, link, f"links[{at}]") for at, link in enumerate(record.links)]
    if walk.counts:
        changed["redactions"] = dict(Counter(record.redactions) + Counter(walk.counts))
    return with_fields(record, changed)


def _event(walk: Walk, event: SpanEvent, path: str) -> SpanEvent:
    name = walk.redact_text(event.name, f"{path}.name")
    return replace(event, name=name, attributes=walk.redact_attributes(event.attributes, path))


def _link(walk: Walk, link: SpanLink, path: str) -> SpanLink:
    return replace(link, attributes=walk.redact_attributes(link.attributes, path))


def _walk(config: TraceConfig, *, explain: bool = False) -> Walk:
    engine = _engine(tuple(config.redact_keys), tuple(config.redact_patterns), config.redact_entropy)
    return start_walk(engine, explain=explain)


@lru_cache(maxsize=4)
def _engine(keys: tuple[str, ...], patterns: tuple[str, ...], entropy: bool) -> Engine:
    return _compile_rules(keys, patterns, entropy)


def _compile_rules(keys: Sequence[str], patterns: Sequence[str], entropy: bool) -> Engine:
    # Compiling takes 0.15 s, which whoever only reads a store shall not pay.
    from agent_inspector.pipeline.redaction.engine import make_engine  # noqa: PLC0415

    return make_engine(keys, patterns, entropy=entropy)


def _withhold_attributes(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: _withhold_value(value, 0) for key, value in attributes.items()}


def _withhold_value(value: Json, depth: int) -> Json:
    if isinstance(value, (str, bytes, bytearray, PieceList)) or depth > _DEEPEST_WITHHELD:
        return WITHHELD
    if isinstance(value, Mapping):
        return {key: _withhold_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_withhold_value(item, depth + 1) for item in value]
    return value
