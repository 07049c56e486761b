"""Reading: a recorded run as a tape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent_inspector.errors import InspectorError
from agent_inspector.model import Json, StepDetail
from agent_inspector.query import get_run, list_details
from agent_inspector.replay.calls import ModelCall, Request, ToolCall
from agent_inspector.replay.conversations import Utterance, utterances
from agent_inspector.replay.requests import names_of
from agent_inspector.replay.tape import Tape
from agent_inspector.store import SpanStore

_REQUEST_MODEL: Final = "gen_ai.request.model"
_RESPONSE_MODEL: Final = "gen_ai.response.model"
_RESULT: Final = "gen_ai.tool.call.result"
_FACADE: Final = "agent_inspector"
"""The scope of spans that the facade makes."""
_FINISHED: Final = frozenset(["completed", "failed"])


def read_tape(store: SpanStore, run_id: str, *, go_on: bool = False) -> Tape:
    """Return the model calls and tool calls of a run, to be answered again.

    Raises:
        NotFound: there is no such run.
        InspectorError: it holds no answers.
    """
    run = get_run(store, run_id)
    ended = [
        detail
        for detail in list_details(store, run.id)
        if not detail.step.framework and detail.step.status in _FINISHED
    ]
    models = _told_once([detail for detail in ended if detail.step.kind == "llm"])
    tools = [_tool_call(detail) for detail in ended if detail.step.kind == "tool"]
    if not any(call.content.output_messages or call.error for call in models) and not tools:
        raise InspectorError(
            f"The run {run.id} holds no answers of models or tools that could be served again."
        )
    return Tape(models, tools, go_on=go_on)


def _told_once(details: Sequence[StepDetail]) -> list[ModelCall]:
    """Return the model calls without those that the facade told of and an instrumentation recorded as well."""
    heard = [_heard(detail) for detail in details if not _is_told(detail)]
    calls = []
    for detail in details:
        if _is_told(detail) and _heard(detail) in heard:
            heard.remove(_heard(detail))
        else:
            calls.append(_model_call(detail))
    return calls


def _is_told(detail: StepDetail) -> bool:
    return detail.scope.split(" ")[0] == _FACADE


def _heard(detail: StepDetail) -> tuple[Sequence[Utterance], Sequence[Utterance]]:
    """Return what was asked and answered."""
    content = detail.content
    return (
        utterances(content.system_instructions, content.input_messages),
        utterances(None, content.output_messages),
    )


def _model_call(detail: StepDetail) -> ModelCall:
    content, attributes = detail.content, detail.attributes
    request = Request(
        said=utterances(content.system_instructions, content.input_messages),
        model=_text(attributes.get(_REQUEST_MODEL)) or detail.step.model,
        settings=content.parameters,
        tools=names_of(content.tool_definitions),
    )
    response_model = _text(attributes.get(_RESPONSE_MODEL))
    return ModelCall(detail.step, request, content, detail.error, response_model)


def _tool_call(detail: StepDetail) -> ToolCall:
    return ToolCall(
        step=detail.step,
        name=detail.step.tool_name or detail.step.name,
        arguments=detail.content.tool_arguments,
        result=detail.content.tool_result,
        text=_text(detail.attributes.get(_RESULT)),
        error=detail.error,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
