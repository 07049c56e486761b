"""Deltas: which messages of a model call are new, gone, rewritten or compacted since the call before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from agent_inspector.json_text import to_json
from agent_inspector.model import Json

What: TypeAlias = Literal["same", "added", "removed", "rewritten", "compacted"]
_SUMMARY_WORDS: Final = ("summar", "compact", "condensed", "conversation so far", "earlier messages", "recap")
_LONGEST_LOOK: Final = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a message, by its places in this call and in the one before."""

    what: What
    index: int | None
    previous: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What a model call was given that the call before of the same conversation was not."""

    previous: str | None
    """Id of the step that is compared with; None for the first call of a conversation."""
    new: Sequence[tuple[int, Json]]
    """New messages with their places."""
    count: int
    """How many messages there are in all."""
    removed: int = 0
    """How many messages of the call before are gone, also those that one new message stands for."""
    compacted: bool = False
    """The conversation goes on, but a part of its past is gone."""
    summary: int | None = None
    """Place of the message that stands for what is gone; None where there is none."""


def same_length(previous: Sequence[Json], present: Sequence[Json]) -> int:
    """Return how many messages both begin with; C compares them."""
    shorter = min(len(previous), len(present))
    if list(previous[:shorter]) == list(present[:shorter]):
        return shorter
    return next(i for i in range(shorter) if previous[i] != present[i])


def key_of(message: Json) -> bytes:
    """Return what two messages share only if they are equal."""
    return to_json(message)


def compare(
    previous: Sequence[Json], present: Sequence[Json], key: Callable[[Json], Hashable] = key_of
) -> list[Change]:
    """Return what became of every message, in the order of this call, removed ones where they stood.

    `key`: equal for equal messages; `id` where those are the same objects.
    """
    same = same_length(previous, present)
    changes = [Change("same", index, (index,)) for index in range(same)]
    matches = _matches(previous, present, same, key)
    before, now = same, same
    for old, new in [*matches, (len(previous), len(present))]:
        changes += _block(previous, present, range(before, old), range(now, new))
        if new < len(present):
            changes.append(Change("same", new, (old,)))
        before, now = old + 1, new + 1
    return changes


def continues(previous: Sequence[Json], present: Sequence[Json], changes: Sequence[Change]) -> bool:
    """Whether this is the same conversation as before: it has some of it, or says that it sums it up."""
    kept = [change.index for change in changes if change.what == "same" and change.index is not None]
    if any(role_of(present[index]) != "system" for index in kept) or not previous:
        return True
    added = [
        present[change.index] for change in changes if change.what != "same" and change.index is not None
    ]
    return any(_is_summary(message) for message in added)


def role_of(message: Json) -> str:
    """Return who speaks in a message."""
    role = message.get("role") if isinstance(message, Mapping) else None
    return role if isinstance(role, str) else ""


def _matches(
    previous: Sequence[Json], present: Sequence[Json], same: int, key: Callable[[Json], Hashable]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of equal messages after the first `same`, in the order of both."""
    places: dict[Hashable, list[int]] = {}
    for index in range(len(previous) - 1, same - 1, -1):
        places.setdefault(key(previous[index]), []).append(index)
    least = same
    for index in range(same, len(present)):
        found = places.get(key(present[index]))
        while found and found[-1] < least:
            found.pop()
        if found:
            least = found[-1] + 1
            yield found[-1], index


def _block(previous: Sequence[Json], present: Sequence[Json], old: range, new: range) -> Iterator[Change]:
    """Say what became of messages between two that are the same."""
    pairs = _rewritten(previous, present, old, new) if old and new else {}
    gone = [index for index in old if index not in pairs.values()]
    fresh = [index for index in new if index not in pairs]
    is_last = new.stop == len(present)
    stands_for = next(
        (index for index in fresh if len(gone) > 1 and _stands_for(present[index], is_last=is_last)), None
    )
    if stands_for is None:
        yield from (Change("removed", None, (index,)) for index in gone)
    for index in new:
        if index in pairs:
            yield Change("rewritten", index, (pairs[index],))
        elif index == stands_for:
            yield Change("compacted", index, tuple(gone))
        else:
            yield Change("added", index)


def _rewritten(previous: Sequence[Json], present: Sequence[Json], old: range, new: range) -> dict[int, int]:
    """Pair messages that are the same one in other words: by the tool call they answer, else by place and role."""
    answered = {call_id: index for index in old for call_id in _answers(previous[index])}
    pairs: dict[int, int] = {}
    for index in new:
        for call_id in _answers(present[index]):
            if call_id in answered and answered[call_id] not in pairs.values():
                pairs[index] = answered[call_id]
                break
    if len(old) <= len(new):
        for before, now in zip(old, new, strict=False):
            free = now not in pairs and before not in pairs.values()
            if free and role_of(previous[before]) == role_of(present[now]) != "tool":
                pairs[now] = before
    return pairs


def _answers(message: Json) -> list[str]:
    parts = message.get("parts") if isinstance(message, Mapping) else None
    return [
        str(part["id"])
        for part in parts or ()
        if isinstance(part, Mapping) and part.get("type") == "tool_call_response" and part.get("id")
    ]


def _stands_for(message: Json, *, is_last: bool) -> bool:
    """Whether a new message sums up those that are gone; at the end it may just be what was said since, so it has to say so."""
    return role_of(message) != "tool" and (not is_last or _is_summary(message))


def _is_summary(message: Json) -> bool:
    text = to_json(message)[:_LONGEST_LOOK].decode("utf-8", "replace").lower()
    return any(word in text for word in _SUMMARY_WORDS)
