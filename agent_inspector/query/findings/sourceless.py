"""No source: values in arguments and answers that nothing before them in the run holds."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Evidence, Finding, TracedValue
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.run import words_of_answer
from agent_inspector.query.findings.seen import cite, code, see, subject
from agent_inspector.query.provenance import Provenance
from agent_inspector.query.values import find_values
from agent_inspector.query.values.settings import is_written, words_of_name

_FINDERS: Final = {"tool", "retrieval", "memory"}
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_PLACES_ON_EARTH: Final = re.compile(r"(?:^|_)(?:lat|lon|lng|latitude|longitude)(?:_|$)")
_NAMED: Final = re.compile(
    r"(?:^|_)(?:name|customer|user|recipient|author|owner|contact|employee|person|patient|passenger|guest)(?:_|$)"
)
_OPINION: Final = re.compile(
    r"(?:confiden|scor|rating|probab|likel|certain|step|option|tip|phase|section|question|chapter|example|version|http|error code)\w*\W*\Z",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"(?:about|around|roughly|approximately|nearly|almost|over|under|more than|less than|up to|at least|~|≈|circa|within|between)\s*[$€£¥]?\Z",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_DATE_KEYS: Final = ("d:", "t:")


def find_sourceless(run: ReadRun, provenance: Provenance) -> Iterator[Finding]:
    """Say which arguments and answers hold values that no earlier message or result holds."""
    told: set[str] = set()
    known_from = _question_known_from(run)
    for step in run.tool_steps if known_from is not None else ():
        if known_from is None or step.number < known_from or _is_asker_unseen(run, step):
            continue
        values = [value for value in sourceless_arguments(provenance, step) if value.text not in told]
        if values:
            told |= {value.text for value in values}
            yield _say_arguments(run, step, values)
    for step in run.statements:
        values = [value for value in sourceless_words(run, provenance, step) if value.text not in told]
        if values:
            told |= {value.text for value in values}
            yield _say_words(step, values)


def _question_known_from(run: ReadRun) -> int | None:
    """Return the first step that shows what was asked: where nothing does, values may have come from there."""
    for step in run.shown:
        if step.given is not None or (step.id == run.root_id and step.input_value is not None):
            return step.number
    return None


def _is_asker_unseen(run: ReadRun, step: ReadStep) -> bool:
    """Whether the model that chose a call was given something that was not recorded: the values may have stood there."""
    call = run.call_of.get(step.id)
    asker = call.asked_by if call is not None else None
    if asker is None:
        before = bisect_left(run.llm_steps, step.number, key=lambda llm: llm.number)
        asker = run.llm_steps[before - 1] if before else None
    return asker is not None and asker.given is None and asker.input_value is None


def sourceless_arguments(provenance: Provenance, step: ReadStep) -> list[TracedValue]:
    """Return the arguments of a call that somebody must have made up."""
    found = []
    for value in provenance.sourceless(step):
        name = words_of_name(value.place.rpartition("/")[2])
        if not is_written(name) and _is_made_up(step, value, name):
            found.append(value)
    return found


def sourceless_words(run: ReadRun, provenance: Provenance, step: ReadStep) -> list[TracedValue]:
    """Return the values of an answer that nothing before holds, where there was something that it could rest on."""
    words = words_of_answer(step)
    if (
        _is_json(words)
        or _question_known_from(run) is None
        or not any(s.kind in _FINDERS and s.status == "completed" for s in run.shown[: step.number])
    ):
        return []
    code_parts = [match.span() for match in _CODE.finditer(words)]
    return [
        value
        for value in provenance.sourceless(step)
        if _is_told_as_fact(value, words) and not any(start <= value.start < end for start, end in code_parts)
    ]


def _is_made_up(step: ReadStep, value: TracedValue, name: str) -> bool:
    if value.kind == "number":
        return _is_big(value.text) and not _YEAR.fullmatch(value.text) and not _PLACES_ON_EARTH.search(name)
    if value.kind == "name":
        return bool(_NAMED.search(name)) and " " in value.text
    if value.kind == "path":
        return step.failed
    return not is_date(value.text)


def _is_told_as_fact(value: TracedValue, words: str) -> bool:
    if value.kind in ("name", "text", "path"):
        return False
    before = words[max(0, value.start - 24) : value.start]
    if _OPINION.search(before):
        return False
    if value.kind == "number":
        return (
            _is_big(value.text)
            and not _YEAR.fullmatch(value.text)
            and not (_is_round(value.text) and _ABOUT.search(before))
        )
    return True


def _is_big(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits >= 3 or (digits >= 2 and any(mark in text for mark in ".,"))


def _is_round(text: str) -> bool:
    """Whether a number may be an estimate: "over 1,200" is one, "over 1,207.35" is none."""
    return not any(mark in text[-3:] for mark in ".,")


def is_date(text: str) -> bool:
    """Whether a value is a date."""
    return any(key.startswith(_DATE_KEYS) for value in find_values(text) for key in value.keys)


def _is_json(words: str) -> bool:
    if not words.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(words)
    except ValueError:
        return False
    return True


def _say_arguments(run: ReadRun, step: ReadStep, values: Sequence[TracedValue]) -> Finding:
    call = run.call_of.get(step.id)
    chooser = call.asked_by if call is not None else None
    first = values[0]
    name = first.place.rpartition("/")[2]
    more = f", and {len(values) - 1} more of its values" if len(values) > 1 else ""
    evidence = _cite(step, values)
    if chooser is not None and call is not None:
        evidence.insert(0, cite(chooser, "chose it", call.asked_place, call.arguments))
    return see(
        "no_source",
        "warning",
        chooser or step,
        f"{subject(step)} was called in step {step.number} with {name} {code(first.text)}, which appears in no earlier message or result{more}.",
        evidence=evidence,
        part=step.id if chooser is not None else "",
    )


def _say_words(step: ReadStep, values: Sequence[TracedValue]) -> Finding:
    more = f", and {len(values) - 1} more of its values" if len(values) > 1 else ""
    return see(
        "no_source",
        "warning",
        step,
        f"The answer in step {step.number} says {code(values[0].text)}, which appears in no earlier message or result{more}.",
        evidence=_cite(step, values),
    )


def _cite(step: ReadStep, values: Sequence[TracedValue]) -> list[Evidence]:
    return [cite(step, "appears nowhere before", value.place, value.text) for value in values]
