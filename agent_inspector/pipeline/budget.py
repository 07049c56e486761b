"""Budget: what one span may cost the redactor, whatever is in it; and the walk that keeps to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agent_inspector.pipeline.redaction.engine import Engine
    from agent_inspector.pipeline.redaction.walker import Walk

_BUDGET_S: Final = 1.0
_BUDGET_S_PER_CHARACTER: Final = 5e-6
"""A tenth of the slowest speed measured (2 MB/s on text made of nothing but names)."""
_CHECK_EVERY_CHARACTERS: Final = 10_000
_CHARACTERS_PER_TEXT: Final = 50
"""What a text costs whatever its length."""


class BudgetExceeded(Exception):
    """Redacting one span took far longer than any text of its size should."""


def start_walk(engine: Engine, *, explain: bool = False) -> Walk:
    """Return what redacts one value, within the budget."""
    from agent_inspector.pipeline.redaction.walker import Walk  # noqa: PLC0415 (it compiles rules)

    return Walk(engine, make_budget(), explain=explain)


def make_budget() -> Callable[[int], None]:
    """Return a function to be told of every text before it is scanned; it raises when time runs out."""
    started, characters, unchecked = 0.0, 0, 0

    def check(length: int) -> None:
        nonlocal started, characters, unchecked
        unchecked += length + _CHARACTERS_PER_TEXT
        if unchecked < _CHECK_EVERY_CHARACTERS:
            return  # most spans are too small to ask the clock for
        now = time.thread_time()
        started = started or now
        if now - started > _BUDGET_S + characters * _BUDGET_S_PER_CHARACTER:
            raise BudgetExceeded
        characters, unchecked = characters + unchecked, 0

    return check
