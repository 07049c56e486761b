"""Processes that write without a pause keep none of them from its turn (S28)."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import StoreUnavailable
from agent_inspector.store import open_store
from otel_bridge.record import SpanRecord

PROCESSES = 8
BATCH = 500
FOR_S = 15.0


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_no_writer_is_overtaken_until_it_gives_up(tmp_path: Path) -> None:
    numbered = [(str(tmp_path / "store.db"), number) for number in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        outcomes = pool.starmap(write_without_a_pause, numbered)

    assert [complaint for _, complaint in outcomes if complaint] == []
    store = open_store(TraceConfig(db_path=numbered[0][0]))
    assert store.read_totals(0).spans == sum(written for written, _ in outcomes)
    store.close()


def write_without_a_pause(path: str, number: int) -> tuple[int, str]:
    """Return how many spans were written, and why no more."""
    store = open_store(TraceConfig(db_path=path))
    written, end = 0, time.monotonic() + FOR_S
    try:
        while time.monotonic() < end:
            store.write([span(number, written + place) for place in range(BATCH)])
            written += BATCH
    except StoreUnavailable as problem:
        return written, str(problem)
    finally:
        store.close()
    return written, ""


def span(process: int, number: int) -> SpanRecord:
    return SpanRecord(
        trace_id=f"{(process + 1) * 10**9 + number // BATCH:032x}",
        span_id=f"{(process + 1) * 10**9 + number:016x}",
        parent_id=None,
        name="step",
        start_ns=10**18 + number,
        end_ns=10**18 + number + 1,
    )
