"""Ignored: a result that was there, and of which nothing after it makes any use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import changes_something_by_name, is_empty, is_polling, result_of
from agent_inspector.query.evidence.run import words_of_answer
from agent_inspector.query.evidence.said import came_to_nothing
from agent_inspector.query.findings.cut_off import is_cut
from agent_inspector.query.findings.seen import cite, see, subject
from agent_inspector.query.provenance import Provenance
from agent_inspector.query.values.spoken import Spoken, salient_values, words_of_result

_NOTHING_FOUND: Final = re.compile(
    r"(?:could ?n[o']t|could not|was ?n[o']t able to|were ?n[o']t able to|unable to|did ?n[o']t|do ?n[o']t|does ?n[o']t|can ?not|can't)"
    r"\s+(?:find|locate|retrieve|get|access|have|see|determine|look up|provide|answer)"
    r"|\bno (?:information|results?|data|records?|matching|such|entries|details)\b|not (?:available|found)\b",
    re.IGNORECASE,
)
_STARTS: Final = re.compile(
    r"(?:start|begin|init|login|log_in|auth|connect|setup|set_up|sleep|wait|think|plan)", re.IGNORECASE
)
_APOLOGY: Final = re.compile(
    r"\b(?:sorry|unfortunately|apolog\w+|unable|could ?n[o']t|failed)\b", re.IGNORECASE
)
_FEWEST: Final = 2


def find_ignored(run: ReadRun, provenance: Provenance) -> Iterator[Finding]:
    """Say which results nobody used: none of their values and none of their words comes up again."""
    if not run.is_over or not run.statements:
        return
    last_statement = run.statements[-1]
    before = [step for step in run.tool_steps if step.number <= last_statement.number]
    told = [step for step in before if step.status == "completed" and _could_be_used(step)]
    if not told:
        return
    spoken = Spoken(run)
    for step in told:
        if not _is_unused(spoken, step):
            continue
        denial = _denial(run, step)
        if denial is not None and _is_denied(run, spoken, step):
            yield _say(step, denial, denies=True)
        elif _has_no_effect(step) and not _has_used_words(spoken, step) and _is_finished(run, step):
            yield _say(step, last_statement, denies=False)


def _is_unused(spoken: Spoken, step: ReadStep) -> bool:
    """Whether a result has several values, of which none is used after it; mostly the first one tells."""
    unused: set[str] = set()
    for value in salient_values(step):
        if spoken.uses_value(value, step.number):
            return False
        unused.add(value.text)
    return len(unused) >= _FEWEST


def _could_be_used(step: ReadStep) -> bool:
    if is_polling(step) or _STARTS.match(step.name) or is_empty(result_of(step)):
        return False
    return _has_no_effect(step) or not came_to_nothing(step)


def _is_finished(run: ReadRun, step: ReadStep) -> bool:
    """Whether the answer is all that it was to be: not cut off, and no apology after a failure."""
    said = run.statements[-1]
    if is_cut(said):
        return False
    failed = any(tool.failed for tool in run.tool_steps if tool.number > step.number)
    return not failed and not _APOLOGY.search(words_of_answer(said))


def _denial(run: ReadRun, step: ReadStep) -> ReadStep | None:
    """Return the next statement, if it says that nothing was found."""
    following = next((said for said in run.statements if said.number > step.number), None)
    if following is None or not _NOTHING_FOUND.search(words_of_answer(following)):
        return None
    between = [s for s in run.tool_steps if step.number < s.number < following.number]
    return None if any(s.failed or is_empty(result_of(s)) for s in between) else following


def _is_denied(run: ReadRun, spoken: Spoken, step: ReadStep) -> bool:
    """Whether words that nothing was found are about this result: of a call with an effect, if nothing else was looked for in vain."""
    if _has_no_effect(step):
        return True
    before = (tool for tool in run.tool_steps if tool.number < step.number)
    in_vain = any(is_empty(result_of(tool)) or came_to_nothing(tool) for tool in before)
    return not in_vain and not _has_used_words(spoken, step)


def _has_used_words(spoken: Spoken, step: ReadStep) -> bool:
    return any(spoken.uses_word(stem, step.number) for stem in words_of_result(step))


def _has_no_effect(step: ReadStep) -> bool:
    return not changes_something_by_name(step.name)


def _say(step: ReadStep, said: ReadStep, *, denies: bool) -> Finding:
    what = "says that nothing was found" if denies else "and everything before it make no use of it"
    return see(
        "ignored",
        "warning",
        step,
        f"{subject(step)} returned a result in step {step.number}, and the answer in step {said.number} {what}."
        if denies
        else f"{subject(step)} returned a result in step {step.number}; the answer in step {said.number} {what}.",
        evidence=[
            cite(step, "the result it ignores", "/tool_result", result_of(step)),
            cite(said, "makes no use of it", "/output_messages/0", words_of_answer(said)),
        ],
    )
