"""The inspector this one set out from, as it is: its store filled through its own API, and its own server."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

_FILL: Final = """
import json, sys, time
from agent_inspector import TraceConfig, get_trace, set_config, trace
from agent_inspector.storage.database import Database

steps, small_runs = map(int, sys.argv[1:])
config = TraceConfig(sample_rate=1.0, queue_size=100_000, batch_size=500)
set_config(config)

def record(run, steps):
    for number in range(0, steps, 3):
        run.agent_spawn(f"worker-{number % 7}", f"worker-{number % 7}", "worker")
        run.llm("gpt-4o", json.dumps([{"role": "user", "content": "Go on."}]), "I search.",
                prompt_tokens=900, completion_tokens=40)
        run.tool(f"search_{number % 11}", {"query": f"question {number}"}, f"answer {number}")

for number in range(small_runs):
    with trace.run(f"agent-{number % 20}") as run:
        record(run, 3)
with trace.run("five-thousand") as run:
    run_id = run.run_id
    record(run, steps)
stored, deadline = Database(config), time.monotonic() + 300
stored.initialize()
while stored.get_stats()["total_steps"] < steps + 3 * small_runs or stored.get_run(run_id)["status"] == "running":
    assert time.monotonic() < deadline, stored.get_stats()
    time.sleep(0.1)
get_trace().shutdown()
print(run_id)
"""
"""Its steps are those of `long_runs`: an agent, a model call and a tool call in turn, with the same words."""


def fill(checkout: Path, folder: Path, steps: int, small_runs: int) -> str:
    """Record a long run and small ones into a store in the folder, and return the long one's id."""
    arguments = ["-c", _FILL, str(steps), str(small_runs)]
    done = subprocess.run(
        [_python(checkout), *arguments], env=_environment(folder), cwd=folder, check=True, capture_output=True, text=True
    )  # fmt: skip
    return done.stdout.split()[-1]


@contextmanager
def served(checkout: Path, folder: Path) -> Iterator[str]:
    """Serve the store in the folder, and yield the address of the web UI."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    command = [
        _python(checkout),
        "-m",
        "agent_inspector.cli",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=_environment(folder), cwd=folder, stdout=quiet, stderr=quiet
    ) as process:
        try:
            while not _answers(f"http://127.0.0.1:{port}/health"):
                assert process.poll() is None, "the original's server ended at once"
            yield f"http://127.0.0.1:{port}/ui/"
        finally:
            process.terminate()


def _python(checkout: Path) -> str:
    return str(checkout / ".venv" / "bin" / "python")


def _environment(folder: Path) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRACE_", "OTEL_"))
    }
    return inherited | {"TRACE_DB_PATH": str(folder / "original.db"), "TRACE_SAMPLE_RATE": "1.0"}


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # this machine's own
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
