"""CrewAI's event bus: listening to it, in order, for as long as somebody listens."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from importlib import import_module
from threading import Lock
from typing import Any, Final, Protocol


class BusListener(Protocol):
    """Who is told of events, in the order and the context in which they were emitted."""

    def hear(self, source: Any, event: Any) -> None:
        """Record an event; raises nothing."""

    def wants(self, event_type: str) -> bool:
        """Whether events of this type matter."""


_listener: Final[ContextVar[BusListener | None]] = ContextVar("agent_inspector_crewai", default=None)
_MODULES: Final = (
    "crew",
    "task",
    "agent",
    "llm",
    "tool_usage",
    "memory",
    "knowledge",
    "flow",
    "llm_guardrail",
)
_lock: Final = Lock()
_listeners = 0
_registered: list[tuple[type, Callable[..., Any]]] = []


async def _hear(source: Any, event: Any) -> None:
    # Asynchronous, because CrewAI runs these one after the other; the others race each other in threads.
    listener = _listener.get()
    if listener is not None:
        listener.hear(source, event)


def listen(listener: BusListener) -> Token[BusListener | None]:
    """Hand events that are emitted in this context, and in tasks and threads begun from it, to the listener."""
    global _listeners
    bus = import_module("crewai.events").crewai_event_bus
    with _lock:
        if not _registered:
            for event_class in _event_classes(listener):
                bus.on(event_class)(_hear)
                _registered.append((event_class, _hear))
        _listeners += 1
    return _listener.set(listener)


def stop_listening() -> None:
    """Wait for the events that are on their way, and unregister once nobody listens any more."""
    global _listeners
    bus = import_module("crewai.events").crewai_event_bus
    bus.flush(timeout=5.0)
    with _lock:
        _listeners -= 1
        if _listeners == 0:
            while _registered:
                bus.off(*_registered.pop())


def _event_classes(listener: BusListener) -> list[type]:
    found: list[type] = []
    for name in _MODULES:
        try:
            module = import_module(f"crewai.events.types.{name}_events")
        except ImportError:
            continue  # another version of CrewAI, which has no such events
        for value in vars(module).values():
            fields = getattr(value, "model_fields", {}) if isinstance(value, type) else {}
            kind = getattr(fields.get("type"), "default", None)
            if isinstance(kind, str) and listener.wants(kind) and value not in found:
                found.append(value)
    return found
