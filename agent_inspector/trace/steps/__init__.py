"""The facade's calls as spans of the GenAI conventions: one function a call, each a name and attributes."""

from agent_inspector.trace.steps.calls import (
    llm_request,
    llm_response,
    llm_span,
    run_span,
    tool_request,
    tool_response,
    tool_span,
)
from agent_inspector.trace.steps.fields import (
    Attributes,
    StepSpan,
    output_of,
)
from agent_inspector.trace.steps.knowledge import (
    embedding_request,
    embedding_response,
    embedding_span,
    memory_read_span,
    memory_write_span,
    retrieval_request,
    retrieval_response,
    retrieval_span,
)
from agent_inspector.trace.steps.others import (
    custom_request,
    custom_response,
    error_span,
    final_span,
    instant_custom,
    plan_request,
    plan_span,
)

__all__ = [
    "Attributes",
    "StepSpan",
    "custom_request",
    "custom_response",
    "embedding_request",
    "embedding_response",
    "embedding_span",
    "error_span",
    "final_span",
    "instant_custom",
    "llm_request",
    "llm_response",
    "llm_span",
    "memory_read_span",
    "memory_write_span",
    "output_of",
    "plan_request",
    "plan_span",
    "retrieval_request",
    "retrieval_response",
    "retrieval_span",
    "run_span",
    "tool_request",
    "tool_response",
    "tool_span",
]
