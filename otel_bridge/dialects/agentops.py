"""AgentOps: its own span kinds, entities and flattened messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.renaming import filled, renamed
from otel_bridge.dialects.unflatten import unflatten
from otel_bridge.dialects.values import as_list, as_map, first, text
from otel_bridge.dialects.wrappings import call_arguments
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "agentops.tool.input": semconv.TOOL_ARGUMENTS,
    "agentops.tool.output": semconv.TOOL_RESULT,
    "tool.parameters": semconv.TOOL_ARGUMENTS,
    "tool.result": semconv.TOOL_RESULT,
    "tool.name": semconv.TOOL_NAME,
    "tool.call.id": semconv.TOOL_CALL_ID,
    "agent.name": semconv.AGENT_NAME,
    "agentops.entity.input": semconv.INPUT_VALUE,
    "agentops.entity.output": semconv.OUTPUT_VALUE,
    "gen_ai.usage.total_cost": semconv.COST_USD,
    "gen_ai.user": semconv.USER_ID,
    "gen_ai.streaming.time_to_first_token": semconv.FIRST_CHUNK_S,
    "gen_ai.response.finish_reason": semconv.FINISH_REASONS,
    "gen_ai.request.system_instruction": semconv.SYSTEM_INSTRUCTIONS,
}
_KINDS: Final[Mapping[str, StepKind]] = {
    "agent": "agent",
    "agent.action": "agent",
    "tool": "tool",
    "llm": "llm",
    "llm.call": "llm",
    "guardrail": "guardrail",
    "task": "task",
    "http": "framework",
}
"""`agentops.span.kind`; sessions, workflows, operations and the like are chains."""
_KIND: Final = "agentops.span.kind"
_NOTHING: Final = "null"
_WISH: Final = "tool_call."
"""How the spans are named that tell what tool a model asked for, beside the span of the call itself."""


def translate(record: SpanRecord) -> Translation:
    """Tell the kind by AgentOps' span kind, and put the flattened messages together again."""
    given = record.attributes
    kind = _kind(given)
    own = text(given, _KIND) or ""
    attributes = renamed(given, {**_NAMES, **_entity(own)})
    _unwrap(attributes)
    name = text(given, "operation.name", "agentops.entity.name")
    if kind == "llm":
        attributes = {**filled(_messages(given)), **attributes}
    elif kind == "tool":
        attributes.setdefault(semconv.TOOL_NAME, name or record.name.removesuffix(".tool"))
    elif kind == "agent" and name:
        attributes.setdefault(semconv.AGENT_NAME, name)
    framework = kind == "framework" or record.name.startswith(_WISH)
    title = name if kind in ("chain", "task", "guardrail") else None
    return Translation(attributes, kind="framework" if framework else kind, framework=framework, title=title)


def _kind(attributes: Attributes) -> StepKind:
    stated = text(attributes, _KIND)
    if stated is not None:
        return _KINDS.get(stated.lower(), "chain")
    return "llm" if semconv.REQUEST_MODEL in attributes else "chain"


def _entity(kind: str) -> dict[str, str]:
    if kind == "tool":
        return {}
    return {f"agentops.{kind}.input": semconv.INPUT_VALUE, f"agentops.{kind}.output": semconv.OUTPUT_VALUE}


def _unwrap(attributes: dict[str, AttributeValue]) -> None:
    """Take arguments out of `{"args": [...], "kwargs": {...}}`; a function that returned nothing says `null`."""
    for name in (semconv.TOOL_ARGUMENTS, semconv.INPUT_VALUE):
        if name in attributes:
            attributes[name] = call_arguments(attributes[name])
    for name in (semconv.TOOL_RESULT, semconv.OUTPUT_VALUE):
        if attributes.get(name) == _NOTHING:
            del attributes[name]


def _messages(attributes: Attributes) -> dict[str, AttributeValue]:
    answers = unflatten(attributes, "gen_ai.completion")
    reasons = [first(as_map(answer), "finish_reason") for answer in as_list(answers)]
    return {
        semconv.OPERATION: "chat",
        semconv.INPUT_MESSAGES: unflatten(attributes, "gen_ai.prompt"),
        semconv.OUTPUT_MESSAGES: answers,
        semconv.TOOL_DEFINITIONS: unflatten(attributes, "gen_ai.request.functions")
        or unflatten(attributes, "gen_ai.request.tools"),
        semconv.FINISH_REASONS: [reason for reason in reasons if reason],
    }


def _is_agentops(record: SpanRecord) -> bool:
    if record.scope_name.startswith("agentops"):
        return True
    return _KIND in record.attributes


DIALECT: Final = Dialect(
    "agentops", translate, scopes=("agentops", "agentops.*"), marks=(_KIND,), speaks=_is_agentops
)
