"""Deltas in words: what became of the messages of a model call since the call before of the same agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent_inspector.query.evidence import Change
from agent_inspector.query.sentences.words import counted

_WHAT: Final = ("rewritten", "removed", "added")


def tell_delta(changes: Sequence[Change], *, is_first: bool) -> str:
    """Say it in one sentence; a summary that stands for several messages comes first."""
    if is_first:
        return f"The first call of its conversation, with {counted(len(changes), 'messages')}."
    told = [
        f"history compacted: {counted(len(change.previous), 'messages')} replaced by a summary"
        for change in changes
        if change.what == "compacted"
    ]
    for what in _WHAT:
        count = sum(change.what == what for change in changes)
        if count:
            told.append(f"{counted(count, 'messages')} {what}")
    sentence = "; ".join(told) or "the same messages as in the call before"
    return f"{sentence[:1].upper()}{sentence[1:]}."
