"""TraceContext: one run that is being recorded, and the calls that record its steps."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from opentelemetry.context import Context, get_current
from opentelemetry.trace import format_span_id, format_trace_id

from agent_inspector.trace import steps
from agent_inspector.trace.active import active_run
from agent_inspector.trace.agents import AgentCalls
from agent_inspector.trace.conversation import Conversation
from agent_inspector.trace.failure import Failure, Outcome, describe, failure_of, mark_failed, outcome_of
from agent_inspector.trace.freeze import is_true, safe_text
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.mode import IS_REPLAY
from otel_bridge import clock, semconv

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext

    from agent_inspector.trace.events import BaseEvent
    from agent_inspector.trace.source import Source
    from agent_inspector.trace.steps import Attributes, StepSpan


class StepRef:
    """A step that was recorded, by its ids."""

    __slots__ = ("_ids",)

    def __init__(self, ids: SpanContext) -> None:
        self._ids = ids

    @property
    def event_id(self) -> str:
        """The step's id: 16 hex digits."""
        return format_span_id(self._ids.span_id)

    @property
    def run_id(self) -> str:
        """The id of the run it belongs to: 32 hex digits."""
        return format_trace_id(self._ids.trace_id)


class TraceContext(AgentCalls):
    """One run. Its methods record steps below it, in any thread, also after `final`, and never raise.

    A run that sampling left out gives a context like any other, whose calls do nothing. Each call
    takes further keyword arguments and keeps them; `duration_ms=` says how long a step took, and
    `error=` (an exception or a text) that it failed.
    """

    def __init__(self, source: Source, span: Span, run_name: str) -> None:
        ids = span.get_span_context()
        self.run_name = run_name
        self.config = source.config
        self.trace_id = format_trace_id(ids.trace_id)
        self.span_id = format_span_id(ids.span_id)
        self.agent_type: str | None = None
        self.user_id: str | None = None
        self.session_id: str | None = None
        self.start_time_ms = clock.now_ns() // 1_000_000
        self.end_time_ms: int | None = None
        self.parent_event_id: str | None = None
        """The id of the step that this run hangs below; None where it is the outermost."""
        self.context: Context = get_current()
        """The OpenTelemetry context in which the code of this run runs."""
        self.is_sampled: bool = ids.trace_flags.sampled
        """Whether sampling kept this run."""
        self.conversation = Conversation()
        """What the model calls of this run have carried so far."""
        self.is_answered = False
        """Whether `final` has been called."""
        self._source = source
        self._span = span
        self._outcome: Outcome = "completed"

    @property
    def run_id(self) -> str:
        """The id under which the run is found: the trace id, 32 hex digits."""
        return self.trace_id

    def get_duration_ms(self) -> int:
        """Return how long the run took, or has taken so far."""
        return (self.end_time_ms or clock.now_ns() // 1_000_000) - self.start_time_ms

    @harmless
    def llm(  # noqa: PLR0913  (the fields of a model call)
        self,
        model: str,
        prompt: Any,
        response: Any,
        prompt_tokens: int | None = None,
        completion_tokens: int | None = None,
        total_tokens: int | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record a model call that is over."""
        if prompt_tokens is not None:
            kwargs["prompt_tokens"] = prompt_tokens
        if completion_tokens is not None:
            kwargs["completion_tokens"] = completion_tokens
        if total_tokens is not None:
            kwargs["total_tokens"] = total_tokens
        if temperature is not None:
            kwargs["temperature"] = temperature
        if max_tokens is not None:
            kwargs["max_tokens"] = max_tokens
        if IS_REPLAY:
            _replay().tell_of_model(prompt, kwargs.get("system"))
        return self.record(
            kwargs, lambda extra: steps.llm_span(model, prompt, response, extra, self.conversation)
        )

    @harmless
    def tool(
        self, tool_name: str, tool_args: Any, tool_result: Any, tool_type: str | None = None, **kwargs: Any
    ) -> StepRef | None:
        """Record a tool call that is over."""
        kwargs["tool_type"] = tool_type
        if IS_REPLAY:
            _replay().tell_of_tool(tool_name, tool_args)
        return self.record(kwargs, lambda extra: steps.tool_span(tool_name, tool_args, tool_result, extra))

    @harmless
    def memory_read(
        self, memory_key: str, memory_value: Any, memory_type: str | None = None, **kwargs: Any
    ) -> StepRef | None:
        """Record what the agent looked up in its memory."""
        kwargs["memory_type"] = memory_type
        return self.record(kwargs, lambda extra: steps.memory_read_span(memory_key, memory_value, extra))

    @harmless
    def memory_write(
        self,
        memory_key: str,
        memory_value: Any,
        memory_type: str | None = None,
        overwrite: bool = False,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record what the agent put into its memory."""
        kwargs |= {"memory_type": memory_type, "overwrite": overwrite}
        return self.record(kwargs, lambda extra: steps.memory_write_span(memory_key, memory_value, extra))

    @harmless
    def error(
        self,
        error_type: str,
        error_message: str,
        stack_trace: str | None = None,
        critical: bool = False,
        **kwargs: Any,
    ) -> StepRef | None:
        """Record an error. The run goes on: one that it recovers from does not fail it."""
        stack = safe_text(stack_trace, 64_000) if stack_trace is not None else None
        failure = Failure(safe_text(error_type), safe_text(error_message, 8000), stack)
        kwargs |= {"critical": critical, "error": failure}
        return self.record(kwargs, lambda extra: steps.error_span(failure.type, extra))

    @harmless
    def final(
        self, answer: Any, answer_type: str | None = None, success: bool = True, **kwargs: Any
    ) -> StepRef | None:
        """Record the answer of the run; `success=False` makes it a failed one. Later steps are still recorded."""
        self.complete(success)
        self.is_answered = True
        if self.is_sampled:
            self.put(self._span, {semconv.OUTPUT_MESSAGES: steps.output_of(answer)})
        kwargs |= {"answer_type": answer_type, "success": success}
        return self.record(kwargs, lambda extra: steps.final_span(answer, extra))

    @harmless
    def emit(self, event: BaseEvent) -> StepRef | None:
        """Record an event object: by the call of its type, or as a custom step with all its own fields."""
        from agent_inspector.trace.emission import emit_event  # noqa: PLC0415  (most programs have no event objects)

        event.run_id = event.run_id or self.run_id
        return emit_event(self, event)

    def complete(self, success: bool = True) -> None:
        """Say how the run ends, unless an exception ends it."""
        self._outcome = "completed" if is_true(success) else "failed"

    @harmless
    def end(self, exception: BaseException | None) -> None:
        """End the run; an exception that leaves it decides its outcome, also after `final`."""
        outcome = self._outcome if exception is None else outcome_of(exception)
        if self.is_sampled:
            failure = describe(exception) if exception is not None else None
            if failure is not None and outcome == "failed":
                self.error(failure.type, failure.message, failure.stack_trace, critical=True)
            mark_failed(self._span, failure, outcome)
            self._span.set_attribute(semconv.OUTCOME, outcome)
        now = clock.now_ns()
        self.end_time_ms = now // 1_000_000
        self._span.end(now)

    def record(self, extra: Attributes, describe_step: Callable[[Attributes], StepSpan]) -> StepRef | None:
        """Record a step that is over; None where sampling left the run out."""
        if not self.is_sampled:
            return None
        problem = extra.pop("error", None)
        start_ns, end_ns = _take_times(extra)
        step = describe_step(extra)
        if start_ns == end_ns:
            step.attributes[semconv.INSTANT] = True
        place = self.place()
        ended = self._source.add_ended(step, place, start_ns, end_ns) if problem is None else None
        if ended is not None:
            return StepRef(ended)
        span = self.open(step, start_ns, place)
        if problem is not None:
            mark_failed(span, failure_of(problem))
        span.end(end_ns)
        return StepRef(span.get_span_context())

    def open(self, step: StepSpan, start_ns: int, parent: Context | None = None) -> Span:
        """Start the span of a step below `parent`; without one, where `place` says."""
        return self._source.start(step, parent if parent is not None else self.place(), start_ns)

    def put(self, span: Span, attributes: Attributes) -> None:
        """Add attributes to a span of this run."""
        self._source.put(span, attributes)

    def place(self) -> Context:
        """Return where a new step hangs: below the span that is current here, if that is inside this run."""
        current = get_current()
        return current if active_run(current) is self else self.context


def _replay() -> ModuleType:
    from agent_inspector.trace import replaying  # noqa: PLC0415  (only in a replay)

    return replaying


def _take_times(extra: Attributes) -> tuple[int, int]:
    """Take `duration_ms` and `timestamp_ms` (of the start) out of a step's fields; both are optional."""
    duration_ms, started_ms = extra.pop("duration_ms", None), extra.pop("timestamp_ms", None)
    now = clock.now_ns()
    length_ns = int(duration_ms * 1_000_000) if type(duration_ms) in (int, float) and duration_ms >= 0 else 0
    if type(started_ms) is int and 0 < started_ms * 1_000_000 <= now:
        start_ns = started_ms * 1_000_000
        return start_ns, start_ns + length_ns
    return now - length_ns, now
