"""The search for garbage is as it was after it was held back, whoever held it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from agent_inspector.query.collector import rare_collections


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_threads_that_overlap_leave_the_thresholds_as_they_were() -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with rare_collections():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    with rare_collections():
        thread.start()
        entered.wait(10)
    held = gc.get_threshold()[0]
    leave.set()
    thread.join()

    assert held > 700
    assert gc.get_threshold() == (700, 10, 10)


def test_thresholds_that_somebody_else_sets_meanwhile_stay() -> None:
    with rare_collections():
        gc.set_threshold(50, 5, 5)

    assert gc.get_threshold() == (50, 5, 5)


def test_a_collector_that_is_off_stays_off() -> None:
    gc.set_threshold(0, 10, 10)
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")

    assert gc.get_threshold()[0] == 0
