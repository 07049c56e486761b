"""Vault: the store and the redactor before it; without a usable key, one that withholds all content."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError
from agent_inspector.pipeline import make_redactor
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

_log = logging.getLogger("agent_inspector")


def open_vault(config: TraceConfig) -> tuple[SpanStore, Callable[[SpanRecord], SpanRecord]]:
    """Return the store, and what every span passes before it gets there."""
    try:
        return open_store(config), make_redactor(config)
    except ConfigError as problem:
        _log.warning("Content is withheld: %s", problem)
        # Encryption stays asked for, and there is no key: the redactor lets no content through.
        keyless = replace(config, encryption_enabled=True, encryption_key=None)
        return open_store(keyless), make_redactor(keyless)
