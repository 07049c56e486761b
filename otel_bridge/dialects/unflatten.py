"""Un-flattening: `prefix.0.role`, `prefix.0.tool_calls.1.name`, ... back to the lists and maps they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any

_MAX_DEPTH: Final = 16
"""Dots in a key; what has more is left out."""


class _Tree(dict[str, Json]):
    """A level under construction, told from attribute values that are maps themselves."""


def unflatten(attributes: Mapping[str, Json], prefix: str) -> Json:
    """Return what is written under `prefix.`, or None where nothing is.

    Levels whose keys are all numbers become lists in the order of the numbers, without holes.
    """
    return unflatten_all(attributes, {prefix: prefix}).get(prefix)


def unflatten_all(attributes: Mapping[str, Json], prefixes: Mapping[str, str]) -> dict[str, Json]:
    """Return what is written under several prefixes in one walk, under the names that they map to."""
    roots = {name: _Tree() for name in prefixes.values()}
    levels = {prefix: roots[name] for prefix, name in prefixes.items()}
    starts = tuple([prefix + "." for prefix in prefixes])
    for key, value in attributes.items():
        path, _, word = key.rpartition(".")
        level = levels.get(path)
        if level is None:
            if not key.startswith(starts) or key.count(".") > _MAX_DEPTH:
                continue
            level = _open(levels, path)
        if not isinstance(level.get(word), _Tree):
            # A value here as well as below it: the more detailed one stays.
            level[word] = value
    return {name: _grown(tree) for name, tree in roots.items() if tree}


def _open(levels: dict[str, _Tree], path: str) -> _Tree:
    """Return the level of this path, made along with those above it; keys of one level follow each other."""
    level = levels.get(path)
    if level is None:
        above, _, word = path.rpartition(".")
        level = levels[path] = _Tree()
        _open(levels, above)[word] = level
    return level


def _grown(tree: _Tree) -> Json:
    for key, value in tree.items():
        if isinstance(value, _Tree):
            tree[key] = _grown(value)
    if not next(iter(tree)).isdecimal() or not "".join(tree).isdecimal():
        return tree
    return [tree[key] for key in sorted(sorted(tree), key=len)] if len(tree) > 1 else list(tree.values())
