"""Said: what steps say in words, whichever kind of step it is, and what their words tell of failure and of guesswork."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent_inspector.query.evidence.texts import as_text, leaves, words_in

if TYPE_CHECKING:
    from agent_inspector.query.evidence.run import ReadStep

_BEGINNING: Final = 300
_FAILED_RESULT: Final = re.compile(
    r"\s*(?:[\[({\"'<]\s*)*(?:(?:an?\s+)?(?:\w+\s)?(?:error|exception|failure)\b(?!\s*(?:rate|budget|bar|s?\s*[:=]\s*(?:0|null|none|false|\[\]))\b)"
    r"|failed\b|traceback\b|http(?:\s?error)?\s?[45]\d\d\b|[45]\d\d\s+(?:error|not found|forbidden|unauthorized|bad|internal|service))",
    re.IGNORECASE,
)
_EXECUTION: Final = re.compile(
    r"\s*(?:exit ?code|return ?code|exit ?status)\W{1,3}(?!0\b)-?\d+|\s*traceback \(most recent call last\)",
    re.IGNORECASE,
)
_CRASH: Final = re.compile(
    r"\s*[\w ]{0,40}(?:error|exception)\b:?\s*traceback \(most recent call last\)", re.IGNORECASE
)
_TRACEBACK: Final = re.compile(r"traceback \(most recent call last\)", re.IGNORECASE)
_EXECUTED: Final = re.compile(r"\s*(?:exit ?code|return ?code|exit ?status)\W{1,3}-?\d+", re.IGNORECASE)
_GUESSES: Final = re.compile(
    r"\b(?:let(?:'s| us| me)|i(?:'ll| will| shall| have|'ve)?|we(?:'ll| will| shall| have|'ve)?)\s+(?:just\s+|simply\s+|now\s+)?"
    r"(?:assumed?|simulated?|pretend(?:ed)?|ma(?:k|d)e up|invent(?:ed)?|us(?:e|ed) (?:an?\s+|some\s+)?(?:placeholder|hypothetical|dummy|mock|simulated|fictional))\b"
    r"|\b(?:hypothetical|simulated|placeholder|dummy|mock|fictional|made-up)\s+(?:data|values?|results?|numbers?|responses?|datasets?|lists?|entries|content)\b"
    r"|\bfor (?:demonstration|illustrati(?:on|ve)) purposes\b|\bfor the sake of (?:this|the) (?:example|demonstration|argument)\b",
    re.IGNORECASE,
)
_GIVES_UP: Final = re.compile(
    r"\b(?:i|we)\s?(?:'m|am|'re|are|was|were)?\s(?:unable|not able) to\b"
    r"|\b(?:i|we) (?:cannot|can't|can not|couldn't|could not|don't have the ability to) (?:access|browse|open|find|retrieve|load|view|complete|perform|execute|download|read)\b",
    re.IGNORECASE,
)
_STUCK: Final = re.compile(
    r"\"(?:is_)?(?:in_)?(?:a_)?(?:loop|loop(?:ing)?|stall(?:ed|ing)?|stuck)\"\s*:\s*(?:true|\{[^{}]{0,600}\"answer\"\s*:\s*true)"
    r"|\"(?:is_)?(?:being_)?progress(?:_being_made|_made)?\"\s*:\s*(?:false|\{[^{}]{0,600}\"answer\"\s*:\s*false)",
    re.IGNORECASE,
)
_WALL: Final = re.compile(
    r"\b(?:404|403|captcha|access (?:is )?denied|page not found|(?:page|site) (?:does not|doesn't) exist|can(?:no|')t be reached"
    r"|verify (?:that )?you are (?:a )?human)\b",
    re.IGNORECASE,
)
_SEEN_AT_ONCE: Final = 1500
_SUCCESS: Final = {"success", "ok", "succeeded"}
_STATES: Final = {"status", "state", "result", "outcome"}
_UNDONE: Final = {"failed", "failure", "error", "rejected", "denied", "declined"}


def words_of(step: ReadStep) -> str:
    """Return what came out of a step as text, be it messages, a result or a value."""
    said = words_in(step.output_messages) if step.output_messages else ""
    return said or as_text(step.tool_result if step.tool_result is not None else step.output_value)


def tells_failure(step: ReadStep) -> bool:
    """Whether a step that ended well brought back a failure: a result that is an error, a program that did not run."""
    words = words_of(step)[:_BEGINNING]
    if step.kind == "tool":
        return bool(_FAILED_RESULT.match(words)) or is_failed_execution(step)
    return is_failed_execution(step) or is_crash(step)


def came_to_nothing(step: ReadStep) -> bool:
    """Whether a call failed, or its result says that nothing was done."""
    if step.failed:
        return True
    result = step.tool_result if step.tool_result is not None else step.output_value
    for place, scalar in leaves(result):
        name = place.rpartition("/")[2].lower()
        if name in _SUCCESS and scalar is False:
            return True
        if name in _STATES and str(scalar).lower() in _UNDONE:
            return True
    return isinstance(result, str) and result.lower().startswith(("error", "failed", "failure"))


def is_failed_execution(step: ReadStep) -> bool:
    """Whether what came back is that of a program which ended with an error."""
    words = words_of(step)
    if _EXECUTION.match(words[:_BEGINNING]):
        return True
    return bool(_EXECUTED.match(words[:_BEGINNING])) and bool(_TRACEBACK.search(words[:5000]))


def is_crash(step: ReadStep) -> bool:
    """Whether an agent brought back nothing but the error that it ran into itself."""
    return bool(_CRASH.match(words_of(step)[:_BEGINNING]))


def is_execution(step: ReadStep) -> bool:
    """Whether what came back is that of a program."""
    return bool(_EXECUTED.match(words_of(step)[:_BEGINNING])) or is_failed_execution(step)


def guess_in(words: str) -> re.Match[str] | None:
    """Find where words say that they make something up."""
    return _GUESSES.search(words)


def giving_up_in(words: str) -> re.Match[str] | None:
    """Find where words say that something cannot be done."""
    return _GIVES_UP.search(words)


def stuck_in(words: str) -> re.Match[str] | None:
    """Find where a ledger of progress says that there is none, as planners of some frameworks keep it."""
    return _STUCK.search(words) if '"' in words else None


def wall_in(words: str) -> re.Match[str] | None:
    """Find where words tell of a page or a file that could not be had."""
    return _WALL.search(words[:_SEEN_AT_ONCE])
