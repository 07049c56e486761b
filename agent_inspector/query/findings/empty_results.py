"""Empty result: a look-up found nothing, and what came after goes on as if it had found something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import changes_something_by_name, is_empty, result_of
from agent_inspector.query.evidence.run import words_of_answer
from agent_inspector.query.findings.seen import cite, code, see, subject
from agent_inspector.query.findings.sourceless import sourceless_arguments, sourceless_words
from agent_inspector.query.provenance import Provenance

_ADMITS: Final = re.compile(
    r"\b(?:no|not|none|nothing|never|empty|zero|(?<![\d.,])0(?![\d.,])|sorry|unfortunately|unable|cannot|without|missing|unknown|neither|nor|nobody"
    r"|isn't|aren't|wasn't|didn't|doesn't|don't|couldn't|can't)\b|n't\b",
    re.IGNORECASE,
)


def find_empty_results(run: ReadRun, provenance: Provenance) -> Iterator[Finding]:
    """Say which empty results were used as if they were full."""
    for step in run.tool_steps:
        if not _found_nothing(run, step) or changes_something_by_name(step.name):
            continue
        later = [tool for tool in run.tool_steps if tool.number > step.number]
        if any(
            tool.status == "completed"
            and not is_empty(result_of(tool))
            and not changes_something_by_name(tool.name)
            for tool in later
        ):
            continue
        yield from _used(run, provenance, step, later)


def _found_nothing(run: ReadRun, step: ReadStep) -> bool:
    """Whether an empty result was recorded, or told; nothing recorded is not to say that nothing was found."""
    if step.status != "completed":
        return False
    if step.tool_result is not None:
        return is_empty(result_of(step))
    call = run.call_of.get(step.id)
    return call is not None and call.was_told and is_empty(call.told)


def _used(run: ReadRun, provenance: Provenance, step: ReadStep, later: list[ReadStep]) -> Iterator[Finding]:
    for tool in later[:3]:
        values = sourceless_arguments(provenance, tool)
        if values:
            yield _say(step, tool, values[0].place, values[0].text)
            return
    said = next((s for s in run.statements if s.number > step.number), None)
    if said is None or _ADMITS.search(words_of_answer(said)):
        return
    made_up = sourceless_words(run, provenance, said)
    yield _say(step, said, "/output_messages/0", made_up[0].text if made_up else words_of_answer(said))


def _say(step: ReadStep, user: ReadStep, place: str, words: str) -> Finding:
    return see(
        "empty_result",
        "warning",
        step,
        f"{subject(step)} found nothing in step {step.number}, and step {user.number} goes on as if it had: {code(words)}.",
        evidence=[
            cite(step, "found nothing", "/tool_result", result_of(step) or "[]"),
            cite(user, "goes on as if it had", place, words),
        ],
    )
