"""Products without a dialect of their own: read by the keys that everyone's spans have something like.

Asked last, of spans that no dialect and none of the conventions claims. What only a few words of a span
suggest is not made more of than they say: without a model or a tool it stays a plain step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import plain
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.unflatten import unflatten_all
from otel_bridge.dialects.unnamed_keys import ANSWERS, KEYS, NAMES, PREFIXES, QUESTIONS, STATED
from otel_bridge.dialects.values import as_map, count, first, parse_json, text
from otel_bridge.dialects.wrappings import call_arguments
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_KINDS: Final[Mapping[str, StepKind]] = {
    **dict.fromkeys(
        ("llm", "generation", "chat", "completion", "model", "llm_call", "chat_model", "inference"), "llm"
    ),
    **dict.fromkeys(("tool", "tool_call", "function_call", "tool_use", "tool_execution"), "tool"),
    **dict.fromkeys(("agent", "agent_run", "subagent"), "agent"),
    **dict.fromkeys(("retriever", "retrieval", "reranker", "search", "rag"), "retrieval"),
    **dict.fromkeys(("embedding", "embeddings", "embedder"), "embedding"),
    **dict.fromkeys(("memory",), "memory"),
    **dict.fromkeys(("guardrail", "guard", "moderation"), "guardrail"),
    **dict.fromkeys(("handoff", "transfer"), "handoff"),
    **dict.fromkeys(("chain", "workflow", "step", "task", "graph", "node", "function", "flow"), "chain"),
}
"""What a span may say that it is, in small letters."""
_OWN_NAMES: Final = ("genkit:name", "name")
_CALLS: Final = (semconv.INPUT_TOKENS, semconv.OUTPUT_TOKENS, "asked", "answered")
_SCHEMA: Final = frozenset(("type", "properties"))
"""What a tool's parameters have where they are what it takes, not what it was given."""
_EMBED: Final = "embed"
_AGENT: Final = "agent"


def speaks(record: SpanRecord) -> bool:
    """Whether the span has any of the likely keys."""
    return not KEYS.isdisjoint(record.attributes) or any(
        key.startswith(("llm.", "messages.0.")) for key in record.attributes
    )


def translate(record: SpanRecord) -> Translation:
    """Rename what has a likely name, and tell by what is there which kind of step it is."""
    given = record.attributes
    found = renamed(given, NAMES)
    said = _said(given)
    kind = _kind(record, found, said)
    if kind == "chain" and plain.is_plumbing(given):
        return plain.translate(record)
    if kind == "tool":
        found.setdefault(semconv.TOOL_NAME, text(given, *_OWN_NAMES) or record.name)
    elif kind == "agent":
        found.setdefault(semconv.AGENT_NAME, text(given, *_OWN_NAMES) or record.name)
    elif kind == "llm" and semconv.REQUEST_MODEL not in found and text(given, "genkit:name"):
        found[semconv.REQUEST_MODEL] = text(given, "genkit:name")
    _add_content(found, kind, said)
    return Translation(found, kind=kind)


def completed(told: Translation, kind: StepKind) -> Translation:
    """Return a translation by the conventions, and beside it what likely keys say of a step of this kind."""
    found = renamed(told.attributes, NAMES)
    _add_content(found, kind, _said(told.attributes))
    return replace(told, attributes=found)


def _add_content(found: dict[str, AttributeValue], kind: StepKind, said: Mapping[str, Json]) -> None:
    """Put what was asked and answered where a step of this kind has it."""
    if kind == "tool" and _SCHEMA.issubset(as_map(found.get(semconv.TOOL_ARGUMENTS))):
        del found[semconv.TOOL_ARGUMENTS]
    for side, of_messages, of_values, of_tools in (
        ("asked", semconv.INPUT_MESSAGES, semconv.INPUT_VALUE, semconv.TOOL_ARGUMENTS),
        ("answered", semconv.OUTPUT_MESSAGES, semconv.OUTPUT_VALUE, semconv.TOOL_RESULT),
    ):
        if side in said:
            name = of_messages if kind == "llm" else of_tools if kind == "tool" else of_values
            if not found.get(of_messages):
                found.setdefault(name, said[side])
    if kind == "tool" and semconv.TOOL_ARGUMENTS in found:
        found[semconv.TOOL_ARGUMENTS] = call_arguments(found[semconv.TOOL_ARGUMENTS])
    if kind in ("llm", "embedding"):
        _add_usage(found, said.get("answered"))


def _said(attributes: Attributes) -> dict[str, Json]:
    """Return what was asked and answered, from its likeliest key."""
    spread = unflatten_all(attributes, PREFIXES)
    asked = spread.get("asked") or first(attributes, *QUESTIONS)
    answered = spread.get("answered") or first(attributes, *ANSWERS)
    told = {"asked": _opened(asked), "answered": _opened(answered)}
    return {side: value for side, value in told.items() if value is not None and value != ()}


def _opened(value: Json) -> Json:
    """Return the value of one that says its type beside it, as LangWatch writes them."""
    written = parse_json(value)
    is_typed = isinstance(written, dict) and written.keys() == {"type", "value"}
    return written["value"] if is_typed else value


def _kind(record: SpanRecord, found: Mapping[str, Json], said: Mapping[str, Json]) -> StepKind:
    for key in STATED:
        stated = record.attributes.get(key)
        kind = _KINDS.get(stated.lower()) if isinstance(stated, str) else None
        if kind is not None:
            return kind
    if semconv.TOOL_NAME in found:
        return "tool"
    if semconv.RETRIEVAL_DOCUMENTS in found:
        return "retrieval"
    if semconv.REQUEST_MODEL in found or semconv.RESPONSE_MODEL in found:
        if _EMBED in record.name.lower() or _EMBED in str(found.get(semconv.REQUEST_MODEL)).lower():
            return "embedding"
        if any(name in found or name in said for name in _CALLS) and _AGENT not in record.name.lower():
            return "llm"
    return "agent" if semconv.AGENT_NAME in found and _AGENT in record.name.lower() else "chain"


def _add_usage(found: dict[str, AttributeValue], answered: Json) -> None:
    """Take the tokens from a `usage` of the span, or of the answer where that is the whole of a provider's."""
    if semconv.INPUT_TOKENS in found or semconv.OUTPUT_TOKENS in found:
        return
    usage = as_map(first(found, "usage", "llm.usage", "token_usage")) or as_map(
        as_map(parse_json(answered)).get("usage")
    )
    asked = as_map(usage.get("prompt_tokens_details") or usage.get("input_tokens_details"))
    answer = as_map(usage.get("completion_tokens_details") or usage.get("output_tokens_details"))
    counts = {
        semconv.INPUT_TOKENS: count(usage, "prompt_tokens", "input_tokens", "promptTokens", "inputTokens"),
        semconv.OUTPUT_TOKENS: count(
            usage, "completion_tokens", "output_tokens", "completionTokens", "outputTokens"
        ),
        semconv.CACHE_READ_TOKENS: count({**asked, **usage}, "cached_tokens", "cache_read_input_tokens"),
        semconv.REASONING_TOKENS: count({**answer, **usage}, "reasoning_tokens"),
    }
    found.update({name: value for name, value in counts.items() if value is not None and name not in found})


DIALECT: Final = Dialect("unnamed", translate, speaks=speaks)
