"""The GenAI conventions of before 1.28, as OpenLLMetry wrote them: `gen_ai.prompt.0.content`, `llm.request.type`.

Others still write these names: AgentOps, LiteLLM, older releases of OpenLLMetry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.unflatten import unflatten_all
from otel_bridge.record import Attributes, AttributeValue, SpanRecord

REQUEST_TYPE: Final = "llm.request.type"

_NAMES: Final = {
    "gen_ai.system": semconv.PROVIDER,
    "llm.vendor": semconv.PROVIDER,
    "llm.request.model": semconv.REQUEST_MODEL,
    "llm.response.model": semconv.RESPONSE_MODEL,
    "gen_ai.usage.prompt_tokens": semconv.INPUT_TOKENS,
    "gen_ai.usage.completion_tokens": semconv.OUTPUT_TOKENS,
    "llm.usage.prompt_tokens": semconv.INPUT_TOKENS,
    "llm.usage.completion_tokens": semconv.OUTPUT_TOKENS,
    "gen_ai.usage.cache_read_input_tokens": semconv.CACHE_READ_TOKENS,
    "gen_ai.usage.cache_creation_input_tokens": semconv.CACHE_WRITE_TOKENS,
    "llm.usage.cache_read_input_tokens": semconv.CACHE_READ_TOKENS,
    "llm.usage.cache_creation_input_tokens": semconv.CACHE_WRITE_TOKENS,
    "gen_ai.usage.reasoning_tokens": semconv.REASONING_TOKENS,
    "llm.usage.reasoning_tokens": semconv.REASONING_TOKENS,
    "llm.is_streaming": semconv.STREAM,
    "llm.response.finish_reason": semconv.FINISH_REASONS,
    "llm.response.stop_reason": semconv.FINISH_REASONS,
    "gen_ai.response.finish_reason": semconv.FINISH_REASONS,
    "gen_ai.response.stop_reason": semconv.FINISH_REASONS,
    "gen_ai.streaming.time_to_first_token": semconv.FIRST_CHUNK_S,
    "llm.user": semconv.USER_ID,
    "gen_ai.user": semconv.USER_ID,
    "gen_ai.prompt": semconv.INPUT_MESSAGES,
    "gen_ai.completion": semconv.OUTPUT_MESSAGES,
}
_FLATTENED: Final = {
    "gen_ai.prompt": semconv.INPUT_MESSAGES,
    "gen_ai.completion": semconv.OUTPUT_MESSAGES,
    "llm.prompts": semconv.INPUT_MESSAGES,
    "llm.completions": semconv.OUTPUT_MESSAGES,
    "llm.request": "request",
    "gen_ai.request": "request",
}
_OPERATIONS: Final[Mapping[str, str]] = {
    "chat": "chat",
    "completion": "text_completion",
    "embedding": "embeddings",
    "rerank": "rerank",
}


def translate(record: SpanRecord) -> Translation:
    """Rename what was renamed since, and put the flattened messages together again."""
    found = read_indexed(record.attributes)
    return Translation(found, kind=None if semconv.OPERATION in found else "llm")


def read_indexed(attributes: Attributes) -> dict[str, AttributeValue]:
    """Return the attributes under today's names, with messages and tool definitions as lists."""
    found = renamed(attributes, _NAMES)
    provider = found.get(semconv.PROVIDER)
    if isinstance(provider, str):
        found[semconv.PROVIDER] = provider.lower()  # They wrote `Anthropic`.
    lists = unflatten_all(attributes, _FLATTENED)
    for name in (semconv.INPUT_MESSAGES, semconv.OUTPUT_MESSAGES):
        if isinstance(lists.get(name), list):
            found[name] = lists[name]
    request = lists.get("request")
    functions = request.get("functions") if isinstance(request, dict) else None
    if functions and semconv.TOOL_DEFINITIONS not in found:
        found[semconv.TOOL_DEFINITIONS] = functions
    stated = attributes.get(REQUEST_TYPE)
    if isinstance(stated, str) and stated in _OPERATIONS:
        found.setdefault(semconv.OPERATION, _OPERATIONS[stated])
    return found


DIALECT: Final = Dialect(
    "indexed_gen_ai",
    translate,
    marks=(
        REQUEST_TYPE,
        "gen_ai.prompt.0.role",
        "gen_ai.prompt.0.content",
        "gen_ai.completion.0.role",
        "gen_ai.completion.0.content",
        "gen_ai.prompt",
        "gen_ai.completion",
    ),
)
