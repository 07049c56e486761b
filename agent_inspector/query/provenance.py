"""Provenance: the values in arguments and answers, each with the earlier places of the run that hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.model import Json, StepProvenance, TracedValue, ValueSource
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.actions import result_of
from agent_inspector.query.evidence.calls import parts_in, parts_of
from agent_inspector.query.evidence.deltas import role_of
from agent_inspector.query.evidence.texts import leaves, quote
from agent_inspector.query.values import Value, find_values, whole_value
from agent_inspector.query.values.extraction import word_key
from agent_inspector.query.values.numbers import guessed_keys, read_numbers

_MOST_SOURCES: Final = 20
_MOST_KEPT: Final = 60
_LONGEST_NAME: Final = 80
_AROUND: Final = 50


class Provenance:
    """Where every value of a run stands, and since when."""

    def __init__(self, run: ReadRun) -> None:
        self._run = run
        self._places: dict[str, list[tuple[int, str, str, int, int]]] = {}
        """By key: number of the step, place, the text there, start and end."""
        for step in run.shown:
            for place, text in _sources(run, step):
                self._add(step, place, text)

    def of_step(self, step: ReadStep) -> StepProvenance:
        """Trace the values of one step."""
        call = self._run.call_of.get(step.id)
        asked_by = call.asked_by if call is not None else None
        position = asked_by.number if asked_by is not None else step.number
        values = [
            traced for place, leaf in _asked(step) for traced in self._trace(step, position, place, leaf)
        ]
        return StepProvenance(step.id, values)

    def _add(self, step: ReadStep, place: str, leaf: Json) -> None:
        text = leaf if isinstance(leaf, str) else str(leaf)
        values = list(find_values(text, names=True))
        if len(text) <= _LONGEST_NAME:
            values.append(Value("text", 0, len(text), text, (word_key(text),)))
        for value in values:
            for key in value.keys:
                kept = self._places.setdefault(key, [])
                if len(kept) < _MOST_KEPT:
                    kept.append((step.number, place, text, value.start, value.end))

    def _trace(self, step: ReadStep, position: int, place: str, leaf: Json) -> Iterator[TracedValue]:
        if isinstance(leaf, bool):
            yield TracedValue(place, 0, len(str(leaf)), str(leaf).lower(), "text", "exempt", [])
            return
        text = leaf if isinstance(leaf, str) else str(leaf)
        whole = whole_value(text)
        values = [whole] if whole else list(find_values(text, names=True))
        if not values and len(text) <= _LONGEST_NAME:
            values = [Value("text", 0, len(text), text, (word_key(text),))]
        for value in values:
            sources = self._look_up(step, position, value)
            verdict = "appears" if sources else "exempt" if _is_constant(value) else "no_source"
            yield TracedValue(place, value.start, value.end, value.text, value.kind, verdict, sources)  # type: ignore[arg-type]  # one of three

    def _look_up(self, step: ReadStep, position: int, value: Value) -> list[ValueSource]:
        keys = [*value.keys]
        if value.kind == "number" and value.unit:
            keys += guessed_keys(read_numbers(value.text.strip("$€£¥ ")), value.unit)
        found: dict[tuple[int, str, int], ValueSource] = {}
        for key in keys:
            for number, place, text, start, end in self._places.get(key, ()):
                source = self._run.steps[number - 1]
                if number > position or (number == position and not place.startswith("/input_messages")):
                    continue
                found.setdefault(
                    (number, place, start),
                    ValueSource(
                        step_id=source.id,
                        step_number=number,
                        place=place,
                        quote=quote(text[max(0, start - _AROUND) : end + _AROUND], 120) or "",
                        exact=text[start:end] == value.text,
                    ),
                )
        nearest = sorted(found.values(), key=lambda source: -source.step_number)
        return nearest[:_MOST_SOURCES]


def trace_values(run: ReadRun) -> Provenance:
    """Index every value of a run."""
    return Provenance(run)


def _is_constant(value: Value) -> bool:
    return value.kind == "text" or value.text in ("0", "1")


def _sources(run: ReadRun, step: ReadStep) -> Iterator[tuple[str, Json]]:
    """Yield what a step brings into the run: results, and messages that are not its own words."""
    if step.given is not None:
        for index, message in step.given.new:
            if role_of(message) == "assistant":
                continue
            for number, part in parts_in(message):
                field = "response" if part.get("type") == "tool_call_response" else "content"
                yield from leaves(part.get(field), f"/input_messages/{index}/parts/{number}/{field}")
    if step.kind in ("tool", "retrieval", "memory"):
        yield from leaves(result_of(step), "/tool_result" if step.kind == "tool" else "/output_value")


def _asked(step: ReadStep) -> Sequence[tuple[str, Json]]:
    """Return the scalars of a step that are to be explained."""
    if step.kind == "tool":
        return list(leaves(step.tool_arguments, "/tool_arguments"))
    found: list[tuple[str, Json]] = []
    for index, number, part in parts_of(step.output_messages):
        field = "arguments" if part.get("type") == "tool_call" else "content"
        found += leaves(part.get(field), f"/output_messages/{index}/parts/{number}/{field}")
    return found or list(leaves(step.output_value, "/output_value"))
