"""Plain functions as tools of a model: their description in JSON Schema, and how a call of the model runs one."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, get_type_hints

Json: TypeAlias = Any
Tool: TypeAlias = Callable[..., Json]

_TYPE_NAMES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}


class ToolFailed(Exception):
    """A tool cannot do what the model asked; the message goes back to the model, which may try again."""


def describe(tool: Tool) -> Json:
    """Describe a function to the model; its docstring is the description."""
    hints = get_type_hints(tool)
    parameters = list(inspect.signature(tool).parameters)
    schema = {
        "type": "object",
        "properties": {name: {"type": _TYPE_NAMES[hints[name]]} for name in parameters},
        "required": parameters,
        "additionalProperties": False,
    }
    function = {"name": tool.__name__, "description": inspect.getdoc(tool) or "", "parameters": schema}
    return {"type": "function", "function": function}


def call_tool(tools: Sequence[Tool], name: str, arguments: str) -> Json:
    """Call the tool of that name with arguments as the model wrote them, in JSON."""
    for tool in tools:
        if tool.__name__ == name:
            try:
                return tool(**json.loads(arguments))
            except (TypeError, ValueError) as error:
                raise ToolFailed(f"{name} cannot be called like that: {error}") from error
    raise ToolFailed(f"There is no tool called {name}.")
