"""Microsoft Agent Framework: the GenAI conventions, and workflows in words of its own."""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import gen_ai
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.renaming import filled
from otel_bridge.dialects.values import text
from otel_bridge.record import SpanRecord

_SCOPES: Final = (
    "agent_framework",
    "agent_framework.*",
    "Microsoft.Agents.AI*",
    "Experimental.Microsoft.Agents.AI*",
)
"""Of Python, then of .NET."""


def translate(record: SpanRecord) -> Translation:
    """Show workflow runs and their executors, and fold away how messages travel between them."""
    attributes = gen_ai.translate(record).attributes
    if semconv.OPERATION in attributes:
        return Translation(attributes)
    name = record.name
    if name.startswith("executor.process"):
        executor = text(attributes, "executor.id")
        is_agent = "Agent" in (text(attributes, "executor.type") or "")
        named = filled({semconv.AGENT_NAME: executor if is_agent else None})
        return Translation({**attributes, **named}, kind="chain", title=executor)
    if name.startswith("workflow.run"):
        title = text(attributes, "workflow.name")
        named = filled({semconv.WORKFLOW_NAME: title})
        return Translation({**attributes, **named}, kind="chain", title=title)
    return Translation(attributes, kind="framework", framework=True)


DIALECT: Final = Dialect("agent-framework", translate, scopes=_SCOPES)
