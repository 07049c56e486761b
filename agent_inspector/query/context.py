"""Context: what a model call was given, message by message against the call before, and what takes how much of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from agent_inspector.model import (
    Content,
    ContextPart,
    ContextShare,
    Json,
    MessageChange,
    StepContext,
    StepDetail,
)
from agent_inspector.query.evidence import Change, ReadRun
from agent_inspector.query.evidence.actions import result_of
from agent_inspector.query.evidence.calls import parts_in
from agent_inspector.query.evidence.deltas import compare, role_of
from agent_inspector.query.evidence.texts import as_text, leaves, loose
from agent_inspector.query.sentences.deltas import tell_delta

_PARTS: Final[tuple[ContextPart, ...]] = get_args(ContextPart)
_SHORTEST_PASSAGE: Final = 40


def compose(run: ReadRun, detail: StepDetail, before: StepDetail | None) -> StepContext:
    """Compare a call's messages with those of the call before, and share its tokens out among its parts."""
    present = detail.content.input_messages or ()
    previous = (before.content.input_messages or ()) if before else ()
    changes = (
        compare(previous, present) if before else [Change("added", index) for index in range(len(present))]
    )
    characters = _characters(detail.content, changes, _passages(run, detail))
    return StepContext(
        step_id=detail.step.id,
        previous_step_id=before.step.id if before else None,
        previous_step_number=before.step.number if before else None,
        changes=[_change(change, previous, present) for change in changes],
        shares=list(_shares(characters, detail.step.tokens.input)),
        input_tokens=detail.step.tokens.input,
        sentence=tell_delta(changes, is_first=before is None),
    )


def _change(change: Change, previous: Sequence[Json], present: Sequence[Json]) -> MessageChange:
    was = (
        previous[change.previous[0]] if change.previous and change.what in ("removed", "rewritten") else None
    )
    return MessageChange(
        change=change.what,
        index=change.index,
        previous_indexes=list(change.previous),
        message=None if change.index is None else present[change.index],
        previous=was,
    )


def _characters(
    content: Content, changes: Sequence[Change], passages: Sequence[str]
) -> Mapping[ContextPart, int]:
    found: dict[ContextPart, int] = dict.fromkeys(_PARTS, 0)
    found["system"] = sum(len(_words(part)) for part in content.system_instructions or ())
    found["tools"] = len(as_text(list(content.tool_definitions))) if content.tool_definitions else 0
    kept = {change.index for change in changes if change.what == "same"}
    for index, message in enumerate(content.input_messages or ()):
        for part, characters in _parts_of_message(message, passages, is_new=index not in kept):
            found[part] += characters
    return found


def _parts_of_message(
    message: Json, passages: Sequence[str], *, is_new: bool
) -> Iterator[tuple[ContextPart, int]]:
    is_system = role_of(message) in ("system", "developer")
    for _, part in parts_in(message):
        words = _words(part)
        retrieved = min(len(words), _retrieved(words, passages))
        if is_system:
            yield "system", len(words) - retrieved
        elif part.get("type") == "tool_call_response":
            yield "tool_results", len(words) - retrieved
        else:
            yield "new" if is_new else "history", len(words) - retrieved
        yield "retrieved", retrieved


def _words(part: Json) -> str:
    """Return what of a part the model reads."""
    if not isinstance(part, Mapping):
        return as_text(part)
    kind = part.get("type")
    if kind == "tool_call_response":
        return as_text(part.get("response"))
    if kind == "tool_call":
        return f"{part.get('name') or ''}{as_text(part.get('arguments'))}"
    return as_text(part["content"]) if "content" in part else as_text(dict(part))


def _passages(run: ReadRun, detail: StepDetail) -> list[str]:
    """Return what retrievals before this call have found, in passages that are long enough to be recognised."""
    return [
        text
        for step in run.steps
        if step.kind == "retrieval" and step.number < detail.step.number
        for _, text in leaves(result_of(step))
        if isinstance(text, str) and len(text) >= _SHORTEST_PASSAGE
    ]


def _retrieved(words: str, passages: Sequence[str]) -> int:
    if not passages or len(words) < _SHORTEST_PASSAGE:
        return 0
    bare = loose(words)
    return sum(len(passage) for passage in set(passages) if passage in words or loose(passage) in bare)


def _shares(characters: Mapping[ContextPart, int], tokens: int | None) -> Iterator[ContextShare]:
    """Share tokens out by characters, so that the sum is what the provider counted."""
    whole = sum(characters.values())
    present = [part for part in _PARTS if characters[part]]
    given, seen = 0, 0
    for part in present:
        seen += characters[part]
        upto = None if tokens is None else round(tokens * seen / whole)
        yield ContextShare(
            part=part,
            characters=characters[part],
            tokens=None if upto is None else upto - given,
            estimated=len(present) > 1,
        )
        given = upto or 0
