"""Replaying: tools that give back what they gave in a recorded run, in a program that `agent-inspector replay` runs.

Only that command sets the variable, for the one program that it starts; nothing here is active otherwise.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from agent_inspector.errors import ReplayDiffers
from agent_inspector.trace.freeze import freeze_content, safe_text
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.measured import Describe, Finish, LLMCall, ToolCall
from agent_inspector.trace.mode import REPLAY_VARIABLE
from agent_inspector.trace.steps.fields import are_messages

if TYPE_CHECKING:
    from typing_extensions import Self

    from agent_inspector.trace.context import TraceContext
    from agent_inspector.trace.steps import Attributes

TOOL_PATH: Final = "/tool"
"""Asks for what a tool gave."""
TOOL_TOLD_PATH: Final = "/told/tool"
"""Tells of a tool call that is over."""
MODEL_TOLD_PATH: Final = "/told/model"
"""Tells of a model call that is over."""
_OK: Final = 200
_LOOPBACK: Final = "127.0.0.1"

F = TypeVar("F", bound=Callable[..., Any])


class RecordedFailure(Exception):
    """A tool failed in the recorded run with an exception whose class cannot be found."""


class ReplayedToolCall(ToolCall):
    """A tool call whose result is there before its block begins; whatever the block sets does not count."""

    is_replayed = True

    def __init__(  # noqa: PLR0913 (a tool call, and what it is called with)
        self,
        run: TraceContext | None,
        describe_step: Describe,
        finish: Finish,
        extra: Attributes,
        *,
        name: str,
        arguments: Any,
    ) -> None:
        super().__init__(run, describe_step, finish, extra)
        self._name = name
        self._arguments = arguments
        self._recorded: Any = None

    @property
    def result(self) -> Any:
        """What the tool returned in the recorded run."""
        return self._recorded

    @result.setter
    def result(self, value: Any) -> None:
        """Leave the recorded result as it is."""

    def begin(self) -> Self:
        super().begin()
        try:
            self._recorded = self.output = recorded_result(self._name, self._arguments)
        except Exception as problem:
            self.end(problem)
            raise
        return self

    def end(self, exception: BaseException | None) -> None:
        self.output = self._recorded
        super().end(exception)


def told_call(prompt: Any, system: Any) -> type[LLMCall]:
    """Return the class of a model call that the replay is told of when it is over."""

    class ToldLLMCall(LLMCall):
        def end(self, exception: BaseException | None) -> None:
            super().end(exception)
            tell_of_model(prompt, system)

    return ToldLLMCall


def replay_function(
    function: F, name: str, bind: Callable[[tuple[Any, ...], dict[str, Any]], Mapping[str, Any]]
) -> F:
    """Return a function that gives back recorded results; a generator is left as it is, as its results are not recorded."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return function
    wants_text = getattr(function, "__annotations__", {}).get("return") in (str, "str")
    known = getattr(function, "__globals__", {})

    @functools.wraps(function)
    def give_back(*args: Any, **kwargs: Any) -> Any:
        return recorded_result(name, bind(args, kwargs), wants_text=wants_text, known=known)

    @functools.wraps(function)
    async def give_back_later(*args: Any, **kwargs: Any) -> Any:
        return give_back(*args, **kwargs)

    return give_back_later if inspect.iscoroutinefunction(function) else give_back  # type: ignore[return-value]  # the same signature


def recorded_result(
    name: str, arguments: Any, *, wants_text: bool = False, known: Mapping[str, Any] | None = None
) -> Any:
    """Return what a tool gave in the recorded run, or raise what it raised there.

    Args:
        name: the tool's.
        arguments: those of the call.
        wants_text: give back the text itself, also where it holds JSON.
        known: names under which the class of an exception is looked for, before those of Python.

    Raises:
        ReplayDiffers: the recording holds no such call.
    """
    status, answer = _ask(TOOL_PATH, name, arguments)
    if status != _OK:
        raise ReplayDiffers(str(answer.get("error", {}).get("message", "This call cannot be replayed.")))
    if "error" in answer:
        raise _failure(answer["error"], known or {})
    if wants_text and isinstance(answer.get("text"), str):
        return answer["text"]
    return answer.get("result")


@harmless
def tell_of_tool(name: str, arguments: Any) -> None:
    """Tell the replay of a tool call that the program has made by itself."""
    _ask(TOOL_TOLD_PATH, name, arguments)


@harmless
def tell_of_model(prompt: Any, system: Any) -> None:
    """Tell the replay of a model call that the program has made, there or elsewhere."""
    messages = prompt if are_messages(prompt) else [{"role": "user", "content": freeze_content(prompt)}]
    _ask(MODEL_TOLD_PATH, "", {"messages": messages, "system": system})


def _ask(path: str, name: str, arguments: Any) -> tuple[int, Any]:
    from http.client import HTTPConnection, HTTPException  # noqa: PLC0415  (only a replay asks)

    address = urlsplit(os.environ.get(REPLAY_VARIABLE, ""))
    if address.hostname != _LOOPBACK or not address.port:
        raise ReplayDiffers(f"{REPLAY_VARIABLE} does not name a replay; take it out of the environment.")
    connection = HTTPConnection(_LOOPBACK, address.port, timeout=60)
    try:
        question = {"name": safe_text(name), "arguments": freeze_content(arguments)}
        connection.request("POST", address.path + path, json.dumps(question).encode())
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as problem:
        raise ReplayDiffers(f"The replay does not answer any more: {type(problem).__name__}.") from problem
    finally:
        connection.close()


def _failure(error: Mapping[str, Any], known: Mapping[str, Any]) -> Exception:
    """Make the exception that was raised, by its class where that can be found and takes a message."""
    name, message = str(error.get("type") or ""), str(error.get("message") or "")
    kind = known.get(name.rpartition(".")[2]) or getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            return kind(message)
        except TypeError:
            pass
    return RecordedFailure(f"{name}: {message}" if name else message)
