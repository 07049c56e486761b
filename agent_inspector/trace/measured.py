"""Measured steps: model calls, tool calls and others that are recorded while they happen.

    with trace.llm_call("gpt-4o", messages) as call:
        call.response = client.chat(...)

They are scopes: what is recorded inside hangs below them, and an exception that leaves them is
recorded and passes through.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from opentelemetry.context import Context
from opentelemetry.trace import set_span_in_context

from agent_inspector.trace.failure import describe, failure_of, mark_failed, outcome_of
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.scope import Scope
from otel_bridge import clock, semconv

if TYPE_CHECKING:
    from opentelemetry.trace import Span
    from typing_extensions import Self

    from agent_inspector.trace.context import TraceContext
    from agent_inspector.trace.steps import Attributes, StepSpan

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])
Describe: TypeAlias = "Callable[[Attributes], StepSpan]"
Finish: TypeAlias = "Callable[[Any, Attributes], Attributes]"


class MeasuredStep(Scope["MeasuredStep"]):
    """A step between its beginning and its end. Without an active run it records nothing."""

    def __init__(
        self, run: TraceContext | None, describe_step: Describe, finish: Finish, extra: Attributes
    ) -> None:
        super().__init__()
        self.parent: Context | None = None
        """Where the step hangs, for adapters that know better than the current context."""
        self.began_ns: int | None = None
        """When it began, in Unix nanoseconds, for adapters that are told later; None takes the time of the call."""
        self.ended_ns: int | None = None
        """When it ended, likewise."""
        self._run = run if run is not None and run.is_sampled else None
        self._describe = describe_step
        self._finish = finish
        self._extra = extra
        self._span: Span | None = None
        self._context: Context | None = None
        self._began_ns = 0
        self._failed_with: object = None
        self.output: Any = None
        """What came out; set it before the step ends."""

    def set(self, **fields: Any) -> None:
        """Add fields, such as `prompt_tokens=`, by the names that the instant calls take."""
        self._extra |= fields

    def fail(self, problem: BaseException | str) -> None:
        """Say that the step failed, though no exception leaves it."""
        self._failed_with = problem

    def begin(self) -> Self:
        self._open()
        return self

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    async def __aenter__(self) -> Self:
        return self.__enter__()

    def inside(self) -> Context | None:
        return self._context

    @harmless
    def end(self, exception: BaseException | None) -> None:
        span = self._span
        if span is None or self._run is None:
            return
        try:
            self._run.put(span, self._finish(self.output, self._extra))
            if exception is not None:
                outcome = outcome_of(exception)
                mark_failed(span, describe(exception), outcome)
                span.set_attribute(semconv.OUTCOME, outcome)
            elif self._failed_with is not None:
                mark_failed(span, failure_of(self._failed_with))
        finally:
            span.end(self.ended_ns or clock.now_ns())

    @harmless
    def _open(self) -> None:
        if self._run is not None:
            parent = self.parent if self.parent is not None else self._run.place()
            self._began_ns = self.began_ns or clock.now_ns()
            self._span = self._run.open(self._describe(self._extra), self._began_ns, parent)
            self._context = set_span_in_context(self._span, parent)


class LLMCall(MeasuredStep):
    """A model call while it happens."""

    @property
    def response(self) -> Any:
        """What the model answered: a text, a message or messages."""
        return self.output

    @response.setter
    def response(self, value: Any) -> None:
        self.output = value

    def first_token(self) -> None:
        """Note that the first token has arrived; later calls change nothing."""
        if self._began_ns:
            self._extra.setdefault("first_token_latency_ms", (clock.now_ns() - self._began_ns) / 1_000_000)

    def stream(self, chunks: Iterable[C], text: Callable[[C], str | None] | None = None) -> Iterator[C]:
        """Hand the chunks of a streamed answer on, noting when the first came and what they say.

        Args:
            chunks: whatever the model client yields.
            text: takes the words out of a chunk; without it, chunks that are texts are taken as they are.
        """
        self._extra["streaming"] = True
        for chunk in chunks:
            self._hear(chunk, text)
            yield chunk

    async def astream(
        self, chunks: AsyncIterable[C], text: Callable[[C], str | None] | None = None
    ) -> AsyncIterator[C]:
        """Do the same as `stream` for an asynchronous iterable."""
        self._extra["streaming"] = True
        async for chunk in chunks:
            self._hear(chunk, text)
            yield chunk

    @harmless
    def _hear(self, chunk: Any, text: Callable[[Any], str | None] | None) -> None:
        words = text(chunk) if text is not None else chunk
        if type(words) is str and words:
            self.first_token()
            heard = self.output if type(self.output) is str else ""
            self.output = heard + words


class ToolCall(MeasuredStep):
    """A tool call while it happens."""

    is_replayed: bool = False
    """Whether `result` holds what was recorded already, because `agent-inspector replay` runs the program."""

    @property
    def result(self) -> Any:
        """What the tool returned."""
        return self.output

    @result.setter
    def result(self, value: Any) -> None:
        self.output = value


class NamedStep(MeasuredStep):
    """A step of any kind while it happens, or, put before a function, a decorator that makes such steps."""

    def __init__(
        self,
        find_run: Callable[[], TraceContext | None],
        describe_step: Describe,
        finish: Finish,
        extra: Attributes,
        decorate: Callable[[Any], Any],
    ) -> None:
        super().__init__(None, describe_step, finish, extra)
        self._find_run = find_run
        self._decorate = decorate

    def begin(self) -> Self:
        # Only now: as a decorator, it is made where no run is active.
        run = self._find_run()
        self._run = run if run is not None and run.is_sampled else None
        return super().begin()

    def __call__(self, function: F) -> F:
        decorated: F = self._decorate(function)
        return decorated
