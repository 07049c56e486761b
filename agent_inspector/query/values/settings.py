"""Settings: arguments that say how, not what: their values come from the caller's head, and need no source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from agent_inspector.model import Json
from agent_inspector.query.evidence.tools import OfferedTool
from agent_inspector.query.values.extraction import find_values, word_key

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SETTING: Final = re.compile(
    r"(?:^|_)(?:limit|page|offset|count|size|top|k|n|max|min|maximum|minimum|timeout|retries|retry|depth|width|height|days?"
    r"|hours?|minutes?|seconds?|weeks?|months?|years?|interval|delay|wait|temperature|seed|precision|decimals|version|lines?|rows?"
    r"|start|end|index|skip|take|per|batch|chunk|num|number_of|results|length|level|priority|format|mode|sort|order_by|lang|language"
    r"|locale|unit|units|radius|threshold|score|confidence|port|step|steps|attempts?|range|window|cursor)(?:_|$)"
)
_MADE_UP: Final = re.compile(
    r"(?:^|_)(?:idempotency|request|correlation|trace|session|nonce|transaction|client|dedup\w*|uuid|guid|token|password|hash|key)(?:_|$)"
)
_WRITTEN: Final = re.compile(
    r"(?:^|_)(?:content|contents|body|text|message|msg|note|notes|comment|description|summary|subject|title|reason|code|script|command|cmd"
    r"|query|sql|q|question|prompt|request|task|instructions?|expression|formula|thought|reasoning|plan|label|caption|html|markdown"
    r"|answer|reply|response|explanation|details|data|payload|patch|diff|regex|pattern|search|keywords?|old_string|new_string|source)(?:_|$)"
)
_NEW: Final = re.compile(
    r"(?:^|_)(?:write|create|new|save|add|make|generate|export|upload|put|draft|init|mkdir|touch|copy|move|rename|store)(?:_|$)"
)
_LEAST_WORDS: Final = 4


@lru_cache(maxsize=4096)
def words_of_name(name: str) -> str:
    """Return a name in lower case with its words apart by `_`."""
    return re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower())


@lru_cache(maxsize=4096)
def is_setting(parameter: str) -> bool:
    """Whether a parameter says how a tool is to work, such as `limit`, `page` or `timeout_s`."""
    name = words_of_name(parameter)
    return bool(_SETTING.search(name)) or bool(_MADE_UP.search(name))


@lru_cache(maxsize=4096)
def is_written(parameter: str) -> bool:
    """Whether a parameter holds words that the model writes itself, such as the body of a mail, a query, a program."""
    return bool(_WRITTEN.search(words_of_name(parameter)))


@lru_cache(maxsize=4096)
def makes_new(tool: str) -> bool:
    """Whether a tool of this name makes something that has to be given a name."""
    return bool(_NEW.search(words_of_name(tool)))


def allowed_keys(tool: OfferedTool) -> set[str]:
    """Return the keys of all values that a tool's definition names: enums, defaults, examples, words of descriptions."""
    found = {key for value in find_values(tool.description, names=True) for key in value.keys}
    for text in _values_in(tool.schema or {}):
        found.add(word_key(text))
        found |= {key for value in find_values(text, names=True) for key in value.keys}
    return found


def _values_in(schema: Json) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, inner in schema.items():
            if name in (
                "enum",
                "const",
                "default",
                "examples",
                "example",
                "minimum",
                "maximum",
                "description",
                "title",
                "pattern",
            ):
                yield from _scalars(inner)
            yield from _values_in(inner)
    elif isinstance(schema, (list, tuple)):
        for inner in schema:
            yield from _values_in(inner)


def _scalars(value: Json) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from _scalars(inner)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)
