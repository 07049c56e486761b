"""The Anthropic SDK's own spans: the GenAI conventions but for the reason to stop and the tool's result."""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.renaming import renamed
from otel_bridge.record import SpanRecord

_NAMES: Final = {
    "anthropic.message.stop_reason": semconv.FINISH_REASONS,
    "anthropic.tool_result.content": semconv.TOOL_RESULT,
}


def translate(record: SpanRecord) -> Translation:
    """Rename its two own attributes; a count of tokens is no call of the model."""
    told = gen_ai.translate(record)
    is_count = semconv.OPERATION not in record.attributes
    return Translation(renamed(told.attributes, _NAMES), kind="chain" if is_count else None)


DIALECT: Final = Dialect(
    "anthropic_sdk", translate, scopes=("com.anthropic.sdk.python", "com.anthropic.sdk.*")
)
