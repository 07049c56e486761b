"""CrewAI's own tracing: the conventions, with an agent's role as its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.renaming import renamed
from otel_bridge.dialects.values import as_map, parse_text, text
from otel_bridge.record import SpanRecord

_NAMES: Final[Mapping[str, str]] = {
    "crewai.principal.id": semconv.USER_ID,
    "crewai.crew.inputs": semconv.INPUT_VALUE,
    "crewai.crew.output": semconv.OUTPUT_VALUE,
    "crewai.task.description": semconv.INPUT_VALUE,
    "crewai.task.output": semconv.OUTPUT_VALUE,
}
_CHAINS: Final = {"invoke_workflow", "execute_task"}
_PHANTOM: Final = "tool_failure_detected"
"""The event that repeats, as a span of its own, that a tool failed whose span says so too."""


def translate(record: SpanRecord) -> Translation:
    """Name agents by their role: `gen_ai.agent.name` is a hash of it."""
    attributes = renamed(record.attributes, _NAMES)
    role = text(attributes, "crewai.agent.role")
    if role:
        attributes[semconv.AGENT_NAME] = role
    result = attributes.get(semconv.TOOL_RESULT)
    if isinstance(result, str):
        attributes[semconv.TOOL_RESULT] = parse_text(result)
    framework = attributes.get("crewai.event_name") == _PHANTOM or record.name == "tool failure"
    chain = text(attributes, semconv.OPERATION) in _CHAINS
    return Translation(
        attributes,
        kind="framework" if framework else "chain" if chain else None,
        title=_title(record) if chain else None,
        framework=framework,
        extra=as_map(record.attributes.get("crewai.crew.inputs")),
    )


def _title(record: SpanRecord) -> str:
    names = (semconv.WORKFLOW_NAME, "crewai.task.name", "crewai.task.description", "crewai.flow.name")
    return text(record.attributes, *names) or record.name


DIALECT: Final = Dialect("crewai", translate, scopes=("crewai", "crewai.*"))
