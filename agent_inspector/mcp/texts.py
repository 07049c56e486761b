"""Texts: runs, steps, hits and comparisons as lines for a model to read, each with the ids to go on by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agent_inspector.mcp.answers import on_one_line, quoted
from agent_inspector.model import Comparison, Difference, Run, RunPage, SearchPage, Step, StepDetail
from agent_inspector.query.exports.blocks import blocks_of, facts_of

_MOST_ROWS: Final = 100


def runs_text(page: RunPage) -> Iterator[str]:
    """Tell a page of runs, one line each."""
    yield f"{len(page.runs)} of {page.total} runs, newest first:"
    for run in page.runs:
        yield f"> {run.id} {run.status} {on_one_line(run.name)}: {on_one_line(run.outcome)}"
    if page.next_cursor:
        yield f"For older ones: cursor={page.next_cursor}"


def run_text(run: Run, steps: Sequence[Step], first: int, total: int) -> Iterator[str]:
    """Tell a run, and some of its steps in order of start."""
    yield from quoted(on_one_line(run.name))
    for name, text in facts_of(run):
        yield from quoted(f"{name}: {on_one_line(text)}")
    yield ""
    yield f"Steps {first + 1 if steps else first} to {first + len(steps)} of {total}:"
    for step in steps:
        yield step_line(step)
    if first + len(steps) < total:
        yield f"For later ones: first_step={first + len(steps) + 1}"


def step_line(step: Step) -> str:
    """Tell a step in one line."""
    failed = "" if step.status == "completed" else f", {step.status}"
    return f"> {step.number} (id {step.id}, {step.kind}{failed}) {on_one_line(step.sentence)}"


def detail_text(detail: StepDetail) -> Iterator[str]:
    """Tell a step with its content."""
    step = detail.step
    yield step_line(step)
    facts = {"model": step.model, "agent": step.agent, "took (ms)": step.duration_ms}
    facts |= {"input tokens": step.tokens.input, "output tokens": step.tokens.output}
    facts |= dict(detail.content.parameters)
    for name, value in facts.items():
        if value is not None:
            yield from quoted(f"{on_one_line(name)}: {on_one_line(str(value))}")
    for block in blocks_of(detail):
        yield f"{on_one_line(block.title)}:"
        yield from quoted(block.text)


def hits_text(page: SearchPage) -> Iterator[str]:
    """Tell what was found, one line each."""
    yield f"{len(page.hits)} steps, newest first:"
    for hit in page.hits:
        words = on_one_line(hit.snippet) or on_one_line(hit.step.sentence)
        place = f"run {hit.run_id} step {hit.step.number} (id {hit.step.id}, {hit.step.kind})"
        yield f"> {place} of {on_one_line(hit.run_name)}: {words}"
    if page.next_cursor:
        yield f"There may be more: cursor={page.next_cursor}"


def comparison_text(comparison: Comparison) -> Iterator[str]:
    """Tell where two runs part, what differs, and the rows that are not the same."""
    for mark, run in (("A", comparison.a), ("B", comparison.b)):
        yield f"{mark} is run {run.id}: {run.status}"
        yield from quoted(f"{on_one_line(run.name)}: {on_one_line(run.outcome)}")
    if comparison.partner_reason:
        yield from quoted(on_one_line(comparison.partner_reason))
    parting = comparison.divergence
    if parting is None:
        yield "The runs did the same from beginning to end."
    else:
        yield f"They part at step {parting.a_step_id} of A, {parting.b_step_id} of B, at {parting.place}:"
        yield from quoted(on_one_line(parting.sentence))
    yield from _differences("Differs before", comparison.before)
    yield from _differences("Differs after", comparison.after)
    yield f"Same: {', '.join(comparison.same) or 'nothing that was looked at'}."
    yield from _rows(comparison)


def _differences(title: str, differences: Sequence[Difference]) -> Iterator[str]:
    if differences:
        yield f"{title}:"
    for difference in differences:
        yield from quoted(f"{difference.what}: {on_one_line(difference.sentence)}")


def _rows(comparison: Comparison) -> Iterator[str]:
    rows = [row for row in comparison.rows if row.relation != "same"]
    if rows:
        yield f"Steps that are not the same, {min(len(rows), _MOST_ROWS)} of {len(rows)}:"
    for row in rows[:_MOST_ROWS]:
        yield f"{row.relation}: {', '.join(row.differences)}"
        yield from (f"{step_line(step)} [{mark}]" for mark, step in (("A", row.a), ("B", row.b)) if step)
