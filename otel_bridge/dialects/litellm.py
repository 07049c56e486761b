"""LiteLLM's `otel` callback: one span per call, named as the caller likes, and its raw twin below."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.unflatten import unflatten
from otel_bridge.dialects.values import as_list, as_map, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "gen_ai.cost.total_cost": semconv.COST_USD,
    "llm.user": semconv.USER_ID,
    "metadata.user_api_key_end_user_id": semconv.USER_ID,
    "metadata.session_id": semconv.SESSION_ID,
    "metadata.user_api_key_user_id": semconv.USER_ID,
    "litellm.provider.model": semconv.REQUEST_MODEL,
}
_DETAILS: Final = {
    semconv.CACHE_READ_TOKENS: re.compile(r"'cached_tokens': (\d{1,12})\b"),
    semconv.REASONING_TOKENS: re.compile(r"'reasoning_tokens': (\d{1,12})\b"),
}
_LONGEST_REPR: Final = 4000
_RAW_TWIN: Final = "raw_gen_ai_request"


def translate(record: SpanRecord) -> Translation:
    """Add the tool calls and token details that LiteLLM keeps outside the conventions' attributes."""
    given = record.attributes
    request_type = text(given, "llm.request.type")
    if semconv.OPERATION not in given and request_type is None:
        is_root = record.parent_id is None and record.name != _RAW_TWIN
        return Translation(given, kind="chain" if is_root else "framework", framework=not is_root)
    attributes = {**_flattened(given), **renamed(given, _NAMES), **_token_details(given)}
    calls = _tool_calls(given)
    if calls:
        attributes[semconv.OUTPUT_MESSAGES] = _with_calls(attributes.get(semconv.OUTPUT_MESSAGES), calls)
    kind: StepKind = "embedding" if request_type and "embedding" in request_type else "llm"
    return Translation(attributes, kind=None if semconv.OPERATION in given else kind)


def _flattened(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return the messages of versions that wrote them one attribute each, and the tools."""
    return filled(
        {
            semconv.INPUT_MESSAGES: unflatten(attributes, "gen_ai.prompt"),
            semconv.OUTPUT_MESSAGES: unflatten(attributes, "gen_ai.completion"),
            semconv.TOOL_DEFINITIONS: unflatten(attributes, "llm.request.functions"),
        }
    )


def _tool_calls(attributes: Attributes) -> list[Json]:
    """Return the tool calls of the completions; of several, LiteLLM keeps the last under the index."""
    found = []
    for completion in as_list(unflatten(attributes, "gen_ai.completion")):
        fields = as_map(completion)
        called = [as_map(fields.get("function_call"))]
        called += [as_map(call) for call in as_list(fields.get("tool_calls"))]
        found += [{"type": "tool_call", **call} for call in called if call]
    return found


def _with_calls(messages: AttributeValue, calls: list[Json]) -> list[Json]:
    """Return the answer with these calls, unless it has parts to show already."""
    answered = as_list(messages)
    if any(as_list(as_map(message).get("parts")) for message in answered):
        return list(answered)
    told = as_map(answered[-1]) if answered else {}
    return [{"role": "assistant", **told, "parts": calls}]


def _token_details(attributes: Attributes) -> dict[str, AttributeValue]:
    """Read cached and reasoning tokens from the usage object, which is written as Python would."""
    usage = text(attributes, "metadata.usage_object") or ""
    found = {name: pattern.search(usage[:_LONGEST_REPR]) for name, pattern in _DETAILS.items()}
    return {name: int(match[1]) for name, match in found.items() if match}


DIALECT: Final = Dialect("litellm", translate, scopes=("litellm",))
