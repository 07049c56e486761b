"""The rules, measured on labelled synthetic runs of seeds and domains that they were not fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.store import open_store
from tests.synthetic.measures import EXPECTED, Measured, measure
from tests.synthetic.runs import PLANTS, POSITIVE_LOOPS, TWINS, make_runs

_RUNS = 12 * len(PLANTS)
_SEED = 7


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    path: Path = tmp_path_factory.mktemp("judging") / "runs.db"
    store = open_store(TraceConfig(db_path=str(path)))
    yield measure(store, make_runs(_SEED, _RUNS, judging=True))
    store.close()


def test_values_are_linked_to_what_brought_them(measured: Measured) -> None:
    assert measured.links_found / measured.links >= 0.95
    assert measured.sources_right / measured.sources >= 0.95


def test_invented_values_are_found_and_others_are_not_flagged(measured: Measured) -> None:
    assert measured.invented_found / measured.invented >= 0.9
    assert measured.falsely_flagged / measured.sourced <= 0.02


def test_loops_are_found_and_what_only_looks_like_one_is_not(measured: Measured) -> None:
    assert measured.recall(POSITIVE_LOOPS) >= 0.9
    assert measured.precision("loop", POSITIVE_LOOPS) >= 0.95


def test_every_loss_is_in_the_ledger_and_no_other(measured: Measured) -> None:
    assert measured.losses_missed == []
    assert measured.losses_made_up == []


def test_arguments_are_checked_against_their_schema(measured: Measured) -> None:
    assert measured.recall(["schema_error"]) == 1.0
    assert measured.precision("schema", ["schema_error"]) == 1.0


def test_runs_in_which_nothing_is_wrong_are_left_alone(measured: Measured) -> None:
    loud = {sentence for _, _, sentence in measured.loud_clean}

    assert len(loud) <= 0.03 * sum(measured.runs[plant] for plant in TWINS)


@pytest.mark.parametrize("plant", sorted(EXPECTED))
def test_what_was_planted_is_found(measured: Measured, plant: str) -> None:
    assert measured.recall([plant]) >= 0.75
