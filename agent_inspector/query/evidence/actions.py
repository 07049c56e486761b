"""Actions: what agents did, step by step, as keys that tell equal calls and equal outcomes."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson

from agent_inspector.model import Json
from agent_inspector.query.evidence.texts import as_text, loose, words_in

if TYPE_CHECKING:
    from agent_inspector.query.evidence.run import ReadStep

_KINDS: Final = {"tool", "retrieval", "memory"}
_BETWEEN_AGENTS: Final = {"agent", "handoff", "message", "task"}
_VOLATILE: Final = re.compile(
    r"\d{4}-\d\d-\d\d[t ]?\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?:request_?id|trace_?id|timestamp|checked_?at|last_?checked|updated_?at|time|now|elapsed(?:_?ms)?|took(?:_?ms)?"
    r"|latency(?:_?ms)?|duration(?:_?ms)?|attempts?|retry)[:=][\w.:+-]+"
    r"|\b1[5-9]\d{8}(?:\d{3})?(?:\.\d+)?\b"
)
_POLLED_NAME: Final = re.compile(
    r"status|poll|wait|sleep|progress|health|ready|watch|heartbeat|ping|is_?done|check_?(?:job|build|deploy|task|export)"
    r"|get_?(?:job|build|operation|task|run|export)\b",
    re.IGNORECASE,
)
_PENDING: Final = re.compile(
    r"\b(?:pending|queued|running|processing|in[_ -]?progress|not[_ -]?(?:ready|finished|done)|waiting|starting|building"
    r"|provisioning|still)\b",
    re.IGNORECASE,
)
_PENDING_PARTS: Final = ("pending", "queued", "running", "process", "progress", "not", "waiting", "starting", "building",
                         "provisioning", "still")  # fmt: skip
"""Of these words each has one; looking for them first takes a tenth of the time."""
_BEGINNING: Final = 500
_CHANGES: Final = re.compile(
    r"(?:^|[_\W])(?:write|edit|create|update|delete|insert|set|send|post|put|patch|apply|run|exec\w*|move|commit|add"
    r"|remove|submit|issue|refund|book|cancel|save|upload|approve|reset|deploy|restart|pay|charge|transfer|order|place"
    r"|open|close|click|type|navigate|go|press|scroll)(?:$|[_\W])"
)
_ONCE: Final = re.compile(
    r"(?:^|[_\W])(?:send|post|create|issue|refund|book|pay|charge|transfer|submit|purchase|buy)(?:$|[_\W])"
)
_LOOKS_UP: Final = re.compile(
    r"(?:\w+\.)?(?:get|find|list|search|read|look|lookup|fetch|query|check|show|describe|view|count|calculate|compute|is|has|retrieve"
    r"|load|browse|ask|validate|verify|convert|classify|estimate|track|quote|inspect|compare|summari[sz]e|detect|scan|grep|cat|ls|(?:run|execute|exec)_(?:query|sql|search))(?:_|$)"
)
_LOOKED_UP: Final = {
    "details", "detail", "summary", "info", "information", "status", "metrics", "balance", "history", "list", "lookup", "search", "query",
    "report", "stats", "statistics", "state", "results", "count",
}  # fmt: skip
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that an agent did."""

    step: ReadStep
    call: int
    """Equal for calls of the same thing with the same arguments."""
    outcome: int
    """Equal for outcomes that differ in times and request ids at most; 0 where no other call is equal."""
    turn: int
    """How many model calls the agent had made by then."""


def actions_by_agent(steps: Sequence[ReadStep]) -> list[list[Action]]:
    """Return the calls of tools, retrievals and memory of each agent, in order."""
    return _sequences([(s, (s.agent_step, s.agent)) for s in steps if s.kind in _KINDS or s.kind == "llm"])


def actions_between_agents(steps: Sequence[ReadStep]) -> list[list[Action]]:
    """Return the hand-offs, messages and invocations of agents within each agent's step, in order."""
    return _sequences([(s, (s.parent_id, None)) for s in steps if s.kind in _BETWEEN_AGENTS])


def is_polling(step: ReadStep) -> bool:
    """Whether a step asks how far something has come."""
    if _polls_by_name(step.name):
        return True
    beginning = as_text(result_of(step))[:_BEGINNING].lower()
    return any(part in beginning for part in _PENDING_PARTS) and bool(_PENDING.search(beginning))


