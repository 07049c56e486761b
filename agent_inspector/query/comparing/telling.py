"""Telling: a difference between two runs as one sentence, with the words where it begins."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent_inspector.model import Json
from agent_inspector.query.comparing.places import Place
from agent_inspector.query.comparing.subjects import Subject

_QUOTED: Final = 60
_BEFORE: Final = 16
"""Characters shown before the first one that differs."""
_LARGEST_VALUE: Final = 2000
_HOLDERS: Final = {"tool_result", "output_value", "response", "content", "result"}
"""Where results stand: no fields of theirs."""


def tell(subject: Subject, place: Place, name: str | None = None) -> str:
    """Say what differs; `name` is the tool's where it is a result."""
    return _TELLERS.get(subject, _tell_text)(subject, place, name)


def bounded(value: Json) -> Json:
    """Return a value that is small enough to be shown beside another."""
    if isinstance(value, str):
        return value if len(value) <= _LARGEST_VALUE else value[:_LARGEST_VALUE] + "…"
    written = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(written) <= _LARGEST_VALUE else written[:_LARGEST_VALUE] + "…"


def quotes(a: Json, b: Json) -> tuple[str, str]:
    """Return the words of both from where they differ, in quotes."""
    one, other = _words(a), _words(b)
    first, second = _starts(one, other)
    return _quote(one, max(first - _BEFORE, 0)), _quote(other, max(second - _BEFORE, 0))


def _starts(one: str, other: str) -> tuple[int, int]:
    """Return where both begin to differ; white space between is no difference, unless there is no other."""
    strict = _common_start(one, other)
    left, right = _solid(one, strict), _solid(other, strict)
    same = _common_start([one[at] for at in left], [other[at] for at in right])
    if same in (len(left), len(right)) and len(left) == len(right):
        return strict, strict
    return (left[same] if same < len(left) else len(one)), (right[same] if same < len(right) else len(other))


def _solid(text: str, start: int) -> list[int]:
    """Return the places of what is no white space."""
    return [at for at in range(start, len(text)) if not text[at].isspace()]


def _common_start(one: Sequence[str], other: Sequence[str]) -> int:
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def _quote(text: str, start: int) -> str:
    if not text:
        return "nothing"
    shown = " ".join(text[start : start + _QUOTED].split())
    more = "…" if start + _QUOTED < len(text) else ""
    return f'"{"…" if start else ""}{shown}{more}"'


def _words(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _tell_text(subject: Subject, place: Place, name: str | None) -> str:
    a, b = quotes(place.a, place.b)
    return f"{_TITLES[subject]}{_line_of(place)} is {a} in A and {b} in B."


def _line_of(place: Place) -> str:
    """Name the line, where a text of several differs."""
    if not (isinstance(place.a, str) and isinstance(place.b, str)) or "\n" not in place.a:
        return ""
    return f", line {place.a.count(chr(10), 0, _common_start(place.a, place.b)) + 1},"


def _tell_value(subject: Subject, place: Place, name: str | None) -> str:
    a, b = (json.dumps(value, ensure_ascii=False, default=str) for value in (place.a, place.b))
    if max(len(a), len(b)) > _QUOTED:
        a, b = quotes(place.a, place.b)
    setting = place.pointer.rpartition("/")[2] or _TITLES[subject]
    return f"`{setting}` is {_or_unset(a)} in A and {_or_unset(b)} in B."


def _or_unset(written: str) -> str:
    return "not set" if written == "null" else written


def _tell_result(subject: Subject, place: Place, name: str | None) -> str:
    a, b = quotes(place.a, place.b)
    giver = f"`{name}`" if name else "A tool"
    field = place.pointer.rpartition("/")[2]
    named = (
        "" if not field or field.isdigit() or field in _HOLDERS else f", as `{field.replace('`', chr(39))}`"
    )
    return f"{giver} gave {a} in A and {b} in B{named}."


def _tell_model(subject: Subject, place: Place, name: str | None) -> str:
    return f"A asked {_model(place.a)}, B {_model(place.b)}."


def _model(value: Json) -> str:
    return f"`{value}`" if value else "a model without a name"


def _tell_tools(subject: Subject, place: Place, name: str | None) -> str:
    one, other = _tool_names(place.a), _tool_names(place.b)
    alone = {
        "A": [tool for tool in one if tool not in other],
        "B": [tool for tool in other if tool not in one],
    }
    parts = [f"only {run} offers {_listed(tools)}" for run, tools in alone.items() if tools]
    if parts:
        return _sentence(" and ".join(parts))
    return "The tools have the same names in A and B, but are described otherwise."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _tool_names(tools: Json) -> Sequence[str]:
    if not isinstance(tools, (list, tuple)):
        return ()
    return [name for tool in tools if isinstance(tool, dict) and (name := _tool_name(tool))]


def _tool_name(tool: Mapping[str, Json]) -> str:
    function = tool.get("function")
    return str(tool.get("name") or (function.get("name") if isinstance(function, dict) else None) or "")


def _tell_status(subject: Subject, place: Place, name: str | None) -> str:
    return f"A is {place.a}, B is {place.b}."


_TITLES: Final[Mapping[Subject, str]] = {
    "input": "The input",
    "prompt": "The system prompt",
    "tools": "The tools",
    "model": "The model",
    "settings": "The settings",
    "tool_result": "The result",
    "code": "The code",
    "answer": "The answer",
    "status": "The status",
}
_TELLERS: Final[Mapping[Subject, Callable[[Subject, Place, str | None], str]]] = {
    "model": _tell_model,
    "settings": _tell_value,
    "code": _tell_value,
    "tool_result": _tell_result,
    "tools": _tell_tools,
    "status": _tell_status,
}
