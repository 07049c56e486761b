"""Runs: labelled synthetic runs: a clean flow of values, and one thing planted in it, or nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.synthetic import broken_runs, loops, tame, wrong_values
from tests.synthetic.domains import JUDGING, TUNING, Domain
from tests.synthetic.flow import Flow, LabelledRun

POSITIVE_LOOPS: Final = ("loop", "failing_loop", "ping_pong")
TWINS: Final = (
    "clean",
    "polling",
    "paging",
    "retry",
    "parallel",
    "two_questions",
    "reckoned",
    "plain_prompts",
    "fallback",
)
"""Runs in which nothing is wrong, though some look as if there were."""


def make_runs(seed: int, count: int, plants: Sequence[str] = (), *, judging: bool) -> list[LabelledRun]:
    """Return labelled runs; those for judging come from other seeds, and from domains that tuning never saw too."""
    plants = plants or tuple(PLANTS)
    domains = (*TUNING, *JUDGING) if judging else TUNING
    runs = []
    for index in range(count):
        rng = random.Random(f"{'judging' if judging else 'tuning'}-{seed}-{index}")
        runs.append(make_run(rng, plants[index % len(plants)], rng.choice(domains)))
    return runs


def make_run(rng: random.Random, plant: str, domain: Domain) -> LabelledRun:
    """Return one run with this thing planted in it."""
    run = LabelledRun(f"{rng.getrandbits(128):032x}", plant, domain.name)
    PLANTS[plant](Flow(run, domain, rng))
    return run


PLANTS: Final[Mapping[str, Callable[[Flow], None]]] = {
    "clean": tame.clean,
    "loop": loops.loop,
    "failing_loop": loops.failing_loop,
    "ping_pong": loops.ping_pong,
    "polling": tame.polling,
    "paging": tame.paging,
    "retry": tame.retry,
    "parallel": tame.parallel,
    "two_questions": tame.two_questions,
    "reckoned": tame.reckoned,
    "plain_prompts": tame.plain_prompts,
    "fallback": tame.fallback,
    "cut": wrong_values.cut,
    "invented_argument": wrong_values.invented_argument,
    "invented_answer": wrong_values.invented_answer,
    "contradicted": wrong_values.contradicted,
    "ignored": wrong_values.ignored,
    "schema_error": wrong_values.schema_error,
    "near_miss": wrong_values.near_miss,
    "cut_off": broken_runs.cut_off,
    "empty": broken_runs.empty,
    "compacted": broken_runs.compacted,
    "orphaned": broken_runs.orphaned,
    "limited": broken_runs.limited,
    "redacted": broken_runs.redacted,
    "without_content": broken_runs.without_content,
    "injected": broken_runs.injected,
}
