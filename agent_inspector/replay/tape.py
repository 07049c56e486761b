"""Tape: the recorded calls of a run, each given out once, and the first call of the program that differs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from agent_inspector.model import Json
from agent_inspector.replay.calls import ModelCall, Request, ToolCall
from agent_inspector.replay.conversations import Utterance
from agent_inspector.replay.differences import tell_extra, tell_model_call, tell_tool_call

C = TypeVar("C", ModelCall, ToolCall)


class Differs(Exception):
    """The program asks for something that the recording does not hold; the message says what."""


class Tape:
    """Gives recorded answers out; any thread may ask.

    A call gets the answer of the first call not given out yet that asked the same. One that differs from
    all of them is a difference; if the replay goes on, it gets the answer of the next call in order.
    """

    def __init__(
        self, models: Sequence[ModelCall], tools: Sequence[ToolCall], *, go_on: bool = False
    ) -> None:
        self._models = list(models)
        self._tools = list(tools)
        self._go_on = go_on
        self._lock = threading.Lock()
        self._asked = 0
        self._given: list[Sequence[Utterance]] = []
        """What the model calls asked that were answered and not yet told of."""
        self.heard = 0
        """How many recorded calls the program has made by itself."""
        self.serves_tools = False
        """Whether the program has asked for a tool: its tools do not run for themselves."""
        self.total = (len(models), len(tools))
        """Recorded model calls and tool calls."""
        self.first_difference: str | None = None
        """What the first call that differed asked otherwise."""

    @property
    def left(self) -> Sequence[ModelCall | ToolCall]:
        """The recorded calls that the program should have asked for and has not, in order."""
        tools = self._tools if self.serves_tools else ()
        return sorted((*self._models, *tools), key=lambda call: call.step.number)

    @property
    def served(self) -> tuple[int, int]:
        """How many model calls and tool calls were given out, or made by the program itself."""
        return self.total[0] - len(self._models), self.total[1] - len(self._tools)

    def answer_model(self, request: Request) -> ModelCall:
        """Return the recorded call that asked this.

        Raises:
            Differs: there is none, and the replay does not go on.
        """
        with self._lock:
            self._asked += 1
            number = self._asked
            self._given.append(request.said)
            matching = [call for call in self._models if call.request.said == request.said]
            same = next((call for call in matching if not call.request.unlike(request)), None)
            if same is not None:
                return _taken(self._models, same)
            expected = next(iter(matching or self._models), None)
            told = tell_extra(number, request)
            if expected is not None:
                told = tell_model_call(number, request, expected.step, expected.request)
            return self._deviate(told, self._models, expected)

    def answer_tool(self, name: str, arguments: Json) -> ToolCall:
        """Return the recorded call of this tool with these arguments.

        Raises:
            Differs: there is none, and the replay does not go on.
        """
        with self._lock:
            self.serves_tools = True
            for call in self._tools:
                if call.name == name and call.arguments == arguments:
                    return _taken(self._tools, call)
            expected = next((call for call in self._tools if call.name == name), None)
            shown = expected or next(iter(self._tools), None)
            return self._deviate(tell_tool_call(name, arguments, shown), self._tools, expected)

    def hear_model(self, request: Request) -> None:
        """Note that the program has told of a model call, which may be one that was answered here."""
        with self._lock:
            if request.said in self._given:
                self._given.remove(request.said)
                return
        with suppress(Differs):  # noted as the first difference, and the call is over
            self.answer_model(request)
            self.heard += 1
        self._given.remove(request.said)

    def hear_tool(self, name: str, arguments: Json) -> None:
        """Note that the program has called a tool by itself."""
        with suppress(Differs):  # as above
            self.answer_tool(name, arguments)
            self.heard += 1

    def refuse(self, told: str) -> None:
        """Note that the program asked for something that no recording holds."""
        with self._lock:
            self.first_difference = self.first_difference or told

    def _deviate(self, told: str, calls: list[C], expected: C | None) -> C:
        self.first_difference = self.first_difference or told
        if self._go_on and expected is not None:
            return _taken(calls, expected)
        raise Differs(told)


def _taken(calls: list[C], call: C) -> C:
    calls.remove(call)
    return call
