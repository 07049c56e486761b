"""Told: failures, guesswork and standstill that are not in any status but in the words of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import arguments_of
from agent_inspector.query.evidence.said import (
    giving_up_in,
    guess_in,
    is_crash,
    is_execution,
    is_failed_execution,
    stuck_in,
    tells_failure,
    wall_in,
    words_of,
)
from agent_inspector.query.evidence.texts import as_text
from agent_inspector.query.findings.seen import cite, plain, see, subject

_SPEAKING: Final = {"llm", "agent", "message"}
_FEWEST: Final = 5
"""Fewer turns are no conversation between agents."""
_CODE: Final = "```"


def find_told_failures(run: ReadRun) -> Iterable[Finding]:
    """Say where a result is an error, though its step ended well; of a program, whoever wrote it is named."""
    steps = [step for step in run.shown if step.status == "completed" and step.id != run.root_id]
    later: defaultdict[str, _Worked] = defaultdict(_Worked)
    found: list[Finding] = []
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if not tells_failure(step):
            later[step.name].take(step)
        elif step.kind in ("tool", "llm", "agent", "message"):
            again = later[step.name]
            if step.kind == "tool" and arguments_of(step) is not None and _key(step) in again.calls:
                continue  # the same call worked later
            found.append(_say(step, _author(steps, index), got_over=again.gets_over(step)))
    return reversed(found)


class _Worked:
    """What steps of one name brought, of those that told of no failure."""

    def __init__(self) -> None:
        self.calls: set[int] = set()
        self._did, self._spoke = False, False

    def take(self, step: ReadStep) -> None:
        """Note a step that told of no failure."""
        self._spoke = True
        if step.kind == "tool":
            self._did = True
            self.calls.add(_key(step))
        elif not self._did:
            self._did = is_execution(step)

    def gets_over(self, failed: ReadStep) -> bool:
        """Whether another attempt worked."""
        return self._did or (self._spoke and is_crash(failed))


def _key(step: ReadStep) -> int:
    return hash(as_text(arguments_of(step)))


def find_guesses(run: ReadRun) -> Iterator[Finding]:
    """Say where an agent says itself that it makes something up."""
    for step in run.shown:
        if step.kind not in _SPEAKING or step.id == run.root_id or step.status != "completed":
            continue
        words = words_of(step)
        match = guess_in(words)
        if match is not None:
            yield see(
                "no_source",
                "warning",
                step,
                f"Step {step.number}, {subject(step)}, says that it makes something up: “{plain(match.group(), 80)}”.",
                evidence=[
                    cite(
                        step,
                        "says so",
                        "/output_messages/0",
                        words[max(0, match.start() - 60) : match.end() + 100],
                    )
                ],
                part="guess",
            )


def find_standstills(run: ReadRun) -> Iterator[Finding]:
    """Say where one of several agents met a wall or gave up, and where a planner began to note that nothing moves."""
    for steps in run.children.values():
        speaking = [s for s in steps if s.kind in _SPEAKING and s.status == "completed" and not s.framework]
        if len(speaking) >= _FEWEST and len({step.agent or step.name for step in speaking}) > 1:
            yield from _standstills(speaking)


def _standstills(speaking: list[ReadStep]) -> Iterator[Finding]:
    """Look through what several agents say to each other in turn."""
    was_stuck = False
    for index, step in enumerate(speaking[:-1]):
        words = words_of(step)
        stuck = stuck_in(words)
        if stuck is not None and not was_stuck and index:
            yield _stand_still(_last_of_another(speaking, index), step, "no progress is noted", stuck.group())
        if '"' in words or stuck is not None:
            was_stuck = stuck is not None
        wall = None if stuck is not None else giving_up_in(words) or wall_in(words)
        if wall is not None:
            yield _stand_still(step, step, "it cannot go on", words[wall.start() : wall.end() + 80])


def _last_of_another(speaking: list[ReadStep], index: int) -> ReadStep:
    """Return the last step before this one that another agent took."""
    teller = speaking[index].agent or speaking[index].name
    return next(
        (step for step in reversed(speaking[:index]) if (step.agent or step.name) != teller), speaking[index]
    )


def _author(steps: list[ReadStep], index: int) -> ReadStep:
    """Return who wrote the program that failed: the last step before it with code in its words; else the step itself."""
    if not is_failed_execution(steps[index]):
        return steps[index]
    for step in reversed(steps[max(0, index - 3) : index]):
        if _CODE in words_of(step):
            return step
    return steps[index]


def _say(step: ReadStep, author: ReadStep, *, got_over: bool) -> Finding:
    words = plain(words_of(step), 140)
    if author is not step:
        sentence = f"The program that {subject(author)} wrote in step {author.number} failed in step {step.number}: {words}"
    else:
        sentence = f"Step {step.number}, {subject(step)}, brought back a failure: {words}"
    return see(
        "error",
        "info" if got_over else "warning",
        author,
        sentence,
        evidence=[
            *(
                [cite(author, "wrote it", "/output_messages/0", words_of(author)[-200:])]
                if author is not step
                else []
            ),
            cite(step, "brought back a failure", None, words_of(step)),
        ],
        part="" if author is step else step.id,
    )


def _stand_still(step: ReadStep, teller: ReadStep, what: str, words: str) -> Finding:
    return see(
        "stall",
        "info",
        step,
        f"After step {step.number}, {subject(step)}, {what}: “{plain(words, 100)}”.",
        evidence=[cite(teller, "says so", "/output_messages/0", words)],
        part="told",
    )
