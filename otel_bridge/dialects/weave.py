"""Weave, of Weights & Biases: the conventions, and what it tells of the OpenAI Agents SDK in keys of its own.

Its conversation SDK and its integrations write OpenTelemetry; `@weave.op` does not. Conversations are
`gen_ai.conversation.*`, or `wandb.thread_id` on the spans of others that were made for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.reading import Json, StepKind
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import text
from otel_bridge.record import SpanRecord

_AGENTS: Final = "weave.openai_agents."
_NAMES: Final[Mapping[str, str]] = {
    _AGENTS + "handoff.from_agent": semconv.AGENT_NAME,
    _AGENTS + "handoff.to_agent": semconv.OUTPUT_VALUE,
    _AGENTS + "turn.agent_name": semconv.AGENT_NAME,
    _AGENTS + "task.workflow_name": semconv.WORKFLOW_NAME,
    _AGENTS + "guardrail.triggered": semconv.OUTPUT_VALUE,
    _AGENTS + "transcription.model": semconv.REQUEST_MODEL,
    _AGENTS + "transcription.input": semconv.INPUT_VALUE,
    _AGENTS + "transcription.output": semconv.OUTPUT_VALUE,
    _AGENTS + "speech.model": semconv.REQUEST_MODEL,
    _AGENTS + "speech.input": semconv.INPUT_VALUE,
    _AGENTS + "speech.output": semconv.OUTPUT_VALUE,
    _AGENTS + "mcp.server": semconv.INPUT_VALUE,
    _AGENTS + "mcp.result": semconv.OUTPUT_VALUE,
    "wandb.thread_id": semconv.CONVERSATION_ID,
    "weave.display_name": semconv.STEP_NAME,
}
_KIND_OF_KEY: Final[Mapping[str, StepKind]] = {
    _AGENTS + "handoff.from_agent": "handoff",
    _AGENTS + "handoff.to_agent": "handoff",
    _AGENTS + "guardrail.name": "guardrail",
    _AGENTS + "guardrail.triggered": "guardrail",
}
"""Keys that say what a span without an operation is; every other one is a chain."""
_CONVERSATION: Final = ("gen_ai.conversation.name", "weave.conversation.name")


def translate(record: SpanRecord) -> Translation:
    """Read by the conventions; of spans without an operation, their keys tell what they are."""
    attributes = renamed(gen_ai.translate(record).attributes, _NAMES)
    conversation = text(attributes, *_CONVERSATION)
    extra: dict[str, Json] = {"conversation": conversation} if conversation else {}
    triggered = (
        attributes.get(semconv.OUTPUT_VALUE) if _AGENTS + "guardrail.triggered" in record.attributes else None
    )
    if isinstance(triggered, bool):
        extra["passed"] = not triggered
    if semconv.OPERATION in attributes:
        return Translation(attributes, extra=extra)
    kind: StepKind = next((kind for key, kind in _KIND_OF_KEY.items() if key in attributes), "chain")
    title = text(attributes, _AGENTS + "guardrail.name", semconv.WORKFLOW_NAME)
    return Translation(attributes, kind=kind, title=title, extra=extra)


DIALECT: Final = Dialect("weave", translate, scopes=("weave", "weave.*"))
