"""Haystack: every component of a pipeline under one span name, told apart by the component's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled
from otel_bridge.dialects.values import as_list, as_map, first, parse_json, text
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

_KIND_OF_NAME: Final[Mapping[str, StepKind]] = {
    "haystack.pipeline.run": "chain",
    "haystack.async_pipeline.run": "chain",
    "haystack.chat_generator.run": "llm",
    "haystack.agent.run": "agent",
    "haystack.agent.step": "chain",
    "haystack.agent.step.llm": "llm",
    "haystack.agent.step.tool": "tool",
}
_KIND_OF_COMPONENT: Final[tuple[tuple[str, StepKind], ...]] = (
    ("Generator", "llm"),
    ("Embedder", "embedding"),
    ("Retriever", "retrieval"),
    ("Ranker", "retrieval"),
)
"""How the type of a component ends; every other one is a chain."""
_INPUT: Final = (
    "haystack.agent.step.llm.input",
    "haystack.agent.step.tool.input",
    "haystack.agent.input",
    "haystack.component.input",
    "haystack.pipeline.input_data",
)
_OUTPUT: Final = (
    "haystack.agent.step.llm.output",
    "haystack.agent.step.tool.output",
    "haystack.agent.output",
    "haystack.component.output",
    "haystack.pipeline.output_data",
)
_OF_ONE_CALL: Final = (
    semconv.FINISH_REASONS,
    semconv.INPUT_TOKENS,
    semconv.OUTPUT_TOKENS,
    semconv.CACHE_READ_TOKENS,
    semconv.REASONING_TOKENS,
)
"""What an agent's last message says of the call that it came from, not of the agent's run."""
_TYPE: Final = "haystack.component.type"


def translate(record: SpanRecord) -> Translation:
    """Tell the kind by the span's name or its component, and read replies with what they say of the model."""
    given = record.attributes
    kind = _kind(record)
    asked, answered = parse_json(first(given, *_INPUT)), parse_json(first(given, *_OUTPUT))
    reader = {"tool": _tool, "retrieval": _retrieval, "embedding": _embedding}.get(kind, _conversation)
    found = reader(asked, answered)
    if kind == "agent":
        found |= dict.fromkeys(_OF_ONE_CALL)
    if kind == "tool":
        found[semconv.TOOL_NAME] = text(given, "haystack.tool.name")
    return Translation(
        attributes={**given, **filled(found)},
        kind=kind,
        title=_title(given),
        framework=kind == "framework",
        failure=_failure(given, answered) if kind == "tool" else None,
        extra=as_map(given.get("haystack.pipeline.metadata")),
    )


def _kind(record: SpanRecord) -> StepKind:
    known = _KIND_OF_NAME.get(record.name)
    if known:
        return known
    if record.name.startswith("haystack.agent.hook"):
        return "framework"
    component = text(record.attributes, _TYPE) or ""
    return next((kind for end, kind in _KIND_OF_COMPONENT if component.endswith(end)), "chain")


def _title(attributes: Attributes) -> str | None:
    step = text(attributes, "haystack.agent.step")
    return f"step {step}" if step else text(attributes, "haystack.component.name")


def _failure(attributes: Attributes, result: Json) -> Failure | None:
    """Read a tool's error, of which the span's status knows nothing."""
    error = result.get("error") if isinstance(result, Mapping) and set(result) == {"error"} else None
    flagged = attributes.get("haystack.tool.error") in (True, "true")
    return Failure(message=text({"error": error}, "error")) if flagged or error else None


def _tool(asked: Json, answered: Json) -> dict[str, AttributeValue]:
    return {semconv.TOOL_ARGUMENTS: asked, semconv.TOOL_RESULT: answered}


def _retrieval(asked: Json, answered: Json) -> dict[str, AttributeValue]:
    query = as_map(asked)
    words = query.get("query") or {name: value for name, value in query.items() if "embedding" not in name}
    documents = [_without_vectors(item) for item in as_list(as_map(answered).get("documents"))]
    return {semconv.RETRIEVAL_QUERY: words, semconv.RETRIEVAL_DOCUMENTS: documents}


