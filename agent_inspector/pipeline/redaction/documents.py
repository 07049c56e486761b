"""Documents: one look at all of a JSON value, which mostly tells that there is nothing in it to remove.

To walk a value as `walker` does costs a hundred times what it costs to read it. What the walk can find is
a secret in some text, or a value whose name says what it is: so the texts are looked at together, and every
name is judged, and only where any of that finds something is the value walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
_MOST_NAMES: Final = 32
"""Keys of a mapping that are remembered together; one with more may have ids for keys, which never come again."""
_PLAIN_HEADS: Final = frozenset(map(chr, range(0x21, 0x7F))) - frozenset('{["')
"""Characters with which no JSON container or string begins, be there space before it or not."""
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
        "_mappings",
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
        self._mappings: dict[tuple[str, ...], tuple[str, ...]] = {}
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
        if len(self._engine.plain_mappings) < _MOST_KEYS:
            self._engine.plain_mappings.update(self._mappings)
        if len(self._engine.harmless_keys) < _MOST_KEYS:
            self._engine.harmless_keys.update(self._new_keys)

    def _take(self, level: list[Json]) -> None:
        for _ in range(_DEEPEST):
            below: list[Json] = []
            found: list[str] = []
            for item in level:
                if type(item) is dict:
                    self._take_mapping(item, below, found)
                elif type(item) in _CONTAINERS:
                    self._take_list(item, below, found)
                elif type(item) is str:
                    found.append(item)
                else:
                    self.is_plain = False
            if found:
                self._take_texts(found, below)
            if not below:
                return
            level = below
        self.is_deep = True

    def _take_mapping(self, mapping: Mapping[str, Json], below: list[Json], found: list[str]) -> None:
        names = tuple(mapping)
        labels = self._engine.plain_mappings.get(names, self._mappings.get(names))
        if labels is None:
            labels = self._meet_all(names)
        for key in labels:
            label = mapping[key]
            if type(label) is str and len(label) <= LONGEST_LABEL:
                self._labels.append(label)
        self._take_values(mapping.values(), below, found)

    def _meet_all(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Judge the keys of a mapping; return those under which a label may stand."""
        labels = []
        for key in names:
            is_label = self._keys.get(key)
            if self._meet(key) if is_label is None else is_label:
                labels.append(key)
        if len(names) <= _MOST_NAMES:
            self._mappings[names] = tuple(labels)
        return tuple(labels)

    def _take_values(self, values: Iterable[Json], below: list[Json], found: list[str]) -> None:
        for item in values:
            kind = type(item)
            if kind is str:
                if len(item) >= SHORTEST_SECRET:
                    found.append(item)
            elif kind in _CONTAINERS:
                below.append(item)
            elif kind not in _SILENT and (kind is not int or (item > SMALLEST_CARD and is_card(str(item)))):
                self.is_plain = False

    def _take_list(self, items: Sequence[Json], below: list[Json], found: list[str]) -> None:
        self._take_values(items, below, found)
        for item in items:
            if type(item) is str:
                if item[:1] == "-":
                    self.is_plain = False  # perhaps a flag among the arguments of a program
                elif len(item) <= LONGEST_NAME and len(items) > 1:
                    self._names.append(item)

    def _take_texts(self, texts: list[str], below: list[Json]) -> None:
        """Take texts, but for those in which nothing was found before."""
        if not self._all_texts:
            known = self._engine.harmless_texts
            texts = [text for text in texts if text not in known]
        for text in texts:
            if text[:1] not in _PLAIN_HEADS and self._take_json(text, below):
                continue
            if len(text) < LONG_TEXT:
                self.texts.append(text)
            else:
                self._take_long(text)

    def _take_long(self, text: str) -> None:
        key = hash_of(text)
        if self._all_texts or key not in self._engine.harmless_hashes:
            self._hashes.append(key)
            self.texts.append(text)

    def _take_json(self, text: str, below: list[Json]) -> bool:
        """Go on to what a text holds that is JSON; False where the text is to be looked at itself."""
        inner = read_json(text) if may_be_json(text) else None
        if inner is not None:
            below.append(inner)
        return isinstance(inner, (dict, list))

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
