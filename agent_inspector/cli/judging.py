"""How a verb has every run judged before it asks for runs by what rules found in them."""

from __future__ import annotations

from contextlib import closing, suppress

from agent_inspector.cli.progress import progress_bar
from agent_inspector.config import get_config
from agent_inspector.errors import StoreError
from agent_inspector.query import judge_pending, take_up_rules
from agent_inspector.store import open_store


def judge_all() -> None:
    """Judge every run that changed since it was; a store that cannot be written to is read as it is."""
    with (
        suppress(StoreError),
        closing(open_store(get_config())) as store,
        progress_bar("Judging") as progress,
    ):
        take_up_rules(store)
        judge_pending(store, progress)
