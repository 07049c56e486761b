"""TraceAI, of Future AGI: OpenInference in keys that begin with `gen_ai.`, and `gen_ai.span.kind` for the kind.

https://github.com/future-agi/traceAI. The kind alone is also written by Alibaba's LoongSuite and by Dify for
it, whose other keys are the conventions', or older ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai, openinference, unnamed
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.record import SpanRecord

_KIND: Final = "gen_ai.span.kind"
_NAMES: Final[Mapping[str, str]] = {
    _KIND: openinference.KIND,
    "gen_ai.request.parameters": "llm.invocation_parameters",
    "gen_ai.usage.input_tokens.cache_read": "llm.token_count.prompt_details.cache_read",
    "gen_ai.usage.cache_read_tokens": "llm.token_count.prompt_details.cache_read",
    "gen_ai.usage.cache_write_tokens": "llm.token_count.prompt_details.cache_write",
    "gen_ai.usage.output_tokens.reasoning": "llm.token_count.completion_details.reasoning",
    "gen_ai.cost.total": "llm.cost.total",
    "gen_ai.tool.parameters": "tool.parameters",
}
_LISTS: Final = (
    ("gen_ai.input.messages.", "llm.input_messages."),
    ("gen_ai.output.messages.", "llm.output_messages."),
    ("gen_ai.tool.definitions.", "llm.tools."),
    ("gen_ai.retrieval.documents.", "retrieval.documents."),
)

_SAID: Final = frozenset((semconv.INPUT_MESSAGES, semconv.OUTPUT_MESSAGES))


def translate(record: SpanRecord) -> Translation:
    """Read a span as OpenInference would have it written."""
    told = gen_ai.translate(record).attributes
    renamed = openinference.translate(replace(record, attributes={_name(key): told[key] for key in told}))
    if renamed.kind == "llm" and _SAID.isdisjoint(renamed.attributes):
        return unnamed.completed(renamed, renamed.kind)
    return renamed


def _name(key: str) -> str:
    start = next(((theirs, ours) for theirs, ours in _LISTS if key.startswith(theirs)), None)
    return start[1] + key[len(start[0]) :] if start else _NAMES.get(key, key)


DIALECT: Final = Dialect("traceai", translate, scopes=("traceai*", "fi_instrumentation*"), marks=(_KIND,))
