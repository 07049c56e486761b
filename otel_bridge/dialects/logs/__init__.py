"""Log records of products that tell in them what their spans do not say, or who send no spans at all.

`attach` gives log records to the spans that they belong to, as events; the dialects read them there.
`spans_from` makes spans of the log records of sessions that sent none. Both are pure.
"""

from __future__ import annotations

from otel_bridge.dialects.logs.attaching import attach
from otel_bridge.dialects.logs.events import call_id_of, event_name_of, prompt_id_of, session_of
from otel_bridge.dialects.logs.steps import SCOPE
from otel_bridge.dialects.logs.turns import begins_turn, spans_from

__all__ = [
    "SCOPE",
    "attach",
    "begins_turn",
    "call_id_of",
    "event_name_of",
    "prompt_id_of",
    "session_of",
    "spans_from",
]
