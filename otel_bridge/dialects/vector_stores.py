"""Vector databases: queries as retrieval, writes as memory, whichever instrumentation traced them.

They follow the conventions for databases: `db.system.name`, formerly `db.system`, and
`db.operation.name`, formerly `db.operation`.
"""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.values import text
from otel_bridge.record import AttributeValue, SpanRecord

_SYSTEMS: Final = frozenset(
    (
        "astra",
        "chroma",
        "chromadb",
        "lancedb",
        "marqo",
        "milvus",
        "pinecone",
        "qdrant",
        "turbopuffer",
        "weaviate",
    )
)
_WRITES: Final = ("add", "insert", "upsert", "update", "delete", "set_payload", "upload", "create", "modify")
_RESULT_EVENTS: Final = ("db.query.result", "db.search.result")
_COLLECTIONS: Final = ("db.collection.name", "db.chroma.collection.name", "db.vector.collection.name")


def speaks(record: SpanRecord) -> bool:
    """Whether the span is a call of a vector database, not of any other one."""
    return text(record.attributes, "db.system.name", "db.system") in _SYSTEMS


def translate(record: SpanRecord) -> Translation:
    """Take the query and its documents, or the text that says what was written."""
    found = dict(record.attributes)
    operation = (text(found, "db.operation.name", "db.operation") or "").lower()
    collection = text(found, *_COLLECTIONS)
    if collection:
        found.setdefault(semconv.DATA_SOURCE_ID, collection)
    writes = any(word in operation for word in _WRITES)
    query = text(found, "db.query.text", "db.statement", "db.query.summary")
    if query:
        found.setdefault(semconv.INPUT_VALUE, query)
    documents = _documents(record)
    if documents:
        found[semconv.RETRIEVAL_DOCUMENTS] = documents
    return Translation(
        found,
        kind="memory" if writes else "retrieval",
        type="memory_write" if writes else None,
        title=record.name,
        framework=operation.startswith("_"),  # The client's inner steps.
    )


def _documents(record: SpanRecord) -> list[AttributeValue]:
    """Read the documents that OpenLLMetry tells as events, one each."""
    documents: list[AttributeValue] = []
    for event in record.events:
        if event.name in _RESULT_EVENTS:
            start = event.name + "."
            documents.append(
                {
                    key.removeprefix(start): value
                    for key, value in event.attributes.items()
                    if value is not None
                }
            )
    return documents


DIALECT: Final = Dialect("vector_stores", translate, marks=("db.system", "db.system.name"), speaks=speaks)