def _embedding(asked: Json, answered: Json) -> dict[str, AttributeValue]:
    question = as_map(asked)
    texts = [as_map(item).get("content") for item in as_list(question.get("documents"))]
    return {
        semconv.INPUT_VALUE: question.get("text") or texts,
        **_model(as_map(as_map(answered).get("meta"))),
    }


def _conversation(asked: Json, answered: Json) -> dict[str, AttributeValue]:
    """Read a model's, an agent's or a pipeline's question and answer; pipelines may have other values."""
    question, answer = as_map(asked), as_map(answered)
    replies = answer.get("replies")
    if replies is None and isinstance(answer.get("last_message"), Mapping):
        replies = [answer["last_message"]]
    questions = question.get("messages") or question.get("prompt")
    metas = [as_map(as_map(reply).get("meta") or as_map(reply).get("_meta")) for reply in as_list(replies)]
    meta = next((meta for meta in (*metas, *map(as_map, as_list(answer.get("meta")))) if meta), {})
    return {
        semconv.INPUT_MESSAGES: _messages(questions),
        semconv.OUTPUT_MESSAGES: _messages(replies),
        semconv.INPUT_VALUE: None if questions else asked,
        semconv.OUTPUT_VALUE: None if replies else answered,
        semconv.TOOL_DEFINITIONS: question.get("tools"),
        **_model(meta),
    }


def _model(meta: Mapping[str, Json]) -> dict[str, AttributeValue]:
    """Return what a reply says of the model that gave it."""
    usage = as_map(meta.get("usage"))
    return {
        semconv.REQUEST_MODEL: meta.get("model"),
        semconv.FINISH_REASONS: first(meta, "finish_reason", "stop_reason"),
        semconv.INPUT_TOKENS: first(usage, "prompt_tokens", "input_tokens"),
        semconv.OUTPUT_TOKENS: first(usage, "completion_tokens", "output_tokens"),
        semconv.CACHE_READ_TOKENS: as_map(usage.get("prompt_tokens_details")).get("cached_tokens"),
        semconv.REASONING_TOKENS: as_map(usage.get("completion_tokens_details")).get("reasoning_tokens"),
    }


def _messages(items: Json) -> Json:
    if not isinstance(items, (list, tuple)):
        return items
    return [_message(item) if isinstance(item, Mapping) else item for item in items]


def _message(item: Mapping[str, Json]) -> Json:
    content = item.get("content", item.get("_content"))
    parts = [_part(part) for part in content] if isinstance(content, (list, tuple)) else content
    return {"role": item.get("role", item.get("_role")), "content": parts}


def _part(part: Json) -> Json:
    """Open the wrapper that says what a part of Haystack's messages is."""
    fields = as_map(part)
    call, result = as_map(fields.get("tool_call")), as_map(fields.get("tool_call_result"))
    if call:
        return {"type": "tool_call", **call}
    if result:
        origin = as_map(result.get("origin"))
        return {"type": "tool_call_response", "id": origin.get("id"), "response": result.get("result")}
    thought = fields.get("reasoning")
    if thought:
        return {"type": "reasoning", "content": as_map(thought).get("reasoning_text", thought)}
    return part


def _without_vectors(document: Json) -> Json:
    fields = as_map(document)
    return {name: value for name, value in fields.items() if "embedding" not in name} if fields else document


def _is_haystack(record: SpanRecord) -> bool:
    return record.name.startswith("haystack.")


DIALECT: Final = Dialect(
    "haystack",
    translate,
    scopes=("haystack", "haystack*"),
    marks=(
        _TYPE,
        "haystack.pipeline.max_runs_per_component",
        "haystack.agent.max_steps",
        "haystack.agent.step",
        "haystack.agent.hook.point",
        "haystack.tool.name",
        "haystack.agent.step.llm.input",
    ),
    speaks=_is_haystack,
)
