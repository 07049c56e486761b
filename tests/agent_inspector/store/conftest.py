"""A store in a temporary place, and short ways to write spans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def config(tmp_path: Path) -> TraceConfig:
    return TraceConfig(db_path=str(tmp_path / "data" / "store.db"), encryption_enabled=False)


@pytest.fixture
def encrypted_config(tmp_path: Path) -> TraceConfig:
    path = str(tmp_path / "data" / "encrypted.db")
    return TraceConfig(db_path=path, encryption_enabled=True, encryption_key=KEY)


@pytest.fixture
def store(config: TraceConfig) -> Iterator[SpanStore]:
    opened = open_store(config)
    yield opened
    opened.close()


@pytest.fixture
def encrypted_store(encrypted_config: TraceConfig) -> Iterator[SpanStore]:
    opened = open_store(encrypted_config)
    yield opened
    opened.close()


@pytest.fixture
def span() -> Callable[..., SpanRecord]:
    """Make a span from small numbers: `span(2, parent=1, end=None)`."""

    def make(
        number: int,
        *,
        trace: int = 1,
        parent: int | None = None,
        start: int = 0,
        end: int | None = 9,
        **fields: Any,
    ) -> SpanRecord:
        origin = 1_700_000_000_000_000_000
        return SpanRecord(
            trace_id=f"{trace:032x}",
            span_id=f"{number:016x}",
            parent_id=f"{parent:016x}" if parent else None,
            name=fields.pop("name", f"span {number}"),
            start_ns=origin + start * 1_000_000,
            end_ns=None if end is None else origin + end * 1_000_000,
            **fields,
        )

    return make
