"""Tools: what a model was offered, whichever vendor's form the definitions have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent_inspector.model import Json


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool that a model could choose."""

    name: str
    description: str
    schema: Mapping[str, Json] | None
    """JSON schema of its arguments, where it was given."""


def read_tools(definitions: Sequence[Json]) -> list[OfferedTool]:
    """Return the tools among these definitions; vendors nest and name them in several ways."""
    return [tool for definition in definitions for tool in _read(definition)]


def _read(definition: Json) -> Iterator[OfferedTool]:
    if not isinstance(definition, Mapping):
        return
    declared = definition.get("functionDeclarations") or definition.get("function_declarations")
    if isinstance(declared, (list, tuple)):
        for inner in declared:
            yield from _read(inner)
        return
    inner = definition.get("function") or definition.get("toolSpec")
    fields = inner if isinstance(inner, Mapping) else definition
    name = fields.get("name")
    if not isinstance(name, str) or not name:
        return
    schema = next(
        (
            fields[key]
            for key in ("parameters", "input_schema", "inputSchema", "schema", "args_schema")
            if fields.get(key)
        ),
        None,
    )
    if isinstance(schema, Mapping) and isinstance(schema.get("json"), Mapping):
        schema = schema["json"]
    description = fields.get("description")
    yield OfferedTool(
        name,
        description if isinstance(description, str) else "",
        schema if isinstance(schema, Mapping) else None,
    )
