"""Calls: a model's request for a tool, the step that carried it out, and the result that the model got, as one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_inspector.model import Json

if TYPE_CHECKING:
    from agent_inspector.query.evidence.run import ReadStep


@dataclass(slots=True)
class Call:
    """One call of a tool, as far as it is known."""

    name: str
    arguments: Json
    call_id: str | None = None
    asked_by: ReadStep | None = None
    """The model call that chose it; None where the program called the tool by itself."""
    asked_place: str | None = None
    tool: ReadStep | None = None
    told_in: ReadStep | None = None
    """The first model call that was given the result."""
    told_place: str | None = None
    told: Json = None
    """What the model was given."""
    was_told: bool = False


def parts_of(messages: Sequence[Json] | None) -> Iterator[tuple[int, int, Mapping[str, Json]]]:
    """Yield the parts of messages, with the places of message and part."""
    for index, message in enumerate(messages or ()):
        for number, part in parts_in(message):
            yield index, number, part


def parts_in(message: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """Yield the parts of a message with their places."""
    parts = message.get("parts") if isinstance(message, (dict, Mapping)) else None
    for number, part in enumerate(parts if isinstance(parts, (list, tuple)) else ()):
        if isinstance(part, (dict, Mapping)):
            yield number, part


def link_calls(steps: Sequence[ReadStep]) -> list[Call]:
    """Join requests, tool steps and results: by their ids, else by name, arguments and order."""
    linking = _Linking()
    for step in steps:
        if step.kind == "llm":
            linking.take_results(step)
            linking.take_requests(step)
        elif step.kind == "tool":
            linking.take_tool(step)
    return linking.calls


class _Linking:
    """Calls that are found so far, and those that still wait for a step or a result."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._by_id: dict[str, Call] = {}
        self._asked: defaultdict[tuple[str | None, str], deque[Call]] = defaultdict(deque)
        """Calls without a tool step, by the agent's step and the name of the tool."""
        self._untold: defaultdict[str | None, deque[Call]] = defaultdict(deque)
        """Calls without an id whose result the agent was not given yet."""

    def take_requests(self, step: ReadStep) -> None:
        for index, number, part in parts_of(step.output_messages):
            if part.get("type") != "tool_call":
                continue
            call_id = str(part["id"]) if part.get("id") else None
            call = Call(
                name=str(part.get("name") or ""),
                arguments=part.get("arguments"),
                call_id=call_id,
                asked_by=step,
                asked_place=f"/output_messages/{index}/parts/{number}/arguments",
            )
            self.calls.append(call)
            if call_id:
                self._by_id[call_id] = call
            self._asked[step.agent_step, call.name].append(call)

    def take_tool(self, step: ReadStep) -> None:
        name = step.tool or step.name
        call = self._by_id.get(step.tool_call_id or "")
        if call is None or call.tool is not None:
            call = self._waiting(step, name)
        if call is None:
            call = Call(name, step.tool_arguments, step.tool_call_id)
            self.calls.append(call)
            if step.tool_call_id:
                self._by_id.setdefault(step.tool_call_id, call)
        call.tool = step
        if call.call_id is None:
            self._untold[step.agent_step].append(call)

    def _waiting(self, step: ReadStep, name: str) -> Call | None:
        waiting = self._asked.get((step.agent_step, name))
        while waiting and waiting[0].tool is not None:
            waiting.popleft()
        if not waiting or (step.tool_call_id and waiting[0].call_id):
            return None
        same = next(
            (call for call in waiting if call.tool is None and call.arguments == step.tool_arguments), None
        )
        return same or waiting[0]

    def take_results(self, step: ReadStep) -> None:
        for index, message in step.given.new if step.given else ():
            for number, part in parts_in(message):
                if part.get("type") == "tool_call_response":
                    self._take_result(step, part, f"/input_messages/{index}/parts/{number}/response")

    def _take_result(self, step: ReadStep, part: Mapping[str, Json], place: str) -> None:
        call_id = str(part["id"]) if part.get("id") else None
        call = self._by_id.get(call_id or "")
        if call is None:
            waiting = self._untold.get(step.agent_step)
            call = waiting.popleft() if waiting else None
        if call is not None and not call.was_told:
            call.told_in, call.told_place, call.told, call.was_told = step, place, part.get("response"), True
