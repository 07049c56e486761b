"""AutoGen's event log: listening to it without changing what is printed of it."""

from __future__ import annotations

import logging
from contextvars import ContextVar, Token
from threading import Lock
from typing import Final

from agent_inspector.adapters.autogen_adapter.listener import AutoGenListener
from agent_inspector.adapters.autogen_adapter.tool_spans import ToolSpans
from agent_inspector.trace.guard import harmless

_LOGGER: Final = "autogen_core.events"
_listener: Final[ContextVar[AutoGenListener | None]] = ContextVar("agent_inspector_autogen", default=None)


class _Ear(logging.Filter):
    """Hands events on to whoever listens here, and lets through what the logger's own level lets through."""

    def __init__(self, level: int, effective_level: int) -> None:
        super().__init__()
        self.level = level
        self._effective_level = effective_level

    def filter(self, record: logging.LogRecord) -> bool:
        listener = _listener.get()
        if listener is not None:
            listener.hear(record.msg)
        return record.levelno >= self._effective_level


_lock: Final = Lock()
_ear: _Ear | None = None
_tool_spans: ToolSpans | None = None
_listeners = 0


def listen(listener: AutoGenListener) -> Token[AutoGenListener | None]:
    """Hand events that are logged in this context, and in tasks begun from it, to the listener."""
    global _ear, _listeners, _tool_spans
    logger = logging.getLogger(_LOGGER)
    with _lock:
        _listeners += 1
        if _ear is None:
            _ear = _Ear(logger.level, logger.getEffectiveLevel())
            logger.addFilter(_ear)
            logger.setLevel(logging.INFO if logger.getEffectiveLevel() > logging.INFO else logger.level)
            _tool_spans = _exchange_tool_spans()
    return _listener.set(listener)


def stop_listening() -> None:
    """Leave the logger as it was, once nobody listens any more."""
    global _ear, _listeners, _tool_spans
    with _lock:
        _listeners -= 1
        if _listeners == 0 and _ear is not None:
            logger = logging.getLogger(_LOGGER)
            logger.removeFilter(_ear)
            logger.setLevel(_ear.level)
            _ear = None
            if _tool_spans is not None:
                _tool_spans.restore()
                _tool_spans = None


@harmless
def _exchange_tool_spans() -> ToolSpans:
    return ToolSpans(_listener.get)
