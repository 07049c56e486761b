"""Documents: one look at all of a JSON value, which mostly tells that there is nothing in it to remove.

To walk a value as `walker` does costs a hundred times what it costs to read it. What the walk can find is
a secret in some text, or a value whose name says what it is: so the texts are looked at together, and every
name is judged, and only where any of that finds something is the value walked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent_inspector.model import Json
from agent_inspector.pipeline.redaction.engine import LONG_TEXT, SHORT_TEXT, Engine, hash_of
from agent_inspector.pipeline.redaction.names import Verdict, judge
from agent_inspector.pipeline.redaction.neighbours import (
    LABEL_KEYS,
    LONGEST_LABEL,
    LONGEST_NAME,
    TELLING,
    is_label,
)
from agent_inspector.pipeline.redaction.nested_json import may_be_json, read_json
from agent_inspector.pipeline.redaction.pii import SMALLEST_CARD, is_card

SHORTEST_SECRET: Final = 6
"""No rule for text without a name finds anything shorter."""
_DEEPEST: Final = 40
_MOST_KEYS: Final = 4096
_OPENINGS: Final = frozenset('{["')
_CONTAINERS: Final = (dict, list, tuple)
_SILENT: Final = (float, bool, type(None))
"""What only a name can make a secret of."""
_UNTELLING: Final = (Verdict.UNKNOWN, Verdict.HARMLESS)


class Look:
    """The texts of a JSON value, JSON in its texts among them, and whether its names say anything.

    Whatever is in doubt counts as telling: then the walk decides.
    """

    __slots__ = (
        "_all_texts",
        "_engine",
        "_hashes",
        "_keys",
        "_labels",
        "_names",
        "_new_keys",
        "is_deep",
        "is_plain",
        "texts",
    )

    def __init__(
        self, value: Json, engine: Engine, *, documents: Sequence[str] = (), all_texts: bool = False
    ) -> None:
        self.texts: list[str] = []
        """Without those in which nothing was found before, unless all are asked for."""
        self.is_plain = True
        """No name in it says that its value is a secret, and no number is a card's."""
        self.is_deep = False
        """Not all of it has been looked at."""
        self._engine = engine
        self._all_texts = all_texts
        self._keys = engine.plain_keys
        self._new_keys: dict[str, bool] = {}
        self._hashes: list[bytes] = []
        self._labels: list[str] = []
        self._names: list[str] = []
        self._take([value, *documents])
        if self.is_plain and (self._labels or self._names):
            self.is_plain = not self._is_labelled()

    def remember(self) -> None:
        """Note that nothing was found in any text of it, keys among them."""
        if len(self._keys) + len(self._new_keys) > _MOST_KEYS:
            self._keys.clear()
        self._keys.update(self._new_keys)
        self._engine.remember_hashes(self._hashes)
        if len(self._engine.harmless_keys) < _MOST_KEYS:
            self._engine.harmless_keys.update(self._new_keys)

    def _take(self, level: list[Json]) -> None:
        for _ in range(_DEEPEST):
            below: list[Json] = []
            for item in level:
                if type(item) is dict:
                    self._take_mapping(item, below)
                elif type(item) in _CONTAINERS:
                    self._take_list(item, below)
                elif type(item) is str:
                    self._take_text(item, below)
                else:
                    self.is_plain = False
            if not below:
                return
            level = below
        self.is_deep = True

    def _take_mapping(self, mapping: Mapping[str, Json], below: list[Json]) -> None:
        for key, item in mapping.items():
            is_label = self._keys.get(key)
            if is_label is None:
                is_label = self._meet(key)
            kind = type(item)
            if kind is str:
                if is_label and len(item) <= LONGEST_LABEL:
                    self._labels.append(item)
                if len(item) >= SHORTEST_SECRET:
                    self._take_text(item, below)
            elif kind in _CONTAINERS:
                below.append(item)
            elif kind not in _SILENT and (kind is not int or (item > SMALLEST_CARD and is_card(str(item)))):
                self.is_plain = False

    def _take_list(self, items: Sequence[Json], below: list[Json]) -> None:
        for item in items:
            kind = type(item)
            if kind is str:
                if item[:1] == "-":
                    self.is_plain = False  # perhaps a flag among the arguments of a program
                elif len(item) <= LONGEST_NAME and len(items) > 1:
                    self._names.append(item)
                if len(item) >= SHORTEST_SECRET:
                    self._take_text(item, below)
            elif kind in _CONTAINERS:
                below.append(item)
            elif kind not in _SILENT and (kind is not int or (item > SMALLEST_CARD and is_card(str(item)))):
                self.is_plain = False

    def _take_text(self, text: str, below: list[Json]) -> None:
        head = text[:1]
        if not ("~" >= head > " " and head not in _OPENINGS) and may_be_json(text):
            inner = read_json(text)
            if inner is not None:
                below.append(inner)
                if type(inner) is not str:
                    return
        if len(text) >= LONG_TEXT:
            key = hash_of(text)
            if not self._all_texts and key in self._engine.harmless_hashes:
                return
            self._hashes.append(key)
        elif not self._all_texts and self._engine.is_harmless(text):
            return
        self.texts.append(text)

    def _meet(self, key: str) -> bool:
        """Judge a key that is new; return whether a label may stand under it."""
        known = self._new_keys.get(key)
        if known is not None:
            return known
        if type(key) is not str:
            self.is_plain = False
            return False
        if judge(key) not in _UNTELLING or key == "kty" or self._engine.is_custom_key(key):
            self.is_plain = False
        if len(key) >= SHORTEST_SECRET and key not in self._engine.harmless_keys:
            self.texts.append(key)
        self._new_keys[key] = key.lower() in LABEL_KEYS
        return self._new_keys[key]

    def _is_labelled(self) -> bool:
        words = "\n".join([*self._labels, *self._names])
        if not TELLING.search(words.encode("utf-8", "surrogatepass")):
            return False
        return any(map(is_label, self._labels)) or any(judge(name) is Verdict.STRONG for name in self._names)


def holds_nothing(
    value: Mapping[str, Json],
    engine: Engine,
    check_budget: Callable[[int], None],
    documents: Sequence[str] = (),
) -> bool:
    """Tell whether one look at a mapping, and at texts beside it, tells that a walk would change none of them."""
    look = Look(value, engine, documents=documents)
    check_budget(sum(map(len, look.texts)))
    if not look.is_plain or look.is_deep or engine.examine(look.texts)[0]:
        return False
    look.remember()
    for text in value.values():
        if type(text) is str and len(text) <= SHORT_TEXT:  # such as the names of models
            engine.remember_harmless(text)
    return True
