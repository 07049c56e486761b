"""The pytest plugin, in projects of its own: each of these tests runs another pytest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.query import list_runs
from agent_inspector.store import open_store

AGENT = """
from agent_inspector import trace

@trace.tool
def lookup(city, day="today"):
    if city == "Atlantis":
        raise KeyError(city)
    return {"city": city, "sky": "clear"}

def agent(*cities):
    with trace.run("desk"):
        trace.llm(model="gpt-4o-mini", prompt="Where?", response="Looking.", prompt_tokens=10, completion_tokens=5)
        for city in cities:
            lookup(city)
        trace.final("Done.")
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("TRACE_DB_PATH", str(pytester.path / "data" / "runs.db"))
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[3]}:{pytester.path}")
    pytester.makepyfile(desk=AGENT)
    return pytester


def runs_of(project: pytest.Pytester, name: str = "tests.db") -> Sequence[tuple[str, str]]:
    store = open_store(TraceConfig(db_path=str(project.path / "data" / name)), read_only=True)
    found = [(run.name, run.status) for run in list_runs(store).runs]
    store.close()
    return found


def test_every_assertion_holds_for_what_the_agent_did(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        from desk import agent

        def test_desk(recorded_run):
            agent("Porto", "Lisbon")
            recorded_run.assert_trajectory("llm", "tool lookup", "tool lookup", "final")
            recorded_run.assert_tools("lookup", "lookup")
            recorded_run.assert_tool_called("lookup", times=1, city="Porto")
            recorded_run.assert_tool_called("lookup", times=2)
            recorded_run.assert_tool_not_called("refund")
            recorded_run.assert_at_most(cost_usd=1.0, tokens=15, llm_calls=1, tool_calls=2)
            recorded_run.assert_no_errors()
            recorded_run.assert_no_findings()
            assert recorded_run.detail(recorded_run.steps_of("tool")[0]).content.tool_result["sky"] == "clear"
        """
    )
    result = project.runpytest_subprocess("-W", "error")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["agent-inspector: 1 run recorded; agent-inspector --db *tests.db server"])
    assert runs_of(project) == [("test_desk.py::test_desk", "completed")]
    assert not (project.path / "data" / "runs.db").exists()


def test_an_assertion_that_fails_says_what_the_agent_did(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        import pytest
        from desk import agent

        FAILURES = [
            ("lookup", lambda run: run.assert_trajectory("llm", "final")),
            ("-refund", lambda run: run.assert_tools("refund")),
            ("'refund' was not called; called were .*lookup", lambda run: run.assert_tool_called("refund")),
            ("with .*Faro.*called with .*Porto", lambda run: run.assert_tool_called("lookup", city="Faro")),
            ("was called 1 times, not 0", lambda run: run.assert_tool_not_called("lookup")),
            ("tokens is 15, which is not at most 14", lambda run: run.assert_at_most(tokens=14)),
            ("llm_calls is 1, which is not at most 0", lambda run: run.assert_at_most(llm_calls=0)),
        ]

        def test_desk(recorded_run):
            agent("Porto")
            for told, claim in FAILURES:
                with pytest.raises(AssertionError, match=told):
                    claim(recorded_run)
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_failed_test_prints_why(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        from desk import agent

        def test_desk(recorded_run):
            agent("Atlantis")
        """
    )
    result = project.runpytest_subprocess()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*agent-inspector: why*",
            "Run *: failed",
            "Why: *lookup*KeyError*",
            "Show it: agent-inspector --db *",
        ]
    )
    assert runs_of(project) == [("test_desk.py::test_desk", "failed")]


def test_findings_and_errors_are_asserted(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        import pytest
        from desk import agent

        def test_desk(recorded_run):
            with pytest.raises(KeyError):
                agent("Atlantis")
            with pytest.raises(AssertionError, match="lookup"):
                recorded_run.assert_no_errors()
            with pytest.raises(AssertionError, match="error"):
                recorded_run.assert_no_findings("error")
            recorded_run.assert_no_findings("loop")
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_option_records_every_test(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        from desk import agent

        def test_one():
            agent("Porto")

        def test_two():
            agent("Atlantis")
        """
    )
    result = project.runpytest_subprocess("--agent-inspector", "--agent-inspector-db", "data/mine.db")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*agent-inspector: why*"])
    assert sorted(runs_of(project, "mine.db")) == [
        ("test_desk.py::test_one", "completed"),
        ("test_desk.py::test_two", "failed"),
    ]


def test_a_run_is_recorded_of_a_test_that_awaits(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_desk="""
        import asyncio
        from desk import lookup

        async def agent():
            await asyncio.gather(*(asyncio.to_thread(lookup, city) for city in ("Porto", "Faro")))

        def test_desk(recorded_run):
            asyncio.run(agent())
            recorded_run.assert_tools("lookup", "lookup")
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_program_is_recorded_as_a_part_of_the_test(project: pytest.Pytester) -> None:
    project.makepyfile(program="from desk import agent\nagent('Porto')\nprint('said')\n")
    project.makepyfile(
        test_desk="""
        import pytest

        def test_desk(recorded_run):
            assert recorded_run.run_program("python", "program.py").stdout == "said\\n"
            recorded_run.assert_trajectory("llm", "tool lookup", "final")

        def test_bad(recorded_run):
            with pytest.raises(AssertionError, match="exit code 3"):
                recorded_run.run_program("python", "-c", "raise SystemExit(3)")
        """
    )

    project.runpytest_subprocess().assert_outcomes(passed=2)


def test_where_it_is_not_used_nothing_is_loaded_or_written(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins load much
    project.makepyfile(
        test_plain="""
        import sys

        def test_plain():
            heavy = {"sqlite3", "opentelemetry.sdk", "agent_inspector.store", "agent_inspector.testing"}
            assert heavy & set(sys.modules) == set()
        """
    )
    result = project.runpytest_subprocess("-W", "error", "-p", "agent_inspector.pytest_plugin")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*agent-inspector:*")
    assert not (project.path / "data").exists()
