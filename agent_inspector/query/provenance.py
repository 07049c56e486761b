"""Provenance: the values in arguments and answers, each with the earlier places of the run that hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, TypeAlias

from agent_inspector.model import Json, StepProvenance, TracedValue, ValueSource
from agent_inspector.query.evidence import ReadRun, ReadStep
from agent_inspector.query.evidence.texts import quote
from agent_inspector.query.evidence.tools import OfferedTool, read_tools
from agent_inspector.query.values import Value, find_values, whole_value
from agent_inspector.query.values.extraction import word_key
from agent_inspector.query.values.index import Occurrence, ValueIndex
from agent_inspector.query.values.numbers import guessed_keys, read_numbers
from agent_inspector.query.values.phrases import find_phrase, known_phrases
from agent_inspector.query.values.reckoning import Reckoning
from agent_inspector.query.values.settings import allowed_keys, is_setting, is_written, makes_new
from agent_inspector.query.values.sources import Leaf, asked_of, brought_by, made_by

Verdict: TypeAlias = Literal["appears", "no_source", "exempt", "contradicted"]

_MOST_SOURCES: Final = 20
_AROUND: Final = 50
_LONGEST_PHRASE: Final = 80
_TOLERANCE_NS: Final = 5_000_000
"""Starts that are reckoned from an end and a duration are that inexact."""


class Provenance:
    """Where every value of a run stands, and since when; made once for a run, in one pass over it, once somebody asks."""

    def __init__(self, run: ReadRun) -> None:
        self._run = run

    @cached_property
    def _index(self) -> ValueIndex:
        """The places of all values; most runs without tools end without anybody asking for one."""
        run, index = self._run, ValueIndex()
        seen: set[int] = set()
        for step in run.shown:
            without = _sourceless_keys(index, step)
            for leaf in brought_by(run, step):
                key = (
                    hash((step.kind, leaf.place.rpartition("/")[2], leaf.name, leaf.value))
                    if _is_long(leaf)
                    else 0
                )
                if key and step.kind == "llm" and (key in seen or seen.add(key)):  # type: ignore[func-returns-value]  # add returns None
                    continue
                index.add(step.number, leaf.place, leaf.value, unit=leaf.unit, without=without)
            for leaf in asked_of(step) if step.kind == "tool" else ():
                if isinstance(leaf.value, str) and leaf.name and not is_written(leaf.name):
                    index.know(leaf.value)
            for leaf in made_by(step):
                index.add(step.number, leaf.place, leaf.value, unit=leaf.unit, without=without)
        return index

    def of_step(self, step: ReadStep) -> StepProvenance:
        """Trace the values of one step."""
        return StepProvenance(step.id, list(self.trace(step)))

    def trace(self, step: ReadStep) -> Iterator[TracedValue]:
        """Yield the values of a step with their sources."""
        position = self._position(step)
        tool = self._tool_of(step)
        for leaf in asked_of(step):
            if isinstance(leaf.value, bool):
                text = str(leaf.value).lower()
                yield TracedValue(leaf.place, 0, len(text), text, "text", "exempt", [])
                continue
            for value in self._values(leaf, phrases=True):
                sources = self._sources(step, value, position)
                verdict = "appears" if sources else self._verdict(step, leaf, value, position, tool)
                yield _traced(leaf, value, verdict, sources)

    def sourceless(self, step: ReadStep) -> Iterator[TracedValue]:
        """Yield the values of a step that no earlier place holds, but for words that no index knows; in little time."""
        position = self._position(step)
        tool = self._tool_of(step)
        for leaf in asked_of(step):
            for value in () if isinstance(leaf.value, bool) else self._values(leaf, phrases=False):
                if next(self._places(step, value, position), None) is None:
                    verdict = self._verdict(step, leaf, value, position, tool)
                    if verdict == "no_source":
                        yield _traced(leaf, value, verdict, [])

    def _values(self, leaf: Leaf, *, phrases: bool) -> Sequence[Value]:
        text = leaf.value if isinstance(leaf.value, str) else str(leaf.value)
        whole = whole_value(text, leaf.unit)
        if whole is not None:
            return [whole]
        is_argument = bool(leaf.name)
        if not is_argument or is_written(leaf.name):
            return self._values_in_words(text, leaf)
        inner = list(find_values(text, names=True, unit=leaf.unit))
        if len(text) > _LONGEST_PHRASE:
            return inner
        if inner and not any(self._index.find(word_key(text))):
            covered = max(value.end - value.start for value in inner)
            if covered < len(text) or not phrases:
                return inner
        return [Value("name" if text[:1].isupper() else "text", 0, len(text), text, (word_key(text),))]

    def _values_in_words(self, text: str, leaf: Leaf) -> Sequence[Value]:
        """Return the values in prose; names that nobody has told before are taken for words of the writer."""
        found = [
            value
            for value in find_values(text, unit=leaf.unit)
            if value.kind != "text" or self._index.is_whole(value.keys[0])
        ]
        taken = [(value.start, value.end) for value in found]
        names = (
            value
            for value in find_values(text, names=True)
            if value.kind == "name" and any(self._index.find(value.keys[0]))
        )
        for value in (*names, *known_phrases(self._index, text)):
            if not any(start < value.end and value.start < end for start, end in taken):
                taken.append((value.start, value.end))
                found.append(value)
        return sorted(found, key=lambda value: value.start)

    def _places(self, step: ReadStep, value: Value, position: int) -> Iterator[Occurrence]:
        """Yield the places before a step that hold a value, maybe several times."""
        found = False
        for key in self._keys(value):
            if found and key.startswith(("j:", "n:")) and value.kind == "id":
                break  # the id itself stands somewhere, so what only resembles it is no source
            for place in self._index.find(key):
                if self._is_before(place, step, position):
                    found = True
                    yield place

    def _sources(self, step: ReadStep, value: Value, position: int) -> list[ValueSource]:
        found: dict[tuple[int, str, int], Occurrence] = {}
        for place in self._places(step, value, position):
            found.setdefault((place.step_number, place.place, place.start), place)
        if not found and value.kind in ("text", "name"):
            places = (
                place
                for place in find_phrase(self._index, value.text)
                if self._is_before(place, step, position)
            )
            found = {(place.step_number, place.place, place.start): place for place in places}
        told = [place for place in found.values() if not place.place.startswith("/tool_arguments")]
        nearest = sorted(told or found.values(), key=lambda place: -place.step_number)
        return [self._to_source(place, value) for place in nearest[:_MOST_SOURCES]]

    def _keys(self, value: Value) -> Sequence[str]:
        if value.kind != "number" or not value.unit:
            return value.keys
        numbers = read_numbers(value.text.strip("$€£¥ "))
        return [*value.keys, *guessed_keys(numbers, value.unit)]

    def _is_before(self, place: Occurrence, step: ReadStep, position: int) -> bool:
        if place.step_number < position:
            holder = self._run.steps[place.step_number - 1]
            # What a step returns is not there while it is at work.
            if place.place.startswith(("/input", "/system")):
                return True
            return self._has_ended(holder, position) and not self._is_inside(step, holder)
        return place.step_number == position and place.place.startswith(("/input", "/system"))

    def _has_ended(self, holder: ReadStep, position: int) -> bool:
        if holder.end_ns is None or position > len(self._run.steps):
            return True
        return holder.end_ns <= self._run.steps[position - 1].start_ns + _TOLERANCE_NS

    def _is_inside(self, step: ReadStep, holder: ReadStep) -> bool:
        if holder.id not in self._run.children:
            return False
        return any(outer.id == holder.id for outer in self._run.around(step))

    def _to_source(self, place: Occurrence, value: Value) -> ValueSource:
        source = self._run.steps[place.step_number - 1]
        words = place.text[max(0, place.start - _AROUND) : place.end + _AROUND]
        return ValueSource(
            step_id=source.id,
            step_number=place.step_number,
            place=place.place,
            quote=quote(words, 120) or "",
            exact=place.text[place.start : place.end] == value.text,
        )

    def _verdict(
        self, step: ReadStep, leaf: Leaf, value: Value, position: int, tool: OfferedTool | None
    ) -> Verdict:
        if value.text.startswith(("[REDACTED", "[WITHHELD")):
            return "exempt"
        if tool is not None and any(key in self._allowed(tool) for key in value.keys):
            return "exempt"
        if value.kind == "text" or (leaf.name and is_setting(leaf.name)):
            return "exempt"
        if leaf.name and makes_new(step.name) and value.kind in ("path", "name", "url"):
            return "exempt"
        if value.kind == "number":
            return "exempt" if self._reckoning.explains(leaf, value, position) else "no_source"
        return "no_source"

    @cached_property
    def _reckoning(self) -> Reckoning:
        return Reckoning(self._index)

    def _position(self, step: ReadStep) -> int:
        """Return the number of the step at which the values of a step were chosen."""
        call = self._run.call_of.get(step.id)
        if call is not None and call.asked_by is not None:
            return call.asked_by.number
        if step.kind == "agent":
            return len(self._run.steps) + 1 if step.id == self._run.root_id else self._last_inside(step) + 1
        return step.number

    def _last_inside(self, step: ReadStep) -> int:
        return max([step.number, *(inner.number for inner in self._run.inside(step))])

    def _tool_of(self, step: ReadStep) -> OfferedTool | None:
        return self.offered.get(step.tool or step.name) if step.kind == "tool" else None

    @cached_property
    def offered(self) -> Mapping[str, OfferedTool]:
        """Tools that any model of the run was offered, by name."""
        lists = {id(step.tool_definitions): step.tool_definitions for step in self._run.llm_steps}
        return {tool.name: tool for definitions in lists.values() for tool in read_tools(definitions)}

    def _allowed(self, tool: OfferedTool) -> set[str]:
        if tool.name not in self._allowed_by_tool:
            self._allowed_by_tool[tool.name] = allowed_keys(tool)
        return self._allowed_by_tool[tool.name]

    @cached_property
    def _allowed_by_tool(self) -> dict[str, set[str]]:
        return {}


def trace_values(run: ReadRun) -> Provenance:
    """Index every value of a run."""
    return Provenance(run)


def _traced(leaf: Leaf, value: Value, verdict: Verdict, sources: list[ValueSource]) -> TracedValue:
    return TracedValue(
        place=leaf.place,
        start=value.start,
        end=value.end,
        text=value.text,
        kind=value.kind,
        verdict=verdict,
        sources=sources,
    )


def _is_long(leaf: Leaf) -> bool:
    return isinstance(leaf.value, str) and len(leaf.value) > 40


def _sourceless_keys(index: ValueIndex, step: ReadStep) -> set[str]:
    """Return the keys of arguments that nothing before holds: a result that repeats them is no source of them."""
    if step.kind != "tool" or step.tool_arguments is None:
        return set()
    keys: set[str] = set()
    for leaf in asked_of(step):
        if isinstance(leaf.value, (str, int, float)) and not isinstance(leaf.value, bool):
            for value in find_values(str(leaf.value), unit=leaf.unit):
                if not any(index.holds(key, step.number) for key in value.keys):
                    keys.add(value.keys[0])
    return keys


__all__ = ["Json", "Provenance", "trace_values"]
