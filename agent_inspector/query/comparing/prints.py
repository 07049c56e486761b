"""Prints: what a step did, as digests small enough to keep those of ten thousand steps in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent_inspector.json_text import to_json
from agent_inspector.model import Content, Json, Step, StepDetail
from agent_inspector.query.comparing.aligning import Key
from agent_inspector.query.comparing.subjects import Subject, subjects_of
from agent_inspector.query.details import to_detail
from agent_inspector.store import SpanRow, SpanStore

COMPARED: Final = (
    "system_instructions",
    "input_messages",
    "tool_definitions",
    "parameters",
    "tool_arguments",
    "input_value",
    "output_messages",
    "finish_reason",
    "tool_result",
    "output_value",
)
"""Fields of `Content` that are compared, in the order in which a difference counts as the first."""
_OF_THE_ACT: Final = ("tool_arguments", "input_value", "output_messages")
"""Fields that say what a step did, not what it was given or what came back."""
_BATCH: Final = 100
_CALL_IDS: Final = frozenset(["id", "tool_call_id"])
_HAVE_IDS: Final = ("tool_call", "tool_call_response")


@dataclass(frozen=True, slots=True)
class StepPrint:
    """One step, and a digest of everything in it that is compared."""

    step: Step
    digests: Mapping[str, bytes]
    """By field of `Content`; a field that holds nothing has none."""
    subjects: Mapping[Subject, bytes]
    parent_id: str | None
    """The nearest enclosing step that is no plumbing."""
    is_container: bool
    """Other steps ran inside of it: what it gave back is their doing."""

    @property
    def is_root(self) -> bool:
        """Whether it has no step around it."""
        return self.parent_id is None

    @property
    def key(self) -> Key:
        """What it is aligned by: kind, agent, tool, and what it did."""
        if self.is_root:
            return Key("root", "root", "root")
        step = self.step
        alike = (step.kind, step.type, step.agent, step.tool_name or _name_of(step))
        if self.is_container:
            return Key(alike, alike, step.kind)
        return Key((*alike, *(self.digests.get(name) for name in _OF_THE_ACT)), alike, step.kind)


def read_prints(store: SpanStore, trace_id: str) -> list[StepPrint]:
    """Read the prints of a run in order of start, without the plumbing.

    Raises:
        KeyMissing: content is encrypted with a key that is not at hand.
    """
    rows = store.read_spans(trace_id)
    parents = _parents(rows)
    containers = set(parents.values())
    shown = [row for row in rows if not row.framework]
    prints = [
        _print_of(detail, parents[detail.step.id], is_container=detail.step.id in containers)
        for detail in _read(store, trace_id, shown)
    ]
    return steady(prints)


def steady(prints: Sequence[StepPrint]) -> list[StepPrint]:
    """Return the steps with tool calls that ran at the same time in an order that chance does not decide."""
    ordered: list[StepPrint] = []
    together: list[StepPrint] = []
    ends_ms = 0.0
    for item in prints:
        step = item.step
        is_alongside = bool(together) and _is_tool(item) and together[0].parent_id == item.parent_id
        if not (is_alongside and step.offset_ms < ends_ms):
            ordered += sorted(together, key=_name_and_arguments)
            together, ends_ms = [], 0.0
        if _is_tool(item):
            together.append(item)
            ends_ms = max(ends_ms, step.offset_ms + (step.duration_ms or 0.0))
        else:
            ordered.append(item)
    return [*ordered, *sorted(together, key=_name_and_arguments)]


def _is_tool(item: StepPrint) -> bool:
    return item.step.kind == "tool" and not item.is_container


def _name_and_arguments(item: StepPrint) -> tuple[str, bytes]:
    return item.step.tool_name or item.step.name, item.digests.get("tool_arguments", b"")


def _parents(rows: Sequence[SpanRow]) -> Mapping[str, str | None]:
    """Return the nearest enclosing step of each that is no plumbing; parents start before their children."""
    plumbing = {row.span_id for row in rows if row.framework}
    known = {row.span_id for row in rows}
    found: dict[str, str | None] = {}
    for row in rows:
        parent = row.parent_id if row.parent_id in known else None
        found[row.span_id] = found.get(parent or "") if parent in plumbing else parent
    return found


def _read(store: SpanStore, trace_id: str, rows: Sequence[SpanRow]) -> Iterator[StepDetail]:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        records = store.read_records(trace_id, [row.span_id for row in batch])
        for row in batch:
            if row.span_id in records:
                yield to_detail(row, records[row.span_id])


def _print_of(detail: StepDetail, parent_id: str | None, *, is_container: bool) -> StepPrint:
    content = comparable(detail.content)
    values = ((name, getattr(content, name)) for name in COMPARED)
    return StepPrint(
        step=detail.step,
        digests={name: digest(value) for name, value in values if value not in (None, {}, [], ())},
        subjects={name: digest(value) for name, value in subjects_of(detail.step, content).items()},
        parent_id=parent_id,
        is_container=is_container,
    )


def digest(value: Json) -> bytes:
    """Return 16 bytes that stand for a JSON value."""
    return hashlib.blake2b(to_json(value, sort_keys=True), digest_size=16).digest()


def comparable(content: Content) -> Content:
    """Return the content without the ids of tool calls, which no two runs share."""
    asked, answered = content.input_messages, content.output_messages
    return replace(
        content,
        input_messages=None if asked is None else [without_ids(message) for message in asked],
        output_messages=None if answered is None else [without_ids(message) for message in answered],
    )


def without_ids(message: Json) -> Json:
    """Return a message without ids."""
    if not isinstance(message, dict):
        return message
    kept = {name: value for name, value in message.items() if name not in _CALL_IDS}
    if isinstance(kept.get("parts"), (list, tuple)):
        kept["parts"] = [_part_without_ids(part) for part in kept["parts"]]
    return kept


def _part_without_ids(part: Json) -> Json:
    if isinstance(part, dict) and part.get("type") in _HAVE_IDS:
        return {name: value for name, value in part.items() if name not in _CALL_IDS}
    return part


def _name_of(step: Step) -> str:
    """Return the step's name, but not that of a model: another model in its place is still the same call."""
    return "" if step.kind in ("llm", "embedding") else step.name
