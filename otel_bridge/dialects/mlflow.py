"""MLflow Tracing: `mlflow.spanType` and its like, every value written as JSON; or, on demand, the conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.operations import KIND_OF_OPERATION
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import filled
from otel_bridge.dialects.values import as_list, as_map, count, parse_text, text
from otel_bridge.dialects.wrappings import tool_call_id, unwrapped_result
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

KIND: Final = "mlflow.spanType"
_INPUTS: Final = "mlflow.spanInputs"
_OUTPUTS: Final = "mlflow.spanOutputs"
_USAGE: Final = "mlflow.chat.tokenUsage"

_KINDS: Final[Mapping[str, StepKind]] = {
    "LLM": "llm",
    "CHAT_MODEL": "llm",
    "AGENT": "agent",
    "TOOL": "tool",
    "CHAIN": "chain",
    "RETRIEVER": "retrieval",
    "RERANKER": "retrieval",
    "EMBEDDING": "embedding",
    "MEMORY": "memory",
    "GUARDRAIL": "guardrail",
    "WORKFLOW": "chain",
    "TASK": "task",
    "PARSER": "chain",
    "EVALUATOR": "chain",
}


def translate(record: SpanRecord) -> Translation:
    """Unquote, and take model, messages and token counts from where the span keeps them."""
    attributes = record.attributes
    stated = parse_text(attributes.get(KIND))
    if not isinstance(stated, str):
        return _by_conventions(record)
    kind = _KINDS.get(stated, "chain")
    request = parse_text(attributes.get(_INPUTS))
    own: dict[str, Json] = {
        semconv.AGENT_NAME: record.name if kind == "agent" else None,
        semconv.TOOL_NAME: record.name if kind == "tool" else None,
        semconv.TOOL_CALL_ID: tool_call_id(attributes.get(_OUTPUTS)) if kind == "tool" else None,
        semconv.SESSION_ID: _unquoted(attributes, "mlflow.trace.session", "session_id"),
        semconv.USER_ID: _unquoted(attributes, "mlflow.trace.user", "user_id"),
        **_content(attributes, request, kind),
    }
    if kind in ("llm", "embedding"):
        own |= _model(attributes, request)
    return Translation(
        {**attributes, **filled(own)},
        kind=kind,
        title=record.name if kind in ("memory", "retrieval") else None,
        parameters=request if kind == "llm" and isinstance(request, Mapping) else None,
    )


def _by_conventions(record: SpanRecord) -> Translation:
    """Read a span exported with the conventions' names; types that those do not know stay in upper case."""
    told = gen_ai.translate(record)
    operation = record.attributes.get(semconv.OPERATION)
    is_own = isinstance(operation, str) and operation not in KIND_OF_OPERATION
    # What was asked for; `gen_ai.request.model` is the model that answered.
    model = {semconv.REQUEST_MODEL: _unquoted(record.attributes, "model")}
    attributes = {**told.attributes, **filled(model)}
    return Translation(attributes, kind=_KINDS.get(str(operation)) if is_own else told.kind)


def _content(attributes: Attributes, request: Json, kind: StepKind) -> dict[str, Json]:
    answer = attributes.get(_OUTPUTS)
    if kind == "llm":
        tools = as_list(attributes.get("mlflow.chat.tools")) or as_list(attributes.get("tools"))
        return {
            semconv.INPUT_MESSAGES: request,
            semconv.OUTPUT_MESSAGES: parse_text(answer),
            semconv.TOOL_DEFINITIONS: list(tools),
        }
    if kind == "embedding" and isinstance(request, Mapping):
        return {semconv.INPUT_VALUE: request.get("input", request)}
    answer = unwrapped_result(answer) if kind == "tool" else parse_text(answer)
    return {semconv.INPUT_VALUE: request, semconv.OUTPUT_VALUE: answer}


def _model(attributes: Attributes, request: Json) -> dict[str, AttributeValue]:
    asked = request if isinstance(request, Mapping) else {}
    usage = as_map(attributes.get(_USAGE))
    return {
        semconv.REQUEST_MODEL: _unquoted(attributes, "mlflow.llm.model", "model") or text(asked, "model"),
        semconv.PROVIDER: _unquoted(attributes, "mlflow.llm.provider", "mlflow.message.format"),
        semconv.COST_USD: as_map(attributes.get("mlflow.llm.cost")).get("total_cost"),
        semconv.INPUT_TOKENS: count(usage, "input_tokens"),
        semconv.OUTPUT_TOKENS: count(usage, "output_tokens"),
        semconv.CACHE_READ_TOKENS: count(usage, "cache_read_input_tokens"),
        semconv.CACHE_WRITE_TOKENS: count(usage, "cache_creation_input_tokens"),
        semconv.REASONING_TOKENS: count(usage, "reasoning_tokens", "reasoning_output_tokens"),
    }


def _unquoted(attributes: Attributes, *names: str) -> str | None:
    for name in names:
        value = parse_text(attributes.get(name))
        if isinstance(value, str) and value:
            return value
    return None


DIALECT: Final = Dialect("mlflow", translate, scopes=("mlflow*",), marks=(KIND,))
