"""Calls as frameworks report them: measured steps that hang where the framework says, whatever context is current."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.context import Context, attach
from opentelemetry.trace import get_current_span

from agent_inspector.trace import steps
from agent_inspector.trace.context import TraceContext
from agent_inspector.trace.freeze import freeze
from agent_inspector.trace.measured import LLMCall, MeasuredStep, ToolCall
from agent_inspector.trace.runscope import RunScope
from agent_inspector.trace.scope import give_back
from agent_inspector.trace.steps import Attributes, StepSpan
from agent_inspector.trace.steps.fields import as_messages
from otel_bridge import semconv


@dataclass(slots=True, eq=False)
class Branch:
    """A call of a framework that is under way, or the place where its calls begin."""

    run: TraceContext
    context: Context
    """Where its own calls hang."""
    agent: str | None = None
    """The innermost agent that it belongs to."""
    step: MeasuredStep | None = None
    """None where the call is not shown, so that its own calls hang one level higher."""
    scope: RunScope | None = None
    """The run, where this call is the outermost one of it."""
    is_agent: bool = False
    label: str = ""
    """What the framework calls the beginning of such calls, where ends must be told apart."""
    parent: Hashable = None
    children: set[Hashable] = field(default_factory=set)

    def close(self, exception: BaseException | None, answer: Any = None) -> None:
        """End the step, and with it the run if it is the outermost one."""
        if self.step is not None:
            self.step.end(exception)
        if self.scope is not None:
            if exception is None and answer is not None:
                self.run.final(answer)
            self.scope.end(exception)


def grow(below: Branch, step: MeasuredStep, agent: str | None = None) -> Branch:
    """Begin a step below a branch and return it as a branch of its own."""
    step.parent = below.context
    step.begin()
    return Branch(
        below.run, step.inside() or below.context, agent or below.agent, step, is_agent=agent is not None
    )


@contextmanager
def placed(below: Branch) -> Iterator[TraceContext]:
    """Make instant calls on the run hang below a branch."""
    token = attach(below.context)
    try:
        yield below.run
    finally:
        give_back(token)


def model_call(run: TraceContext, model: str, prompt: Any, extra: Attributes) -> LLMCall:
    """Describe a model call; besides the facade's fields, `extra` may hold `response_id`."""
    return LLMCall(
        run, lambda left: steps.llm_request(model, prompt, left, run.conversation), _model_answer, extra
    )


def tool_call(run: TraceContext, name: str, arguments: Any, extra: Attributes) -> ToolCall:
    """Describe a tool call."""
    return ToolCall(run, lambda left: steps.tool_request(name, arguments, left), steps.tool_response, extra)


def retrieval_call(run: TraceContext, query: Any, extra: Attributes) -> MeasuredStep:
    """Describe a retrieval."""
    return MeasuredStep(
        run, lambda left: steps.retrieval_request(query, left), steps.retrieval_response, extra
    )


def agent_call(run: TraceContext, name: str, asked: Any, extra: Attributes) -> MeasuredStep:
    """Describe the work of an agent inside a run; `agent_type` may be in `extra`."""

    def describe(left: Attributes) -> StepSpan:
        kind = left.pop("agent_type", None)
        described = steps.run_span(name, agent_type=kind, user_id=None, session_id=None)
        if asked is not None:
            described.attributes[semconv.INPUT_MESSAGES] = as_messages("user", asked)
        return described

    return MeasuredStep(run, describe, _agent_answer, extra)


def other_call(run: TraceContext, name: str, event_type: str, value: Any, extra: Attributes) -> MeasuredStep:
    """Describe a call of any other kind."""
    return MeasuredStep(
        run,
        lambda left: steps.custom_request(name, event_type, value, left),
        steps.custom_response,
        extra,
    )


def describe_run(run: TraceContext, asked: Any = None, metadata: Any = None) -> None:
    """Add to a run what it was asked, and what its caller attached to it."""
    attributes: Attributes = {}
    if asked is not None:
        attributes[semconv.INPUT_MESSAGES] = as_messages("user", asked)
    if metadata:
        attributes[semconv.METADATA] = freeze(metadata)
    if run.is_sampled and attributes:
        run.put(get_current_span(run.context), attributes)


def _model_answer(response: Any, extra: Attributes) -> Attributes:
    response_id = extra.pop("response_id", None)
    attributes = steps.llm_response(response, extra)
    if type(response_id) is str and response_id:
        attributes[semconv.RESPONSE_ID] = response_id
    return attributes


def _agent_answer(answer: Any, extra: Attributes) -> Attributes:
    attributes = steps.custom_response(None, extra)
    if answer is not None:
        attributes[semconv.OUTPUT_MESSAGES] = steps.output_of(answer)
    return attributes
