"""Trace: the facade as an object, with a configuration of its own or the one in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry.trace import NoOpTracer, get_tracer

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.trace import steps
from agent_inspector.trace.active import active_run
from agent_inspector.trace.context import StepRef, TraceContext
from agent_inspector.trace.guard import say_once
from agent_inspector.trace.measured import LLMCall, MeasuredStep, ToolCall
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

    def llm(self, model: str, prompt: Any, response: Any, **kwargs: Any) -> StepRef | None:
        """Record a model call in the active run; see `TraceContext.llm`."""
        run = _active("llm")
        return run.llm(model, prompt, response, **kwargs) if run else None

    def tool(self, tool_name: str, tool_args: Any, tool_result: Any, **kwargs: Any) -> StepRef | None:
        """Record a tool call in the active run; see `TraceContext.tool`."""
        run = _active("tool")
        return run.tool(tool_name, tool_args, tool_result, **kwargs) if run else None

    def memory_read(self, memory_key: str, memory_value: Any, **kwargs: Any) -> StepRef | None:
        """Record a memory look-up in the active run; see `TraceContext.memory_read`."""
        run = _active("memory_read")
        return run.memory_read(memory_key, memory_value, **kwargs) if run else None

    def memory_write(self, memory_key: str, memory_value: Any, **kwargs: Any) -> StepRef | None:
        """Record a memory change in the active run; see `TraceContext.memory_write`."""
        run = _active("memory_write")
        return run.memory_write(memory_key, memory_value, **kwargs) if run else None

    def error(self, error_type: str, error_message: str, **kwargs: Any) -> StepRef | None:
        """Record an error in the active run; see `TraceContext.error`."""
        run = _active("error")
        return run.error(error_type, error_message, **kwargs) if run else None

    def final(self, answer: Any, **kwargs: Any) -> StepRef | None:
        """Record the answer of the active run; see `TraceContext.final`."""
        run = _active("final")
        return run.final(answer, **kwargs) if run else None

    def llm_call(self, model: str, prompt: Any = None, **kwargs: Any) -> LLMCall:
        """Record and time a model call: `with trace.llm_call(...) as call: call.response = ...`."""
        return LLMCall(
            _active("llm_call"),
            lambda extra: steps.llm_request(model, prompt, extra),
            steps.llm_response,
            kwargs,
        )

    def tool_call(self, tool_name: str, tool_args: Any = None, **kwargs: Any) -> ToolCall:
        """Record and time a tool call: `with trace.tool_call(...) as call: call.result = ...`."""
        return ToolCall(
            _active("tool_call"),
            lambda extra: steps.tool_request(tool_name, tool_args, extra),
            steps.tool_response,
            kwargs,
        )

    def retrieval_call(self, query: Any, **kwargs: Any) -> MeasuredStep:
        """Record and time a retrieval; set `output` to the documents found, as `[{"id", "content", "score"}]`."""
        return MeasuredStep(
            _active("retrieval_call"),
            lambda extra: steps.retrieval_request(query, extra),
            steps.retrieval_response,
            kwargs,
        )

    def embedding_call(self, model: str, text: Any, **kwargs: Any) -> MeasuredStep:
        """Record and time an embedding call; set `output` to the number of dimensions."""
        return MeasuredStep(
            _active("embedding_call"),
            lambda extra: steps.embedding_request(model, text, extra),
            steps.embedding_response,
            kwargs,
        )

    def plan_step(self, name: str, **kwargs: Any) -> MeasuredStep:
        """Record and time planning; set `output` to the plan."""
        return MeasuredStep(
            _active("plan_step"), lambda extra: steps.plan_request(name, extra), steps.custom_response, kwargs
        )

    def step(self, name: str, value: Any = None, *, event_type: str = "step", **kwargs: Any) -> MeasuredStep:
        """Record and time a step of any other kind; set `output` to what came out of it."""
        return MeasuredStep(
            _active("step"),
            lambda extra: steps.custom_request(name, event_type, value, extra),
            steps.custom_response,
            kwargs,
        )

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
