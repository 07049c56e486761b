"""Contradicted: an answer that disagrees with the result it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from agent_inspector.model import Finding, Json, TracedValue
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import changes_something_by_name, result_of
from agent_inspector.query.evidence.run import words_of_answer
from agent_inspector.query.evidence.said import came_to_nothing
from agent_inspector.query.evidence.texts import leaves
from agent_inspector.query.findings.seen import cite, code, see, subject
from agent_inspector.query.findings.sourceless import is_date, sourceless_words
from agent_inspector.query.provenance import Provenance
from agent_inspector.query.values import find_values
from agent_inspector.query.values.numbers import dimension_of, read_numbers
from agent_inspector.query.values.settings import words_of_name
from agent_inspector.query.values.spoken import stems

_MOST_RESULTS: Final = 20
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|none|cannot|can't|couldn't|could not|unable|fail\w*|error|unfortunately|sorry|without|won't|isn't|wasn't|didn't"
    r"|unsuccessful\w*|declin\w*|reject\w*|denied|problem|issue with|instead|attempt\w*|tried|un(?:available|til))\b|n't\b",
    re.IGNORECASE,
)
_DONE: Final = re.compile(
    r"\b(?:has been|have been|was|were|is|are|i(?:'ve| have)?|we(?:'ve| have)?|successfully|all|done|been|now)\b",
    re.IGNORECASE,
)
_SHAPES: Final = (0.2, 5.0)


class Held(NamedTuple):
    """One scalar of a result that an answer may rest on."""

    step: ReadStep
    place: str
    value: Json
    stems: frozenset[str]
    """The words of its key, and of the keys around it."""


def find_contradicted(run: ReadRun, provenance: Provenance) -> Iterator[Finding]:
    """Say where an answer tells another value than its result, or success where all there was is failure."""
    for step in run.statements:
        words = words_of_answer(step)
        for value, held in contradicted_values(run, provenance, step):
            yield see(
                "contradicted",
                "error",
                step,
                f"The answer in step {step.number} says {code(value.text)}, where {subject(held.step)} in step {held.step.number} returned {code(held.value)}.",
                evidence=[
                    cite(step, "says", value.place, _around(words, value)),
                    cite(held.step, "returned", held.place, held.value),
                ],
                part=str(value.start),
            )
        yield from _claims(run, step, words)
        yield from _yes_for_no(run, step, words)


def contradicted_values(
    run: ReadRun, provenance: Provenance, step: ReadStep
) -> Iterator[tuple[TracedValue, Held]]:
    """Yield the values of an answer that stand where a result has another one."""
    suspects = sourceless_words(run, provenance, step)
    if not suspects:
        return
    held = _held_before(run, step)
    words = words_of_answer(step)
    said = {key for value in find_values(words) for key in value.keys}
    for value in suspects:
        match = _counterpart(value, words, held, said)
        if match is not None:
            yield value, match


def _counterpart(value: TracedValue, words: str, held: Sequence[Held], said: set[str]) -> Held | None:
    """Find the scalar that should stand where this value does: of the same kind, named alike, and not told itself."""
    alike = [item for item in held if _is_alike(value, item) and not _is_said(item, said)]
    if not alike:
        return None
    around = set(stems(_sentence_around(words, value.start)))
    near = set(stems(words[max(0, value.start - 40) : value.end + 25]))
    measured = _dimension_at(value, words)
    scored = [
        (len(item.stems & near) * 2 + len(item.stems & around) + _of_dimension(measured, item), item)
        for item in alike
    ]
    best = max(score for score, _ in scored)
    if best > 0:
        return next(item for score, item in scored if score == best)
    last = alike[0].step
    of_last = [item for item in alike if item.step is last]
    return of_last[0] if len(of_last) == 1 and _has_like_size(value, of_last[0]) else None


def _dimension_at(value: TracedValue, words: str) -> str | None:
    unit = next((found.unit for found in find_values(words) if found.start == value.start), None)
    return dimension_of([unit.lower()]) if unit else None


def _of_dimension(measured: str | None, item: Held) -> int:
    """Weigh whether a scalar is measured like the value that is told: 3 for the same quantity, less for another one."""
    named = words_of_name(item.place.rpartition("/")[2]).split("_")
    dimension = dimension_of(named)
    if measured is None or dimension is None:
        return 0
    return 3 if measured == dimension else -3


def _held_before(run: ReadRun, step: ReadStep) -> list[Held]:
    """Return the scalars of the results before an answer, the last result first."""
    results = [
        s
        for s in run.shown[: step.number]
        if s.number < step.number and s.kind in ("tool", "retrieval", "memory") and s.status == "completed"
    ]
    found: list[Held] = []
    for result in results[: -_MOST_RESULTS - 1 : -1]:
        for place, scalar in leaves(
            result_of(result), "/tool_result" if result.kind == "tool" else "/output_value"
        ):
            if not isinstance(scalar, str) or len(scalar) <= 200:
                names = " ".join(words_of_name(token).replace("_", " ") for token in place.split("/")[2:])
                text = scalar if isinstance(scalar, str) and " " in scalar else ""
                found.append(
                    Held(
                        result,
                        place,
                        scalar,
                        frozenset(
                            [
                                *stems(names),
                                *stems(text),
                                *stems(words_of_name(result.name).replace("_", " ")),
                            ]
                        ),
                    )
                )
    return found


def _is_alike(value: TracedValue, held: Held) -> bool:
    if isinstance(held.value, bool):
        return False
    if value.kind == "number":
        return bool(_numbers_in(held.value))
    if isinstance(held.value, str) and len(held.value) <= 60:
        if is_date(value.text):
            return is_date(held.value)
        return value.kind == "id" and not is_date(held.value) and _shape(held.value) == _shape(value.text)
    return False


def _numbers_in(scalar: Json) -> list[str]:
    if isinstance(scalar, (int, float)) and not isinstance(scalar, bool):
        return [str(scalar)]
    found = (
        [value.text for value in find_values(scalar)]
        if isinstance(scalar, str) and len(scalar) <= 200
        else []
    )
    return found if len(found) == 1 and read_numbers(found[0].strip("$€£¥ ")) else []


def _is_said(held: Held, said: set[str]) -> bool:
    return any(key in said for value in find_values(str(held.value)) for key in value.keys)


def _has_like_size(value: TracedValue, held: Held) -> bool:
    ours = read_numbers(value.text.strip("$€£¥ "))
    theirs = [number for text in _numbers_in(held.value) for number in read_numbers(text.strip("$€£¥ "))]
    if not ours or not theirs or not theirs[0]:
        return value.kind != "number"
    low, high = _SHAPES
    return low <= abs(float(ours[0] / theirs[0])) <= high


def _shape(text: str) -> str:
    """Return how an id is built: its letters, with digits as one mark."""
    return re.sub(r"\d+", "9", re.sub(r"[a-f\d]{8,}", "f", text.lower()))


def _sentence_around(words: str, at: int) -> str:
    start = 0
    for match in _SENTENCE.finditer(words):
        if match.start() >= at:
            return words[start : match.start()]
        start = match.end()
    return words[start:]


def _claims(run: ReadRun, step: ReadStep, words: str) -> Iterator[Finding]:
    """Look for deeds that an answer tells as done, all calls of which failed."""
    deeds: dict[str, list[ReadStep]] = {}
    for tool in run.tool_steps:
        if tool.number < step.number and changes_something_by_name(tool.name):
            deeds.setdefault(tool.name, []).append(tool)
    for calls in deeds.values():
        last = calls[-1]
        if not all(came_to_nothing(call) for call in calls):
            continue
        sentence = _claim_of(words, last)
        if sentence is not None:
            yield see(
                "contradicted",
                "error",
                step,
                f"The answer in step {step.number} tells it as done, but every call of {subject(last)} failed, last in step {last.number}.",
                evidence=[
                    cite(step, "says", "/output_messages/0", sentence),
                    *(
                        cite(call, "failed", "/tool_result", call.error_message or result_of(call))
                        for call in calls
                    ),
                ],
                part=last.id,
            )


def _claim_of(words: str, tool: ReadStep) -> str | None:
    named = set(stems(words_of_name(tool.name).replace("_", " ")))
    for sentence in _SENTENCE.split(words):
        if _NEGATION.search(sentence) or sentence.rstrip().endswith("?"):
            continue
        if (
            named & set(stems(sentence))
            and _DONE.search(sentence)
            and not re.search(r"\b(?:will|can|could|should|would|please|if|when)\b", sentence, re.IGNORECASE)
        ):
            return sentence if not _NEGATION.search(words) else None
    return None


def _yes_for_no(run: ReadRun, step: ReadStep, words: str) -> Iterator[Finding]:
    """Look for a yes or no of the last result that the answer turns around."""
    results = [s for s in run.tool_steps if s.number < step.number and s.status == "completed"][-3:]
    for result in results:
        for place, scalar in leaves(result_of(result), "/tool_result"):
            name = words_of_name(place.rpartition("/")[2]).replace("_", " ")
            named = set(stems(name))
            if not isinstance(scalar, bool) or not named or name in ("ok", "success", "error"):
                continue
            sentence = next((part for part in _SENTENCE.split(words) if named & set(stems(part))), None)
            if (
                sentence is not None
                and bool(_NEGATION.search(sentence)) == scalar
                and not sentence.endswith("?")
            ):
                yield see(
                    "contradicted",
                    "error",
                    step,
                    f"The answer in step {step.number} says the opposite of what {subject(result)} in step {result.number} returned: {code(name)} is {str(scalar).lower()}.",
                    evidence=[
                        cite(step, "says", "/output_messages/0", sentence),
                        cite(result, "returned", place, str(scalar).lower()),
                    ],
                    part=f"{result.id}{place.rpartition('/')[2]}",
                )


def _around(words: str, value: TracedValue) -> str:
    return words[max(0, value.start - 60) : value.end + 60]
