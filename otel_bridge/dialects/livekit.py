"""LiveKit Agents: voice agents in `lk.*`, what a person said or a tool got in `lk.pii.*` since 1.4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.values import as_list, as_map, first, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_PERSONAL: Final[Mapping[str, str]] = {
    "function_tool.arguments": semconv.TOOL_ARGUMENTS,
    "function_tool.output": semconv.TOOL_RESULT,
    "user_input": semconv.INPUT_VALUE,
    "input_text": semconv.INPUT_VALUE,
    "user_transcript": semconv.OUTPUT_VALUE,
    "instructions": semconv.SYSTEM_INSTRUCTIONS,
    "room_name": semconv.CONVERSATION_ID,
    "participant_identity": semconv.USER_ID,
}
"""Written `lk.x` up to 1.3, and `lk.pii.x` since."""
_NAMES: Final[Mapping[str, str]] = {
    "lk.function_tool.name": semconv.TOOL_NAME,
    "lk.function_tool.id": semconv.TOOL_CALL_ID,
    "lk.agent_label": semconv.AGENT_NAME,
    "lk.agent_name": semconv.AGENT_NAME,
    "lk.response.ttft": semconv.FIRST_CHUNK_S,
    "gen_ai.usage.input_cached_tokens": semconv.CACHE_READ_TOKENS,
    **{f"lk.{scope}{name}": ours for name, ours in _PERSONAL.items() for scope in ("pii.", "")},
}
_KIND_OF_NAME: Final[Mapping[str, StepKind]] = {
    "agent_session": "agent",
    "agent_turn": "chain",
    "user_turn": "chain",
    "llm_node": "llm",
    "llm_request": "llm",
    "realtime_assistant_turn": "llm",
    "function_tool": "tool",
    "tts_node": "chain",
}
"""Every other span (retries, speaking, detection of turns, jobs) is plumbing, unless it says its operation."""


def translate(record: SpanRecord) -> Translation:
    """Read by the conventions where they are kept, else by the name of the span."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    kind: StepKind | None = _KIND_OF_NAME.get(record.name)
    if kind is None and semconv.OPERATION not in attributes:
        kind = "framework"
    if kind == "llm":
        attributes = {**filled(_said(record.attributes)), **attributes}
    return Translation(
        attributes,
        kind=kind,
        title=record.name if kind == "chain" else None,
        framework=kind == "framework",
        failure=_failure(record.attributes),
    )


def _said(attributes: Attributes) -> dict[str, AttributeValue]:
    """Read the chat context, and put the words and the tool calls of the answer into one message."""
    context = as_map(_personal(attributes, "chat_ctx"))
    calls = [as_map(call) for call in as_list(_personal(attributes, "response.function_calls"))]
    words = _personal(attributes, "response.text")
    told = [{"type": "tool_call", "id": call.get("call_id"), **call} for call in calls]
    answer = {"role": "assistant", "content": words, "tool_calls": told}
    return {
        semconv.INPUT_MESSAGES: context.get("items"),
        semconv.OUTPUT_MESSAGES: [answer] if words or told else None,
    }


def _personal(attributes: Attributes, name: str) -> Json:
    return first(attributes, f"lk.pii.{name}", f"lk.{name}")


def _failure(attributes: Attributes) -> Failure | None:
    """Return the error of a tool, whose span ends well."""
    if attributes.get("lk.function_tool.is_error") is not True:
        return None
    return Failure(message=text({"said": _personal(attributes, "function_tool.output")}, "said"))


DIALECT: Final = Dialect("livekit", translate, scopes=("livekit-agents", "livekit-agents*", "livekit.*"))
