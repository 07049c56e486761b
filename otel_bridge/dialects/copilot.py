"""GitHub Copilot, its CLI and its chat in VS Code: the conventions, and matters of its own in `github.copilot.*`.

https://docs.github.com/copilot/reference/copilot-cli-reference/cli-command-reference. Its cost is in a
unit of its own, not in dollars; its messages are those that are new in a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.errors import Failure, find_failure
from otel_bridge.dialects.reading import Outcome
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import number, text
from otel_bridge.record import AttributeValue, SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "github.copilot.time_to_first_chunk": semconv.FIRST_CHUNK_S,
    "copilot_chat.session_id": semconv.CONVERSATION_ID,
    "copilot_chat.chat_session_id": semconv.CONVERSATION_ID,
    "user.name": semconv.USER_ID,
}
_ERROR_TYPE: Final = "github.copilot.error_type"
_FIRST_TOKEN_MS: Final = "copilot_chat.time_to_first_token"
_ABORT: Final = "github.copilot.session.abort"
_AROUND_STEPS: Final = (None, "execute_hook", "permission")
"""Operations of spans that only surround a step."""
_ABOUT_THE_RUN: Final = ("github.copilot.git.", "github.copilot.github.", "github.copilot.agent.")
_OWN: Final = "github.copilot."


def translate(record: SpanRecord) -> Translation:
    """Read by the conventions, and fold away hooks, permissions and whatever says no operation."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    operation = text(attributes, semconv.OPERATION)
    framework = operation in _AROUND_STEPS
    first_token_ms = number(attributes, _FIRST_TOKEN_MS)
    if first_token_ms is not None:
        attributes.setdefault(semconv.FIRST_CHUNK_S, first_token_ms / 1000)
    words = record.name.split()
    if operation == "execute_tool" and semconv.TOOL_NAME not in attributes and len(words) > 1:
        attributes[semconv.TOOL_NAME] = words[1]  # Which the span repeats: `execute_tool bash bash`.
    unnamed = operation == "invoke_agent" and semconv.AGENT_NAME not in attributes
    return Translation(
        attributes,
        kind="framework" if framework else None,
        title="GitHub Copilot" if unnamed else None,
        framework=framework,
        failure=_failure(record),
        outcome=_outcome(record),
        extra=_extra(attributes),
    )


def _failure(record: SpanRecord) -> Failure | None:
    """Return the error of a session, whose exception event names its type in its own way."""
    for event in record.events:
        kind = text(event.attributes, _ERROR_TYPE) if event.name == semconv.EXCEPTION_EVENT else None
        if kind:
            found = find_failure(record)
            return Failure(found.type or kind, found.message, found.stack_trace)
    return None


def _outcome(record: SpanRecord) -> Outcome | None:
    """Say that the user ended it, which the status does not."""
    return "cancelled" if any(event.name == _ABORT for event in record.events) else None


def _extra(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {
        name.removeprefix(_OWN): value
        for name, value in attributes.items()
        if name.startswith(_ABOUT_THE_RUN)
    }


DIALECT: Final = Dialect(
    "copilot",
    translate,
    scopes=("github.copilot", "github.copilot.*", "copilot-chat", "copilot-chat.*"),
    marks=(
        "github.copilot.turn_id",
        "github.copilot.turn_count",
        "github.copilot.interaction_id",
        "github.copilot.agent.type",
        "copilot_chat.turn_count",
        "copilot_chat.session_id",
    ),
)
