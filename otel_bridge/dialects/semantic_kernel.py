"""Semantic Kernel: the conventions with enumeration texts for values; messages come in log records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure, find_failure
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import text
from otel_bridge.record import SpanRecord

_LLM_OPERATIONS: Final = ("chat", "text")
"""How the operations of model calls begin: `chat`, `chat.completions`, `text_completions`, ..."""

_NAMES: Final[Mapping[str, str]] = {
    "gen_ai.response.prompt_tokens": semconv.INPUT_TOKENS,
    "gen_ai.response.completion_tokens": semconv.OUTPUT_TOKENS,
}
"""Of the kernel for .NET before the conventions had words for them."""


def translate(record: SpanRecord) -> Translation:
    """Undo the enumeration texts, and fold away the agent runtime's messaging."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    operation = text(attributes, semconv.OPERATION)
    if record.scope_name.startswith("agent_runtime"):
        return Translation(attributes, kind="framework", framework=True)
    reasons = text(attributes, "gen_ai.response.finish_reason")
    if reasons and not attributes.get(semconv.FINISH_REASONS):
        attributes[semconv.FINISH_REASONS] = [_plain(reason) for reason in reasons.split(",")]
    is_call = operation is not None and operation.startswith(_LLM_OPERATIONS)
    if is_call:
        attributes[semconv.OPERATION] = "chat"
    handoff = "transfer_to_" in (text(attributes, semconv.TOOL_NAME) or "")
    if handoff:
        attributes[semconv.INPUT_VALUE] = attributes.get(semconv.TOOL_ARGUMENTS)
        attributes[semconv.OUTPUT_VALUE] = attributes.get(semconv.TOOL_RESULT)
    return Translation(attributes, kind="handoff" if handoff else None, failure=_failure(record))


def _plain(value: str) -> str:
    """Return the word of an enumeration text: `FinishReason.TOOL_CALLS` is tool_calls."""
    return value.rsplit(".", 1)[-1].strip().lower()


def _failure(record: SpanRecord) -> Failure | None:
    """Read the class from `<class 'pkg.Error'>`, as which the kernel writes error types."""
    stated = text(record.attributes, semconv.ERROR_TYPE)
    if stated is None or not stated.startswith("<class '"):
        return None
    found = find_failure(record)
    return Failure(stated.removeprefix("<class '").removesuffix("'>"), found.message, found.stack_trace)


DIALECT: Final = Dialect(
    "semantic-kernel", translate, scopes=("semantic_kernel*", "agent_runtime*", "Microsoft.SemanticKernel*")
)
