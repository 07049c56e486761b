"""RecordedRun: what a test's agent has done so far, and assertions on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from agent_inspector.launching import find_instrument, instrumented, program_name
from agent_inspector.model import Finding, FindingClass, Json, Run, RunFindings, Step, StepDetail, StepKind
from agent_inspector.query import find_findings, get_run, get_step, list_steps, pack_evidence, pack_text
from agent_inspector.store import SpanStore
from agent_inspector.testing.trajectories import Trajectory, arguments_match, tell_difference, trajectory_of
from agent_inspector.trace.process import RUN_VARIABLE

T = TypeVar("T")
_SHOWN_CHARACTERS: Final = 2000
"""Of what a program said, when it failed."""


class RecordedRun:
    """The run of one test. What is asked is read anew, so that it may be asked while the agent still runs."""

    def __init__(
        self,
        run_id: str,
        db_path: Path,
        read: Callable[[], SpanStore],
        environment: Callable[[], Mapping[str, str]],
    ) -> None:
        self.id = run_id
        """The id under which it is stored."""
        self.db_path = db_path
        """The store that it is in: `agent-inspector --db PATH show ID`."""
        self._read = read
        self._environment = environment

    @property
    def run(self) -> Run:
        """Its totals: status, tokens, cost, number of calls."""
        return self._asked(lambda store: get_run(store, self.id))

    @property
    def steps(self) -> Sequence[Step]:
        """Everything in it in order of start, without the run itself and without plumbing."""
        found = self._asked(lambda store: list_steps(store, self.id))
        own = self.run.root_step_id
        return [step for step in found if not step.framework and step.id != own]

    @property
    def trajectory(self) -> Trajectory:
        """What the agent did, one entry a step: `llm`, `tool lookup`, `handoff billing`; agents themselves are left out."""
        return trajectory_of(self.steps)

    @property
    def tools(self) -> Sequence[str]:
        """Names of the tools that were called, in order."""
        return [step.tool_name or step.name for step in self.steps if step.kind == "tool"]

    @property
    def findings(self) -> RunFindings:
        """What the rules say of it."""
        return self._asked(lambda store: find_findings(store, self.id))

    def detail(self, step: Step) -> StepDetail:
        """Return one step in full."""
        return self._asked(lambda store: get_step(store, self.id, step.id))

    def why(self, max_tokens: int = 2000) -> str:
        """Return the evidence of why it came out as it did."""
        return self._asked(lambda store: pack_text(pack_evidence(store, self.id, max_tokens=max_tokens)))

    def run_program(self, *command: str, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a program as a part of this run, instrumented, and return what it printed.

        Raises:
            AssertionError: it ended with another exit code than 0.
        """
        program = [sys.executable, *command[1:]] if command[0] in ("python", "python3") else list(command)
        started = {RUN_VARIABLE: program_name(program)}
        done = subprocess.run(
            [find_instrument(), *program],
            env={**instrumented(os.environ), **self._environment(), **started},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(
                f"{' '.join(command)} ended with exit code {done.returncode}:\n{done.stderr[-_SHOWN_CHARACTERS:]}"
            )
        return done

    def assert_trajectory(self, *expected: str) -> None:
        """Assert what the agent did, step by step, in the words of `trajectory`."""
        actual = self.trajectory
        if list(actual) != list(expected):
            raise AssertionError(tell_difference(expected, actual))

    def assert_tools(self, *names: str) -> None:
        """Assert which tools were called, in order."""
        if list(self.tools) != list(names):
            raise AssertionError(tell_difference(names, self.tools))

    def assert_tool_called(self, name: str, /, *, times: int | None = None, **arguments: Json) -> None:
        """Assert that a tool was called, so many times where that is given, with at least these arguments."""
        calls = [step for step in self.steps if step.kind == "tool" and (step.tool_name or step.name) == name]
        given = (
            [self.detail(step).content.tool_arguments for step in calls] if arguments else [{} for _ in calls]
        )
        fitting = sum(arguments_match(arguments, actual) for actual in given)
        if fitting == times or (times is None and fitting):
            return
        wanted = f" with {arguments}" if arguments else ""
        told = (
            f"; it was called with {given}"
            if arguments and given
            else f"; called were {list(self.tools) or 'none'}"
        )
        expected = "was not called" if times is None else f"was called {fitting} times, not {times}"
        raise AssertionError(f"The tool {name!r} {expected}{wanted}{told}.")

    def assert_tool_not_called(self, name: str) -> None:
        """Assert that a tool was not called."""
        self.assert_tool_called(name, times=0)

    def assert_at_most(
        self,
        *,
        cost_usd: float | None = None,
        tokens: int | None = None,
        llm_calls: int | None = None,
        tool_calls: int | None = None,
    ) -> None:
        """Assert upper bounds; a cost or a count of tokens that nobody knows is not within any."""
        run = self.run
        bounds = {
            "cost_usd": (run.cost_usd, cost_usd),
            "tokens": (total_tokens(run), tokens),
            "llm_calls": (run.llm_calls, llm_calls),
            "tool_calls": (run.tool_calls, tool_calls),
        }
        for name, (value, bound) in bounds.items():
            if bound is not None and (value is None or value > bound):
                told = "unknown" if value is None else value
                raise AssertionError(f"{name} is {told}, which is not at most {bound}.")

    def assert_no_findings(self, *classes: FindingClass, but: Collection[FindingClass] = ()) -> None:
        """Assert that no rule found anything; only rules of these classes, where some are named."""
        found = [finding for finding in self.findings.findings if _counts(finding, classes, but)]
        if found:
            told = "\n".join(f"  [{finding.finding_class}] {finding.sentence}" for finding in found)
            raise AssertionError(f"The rules found {len(found)}:\n{told}")

    def assert_no_errors(self) -> None:
        """Assert that no step failed."""
        failed = [step for step in self.steps if step.status == "failed"]
        if failed:
            raise AssertionError(
                "\n".join(["Steps failed:", *(f"  {step.number}. {step.sentence}" for step in failed)])
            )

    def steps_of(self, kind: StepKind) -> Sequence[Step]:
        """Return its steps of one kind."""
        return [step for step in self.steps if step.kind == kind]

    def _asked(self, ask: Callable[[SpanStore], T]) -> T:
        store = self._read()
        try:
            return ask(store)
        finally:
            store.close()


def total_tokens(run: Run) -> int | None:
    """Return the tokens of a run, or None where nobody knows any."""
    known = [count for count in (run.tokens.input, run.tokens.output) if count is not None]
    return sum(known) if known else None


def _counts(finding: Finding, classes: Collection[FindingClass], but: Collection[FindingClass]) -> bool:
    return finding.finding_class not in but and (not classes or finding.finding_class in classes)
