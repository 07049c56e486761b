"""Programs that are recorded against a local model server, and replayed as a person does it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
Inspector = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def inspector(tmp_path: Path) -> Inspector:
    """Runs `agent-inspector` with these arguments; without a key, the examples start their own model server."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRACE_", "OTEL_", "OPENAI_"))
    }
    environment = inherited | {
        "TRACE_DB_PATH": str(tmp_path / "runs.db"),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'examples'}",
        "MODEL_SERVER_LATENCY_MS": "0",
        "OPENAI_API_KEY": "",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent_inspector", *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def record(inspector: Inspector) -> Callable[[Path], str]:
    """Runs a program once, recorded, and returns the id of its run."""

    def run(program: Path) -> str:
        done = inspector("run", "--", sys.executable, str(program))
        assert done.returncode == 0, done.stderr
        return inspector("runs").stdout.splitlines()[1].split()[0]

    return run


@pytest.fixture
def replay(inspector: Inspector) -> Inspector:
    """Replays a run with a program: `replay(run_id, program, *options)`."""

    def run(run_id: str, program: Path, *options: str) -> subprocess.CompletedProcess[str]:
        return inspector("replay", run_id, *options, "--", sys.executable, str(program))

    return run
