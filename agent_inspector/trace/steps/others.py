"""Plans, errors, answers and steps of any other kind."""

from __future__ import annotations

from agent_inspector.trace.freeze import freeze_content, is_true, safe_text
from agent_inspector.trace.steps.fields import Attributes, StepSpan, metadata, output_of, take_texts, taken
from otel_bridge import semconv


def plan_span(name: object, plan: object, extra: Attributes) -> StepSpan:
    """Describe a plan that is made."""
    asked = plan_request(name, extra)
    return StepSpan(asked.name, asked.attributes | custom_response(plan, extra))


def plan_request(name: object, extra: Attributes) -> StepSpan:
    """Describe a planning step."""
    agent = safe_text(name)
    attributes = {semconv.OPERATION: "plan", semconv.EVENT_TYPE: "plan", semconv.AGENT_NAME: agent}
    return StepSpan(f"plan {agent}", attributes)


def custom_request(name: object, event_type: str, value: object, extra: Attributes) -> StepSpan:
    """Describe a step of any other kind by its name and what went into it."""
    title = safe_text(name)
    attributes: Attributes = {semconv.EVENT_TYPE: event_type, semconv.STEP_NAME: title}
    if value is not None:
        attributes[semconv.INPUT_VALUE] = freeze_content(value)
    take_texts(attributes, extra, {"agent_name": semconv.AGENT_NAME})
    return StepSpan(title, attributes)


def custom_response(value: object, extra: Attributes) -> Attributes:
    """Describe what came out of a plan or a step of any other kind."""
    came_out = {} if value is None else {semconv.OUTPUT_VALUE: freeze_content(value)}
    return came_out | metadata(extra)


def instant_custom(name: object, event_type: str, value: object, extra: Attributes) -> StepSpan:
    """Describe a step of any other kind that is over."""
    asked = custom_request(name, event_type, value, extra)
    return StepSpan(asked.name, asked.attributes | custom_response(extra.pop("output", None), extra))


def error_span(error_type: object, extra: Attributes) -> StepSpan:
    """Describe an error; its message and stack trace go into the span's exception event."""
    name = safe_text(error_type)
    attributes: Attributes = {semconv.EVENT_TYPE: "error", semconv.ERROR_TYPE: name}
    if (critical := taken(extra, "critical")) is not None:
        attributes[semconv.CRITICAL] = is_true(critical)
    return StepSpan(f"error {name}", attributes | metadata(extra))


def final_span(answer: object, extra: Attributes) -> StepSpan:
    """Describe the answer of a run."""
    attributes: Attributes = {
        semconv.EVENT_TYPE: "final_answer",
        semconv.STEP_NAME: "Final Answer",
        semconv.OUTPUT_MESSAGES: output_of(answer),
    }
    return StepSpan("final_answer", attributes | metadata(extra))
