"""Memory, retrieval and embeddings as spans of the GenAI conventions."""

from __future__ import annotations

from agent_inspector.trace.freeze import freeze, freeze_content, safe_text
from agent_inspector.trace.look import MAX_BYTES
from agent_inspector.trace.steps.fields import (
    LLM_TEXTS,
    USAGE,
    Attributes,
    StepSpan,
    is_number,
    metadata,
    take_numbers,
    take_texts,
)
from otel_bridge import semconv


def memory_read_span(key: object, value: object, extra: Attributes) -> StepSpan:
    """Describe a look-up in the agent's memory."""
    name = safe_text(key)
    attributes: Attributes = {
        semconv.OPERATION: "search_memory",
        semconv.EVENT_TYPE: "memory_read",
        semconv.MEMORY_QUERY: name,
        semconv.MEMORY_RECORDS: freeze([{"id": name, "content": value}]),
    }
    return StepSpan("search_memory", attributes | metadata(extra))


def memory_write_span(key: object, value: object, extra: Attributes) -> StepSpan:
    """Describe a change of the agent's memory."""
    name = safe_text(key)
    attributes: Attributes = {
        semconv.OPERATION: "upsert_memory",
        semconv.EVENT_TYPE: "memory_write",
        semconv.MEMORY_RECORD_ID: name,
        semconv.MEMORY_RECORDS: freeze([{"id": name, "content": value}]),
    }
    return StepSpan("upsert_memory", attributes | metadata(extra))


def retrieval_span(query: object, documents: object, extra: Attributes) -> StepSpan:
    """Describe a retrieval that is over."""
    asked = retrieval_request(query, extra)
    return StepSpan(asked.name, asked.attributes | retrieval_response(documents, extra))


def retrieval_request(query: object, extra: Attributes) -> StepSpan:
    """Describe what is known of a retrieval when it begins."""
    attributes: Attributes = {
        semconv.OPERATION: "retrieval",
        semconv.EVENT_TYPE: "retrieval",
        semconv.RETRIEVAL_QUERY: safe_text(query, MAX_BYTES),
    }
    take_texts(attributes, extra, {"data_source": semconv.DATA_SOURCE_ID, "model": semconv.REQUEST_MODEL})
    take_numbers(attributes, extra, {"top_k": semconv.RETRIEVAL_TOP_K})
    source = attributes.get(semconv.DATA_SOURCE_ID)
    return StepSpan(f"retrieval {source}" if source else "retrieval", attributes)


def retrieval_response(documents: object, extra: Attributes) -> Attributes:
    """Describe what a retrieval found."""
    found = {} if documents is None else {semconv.RETRIEVAL_DOCUMENTS: freeze(documents)}
    return found | metadata(extra)


def embedding_span(model: object, text: object, dimensions: object, extra: Attributes) -> StepSpan:
    """Describe an embedding call that is over."""
    asked = embedding_request(model, text, extra)
    return StepSpan(asked.name, asked.attributes | embedding_response(dimensions, extra), is_client=True)


def embedding_request(model: object, text: object, extra: Attributes) -> StepSpan:
    """Describe what is known of an embedding call when it begins."""
    name = safe_text(model)
    attributes: Attributes = {
        semconv.OPERATION: "embeddings",
        semconv.EVENT_TYPE: "embedding",
        semconv.REQUEST_MODEL: name,
        semconv.INPUT_VALUE: freeze_content(text),
    }
    take_texts(attributes, extra, LLM_TEXTS)
    return StepSpan(f"embeddings {name}", attributes, is_client=True)


def embedding_response(dimensions: object, extra: Attributes) -> Attributes:
    """Describe what is known of an embedding call when it ends: not the vectors, only their size."""
    attributes: Attributes = {}
    if is_number(dimensions):
        attributes[semconv.EMBEDDING_DIMENSIONS] = dimensions
    take_numbers(attributes, extra, USAGE)
    return attributes | metadata(extra)
