"""Writing: a recorded run as a pytest file that asserts what its agent did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Final

from agent_inspector.errors import InspectorError
from agent_inspector.model import Run, StepDetail
from agent_inspector.pipeline.redaction.marker import MARKER
from agent_inspector.query import get_run, get_step, list_steps
from agent_inspector.store import SpanStore
from agent_inspector.testing.trajectories import trajectory_of

_MOST_CALLS: Final = 20
"""Tool calls whose arguments are asserted."""
_LONGEST_ARGUMENT: Final = 200
_NOT_A_NAME: Final = re.compile(r"\W+")
_CALLABLE: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Start:
    """How the test starts the agent: one of the two."""

    command: Sequence[str] = ()
    """A program and its arguments."""
    function: str | None = None
    """A function without arguments, as `module:function`."""


def write_test(store: SpanStore, run_id: str, start: Start) -> str:
    """Return the text of a test that starts the agent and asserts that it does what it did in this run.

    Raises:
        NotFound: there is no such run.
        InspectorError: it did nothing that could be asserted, or the function cannot be called so.
    """
    run = get_run(store, run_id)
    steps = [step for step in list_steps(store, run.id) if not step.framework and step.id != run.root_step_id]
    if not trajectory_of(steps):
        raise InspectorError(f"The run {run.id} holds no step that a test could assert.")
    if start.function is not None and not _CALLABLE.fullmatch(start.function):
        raise InspectorError(f"{start.function!r} is not a function as module:function.")
    tools = [step for step in steps if step.kind == "tool"][:_MOST_CALLS]
    lines = [
        *_head(run, start),
        *_body(start),
        *_trajectory(trajectory_of(steps)),
        *_calls([get_step(store, run.id, step.id) for step in tools]),
    ]
    if not any(step.status == "failed" for step in steps):
        lines.append("    recorded_run.assert_no_errors()")
    return "\n".join(lines) + "\n"


def _head(run: Run, start: Start) -> Iterator[str]:
    yield f'"""What the agent did in run {run.id[:8]}: written by agent-inspector test-from, to be kept and changed."""'
    yield ""
    if start.function is not None:
        module, _, name = start.function.partition(":")
        yield f"from {module} import {name}"
        yield ""
    yield ""
    yield f"def test_{_name(run.name)}_does_what_it_did(recorded_run):"


def _body(start: Start) -> Iterator[str]:
    if start.function is not None:
        yield f"    {start.function.partition(':')[2]}()"
    else:
        yield f"    recorded_run.run_program({', '.join(_literal(word) for word in start.command)})"
    yield ""


def _trajectory(entries: Sequence[str]) -> Iterator[str]:
    yield "    recorded_run.assert_trajectory("
    yield from (f"        {_literal(entry)}," for entry in entries)
    yield "    )"


def _calls(details: Sequence[StepDetail]) -> Iterator[str]:
    for detail in details:
        arguments = detail.content.tool_arguments
        named = arguments if isinstance(arguments, dict) else {}
        given = [f"{name}={value!r}" for name, value in named.items() if _can_be_asserted(name, value)]
        name = _literal(detail.step.tool_name or detail.step.name)
        yield f"    recorded_run.assert_tool_called({', '.join((name, *given))})"


def _can_be_asserted(name: str, value: object) -> bool:
    """Whether an argument has a name of its own and is short, and no secret stood in it."""
    written = json.dumps(value, default=str)
    is_name = name.isidentifier() and not iskeyword(name) and name not in ("self", "times")
    return is_name and len(written) <= _LONGEST_ARGUMENT and not MARKER.search(written)


def _name(text: str) -> str:
    return _NOT_A_NAME.sub("_", text.removesuffix(".py")).strip("_").lower()[:60] or "the_agent"


def _literal(text: str) -> str:
    return json.dumps(text)
