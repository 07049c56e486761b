"""OpenCalls: the calls of a framework that are under way, found by the framework's own ids."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Final

from agent_inspector.adapters.calls import Branch

MAX_OPEN: Final = 10_000
"""Most calls kept; beyond it the oldest is given up, as one whose end will never be told."""


class OpenCalls:
    """A bounded table, safe for threads. Its owner alone closes what it takes out."""

    def __init__(self) -> None:
        self._branches: dict[Hashable, Branch] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._branches)

    def find(self, key: Hashable) -> Branch | None:
        """Return the open call with this id."""
        return self._branches.get(key)

    def add(self, key: Hashable, branch: Branch, parent: Hashable = None) -> None:
        """Keep a call until it is taken."""
        branch.parent = parent
        with self._lock:
            self._branches[key] = branch
            above = self._branches.get(parent)
            if above is not None:
                above.children.add(key)
            left_over = self._oldest() if len(self._branches) > MAX_OPEN else []
        for orphan in left_over:
            orphan.close(None)

    def take(self, key: Hashable, exception: BaseException | None = None) -> Branch | None:
        """Remove a call and return it; calls below it whose end was never told end with it."""
        with self._lock:
            taken = self._remove(key)
        for left_over in reversed(taken[1:]):
            left_over.close(exception)
        return taken[0] if taken else None

    def close_all(self) -> None:
        """End whatever is still open."""
        for key in list(self._branches):
            branch = self.take(key)
            if branch is not None:
                branch.close(None)

    def _oldest(self) -> list[Branch]:
        return self._remove(next(iter(self._branches)))[::-1]

    def _remove(self, key: Hashable) -> list[Branch]:
        """Remove a call and all below it, outermost first."""
        branch = self._branches.pop(key, None)
        if branch is None:
            return []
        above = self._branches.get(branch.parent)
        if above is not None:
            above.children.discard(key)
        removed = [branch]
        for child in branch.children:
            removed += self._remove(child)
        return removed
