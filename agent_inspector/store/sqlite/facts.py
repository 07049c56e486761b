"""Facts: what lists tell of a run or a span beside its columns, read from where it is stored, and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent_inspector.errors import KeyMissing
from agent_inspector.pipeline import Codec

_MOST: Final = 4096
"""Facts that are remembered, of some 500 bytes each: a list asks for the same ones again and again."""


class Facts:
    """Reads facts; unpacking those of a page of runs takes longer than all that SQLite does for it."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._known: dict[tuple[bytes, bytes], Mapping[str, Any]] = {}

    def read(self, stored: bytes, owner: bytes) -> Mapping[str, Any]:
        """Return what is stored for this owner, the ids of a trace and a span; nobody may change it."""
        known = self._known.get((owner, stored))
        if known is None:
            known = self.read_once(stored, owner)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[owner, stored] = known
        return known

    def read_unsealed(self, stored: bytes, owner: bytes) -> Mapping[str, Any]:
        """Return nothing where they are encrypted with a key that is not at hand."""
        try:
            return self.read(stored, owner)
        except KeyMissing:
            return {}

    def read_once(self, stored: bytes, owner: bytes) -> Mapping[str, Any]:
        """Return the same without remembering it: for whoever reads very many."""
        facts: Any = self._codec.decode(stored, bound_to=b"facts" + owner)
        return facts  # type: ignore[no-any-return]  # a JSON object
