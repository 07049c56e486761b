"""The store's fixtures: what is asked for here has been written there."""

from __future__ import annotations

from tests.agent_inspector.store.conftest import config, span, store

__all__ = ["config", "span", "store"]
