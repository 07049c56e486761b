"""TraceContext: one run that is being recorded, and the calls that record its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry.context import Context, get_current
from opentelemetry.trace import SpanKind, Status, StatusCode, format_span_id, format_trace_id

from agent_inspector.trace import steps
from agent_inspector.trace.active import active_run
from agent_inspector.trace.failure import Failure, Outcome, describe, outcome_of
from agent_inspector.trace.freeze import safe_text
from agent_inspector.trace.guard import harmless
from otel_bridge import clock, semconv

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

    from agent_inspector.config import TraceConfig
    from agent_inspector.trace.steps import Attributes, StepSpan


class TraceContext:
    """One run. Its methods record steps below it, in any thread, also after `final`, and never raise.

    A run that sampling left out gives a context like any other, whose calls do nothing.
    """

    def __init__(
        self, tracer: Tracer, span: Span, context: Context, run_name: str, config: TraceConfig
    ) -> None:
        ids = span.get_span_context()
        self.run_name = run_name
        self.config = config
        self.trace_id = format_trace_id(ids.trace_id)
        self.span_id = format_span_id(ids.span_id)
        self.agent_type: str | None = None
        self.user_id: str | None = None
        self.session_id: str | None = None
        self.start_time_ms = clock.now_ns() // 1_000_000
        self.end_time_ms: int | None = None
        self._tracer = tracer
        self._span = span
        self._context = context
        self._outcome: Outcome = "completed"

    @property
    def run_id(self) -> str:
        """The id under which the run is found: the trace id, 32 hex digits."""
        return self.trace_id

    @property
    def is_recording(self) -> bool:
        """Whether sampling kept this run."""
        return self._span.is_recording()

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
    ) -> None:
        """Record a model call; `duration_ms=` says how long it took."""
        kwargs |= {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
        kwargs |= {"total_tokens": total_tokens, "temperature": temperature, "max_tokens": max_tokens}
        self._record(kwargs, lambda extra: steps.llm_span(model, prompt, response, extra))

    @harmless
    def tool(
        self, tool_name: str, tool_args: Any, tool_result: Any, tool_type: str | None = None, **kwargs: Any
    ) -> None:
        """Record a tool call; `error=` (an exception or a text) says that it failed."""
        kwargs["tool_type"] = tool_type
        self._record(kwargs, lambda extra: steps.tool_span(tool_name, tool_args, tool_result, extra))

    @harmless
    def memory_read(
        self, memory_key: str, memory_value: Any, memory_type: str | None = None, **kwargs: Any
    ) -> None:
        """Record what the agent looked up in its memory."""
        kwargs["memory_type"] = memory_type
        self._record(kwargs, lambda extra: steps.memory_read_span(memory_key, memory_value, extra))

    @harmless
    def memory_write(
        self,
        memory_key: str,
        memory_value: Any,
        memory_type: str | None = None,
        overwrite: bool = False,
        **kwargs: Any,
    ) -> None:
        """Record what the agent put into its memory."""
        kwargs |= {"memory_type": memory_type, "overwrite": overwrite}
        self._record(kwargs, lambda extra: steps.memory_write_span(memory_key, memory_value, extra))

    @harmless
    def error(
        self,
        error_type: str,
        error_message: str,
        stack_trace: str | None = None,
        critical: bool = False,
        **kwargs: Any,
    ) -> None:
        """Record an error. The run goes on: one that it recovers from does not fail it."""
        stack = safe_text(stack_trace, 64_000) if stack_trace is not None else None
        failure = Failure(safe_text(error_type), safe_text(error_message, 8000), stack)
        kwargs |= {"critical": critical, "error": failure}
        self._record(kwargs, lambda extra: steps.error_span(failure.type, extra))

    @harmless
    def final(self, answer: Any, answer_type: str | None = None, success: bool = True, **kwargs: Any) -> None:
        """Record the answer of the run; `success=False` makes it a failed one. Later steps are still recorded."""
        self.complete(success)
        self._span.set_attribute(semconv.OUTPUT_MESSAGES, steps.output_of(answer))
        kwargs |= {"answer_type": answer_type, "success": success}
        self._record(kwargs, lambda extra: steps.final_span(answer, extra))

    def complete(self, success: bool = True) -> None:
        """Say how the run ends, unless an exception ends it."""
        self._outcome = "completed" if success else "failed"

    @harmless
    def end(self, exception: BaseException | None) -> None:
        """End the run; an exception that leaves it decides its outcome, also after `final`."""
        outcome = self._outcome if exception is None else outcome_of(exception)
        if exception is not None and self.is_recording:
            failure = describe(exception)
            if outcome == "failed":
                _fail(self._span, failure)
                self.error(failure.type, failure.message, failure.stack_trace, critical=True)
            else:
                self._span.add_event(semconv.EXCEPTION_EVENT, failure.event_attributes(), clock.now_ns())
        elif outcome == "failed":
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attribute(semconv.OUTCOME, outcome)
        now = clock.now_ns()
        self.end_time_ms = now // 1_000_000
        self._span.end(now)

    def _record(self, extra: Attributes, describe_step: Any) -> None:
        if not self._span.get_span_context().trace_flags.sampled:
            return
        duration_ms, problem = extra.pop("duration_ms", None), extra.pop("error", None)
        step: StepSpan = describe_step(extra)
        end_ns = clock.now_ns()
        start_ns = end_ns
        if isinstance(duration_ms, (int, float)) and duration_ms >= 0:
            start_ns = end_ns - int(duration_ms * 1_000_000)
        else:
            step.attributes[semconv.INSTANT] = True
        span = self._tracer.start_span(
            step.name,
            self._parent(),
            kind=SpanKind.CLIENT if step.is_client else SpanKind.INTERNAL,
            attributes=step.attributes,
            start_time=start_ns,
        )
        if problem is not None:
            _fail(span, _failure_of(problem))
        span.end(end_ns)

    def _parent(self) -> Context:
        """Return where a new step hangs: below the span that is current here, if that is inside this run."""
        current = get_current()
        return current if active_run(current) is self else self._context


def _fail(span: Span, failure: Failure) -> None:
    span.set_attribute(semconv.ERROR_TYPE, failure.type)
    span.add_event(semconv.EXCEPTION_EVENT, failure.event_attributes(), clock.now_ns())
    span.set_status(Status(StatusCode.ERROR, failure.message))


def _failure_of(problem: object) -> Failure:
    if isinstance(problem, Failure):
        return problem
    if isinstance(problem, BaseException):
        return describe(problem)
    return Failure("Error", safe_text(problem, 8000))
