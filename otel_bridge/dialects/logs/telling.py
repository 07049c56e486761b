"""Telling: what one log record adds to the turn that it belongs to."""

from __future__ import annotations

from typing import Final, TypeAlias

from otel_bridge import semconv
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.gemini_cli import joined
from otel_bridge.dialects.logs.events import call_id_of
from otel_bridge.dialects.logs.products import Product
from otel_bridge.dialects.logs.steps import Step, Turn
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import added, count, first, number, text
from otel_bridge.record import AttributeValue, LogRecord

_Given: TypeAlias = "dict[str, AttributeValue]"
"""The attributes of a log record under our names."""

_NS_PER_MS: Final = 1_000_000
_LONGEST_MS: Final = 1e12
_FAILED: Final = ("false", False)
_ALLOWED: Final = ("accept", "approve", "auto", "proceed", "modify")
"""How the decisions begin that let a tool run."""
_NOTHING: Final = ("", "null", None)


def tell(turn: Turn, product: Product, name: str, log: LogRecord) -> None:
    """Add to a turn what one of its log records, an event of this name, says."""
    given = _translated(product, log)
    failed = name in product.failed_call_events and _says_error(log)
    if name in product.prompt_events:
        turn.root.attributes |= _only(given, semconv.INPUT_MESSAGES)
        turn.root.start_ns = min(turn.root.start_ns, log.time_ns)
    elif name in product.request_events and not failed:
        turn.steps.append(_begun_call(log, given))
    elif name in product.answer_events:
        _add_answer(turn, given)
    elif name in product.decision_events:
        _add_decision(turn, log, given)
    elif name in product.tool_events:
        _end_tool(turn, log, given)
    elif name in product.agent_events:
        turn.steps.append(_ended(f"{name} {log.time_ns}", "invoke_agent", log, given))
    else:
        _end_call(turn, log, given, failed=failed)


def start_of(log: LogRecord) -> int:
    """Return when that began whose end the record tells of."""
    duration_ms = number(log.attributes, "duration_ms") or 0
    return max(0, log.time_ns - int(min(max(duration_ms, 0), _LONGEST_MS) * _NS_PER_MS))


def _begun_call(log: LogRecord, given: _Given) -> Step:
    asked = _only(given, semconv.INPUT_MESSAGES, semconv.REQUEST_MODEL)
    step = _ended(f"call {log.time_ns}", "chat", log, asked)
    step.is_open = True
    return step


def _end_call(turn: Turn, log: LogRecord, given: _Given, *, failed: bool) -> None:
    """End the model call that was begun last and is open, or tell of one that nothing announced."""
    step = next((step for step in reversed(turn.steps) if step.is_open), None)
    if step is None:
        sequence = text(log.attributes, "event.sequence") or str(log.time_ns)
        step = _ended(f"call {sequence}", "chat", log, {})
        turn.steps.append(step)
    step.is_open, step.end_ns = False, log.time_ns
    step.attributes = {**given, **step.attributes, **_only(given, semconv.REQUEST_MODEL)}
    if failed:
        step.failure = _failure(log)
    else:
        turn.root.attributes |= _only(given, semconv.OUTPUT_MESSAGES)


def _add_answer(turn: Turn, given: _Given) -> None:
    """Give a model's words to the last call that has none, and to the turn, whose last ones stay."""
    said = _only(given, semconv.OUTPUT_MESSAGES)
    for step in reversed(turn.steps):
        if step.attributes.get(semconv.OPERATION) == "chat":
            step.attributes = {**said, **step.attributes}
            break
    turn.root.attributes |= said


def _add_decision(turn: Turn, log: LogRecord, given: _Given) -> None:
    """Begin a tool call with the decision about it; a refused one ends there."""
    step = _tool_step(turn, log)
    step.attributes |= _without_model(given)
    decision = text(log.attributes, "decision") or ""
    step.cancelled = bool(decision) and not decision.lower().startswith(_ALLOWED)


def _end_tool(turn: Turn, log: LogRecord, given: _Given) -> None:
    step = _tool_step(turn, log)
    step.attributes |= _without_model(given)
    step.start_ns, step.end_ns, step.cancelled = start_of(log), log.time_ns, False
    if log.attributes.get("success") in _FAILED:
        step.failure = _failure(log)
        step.attributes.setdefault(semconv.TOOL_RESULT, step.failure.message)


def _tool_step(turn: Turn, log: LogRecord) -> Step:
    """Return the tool call of this id, begun by whichever record of it comes first."""
    call_id = call_id_of(log)
    key = f"tool {call_id or log.time_ns}"
    step = next((step for step in turn.steps if call_id and step.key == key), None)
    if step is None:
        step = _ended(key, "execute_tool", log, {})
        turn.steps.append(step)
    return step


def _ended(key: str, operation: str, log: LogRecord, attributes: _Given) -> Step:
    return Step(key, operation, start_of(log), log.time_ns, {**attributes, semconv.OPERATION: operation})


def _says_error(log: LogRecord) -> bool:
    return first(log.attributes, "error", "error.message") is not None


def _failure(log: LogRecord) -> Failure:
    said = log.attributes
    message = text(said, "error.message", "error", "error_message", "output")
    return Failure(text(said, "error.type", "error_type", "status_code"), message)


def _translated(product: Product, log: LogRecord) -> _Given:
    """Return the record's attributes that have a name of ours, counts in the inclusive form."""
    named = renamed(log.attributes, product.names)
    ours = set(product.names.values())
    found: _Given = {name: value for name, value in named.items() if name in ours and value not in _NOTHING}
    if "response_text" in log.attributes:
        found[semconv.OUTPUT_MESSAGES] = joined(log.attributes["response_text"])
    if product.adds_cached_input:
        parts = (semconv.INPUT_TOKENS, semconv.CACHE_READ_TOKENS, semconv.CACHE_WRITE_TOKENS)
        found |= _sum(found, semconv.INPUT_TOKENS, parts)
    if product.adds_reasoning:
        found |= _sum(found, semconv.OUTPUT_TOKENS, (semconv.OUTPUT_TOKENS, semconv.REASONING_TOKENS))
    return found


def _sum(found: _Given, total: str, parts: tuple[str, ...]) -> _Given:
    known = added(*(count(found, name) for name in parts))
    return {} if known is None else {total: known}


def _without_model(given: _Given) -> _Given:
    """Return what a record says of a tool; some name the model that asked for it."""
    return {name: value for name, value in given.items() if name != semconv.REQUEST_MODEL}


def _only(given: _Given, *names: str) -> _Given:
    return {name: given[name] for name in names if name in given}