@lru_cache(maxsize=4096)
def _polls_by_name(name: str) -> bool:
    return bool(_POLLED_NAME.search(name))


def changes_something(action: Action) -> bool:
    """Whether a call of this name is likely to have an effect."""
    return changes_something_by_name(action.step.name)


@lru_cache(maxsize=4096)
def changes_something_by_name(name: str) -> bool:
    """Whether a tool of this name is likely to have an effect: its verb says so, whatever its object is called."""
    spaced = _spaced(name)
    return not _looks_up(spaced) and bool(_CHANGES.search(spaced))


def _looks_up(spaced: str) -> bool:
    return bool(_LOOKS_UP.match(spaced)) or spaced.rpartition("_")[2] in _LOOKED_UP


def is_for_once(action: Action) -> bool:
    """Whether a call of this name is one that is not made twice with the same arguments."""
    spaced = _spaced(action.step.name)
    return not _looks_up(spaced) and bool(_ONCE.search(spaced))


def arguments_of(step: ReadStep) -> Json:
    """Return what a step was called with."""
    return step.tool_arguments if step.tool_arguments is not None else step.input_value


def result_of(step: ReadStep) -> Json:
    """Return what came out of a step."""
    return step.tool_result if step.tool_result is not None else step.output_value


def _spaced(name: str) -> str:
    return _CAMEL.sub("_", name).lower()


def _sequences(steps: Sequence[tuple[ReadStep, tuple[str | None, str | None]]]) -> list[list[Action]]:
    keys = {step.id: _call_key(step) for step, _ in steps if step.kind != "llm"}
    often = Counter(keys.values())
    found: defaultdict[tuple[str | None, str | None], list[Action]] = defaultdict(list)
    turns: Counter[tuple[str | None, str | None]] = Counter()
    for step, agent in steps:
        if step.kind == "llm":
            turns[agent] += 1
            continue
        key = keys[step.id]
        outcome = _outcome_key(step) if often[key] > 1 else 0
        found[agent].append(Action(step, key, outcome, turns[agent]))
    return list(found.values())


def _call_key(step: ReadStep) -> int:
    return hash((step.kind, step.type, step.name, _sorted_text(arguments_of(step))))


def _outcome_key(step: ReadStep) -> int:
    came_out = words_in(step.output_messages) or as_text(result_of(step))
    text = loose(came_out[:_LONGEST])
    error = (step.error_type, _VOLATILE.sub("", loose(step.error_message or ""))) if step.failed else None
    return hash((step.status, error, _VOLATILE.sub("", text)))


def _sorted_text(value: Json) -> str:
    if not isinstance(value, Mapping):
        return as_text(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # something that JSON proper cannot say
        return _sorted_text_beyond_json(value)


def _sorted_text_beyond_json(value: Json) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str)
    except (ValueError, TypeError, RecursionError):
        return as_text(value)


_EMPTY_WORDS: Final = re.compile(
    r"\s*(?:no|0|zero)?\s*(?:no (?:results?|matches|match|rows|records?|entries|documents?|items?|data|hits|files?)\b.{0,60}|(?:nothing|none)(?: was)?(?: found)?"
    r"|0 (?:results?|matches|rows|records|hits|documents|items)\b.{0,40}|not found|empty|null|\[\]|\{\})\s*[.!]?\s*",
    re.IGNORECASE,
)
_HOLDERS: Final = {
    "results",
    "result",
    "items",
    "data",
    "rows",
    "records",
    "matches",
    "hits",
    "documents",
    "entries",
    "values",
    "list",
    "files",
    "orders",
    "output",
}


def is_empty(result: Json) -> bool:
    """Whether a result holds nothing: none of what was looked for is there."""
    if result is None or result in ("", [], {}, ()):
        return True
    if isinstance(result, str):
        return len(result) <= 120 and bool(_EMPTY_WORDS.fullmatch(result))
    if isinstance(result, Mapping):
        held = [value for key, value in result.items() if str(key).lower() in _HOLDERS]
        return bool(held) and all(is_empty(value) for value in held)
    return False
