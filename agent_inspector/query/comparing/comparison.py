"""compare: two runs, aligned, with where they part and what differs before and after."""

from __future__ import annotations

from agent_inspector.model import Comparison, Run, StepDetail
from agent_inspector.query.comparing.differing import Sides, after_parting, before_parting, sames
from agent_inspector.query.comparing.pairs import read_pair
from agent_inspector.query.comparing.parting import describe_parting, find_parting
from agent_inspector.query.comparing.partner import find_partner
from agent_inspector.query.comparing.prints import read_prints
from agent_inspector.query.comparing.rows import pair_up, to_compared
from agent_inspector.query.details import get_step
from agent_inspector.query.runs import get_run
from agent_inspector.store import SpanStore


def compare(store: SpanStore, run_a: str, run_b: str | None = None) -> Comparison:
    """Compare two runs; without B, with the last completed run of the same name that was asked the nearest thing.

    Raises:
        NotFound: there is no such run, or none to compare with.
        KeyMissing: content is encrypted with a key that is not at hand.
    """
    a = get_run(store, run_a)
    b, reason = find_partner(store, a) if run_b is None else (get_run(store, run_b), None)
    rows = pair_up(read_prints(store, a.id), read_prints(store, b.id))
    sides = Sides(a, b, rows, _roots(store, a, b))
    parting = find_parting(rows)
    divergence = None if parting is None else describe_parting(rows, parting, read_pair(store, rows[parting]))
    # Runs that did the same may still come of different code.
    before = before_parting(store, sides, len(rows) if parting is None else parting)
    told = {difference.what for difference in before}
    after = [] if parting is None else after_parting(store, sides, parting, told)
    return Comparison(
        a=a,
        b=b,
        partner_reason=reason,
        rows=[to_compared(row) for row in rows],
        divergence=divergence,
        before=before,
        after=after,
        same=sames(sides, [*before, *after]),
    )


def _roots(store: SpanStore, a: Run, b: Run) -> tuple[StepDetail, StepDetail] | None:
    if a.root_step_id is None or b.root_step_id is None:
        return None
    return get_step(store, a.id, a.root_step_id), get_step(store, b.id, b.root_step_id)
