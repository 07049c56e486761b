"""Wrappings: what frameworks put around a value when they trace a function call or its result."""

from __future__ import annotations

import ast
import re
from typing import Any, Final, TypeAlias

import orjson

from otel_bridge.dialects.values import is_list, parse_json, parse_text

Json: TypeAlias = Any

_RESULTS: Final = ("output", "outputs", "result", "input", "inputs", "input_str")
"""Keys under which a wrapping keeps the value itself; what else it holds is the framework's own."""
_FRAMEWORK_KEYS: Final = frozenset(("input_str", "tags", "metadata", "kwargs", "is_error", "run_id", "name"))
_CALL: Final = frozenset(("args", "kwargs", "sanitize_inputs_outputs"))
"""What is told of a call of a function in Python; the last is smolagents' own."""
_GIVEN: Final = frozenset(("id", "name", "response"))
_MAX_LAYERS: Final = 4
_LONGEST_REPR: Final = 4000
_REPR: Final = ("content='", 'content="')
"""How a message of LangChain begins where it is written as Python prints it."""
_MESSAGE: Final = re.compile(
    r"content=(['\"])(.*?)\1 (?:additional_kwargs|response_metadata|name|id|tool_call_id)=", re.DOTALL
)
_CALL_ID: Final = re.compile(r"\btool_call_id='([^']{1,200})'")


def unwrapped(value: Json) -> Json:
    """Return the value inside `{"output": ...}`, `{"inputs": ..., "tags": ...}` and the like."""
    value = parse_text(value)
    for _ in range(_MAX_LAYERS):
        inner = _inside(value)
        if inner is value:
            break
        value = parse_text(inner)
    return value


def unwrapped_result(value: Json) -> Json:
    """Return what a tool gave, also from inside a message of LangChain's."""
    value = unwrapped(value)
    if isinstance(value, str) and value.startswith(_REPR):
        written = _MESSAGE.match(value)
        return parse_json(written[2]) if written else value
    if isinstance(value, dict):
        for name in ("kwargs", "data"):
            message = value.get(name)
            if isinstance(message, dict) and "content" in message and ("lc" in value or "type" in value):
                return parse_json(message["content"])
        if value.keys() == _GIVEN:  # A function response of Gemini's.
            return value["response"]
        if value.get("type") == "tool" and "content" in value:
            return parse_json(value["content"])
    return value


def tool_call_id(value: Json) -> str | None:
    """Return the id of the call that a message of LangChain's answers."""
    value = unwrapped(value)
    if isinstance(value, str) and value.startswith(_REPR):
        written = _CALL_ID.search(value)
        return written[1] if written else None
    if not isinstance(value, dict):
        return None
    message = next((value[name] for name in ("kwargs", "data") if isinstance(value.get(name), dict)), value)
    found = message.get("tool_call_id")
    return found if isinstance(found, str) else None


def call_arguments(value: Json) -> Json:
    """Return the arguments of `{"args": [...], "kwargs": {...}}`, as named or as the one they are; None for none."""
    value = read_repr(unwrapped(value))
    if not isinstance(value, dict):
        return value
    if "arguments" in value and "tool_name" in value:
        return value["arguments"]
    if not _CALL.issuperset(value) or _CALL.isdisjoint(value):
        return value
    args, kwargs = value.get("args"), value.get("kwargs")
    args = args if is_list(args) else ()
    if not args or not kwargs:
        return kwargs or (args[0] if len(args) == 1 else list(args)) or None
    return value


def read_repr(value: Json) -> Json:
    """Return the map that a text is as Python writes it, `{'city': 'Paris'}`; any other value as it is."""
    if (
        not isinstance(value, str)
        or not value.startswith("{'")
        or len(value) > _LONGEST_REPR
        or "\\" in value
    ):
        return value
    try:
        found = ast.literal_eval(value)
        orjson.dumps(found)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return value
    return found


def _inside(value: Json) -> Json:
    """Return what is one layer further in, or the value itself."""
    if not isinstance(value, dict):
        return value
    for name in _RESULTS:
        inner = value.get(name)
        if inner is not None and all(key == name or key in _FRAMEWORK_KEYS for key in value):
            return inner
    return value
