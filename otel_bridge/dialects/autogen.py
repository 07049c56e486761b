"""AutoGen: agents and tools by the conventions, each message of its runtime as spans of its own."""

from __future__ import annotations

import re
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.record import SpanRecord

_RECEIVER: Final = re.compile(r"^autogen \w+ (\w+?)_[0-9a-f]{8}-[-0-9a-f]{27}\b")
"""How the runtime names a message: what is done with it, and the kind and number of who receives it."""


def translate(record: SpanRecord) -> Translation:
    """Fold away the runtime's messaging; making an agent is no step of a run."""
    attributes = record.attributes
    if semconv.OPERATION not in attributes:
        receiver = _RECEIVER.match(record.name)
        return Translation(
            attributes, kind="framework", framework=True, title=receiver[1] if receiver else None
        )
    made = attributes.get(semconv.OPERATION) == "create_agent"
    if not made:
        return Translation(attributes)
    return Translation(attributes, kind="message", type="agent_spawn", title=record.name)


DIALECT: Final = Dialect("autogen", translate, scopes=("autogen-core", "autogen *"))
