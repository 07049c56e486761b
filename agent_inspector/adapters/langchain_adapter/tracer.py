"""LangChainTracer and the functions that start it: a run in which LangChain and LangGraph are listened to."""

from __future__ import annotations

from contextvars import Token
from typing import TYPE_CHECKING, Any

from agent_inspector.adapters.framework_run import FrameworkRun, say_missing
from agent_inspector.trace import Trace, TraceContext
from agent_inspector.trace.scope import give_back

if TYPE_CHECKING:
    from agent_inspector.adapters.langchain_adapter.callback import LangChainInspectorCallback


class LangChainTracer(FrameworkRun[Any]):
    """Records everything that LangChain and LangGraph do inside of its `with` block as one run.

    The block gives the callback handler, which may be passed along as `callbacks` but need not be.
    """

    framework = "LangChain"
    install = '"agent-inspector-otel[langchain]"'

    def __init__(
        self,
        trace: Trace | None = None,
        agent_type: str = "langchain",
        *,
        run_name: str = "langchain_agent",
        user_id: str | None = None,
        session_id: str | None = None,
    ) -> None:
        super().__init__(trace, run_name, agent_type, user_id, session_id)
        self._callback: LangChainInspectorCallback | None = None
        self._token: Token[Any] | None = None

    def listener(self) -> Any:
        return self._callback if self._callback is not None else []

    def connect(self, run: TraceContext) -> None:
        # LangChain costs a second to import; who never uses it need not have it.
        from agent_inspector.adapters.langchain_adapter import callback  # noqa: PLC0415

        self._callback = callback.LangChainInspectorCallback(self.trace, self.run_name)
        self._callback.recorder.unasked_run = run
        self._token = callback.active_callback.set(self._callback)

    def disconnect(self) -> None:
        if self._token is not None:
            give_back(self._token)
        if self._callback is not None:
            self._callback.recorder.open_calls.close_all()

    def answer(self) -> Any:
        return self._callback.recorder.last_answer if self._callback is not None else None


def enable(trace: Trace | None = None, run_name: str = "langchain_agent") -> LangChainTracer:
    """Record what LangChain and LangGraph do inside of `with enable_langchain(...) as callbacks:` as one run.

    Args:
        trace: where to record; the default is the process's own Trace.
        run_name: what to call the run.
    """
    return LangChainTracer(trace, run_name=run_name)


def get_callback_handler(trace: Trace | None = None) -> LangChainInspectorCallback:
    """Return a handler to pass as `callbacks`; None, and a warning, where LangChain is not installed."""
    try:
        from agent_inspector.adapters.langchain_adapter import callback  # noqa: PLC0415  (as in connect)
    except ImportError:
        say_missing(LangChainTracer.framework, LangChainTracer.install)
        return None  # type: ignore[return-value]  # without LangChain there is nobody to call a handler
    return callback.LangChainInspectorCallback(trace)
