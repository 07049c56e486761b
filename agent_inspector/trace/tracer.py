"""Trace: the facade as an object, with a configuration of its own or the one in force."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final, TypeVar, overload

from opentelemetry.trace import NoOpTracer, Tracer, get_current_span, get_tracer, get_tracer_provider

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.trace import steps
from agent_inspector.trace.active import active_run, outer_context
from agent_inspector.trace.calls import ActiveRunCalls
from agent_inspector.trace.context import StepRef, TraceContext
from agent_inspector.trace.conversation import Conversation
from agent_inspector.trace.decorate import decorate_agent, decorate_step, decorate_tool
from agent_inspector.trace.guard import say_once
from agent_inspector.trace.measured import LLMCall, MeasuredStep, NamedStep, ToolCall
from agent_inspector.trace.mode import IS_REPLAY
from agent_inspector.trace.runscope import RunScope, RunSpec
from agent_inspector.trace.source import Source
from agent_inspector.version import __version__
from otel_bridge.forking import no_fork

F = TypeVar("F", bound=Callable[..., Any])
NOT_GIVEN: Final = object()


class Trace(ActiveRunCalls):
    """Records runs. Nothing is opened, started or imported before the first run."""

    def __init__(
        self, config: TraceConfig | None = None, exporter: object = None, sampler: object = None
    ) -> None:
        """Make a facade.

        Args:
            config: settings of its own; without it those in force when a run begins.
            exporter: takes the steps in place of the store: an `Exporter`, `CompositeExporter`, or a
                SpanExporter of OpenTelemetry.
            sampler: decides which runs are recorded: a `Sampler`, or one of OpenTelemetry.
        """
        self._config = config
        self._exporter = exporter
        self._sampler = sampler
        self._private: Any = None
        """The recorder of its own, where it has an exporter or sampler of its own."""
        self._tracer: Tracer | None = None
        self._tracer_of: object = None

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
        return RunScope(RunSpec(run_name, agent_type, user_id, session_id), lambda: self._source(config))

    def get_active_context(self) -> TraceContext | None:
        """Return the innermost run that encloses the code that runs now."""
        return active_run()

    @overload
    def tool(self, tool_name: F) -> F: ...
    @overload
    def tool(self, tool_name: str | None = None, *, name: str | None = None) -> Callable[[F], F]: ...
    @overload
    def tool(
        self, tool_name: str, tool_args: Any, tool_result: Any = None, **kwargs: Any
    ) -> StepRef | None: ...

    def tool(
        self, tool_name: Any = None, tool_args: Any = NOT_GIVEN, tool_result: Any = None, **kwargs: Any
    ) -> Any:
        """Record a tool call in the active run; see `TraceContext.tool`.

        Without arguments of a call it is a decorator: `@trace.tool`, `@trace.tool("name")`.
        """
        if callable(tool_name):
            return decorate_tool(self, tool_name, None)
        if tool_args is NOT_GIVEN:
            title = kwargs.get("name", tool_name)
            return lambda function: decorate_tool(self, function, title)
        run = self._active("tool")
        return run.tool(tool_name, tool_args, tool_result, **kwargs) if run else None

    @overload
    def agent(self, name: F) -> F: ...
    @overload
    def agent(self, name: str | None = None, **options: Any) -> Callable[[F], F]: ...

    def agent(self, name: Any = None, **options: Any) -> Any:
        """Decorate a function that is an agent: each call is a run, nested where one is active.

        `@trace.agent`, `@trace.agent("name")`, `@trace.agent(agent_type="planner")`.
        """
        if callable(name):
            return decorate_agent(self, name, None, {})
        return lambda function: decorate_agent(self, function, name, options)

    def llm_call(self, model: str, prompt: Any = None, **kwargs: Any) -> LLMCall:
        """Record and time a model call: `with trace.llm_call(...) as call: call.response = ...`."""
        run = self._active("llm_call")
        kind = self._told_call(prompt, kwargs) if IS_REPLAY else LLMCall
        return kind(
            run,
            lambda extra: steps.llm_request(
                model, prompt, extra, run.conversation if run else Conversation()
            ),
            steps.llm_response,
            kwargs,
        )

    def tool_call(self, tool_name: str, tool_args: Any = None, **kwargs: Any) -> ToolCall:
        """Record and time a tool call: `with trace.tool_call(...) as call: call.result = ...`."""
        if IS_REPLAY:
            return self._replay_tool(tool_name, tool_args, kwargs)
        return self._measure_tool(tool_name, tool_args, kwargs)

    def retrieval_call(self, query: Any, **kwargs: Any) -> MeasuredStep:
        """Record and time a retrieval; set `output` to the documents found, as `[{"id", "content", "score"}]`."""
        return MeasuredStep(
            self._active("retrieval_call"),
            lambda extra: steps.retrieval_request(query, extra),
            steps.retrieval_response,
            kwargs,
        )

    def embedding_call(self, model: str, text: Any, **kwargs: Any) -> MeasuredStep:
        """Record and time an embedding call; set `output` to the number of dimensions."""
        return MeasuredStep(
            self._active("embedding_call"),
            lambda extra: steps.embedding_request(model, text, extra),
            steps.embedding_response,
            kwargs,
        )

    def plan_step(self, name: str, **kwargs: Any) -> MeasuredStep:
        """Record and time planning; set `output` to the plan."""
        return MeasuredStep(
            self._active("plan_step"),
            lambda extra: steps.plan_request(name, extra),
            steps.custom_response,
            kwargs,
        )

    @overload
    def step(self, name: F) -> F: ...
    @overload
    def step(self, name: str, value: Any = None, *, event_type: str = "step", **kwargs: Any) -> NamedStep: ...

    def step(self, name: Any, value: Any = None, *, event_type: str = "step", **kwargs: Any) -> Any:
        """Record and time a step of any other kind; set `output` to what came out of it.

        `with trace.step("rank results") as step:`, or a decorator: `@trace.step`, `@trace.step("name")`.
        """
        if callable(name):
            return decorate_step(self, name, None)
        return NamedStep(
            lambda: self._active("step"),
            lambda extra: steps.custom_request(name, event_type, value, extra),
            steps.custom_response,
            kwargs,
            lambda function: decorate_step(self, function, name),
        )

    def flush(self, timeout_ms: int = 5000) -> bool:
        """Wait until everything recorded so far is stored; False if that took longer."""
        if self._private is not None:
            return bool(self._private.flush(timeout_ms))
        # The recorder is not loaded before the first run, and without a run there is nothing to store.
        wiring = sys.modules.get("agent_inspector.wiring")
        return wiring is None or bool(wiring.flush(timeout_ms))

    def shutdown(self, timeout_ms: int = 5000) -> None:
        """Store what is waiting. Not needed: the end of the process does the same."""
        self.flush(timeout_ms)

    def child_env(self) -> dict[str, str]:
        """Return environment variables by which a program that is started here belongs to the active run.

        `subprocess.run(command, env=os.environ | trace.child_env())`: W3C `TRACEPARENT` and `BAGGAGE`.
        """
        from otel_bridge.processes import environment_of  # noqa: PLC0415  (as in _source)

        return environment_of()

    def _run_of_current_span(self) -> TraceContext | None:
        context = outer_context()
        span = get_current_span(context)
        if not span.get_span_context().is_valid:
            return None
        run = TraceContext(self._source(), span, "")
        run.context = context
        return run

    def _told_call(self, prompt: Any, extra: dict[str, Any]) -> type[LLMCall]:
        from agent_inspector.trace.replaying import told_call  # noqa: PLC0415  (only in a replay)

        return told_call(prompt, extra.get("system"))

    def _measure_tool(self, tool_name: str, tool_args: Any, extra: dict[str, Any]) -> ToolCall:
        return ToolCall(
            self._active("tool_call"),
            lambda extra: steps.tool_request(tool_name, tool_args, extra),
            steps.tool_response,
            extra,
        )

    def _replay_tool(self, tool_name: str, tool_args: Any, extra: dict[str, Any]) -> ToolCall:
        from agent_inspector.trace.replaying import ReplayedToolCall  # noqa: PLC0415  (only in a replay)

        return ReplayedToolCall(
            self._active("tool_call"),
            lambda extra: steps.tool_request(tool_name, tool_args, extra),
            steps.tool_response,
            extra,
            name=tool_name,
            arguments=tool_args,
        )

    def _source(self, config: TraceConfig | None = None) -> Source:
        try:
            with no_fork():
                config = config or self.config
                return self._recording_source(config)
        except Exception as problem:  # noqa: BLE001  (a recorder that cannot start must not stop the agent)
            say_once("no-recorder", "Nothing is recorded: %s: %s", type(problem).__name__, problem)
            # With an argument that nothing in the environment can contradict.
            return Source(NoOpTracer(), config or TraceConfig(api_key_required=False))

    def _recording_source(self, config: TraceConfig) -> Source:
        # The recorder brings the SDK, SQLite and cryptography: they wait for the first use.
        from agent_inspector import wiring  # noqa: PLC0415

        if self._exporter is not None or self._sampler is not None:
            self._private = self._private or wiring.make_private(config, self._exporter, self._sampler)
            return Source(self._private.tracer, config, self._private.processor.content)
        ended = wiring.ensure_recording(config)
        provider = get_tracer_provider()
        # Asking the SDK for a tracer takes a lock, which a signal handler could meet held.
        if self._tracer is None or self._tracer_of is not provider:
            self._tracer, self._tracer_of = get_tracer("agent_inspector", __version__), provider
        return Source(self._tracer, config, ended.content if ended else None, ended)
