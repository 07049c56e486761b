"""`agent-inspector test-from`: the test that it writes is green for the agent that was recorded, and red for another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = """
from agent_inspector import trace

CITIES = ["Porto", "Lisbon"]

@trace.tool
def lookup(city, day="today"):
    return {"city": city}

def agent():
    with trace.run("Travel desk!"):
        trace.llm(model="gpt-4o-mini", prompt="Where?", response="Looking.")
        for city in CITIES:
            lookup(city)
        trace.final("Done.")

if __name__ == "__main__":
    agent()
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("TRACE_DB_PATH", str(pytester.path / "data" / "runs.db"))
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[3]}:{pytester.path}")
    pytester.makepyfile(desk=AGENT)
    subprocess.run([sys.executable, "desk.py"], cwd=pytester.path, check=True, timeout=60)
    return pytester


def inspector(project: pytest.Pytester, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent_inspector", *arguments]
    return subprocess.run(
        command, cwd=project.path, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def newest(project: pytest.Pytester) -> str:
    return inspector(project, "runs").stdout.splitlines()[1].split()[0]


@pytest.mark.parametrize(
    "start", [["--", "python", "desk.py"], ["--call", "desk:agent"]], ids=["program", "call"]
)
def test_the_written_test_knows_the_agent_again(project: pytest.Pytester, start: list[str]) -> None:
    written = inspector(project, "test-from", newest(project), "-o", "test_desk.py", *start)

    assert written.returncode == 0, written.stderr
    assert (
        "def test_travel_desk_does_what_it_did(recorded_run):" in (project.path / "test_desk.py").read_text()
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)

    project.makepyfile(desk=AGENT.replace('["Porto", "Lisbon"]', '["Porto", "Faro"]'))
    changed = project.runpytest_subprocess()

    changed.assert_outcomes(failed=1)
    changed.stdout.fnmatch_lines(["*'lookup' was not called with *Lisbon*"])


def test_programs_are_given_the_test_as_json(project: pytest.Pytester) -> None:
    told = inspector(
        project, "test-from", newest(project), "--json", "--call", "desk:agent", "-o", "test_desk.py"
    )
    found = json.loads(told.stdout)

    assert found == {"file": "test_desk.py", "text": (project.path / "test_desk.py").read_text()}


def test_how_the_agent_is_started_must_be_said(project: pytest.Pytester) -> None:
    told = inspector(project, "test-from", newest(project))

    assert told.returncode == 2
    assert "say how to start the agent" in " ".join(told.stderr.split())


def test_a_file_is_never_written_over(project: pytest.Pytester) -> None:
    told = inspector(project, "test-from", newest(project), "-o", "desk.py", "--call", "desk:agent")

    assert told.returncode == 1
    assert told.stderr == "agent-inspector: The file desk.py is there already; name another one.\n"
