"""Conversation: the message lists that a run's model calls carry, of which each message is frozen once.

Agents send the whole conversation at every call. A structural copy of the last lists is kept, and
Python's own list comparison, in C, tells how much of a new list is known: 8 microseconds for 200
messages of 135 kB, against 58 to encode them again. It notices edits made in place, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final

from agent_inspector.trace.freeze import freeze_all
from otel_bridge.content import Piece, PieceList

KEPT: Final = 4
"""Conversations that a run may interleave, as when it asks two models in turn."""

_FLAT: Final = 2
"""Levels of a list of messages that hold texts and numbers alone, as most do."""
_MAX_COPY_DEPTH: Final = 16
_MAX_COPY_LENGTH: Final = 1000
"""What is deeper or longer is frozen anew each time, which takes less time than copying it."""


class Conversation:
    """What the model calls of one run have carried so far. Memory: the last KEPT lists, texts shared."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: list[tuple[list[Any], PieceList]] = []

    def take(self, messages: Sequence[Any]) -> PieceList:
        """Freeze a list of messages: those that are new, and the pieces of those that are known."""
        given = list(messages)
        copy, pieces, place = self._longest_match(given)
        new = given[len(copy) :]
        frozen, depth = freeze_all(new)
        whole = PieceList((*pieces, *map(Piece, frozen)))
        whole.new_bytes = sum(map(len, frozen))
        if depth == _FLAT:
            copies = [message.copy() if type(message) is dict else _UNKNOWN for message in new]
        else:
            copies = [_copy(message, 0) for message in new]
        self._remember(copy + copies, whole, place)
        return whole

    def _longest_match(self, given: list[Any]) -> tuple[list[Any], Sequence[Piece], int | None]:
        """Return the longest known beginning of this list: its copy, its pieces, and where it was kept."""
        best: tuple[list[Any], Sequence[Piece], int | None] = ([], (), None)
        for place, (copy, pieces) in enumerate(self._known):
            length = _common(copy, given)
            if length == len(copy) and length:
                return copy, pieces, place
            if length > len(best[0]):
                best = (copy[:length], pieces[:length], None)
        return best

    def _remember(self, copy: list[Any], pieces: PieceList, place: int | None) -> None:
        known = [item for number, item in enumerate(self._known) if number != place]
        self._known = [(copy, pieces), *known[: KEPT - 1]]


def _common(copy: list[Any], given: list[Any]) -> int:
    """Return how many messages the two lists begin with in common."""
    try:
        if not copy or not given or copy[0] != given[0]:
            return 0
        # The copy to the left: what it holds for unknown objects answers, and not these objects.
        if len(given) >= len(copy) and copy == given[: len(copy)]:
            return len(copy)
        return next(
            number
            for number in count()
            if number >= min(len(copy), len(given)) or copy[number] != given[number]
        )
    except BaseException:  # noqa: BLE001  (a message may hold an object whose comparison raises anything)
        return 0


def _copy(value: Any, depth: int) -> Any:
    """Copy containers and share what cannot change; anything else becomes unequal to everything."""
    kind = type(value)
    if type(kind) is not type:  # only a plain class can be looked up without running code of its own class
        return _UNKNOWN
    if kind in _UNCHANGEABLE:
        return value
    if (kind is dict or kind is list) and depth < _MAX_COPY_DEPTH and len(value) <= _MAX_COPY_LENGTH:
        if kind is dict:
            return {key: _copy(item, depth + 1) for key, item in list(value.items())}
        return [_copy(item, depth + 1) for item in list(value)]
    return _UNKNOWN


_UNCHANGEABLE: Final[Mapping[type, bool]] = {str: True, int: True, float: True, bool: True, type(None): True}


class _Unknown:
    """Stands for a value that may change unseen, so that its message is frozen anew each time."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]  # as for any value that is never equal


_UNKNOWN: Final = _Unknown()
