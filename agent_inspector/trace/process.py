"""A whole process as one run: what `agent-inspector run -- python app.py` asks for.

Without it, each model call of a script that knows nothing of agents would be a run of its own.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Final

from agent_inspector.trace.guard import harmless
from agent_inspector.trace.runscope import RunScope

RUN_VARIABLE: Final = "AGENT_INSPECTOR_RUN"
"""The name of the run; set by the command line for the one process it starts."""


@harmless
def start_process_run() -> None:
    """Begin the run that the command line asked for; OpenTelemetry calls this after instrumentation."""
    # Removed, so that the processes which this one starts do not each begin a run.
    name = os.environ.pop(RUN_VARIABLE, "")
    if name:
        from agent_inspector.trace import get_trace  # noqa: PLC0415  (this module is loaded by name, on its own)

        _ProcessRun(get_trace().run(name))


class _ProcessRun:
    """Holds the run open until the process ends, and notices the exception that ends it."""

    def __init__(self, scope: RunScope) -> None:
        self._scope = scope
        self._exception: BaseException | None = None
        self._next_hook = sys.excepthook
        scope.__enter__()
        sys.excepthook = self._notice
        atexit.register(self._end)
        _on_succession(self._end_before_successor)

    def _notice(
        self, kind: type[BaseException], exception: BaseException, traceback: TracebackType | None
    ) -> None:
        self._exception = exception
        self._next_hook(kind, exception, traceback)

    def _end_before_successor(self) -> None:
        """End before the application's provider, which ends first as it came last: it is to see the run's root."""
        atexit.unregister(self._end)
        atexit.register(self._end)

    def _end(self) -> None:
        exception = self._exception
        self._scope.__exit__(type(exception) if exception else None, exception, None)


def _on_succession(follow: Callable[[], None]) -> None:
    from otel_bridge.succession import on_succession  # noqa: PLC0415  (it loads the SDK)

    on_succession(follow)
