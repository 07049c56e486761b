"""Parting: the first row in which two runs differ, to the message and the place in it."""

from __future__ import annotations

from collections.abc import Sequence

from agent_inspector.model import Divergence, MessageChange
from agent_inspector.query.comparing.messages import message_changes
from agent_inspector.query.comparing.pairs import FirstDifference, Pair, first_difference
from agent_inspector.query.comparing.rows import Row
from agent_inspector.query.comparing.telling import tell


def find_parting(rows: Sequence[Row]) -> int | None:
    """Return the first row that differs by itself; a step that only encloses others that differ does not count."""
    enclosing = _enclosing(rows)
    for number, row in enumerate(rows):
        if row.is_same or (row.relation == "similar" and _ids(row) & enclosing):
            continue
        return number
    return None


def describe_parting(rows: Sequence[Row], number: int, pair: Pair | None) -> Divergence:
    """Say how the runs part in this row; `pair` is its content where both have the step."""
    row = rows[number]
    first = first_difference(pair, row) if pair and row.relation == "similar" else None
    return Divergence(
        row=number,
        a_step_id=row.a.step.id if row.a else None,
        b_step_id=row.b.step.id if row.b else None,
        place=first.place.pointer if first and first.has_pointer else None,
        sentence=_sentence(row, first) + _action(rows, number),
        messages=_messages(pair),
    )


def _enclosing(rows: Sequence[Row]) -> set[str]:
    """Return the ids of steps around steps that differ."""
    steps = [step for row in rows for step in (row.a, row.b) if step]
    parents = {(step.step.run_id, step.step.id): step.parent_id for step in steps}
    found: set[str] = set()
    for row in rows:
        for step in () if row.is_same else (row.a, row.b):
            parent = step.parent_id if step else None
            while step and parent and parent not in found:
                found.add(parent)
                parent = parents.get((step.step.run_id, parent))
    return found


def _ids(row: Row) -> set[str]:
    return {step.step.id for step in (row.a, row.b) if step}


def _sentence(row: Row, first: FirstDifference | None) -> str:
    if row.a is None or row.b is None:
        return _alone(row)
    numbers = f"Step {row.a.step.number} of A and step {row.b.step.number} of B"
    if first is None:
        return f"{numbers} are different calls: {_plain(row.a.step.sentence)}; {_plain(row.b.step.sentence)}."
    where = "" if first.message_index is None else f" in message {first.message_index + 1}"
    words = tell(first.subject, first.place, row.a.step.tool_name)
    return f"{numbers} are the first that differ{where}: {words}"


def _alone(row: Row) -> str:
    step, run, other = (row.a, "A", "B") if row.a else (row.b, "B", "A")
    if step is None:
        return ""
    return f"{run} has a step that {other} has not, step {step.step.number}: {_plain(step.step.sentence)}."


def _plain(sentence: str) -> str:
    return sentence.replace("**", "").rstrip(".…")


def _action(rows: Sequence[Row], number: int) -> str:
    """Say from where on the agents do different things, if that is later."""
    if rows[number].acts_otherwise:
        return ""
    later = next((row for row in rows[number + 1 :] if not row.is_container and row.acts_otherwise), None)
    if later is None:
        return " They do the same things all the same."
    step, run = (later.a, "A") if later.a else (later.b, "B")
    return f" They do different things from step {step.step.number} of {run} on." if step else ""


def _messages(pair: Pair | None) -> Sequence[MessageChange]:
    if pair is None:
        return []
    a, b = pair.a.content.input_messages, pair.b.content.input_messages
    return message_changes(a or [], b or [])
