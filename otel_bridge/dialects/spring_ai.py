"""Spring AI: its own kinds of steps as `spring.ai.kind` beside the conventions' operation `framework`.

https://docs.spring.io/spring-ai/reference/observability/index.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai, vector_stores
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.indexed_gen_ai import read_indexed
from otel_bridge.dialects.reading import StepKind
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import parse_text, text
from otel_bridge.record import SpanRecord

KIND: Final = "spring.ai.kind"
_NAMES: Final[Mapping[str, str]] = {
    "spring.ai.chat.client.conversation.id": semconv.CONVERSATION_ID,
    "spring.ai.chat.client.input": semconv.INPUT_VALUE,
    "spring.ai.chat.client.output": semconv.OUTPUT_VALUE,
    "spring.ai.chat.client.user.text": semconv.INPUT_VALUE,
    "spring.ai.model.request.messages": semconv.INPUT_MESSAGES,
    "spring.ai.model.response.messages": semconv.OUTPUT_MESSAGES,
    "spring.ai.tool.definition.name": semconv.TOOL_NAME,
    "spring.ai.tool.call.id": semconv.TOOL_CALL_ID,
    "spring.ai.tool.call.arguments": semconv.TOOL_ARGUMENTS,
    "spring.ai.tool.call.result": semconv.TOOL_RESULT,
    "db.vector.query.content": semconv.RETRIEVAL_QUERY,
    "db.vector.query.response.documents": semconv.RETRIEVAL_DOCUMENTS,
    "db.collection.name": semconv.DATA_SOURCE_ID,
}
_KINDS: Final[Mapping[str, StepKind]] = {
    "chat_client": "chain",
    "advisor": "chain",
    "tool_call": "tool",
    "vector_store": "retrieval",
}
"""Every other kind is a model, whose operation the conventions know."""


def translate(record: SpanRecord) -> Translation:
    """Read a client, an advisor, a tool or a store by its kind, and a model by the conventions."""
    attributes = renamed(read_indexed(gen_ai.translate(record).attributes), _NAMES)
    stated = text(attributes, KIND)
    kind = _KINDS.get(stated or "")
    if kind == "retrieval":
        kind = vector_stores.translate(record).kind
    result = attributes.get(semconv.TOOL_RESULT)
    if isinstance(result, str):
        attributes[semconv.TOOL_RESULT] = parse_text(result)  # A text comes in quotes.
    title = text(attributes, "spring.ai.advisor.name") or record.name if kind == "chain" else None
    return Translation(attributes, kind=kind, title=title)


DIALECT: Final = Dialect("spring-ai", translate, marks=(KIND,))
