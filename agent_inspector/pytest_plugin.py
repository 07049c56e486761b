"""The pytest plugin: the fixture `recorded_run`, `--agent-inspector`, and why a test's agent failed.

It is loaded into every pytest of an environment that has Agent Inspector: nothing else is imported before
a test asks for it. PYTEST_DONT_REWRITE: it holds no assertion.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from agent_inspector.testing import RecordedRun, SessionRecorder

_RUN: pytest.StashKey[RecordedRun] = pytest.StashKey()
_SCOPE: pytest.StashKey[AbstractContextManager[RecordedRun]] = pytest.StashKey()
_RECORDER: pytest.StashKey[SessionRecorder] = pytest.StashKey()
_STORE_NAME: Final = "tests.db"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("agent-inspector", "recording what agents do")
    group.addoption(
        "--agent-inspector",
        action="store_true",
        help="record every test as a run, not only those that use the fixture recorded_run",
    )
    group.addoption(
        "--agent-inspector-db",
        metavar="FILE",
        help="keep the runs of tests in this store; without it in tests.db beside the store in force",
    )


@pytest.fixture
def recorded_run(request: pytest.FixtureRequest) -> RecordedRun:
    """Record what the test does as a run, and return that run, with assertions on it."""
    run: RecordedRun = request.node.stash[_RUN]
    return run


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Begin to record before any fixture runs, so that what fixtures do is recorded too."""
    if item.config.getoption("--agent-inspector") or "recorded_run" in getattr(item, "fixturenames", ()):
        scope = _recorder_of(item).record(item.nodeid)
        item.stash[_SCOPE] = scope
        item.stash[_RUN] = scope.__enter__()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """End the run with the test's own exception, and say why its agent failed."""
    report = yield
    scope = item.stash.get(_SCOPE, None)
    is_over = report.when == "call" or report.outcome != "passed"
    if scope is not None and is_over:
        del item.stash[_SCOPE]
        _close(scope, call.excinfo.value if call.excinfo else None)
        if report.failed:
            report.sections.append(("agent-inspector: why", _explain(item)))
    return report


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """End a run that no report ended."""
    scope = item.stash.get(_SCOPE, None)
    if scope is not None:
        del item.stash[_SCOPE]
        _close(scope, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the runs are."""
    recorder = config.stash.get(_RECORDER, None)
    if recorder is not None and recorder.runs:
        terminalreporter.write_line(
            f"agent-inspector: {recorder.runs} {'run' if recorder.runs == 1 else 'runs'} recorded;"
            f" agent-inspector --db {recorder.db_path} server"
        )


def _recorder_of(item: pytest.Item) -> SessionRecorder:
    recorder = item.config.stash.get(_RECORDER, None)
    if recorder is None:
        from agent_inspector.testing import SessionRecorder  # noqa: PLC0415  (loads the store)

        recorder = item.config.stash[_RECORDER] = SessionRecorder(_store_of(item))
    return recorder


def _store_of(item: pytest.Item) -> Path:
    """Return the store of tests: one for all sessions, so that a run can be compared with the last good one."""
    named = item.config.getoption("--agent-inspector-db")
    if named:
        return Path(named).absolute()
    from agent_inspector.config import get_config  # noqa: PLC0415  (as above)

    return Path(get_config().db_path).with_name(_STORE_NAME)


def _close(scope: AbstractContextManager[RecordedRun], problem: BaseException | None) -> None:
    scope.__exit__(type(problem) if problem else None, problem, problem.__traceback__ if problem else None)


def _explain(item: pytest.Item) -> str:
    run = item.stash[_RUN]
    show = f"Show it: agent-inspector --db {run.db_path} show {run.id[:8]}"
    try:
        return f"{run.why()}{show}"
    except Exception as problem:  # noqa: BLE001  (a report about a test must not end all tests)
        return f"Why it failed cannot be said ({type(problem).__name__}: {problem}). {show}"
