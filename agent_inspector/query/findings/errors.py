"""Errors: where one began, how far it spread, and who swallowed it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Evidence, Finding
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import arguments_of
from agent_inspector.query.findings.seen import cite, code, how_often, plain, see, subject
from agent_inspector.query.sentences import short_type

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_OF_ANY_ERROR: Final = {
    "agent", "call", "error", "errors", "exception", "failed", "failure", "getting", "response", "running", "status", "tool",
}  # fmt: skip
_SAME: Final = 0.6
_PAUSES: Final = {
    "GraphInterrupt",
    "NodeInterrupt",
    "ParentCommand",
    "GraphBubbleUp",
    "CallDeferred",
    "ApprovalRequired",
}
"""Exceptions with which frameworks wait for a person, or go on elsewhere."""


def find_errors(run: ReadRun) -> Iterator[Finding]:
    """Say of every error where it began; one that the same call got over later is none."""
    failed = [step for step in run.shown if step.failed and short_type(step.error_type) not in _PAUSES]
    origins = [step for step in failed if _began_here(run, step)]
    told: set[tuple[str, str | None, str | None]] = set()
    for step in origins:
        alike = (step.name, step.error_type, step.error_message)
        if alike in told or _is_told_again(run, step, origins) or _was_got_over(run, step):
            continue
        told.add(alike)
        same = [other for other in origins if (other.name, other.error_type, other.error_message) == alike]
        yield _say(run, step, same)


def reason(step: ReadStep) -> str:
    """Say why a step failed, as `Type: message`."""
    kind, message = plain(short_type(step.error_type), 60), plain(step.error_message)
    if kind and message and not message.startswith(kind):
        return f"{kind}: {message}"
    return message or kind or "no reason was recorded"


def _began_here(run: ReadRun, step: ReadStep) -> bool:
    """Whether no step inside of it failed, so that the error was not handed up to it."""
    return not any(
        inner.failed and not inner.framework and _is_same(inner, step) for inner in run.inside(step)
    )


def _is_same(inner: ReadStep, outer: ReadStep) -> bool:
    """Whether an error that was raised inside is the one that left the outer step."""
    if outer.error_message and inner.error_message:
        theirs, ours = _telling(outer.error_message), _telling(inner.error_message)
        return len(ours & theirs) >= _SAME * min(len(ours), len(theirs))
    return inner.error_type == outer.error_type or not outer.error_type


def _telling(message: str) -> set[str]:
    """Return the words of an error's message that tell it from others."""
    return {word.lower() for word in _WORD.findall(message)} - _OF_ANY_ERROR


def _is_told_again(run: ReadRun, step: ReadStep, origins: Sequence[ReadStep]) -> bool:
    """Whether this only reports what another step failed with: an error step, or a step around it."""
    if step.kind != "error":
        return False
    before = [other for other in origins if other.number < step.number and other.kind != "error"]
    return any(
        other.error_message and step.error_message and other.error_message in step.error_message
        for other in before
    )


def _was_got_over(run: ReadRun, step: ReadStep) -> bool:
    """Whether the same tool, asked again by the same agent, succeeded, and the run did not fail."""
    if run.status == "failed" or step.kind not in ("tool", "llm", "retrieval", "memory", "embedding"):
        return False
    return any(
        later.number > step.number
        and later.kind == step.kind
        and later.name == step.name
        and later.status == "completed"
        for later in run.by_agent.get((step.agent_step, step.agent), ())
    )


def _say(run: ReadRun, step: ReadStep, same: Sequence[ReadStep]) -> Finding:
    spread = _spread(run, step)
    ended = run.status in ("failed", "cancelled") and (
        step.id == run.root_id or any(outer.id == run.root_id for outer in spread) or _is_last(run, step)
    )
    times = f" {how_often(len(same))}" if len(same) > 1 else ""
    # An error step is called by the error's own name, which the reason begins with.
    what = " tells of an error" if step.kind == "error" else f", {subject(step)}, failed"
    sentence = f"Step {step.number}{what}{times}: {_ended_sentence(reason(step))}"
    sentence += f" {_consequence(run, step, spread, ended=ended)}"
    return see(
        "error",
        "error" if ended else "warning",
        step,
        sentence.strip(),
        evidence=_evidence(run, step, same, spread),
        wasted=same[1:],
    )


def _ended_sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _spread(run: ReadRun, step: ReadStep) -> list[ReadStep]:
    """Return the steps around it that failed with it, the nearest first."""
    found: list[ReadStep] = []
    for outer in run.around(step):
        if not outer.failed:
            break
        found.append(outer)
    return found


def _is_last(run: ReadRun, step: ReadStep) -> bool:
    """Whether nothing but errors came after it."""
    return not any(
        later.number > step.number and later.kind != "error" and not later.failed for later in run.shown
    )


def _consequence(run: ReadRun, step: ReadStep, spread: Sequence[ReadStep], *, ended: bool) -> str:
    if ended:
        return "It ended the run." if run.status == "failed" else ""
    swallowed = _swallowed_by(run, step, spread)
    if swallowed is None or swallowed.id == run.root_id:
        return "The run went on without it."
    return f"{subject(swallowed)} went on without it."


def _swallowed_by(run: ReadRun, step: ReadStep, spread: Sequence[ReadStep]) -> ReadStep | None:
    outermost = spread[-1] if spread else step
    # A client's and a server's span of one call have one name.
    return next((outer for outer in run.around(outermost) if outer.name != step.name), None)


def _evidence(
    run: ReadRun, step: ReadStep, same: Sequence[ReadStep], spread: Sequence[ReadStep]
) -> list[Evidence]:
    found = [cite(step, "began here", None, reason(step))]
    if arguments_of(step) is not None and step.kind == "tool":
        found.append(cite(step, "called with", "/tool_arguments", arguments_of(step)))
    found += [cite(other, "failed again", None, reason(other)) for other in same[1:8]]
    found += [cite(outer, "failed with it") for outer in spread]
    call = run.call_of.get(step.id)
    if call is not None and call.told_in is not None:
        found.append(cite(call.told_in, "was told of it", call.told_place, call.told))
    swallower = _swallowed_by(run, step, spread)
    if swallower is not None and not swallower.failed:
        found.append(cite(swallower, "went on without it"))
    return found


def arguments_in_words(step: ReadStep) -> str:
    """Write the arguments of a call as code."""
    return code(arguments_of(step))
