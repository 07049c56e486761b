"""Schema: arguments that do not fit the schema with which the tool was offered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import jsonschema
import referencing
from jsonschema.protocols import Validator

from agent_inspector.model import Finding, Json
from agent_inspector.query.evidence import Call, ReadRun
from agent_inspector.query.evidence.tools import OfferedTool, read_tools
from agent_inspector.query.findings.seen import cite, code, plain, see

_MOST_NAMED: Final = 3
_NOTHING_ELSEWHERE: Final[referencing.Registry[Any]] = referencing.Registry()
"""References that lead out of a schema are not followed: nothing is ever fetched."""


def find_schema_errors(run: ReadRun) -> Iterator[Finding]:
    """Say which calls break the schema of their tool."""
    offered: dict[int, Mapping[str, OfferedTool]] = {}
    for call in run.calls:
        if call.asked_by is None:
            continue
        definitions = call.asked_by.tool_definitions
        if id(definitions) not in offered:
            offered[id(definitions)] = {tool.name: tool for tool in read_tools(definitions)}
        tool = offered[id(definitions)].get(call.name)
        if tool is not None and tool.schema is not None:
            yield from _check(call, tool)


def _check(call: Call, tool: OfferedTool) -> Iterator[Finding]:
    if call.asked_by is None:
        return
    problems = list(problems_of(tool.schema or {}, call.arguments))
    if not problems:
        return
    _, words = problems[0]
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    step = call.asked_by
    yield see(
        "schema",
        "warning",
        step,
        f"The arguments of {code(call.name)} in step {step.number} do not fit its schema: {words}{more}.",
        evidence=[
            *(
                cite(step, text, f"{call.asked_place}{at}", _at(call.arguments, at))
                for at, text in problems[:_MOST_NAMED]
            ),
            *([cite(call.tool, "called with them", "/tool_arguments", call.arguments)] if call.tool else []),
        ],
        part=call.call_id or call.asked_place or "",
    )


def problems_of(schema: Mapping[str, Json], arguments: Json) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with arguments: JSON pointer and words; nothing where the schema itself is broken."""
    validator = _validator(_text_of(schema))
    if validator is None:
        return
    given = {} if arguments is None or arguments == "" else arguments
    if isinstance(given, str):
        yield "", "they are not JSON"
        return
    try:
        errors = sorted(validator.iter_errors(given), key=lambda error: list(map(str, error.absolute_path)))
    except (referencing.exceptions.Unresolvable, RecursionError, ValueError, TypeError):
        return
    for error in errors:
        pointer = "".join(f"/{part}" for part in error.absolute_path)
        name = f"{code(pointer.lstrip('/'))}: " if pointer else ""
        yield pointer, f"{name}{plain(error.message, 120)}"


@lru_cache(maxsize=512)
def _validator(schema: str) -> Validator | None:
    try:
        read = json.loads(schema)
        kind = jsonschema.validators.validator_for(read, default=jsonschema.Draft202012Validator)
        kind.check_schema(read)
    except (
        jsonschema.SchemaError,
        ValueError,
        TypeError,
        RecursionError,
        referencing.exceptions.Unresolvable,
    ):
        return None
    validator: Validator = kind(read, registry=_NOTHING_ELSEWHERE)
    return validator


def _text_of(schema: Mapping[str, Json]) -> str:
    try:
        return json.dumps(schema, sort_keys=True, default=str)
    except (ValueError, TypeError, RecursionError):
        return ""


def _at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(token)
        elif isinstance(value, (list, tuple)) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
    return value
