"""The decorators `@trace.agent`, `@trace.tool` and `@trace.step`: functions recorded at every call.

Each works bare, with a name, and on plain, async, generator and async generator functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from agent_inspector.trace.mode import IS_REPLAY
from agent_inspector.trace.scope import Opener, Scope, record_calls

if TYPE_CHECKING:
    from agent_inspector.trace.tracer import Trace

F = TypeVar("F", bound=Callable[..., Any])


def decorate_agent(trace: Trace, function: F, name: str | None, options: Mapping[str, Any]) -> F:
    """Return the function with every call of it a run: nested below the active one, or a run of its own."""
    title = name or function.__name__
    return record_calls(function, lambda args, kwargs: trace.run(title, **options), _ignore)


def decorate_tool(trace: Trace, function: F, name: str | None) -> F:
    """Return the function with every call of it a tool step, with its arguments by name and its result."""
    title = name or function.__name__
    bind = _argument_names(function)
    if IS_REPLAY:
        return _replayed(trace, function, title, bind)
    open_call: Opener = lambda args, kwargs: trace.tool_call(title, bind(args, kwargs))  # noqa: E731
    return record_calls(function, open_call, _keep_output)


def _replayed(trace: Trace, function: F, title: str, bind: Callable[..., dict[str, Any]]) -> F:
    """Return the function giving back what it gave in the recorded run, and recorded like any other."""
    from agent_inspector.trace.replaying import replay_function  # noqa: PLC0415  (only in a replay)

    open_call: Opener = lambda args, kwargs: trace._measure_tool(title, bind(args, kwargs), {})  # noqa: E731
    return record_calls(replay_function(function, title, bind), open_call, _keep_output)


def decorate_step(trace: Trace, function: F, name: str | None) -> F:
    """Return the function with every call of it a step of its own kind."""
    title = name or function.__name__
    bind = _argument_names(function)
    open_call: Opener = lambda args, kwargs: trace.step(title, bind(args, kwargs))  # noqa: E731
    return record_calls(function, open_call, _keep_output)


def _ignore(scope: Scope[Any], result: Any) -> None:
    return


def _keep_output(scope: Scope[Any], result: Any) -> None:
    scope.output = result  # type: ignore[attr-defined]  # tool and step scopes are MeasuredSteps


def _argument_names(
    function: Callable[..., Any],
) -> Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]]:
    """Return what gives a call's arguments their names, without `self` and without calling anything of the user's."""
    import inspect  # noqa: PLC0415  (4 ms that a program without decorators need not pay)

    try:
        names = [
            item.name
            for item in inspect.signature(function).parameters.values()
            if item.kind < item.VAR_POSITIONAL
        ]
    except (TypeError, ValueError):
        names = []

    def bind(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        bound = dict(zip(names, args, strict=False))
        if len(args) > len(names):
            bound["*args"] = args[len(names) :]
        if names and names[0] in ("self", "cls"):
            bound.pop(names[0], None)
        return bound | kwargs

    return bind
