"""Tool calls of AutoGen: measured in place of AutoGen's own spans, which end before anybody tells their result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any, Final, TypeAlias

from opentelemetry.trace import Span, get_current_span

Open: TypeAlias = Callable[..., AbstractContextManager[Span]]
FindListener: TypeAlias = "Callable[[], ToolListener | None]"

_NAME: Final = "trace_tool_span"


class ToolListener:
    """Who is told of tool calls, in the context in which they are made."""

    def measure_tool(self, name: str, call_id: str | None) -> AbstractContextManager[None]:
        """Return what surrounds the call."""
        raise NotImplementedError


class ToolSpans:
    """AutoGen's function that opens the span of a tool call, exchanged for one of ours and put back."""

    def __init__(self, find_listener: FindListener) -> None:
        self._module: Any = import_module("autogen_core.tools._base")
        self._original: Open = getattr(self._module, _NAME)
        setattr(self._module, _NAME, _exchange(self._original, find_listener))

    def restore(self) -> None:
        """Put AutoGen's function back."""
        setattr(self._module, _NAME, self._original)


def _exchange(original: Open, find_listener: FindListener) -> Open:
    @contextmanager
    def open_span(tool_name: str, **told: Any) -> Iterator[Span]:
        listener = find_listener()
        if listener is None:
            with original(tool_name, **told) as span:
                yield span
        else:
            with listener.measure_tool(tool_name, told.get("tool_call_id")):
                yield get_current_span()

    return open_span
