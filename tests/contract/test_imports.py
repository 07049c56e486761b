"""Importing the facade is cheap: it loads no SDK, no web framework, no database, no cryptography."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "opentelemetry.sdk",
    "fastapi",
    "starlette",
    "uvicorn",
    "sqlite3",
    "cryptography",
    "re2",
    "asyncio",
    "typer",
)


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = run(f"import sys, agent_inspector; print([name for name in {HEAVY!r} if name in sys.modules])")

    assert loaded == "[]"


def test_importing_the_package_starts_no_thread_and_makes_no_file(tmp_path: object) -> None:
    output = run(
        "import threading, os; os.chdir(os.environ.get('TMPDIR', '/tmp'));"
        "import agent_inspector; print(threading.active_count())"
    )

    assert output == "1"


def test_recording_never_loads_the_server() -> None:
    loaded = run(
        "import os, sys, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    os.environ['TRACE_DB_PATH'] = folder + '/store.db'\n"
        "    from agent_inspector import trace\n"
        "    with trace.run('x'): trace.final('y')\n"
        "    assert trace.flush()\n"
        "    print([name for name in ('fastapi', 'starlette', 'uvicorn', 'typer', 'rich') if name in sys.modules])\n"
        "    trace.shutdown()\n"
    )

    assert loaded == "[]"
