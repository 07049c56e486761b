"""What all steps of the facade share: StepSpan, and how keyword arguments become attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from agent_inspector.trace.freeze import freeze, freeze_own, safe_text
from agent_inspector.trace.look import MAX_BYTES
from otel_bridge import semconv

Attributes: TypeAlias = dict[str, Any]


class StepSpan(NamedTuple):
    """What a span of the facade is made of."""

    name: str
    attributes: Attributes
    is_client: bool = False
    """It calls another process, as a model call does."""


USAGE: Final[Mapping[str, str]] = {
    "prompt_tokens": semconv.INPUT_TOKENS,
    "completion_tokens": semconv.OUTPUT_TOKENS,
    "cached_tokens": semconv.CACHE_READ_TOKENS,
    "cache_write_tokens": semconv.CACHE_WRITE_TOKENS,
    "reasoning_tokens": semconv.REASONING_TOKENS,
    "cost_usd": semconv.COST_USD,
}
LLM_TEXTS: Final[Mapping[str, str]] = {
    "provider": semconv.PROVIDER,
    "response_model": semconv.RESPONSE_MODEL,
    "agent_name": semconv.AGENT_NAME,
}


def output_of(answer: object) -> str:
    """Return an answer as the conventions' output messages."""
    return as_messages("assistant", answer)


def as_messages(role: str, content: object, tool_calls: object = None) -> str:
    """Return messages as JSON: texts in the conventions' parts, lists of messages as the model API wrote them."""
    if type(content) is str:
        text = safe_text(content, MAX_BYTES) if len(content) > MAX_BYTES else content
        if tool_calls is None:
            return freeze_own([{"role": role, "parts": [{"type": "text", "content": text}]}])
        content = text
    elif type(content) is dict or are_messages(content):
        return freeze(
            content if tool_calls is None else [{"role": role, "content": content, "tool_calls": tool_calls}]
        )
    parts = [] if content is None else [{"type": "text", "content": content}]
    calls = list(tool_calls) if type(tool_calls) in (list, tuple) else []  # type: ignore[call-overload]  # narrowed
    if not calls:
        return freeze([{"role": role, "parts": parts}])
    return freeze([{"role": role, "content": content, "tool_calls": calls}])


def are_messages(content: object) -> bool:
    """Whether this is a list of messages as a model API takes them."""
    return type(content) in (list, tuple) and all(map(_is_dict, content))  # type: ignore[call-overload]  # narrowed


def _is_dict(item: object) -> bool:
    return type(item) is dict


def taken(extra: Attributes, name: str) -> Any:
    """Take a field out."""
    return extra.pop(name, None)


def take_numbers(attributes: Attributes, extra: Attributes, names: Mapping[str, str]) -> None:
    """Move fields that are numbers to their attributes."""
    if names.keys().isdisjoint(extra):
        return
    for given in [name for name in extra if name in names]:
        if is_number(extra[given]):
            attributes[names[given]] = extra.pop(given)


def take_texts(attributes: Attributes, extra: Attributes, names: Mapping[str, str]) -> None:
    """Move fields to their attributes as short texts."""
    if names.keys().isdisjoint(extra):
        return
    for given in [name for name in extra if name in names]:
        if (value := extra.pop(given)) is not None:
            attributes[names[given]] = safe_text(value)


def is_number(value: object) -> bool:
    """Whether this is a plain number, and not an object that claims to be one."""
    return type(value) in (int, float, bool)


def metadata(extra: Attributes) -> Attributes:
    """Return what is left: whatever else the caller passed is kept too, under one attribute."""
    if not extra:
        return {}
    left = {name: value for name, value in extra.items() if value is not None}
    own = left.get("metadata")
    if type(own) is dict:  # `metadata={"note": 1}` is the same as `note=1`
        del left["metadata"]
        left = {**own, **left}
    return {semconv.METADATA: freeze(left)} if left else {}
