"""Trace: the facade as an object, with a configuration of its own or the one in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry.trace import NoOpTracer, get_tracer

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.trace.active import active_run
from agent_inspector.trace.context import TraceContext
from agent_inspector.trace.guard import say_once
from agent_inspector.trace.run import RunScope, RunSpec
from agent_inspector.version import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer


class Trace:
    """Records runs. Nothing is opened, started or imported before the first run."""

    def __init__(self, config: TraceConfig | None = None) -> None:
        self._config = config

    @property
    def config(self) -> TraceConfig:
        """The configuration in force."""
        return self._config or get_config()

    def run(
        self,
        run_name: str,
        agent_type: str | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
        config: TraceConfig | None = None,
    ) -> RunScope:
        """Record what happens inside a `with` or `async with` block, or in a decorated function, as a run."""
        spec = RunSpec(run_name, agent_type, user_id, session_id, config or self.config)
        return RunScope(spec, lambda: self._tracer(spec.config))

    def get_active_context(self) -> TraceContext | None:
        """Return the innermost run that encloses the code that runs now."""
        return active_run()

    def llm(self, model: str, prompt: Any, response: Any, **kwargs: Any) -> None:
        """Record a model call in the active run; see `TraceContext.llm`."""
        if run := _active("llm"):
            run.llm(model, prompt, response, **kwargs)

    def tool(self, tool_name: str, tool_args: Any, tool_result: Any, **kwargs: Any) -> None:
        """Record a tool call in the active run; see `TraceContext.tool`."""
        if run := _active("tool"):
            run.tool(tool_name, tool_args, tool_result, **kwargs)

    def memory_read(self, memory_key: str, memory_value: Any, **kwargs: Any) -> None:
        """Record a memory look-up in the active run; see `TraceContext.memory_read`."""
        if run := _active("memory_read"):
            run.memory_read(memory_key, memory_value, **kwargs)

    def memory_write(self, memory_key: str, memory_value: Any, **kwargs: Any) -> None:
        """Record a memory change in the active run; see `TraceContext.memory_write`."""
        if run := _active("memory_write"):
            run.memory_write(memory_key, memory_value, **kwargs)

    def error(self, error_type: str, error_message: str, **kwargs: Any) -> None:
        """Record an error in the active run; see `TraceContext.error`."""
        if run := _active("error"):
            run.error(error_type, error_message, **kwargs)

    def final(self, answer: Any, **kwargs: Any) -> None:
        """Record the answer of the active run; see `TraceContext.final`."""
        if run := _active("final"):
            run.final(answer, **kwargs)

    def flush(self, timeout_ms: int = 5000) -> bool:
        """Wait until everything recorded so far is stored; False if that took longer."""
        # The recorder brings the SDK, SQLite and cryptography: they wait for the first use.
        from agent_inspector import wiring  # noqa: PLC0415

        return wiring.flush(timeout_ms)

    def shutdown(self, timeout_ms: int = 5000) -> None:
        """Store what is waiting. Not needed: the end of the process does the same."""
        self.flush(timeout_ms)

    def _tracer(self, config: TraceConfig) -> Tracer:
        from agent_inspector import wiring  # noqa: PLC0415  (as in flush)

        try:
            wiring.ensure_recording(config)
            return get_tracer("agent_inspector", __version__)
        except Exception as problem:  # noqa: BLE001  (a recorder that cannot start must not stop the agent)
            say_once("no-recorder", "Nothing is recorded: %s: %s", type(problem).__name__, problem)
            return NoOpTracer()


def _active(call: str) -> TraceContext | None:
    run = active_run()
    if run is None:
        say_once(
            "no-run",
            "trace.%s() recorded nothing: it is called outside of a run; wrap it in trace.run().",
            call,
        )
    return run
