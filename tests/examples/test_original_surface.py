"""The commands, paths and variables that the README of koladilip/ai-agent-inspector prints answer as printed there."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.server.embedding import ApiServer
from agent_inspector.store import SpanStore, open_store
from tests.agent_inspector.cli.conftest import (
    CommandRunner,
    db_path,
    environment,
    forked_command,
    forker,
    record,
    recorded,
)
from tests.agent_inspector.server.example_spans import (
    FAILED_TRACE_ID,
    LLM_ID,
    START_NS,
    TOOL_ID,
    TRACE_ID,
    completed_run,
    failed_run,
)
from tests.agent_inspector.server.running import running_server

__all__ = ["db_path", "environment", "forked_command", "forker", "record", "recorded"]

RUN_FIELDS = {
    *("id", "name", "status", "started_at", "completed_at", "duration_ms", "agent_type"),
    *("user_id", "session_id", "metadata", "created_at"),
}
STEP_FIELDS = {
    *("id", "run_id", "timestamp", "type", "name", "status", "duration_ms", "parent_event_id"),
}

# The command line


COMMANDS: Mapping[str, str] = {
    "init": "Store:",
    "init --profile production": "production",
    "init --profile development": "development",
    "init --profile debug": "debug",
    "stats": "Runs:",
    "prune": "Removed",
    "prune --retention-days 30": "Removed",
    "prune --retention-days 30 --vacuum": "Size on disk",
    "prune --retention-days 30 --retention-max-bytes 100000000 --vacuum": "Size on disk",
    "prune --retention-days 30 --log-level DEBUG": "Removed",
    "vacuum": "Size on disk",
    "backup backup.db": "backup.db",
    "export RUN": '"timeline"',
    "export RUN --output file.json": "",
    "export RUN -o file.json": "",
    "export --all": '"runs"',
    "export --all --limit 10": '"total":1',
    "export --all --limit 10 --output file.json": "",
    "config": "Sample rate",
    "config --show": "sample_rate",
    "config --profile production": "0.01",
    "config --profile development": "0.5",
    "config --show --profile debug": "debug",
    "--version": "agent-inspector ",
    "-h": "Usage",
    "": "Usage",
}
"""Every command that the README prints but `server`, and a word of its answer."""


@pytest.fixture(autouse=True)
def own_configuration(environment: dict[str, str], tmp_path: Path) -> None:
    environment["XDG_CONFIG_HOME"] = str(tmp_path / "configuration")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_printed_command_does_what_it_says(
    forked_command: CommandRunner, recorded: str, tmp_path: Path, line: str
) -> None:
    told = forked_command(*line.replace("RUN", recorded).split())

    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr
    assert COMMANDS[line].replace(" ", "") in told.stdout.replace(" ", "").replace("\n", "") or (
        COMMANDS[line] in told.stdout
    )
    if "file.json" in line:
        document = json.loads((tmp_path / "file.json").read_text())
        assert set(document) == ({"runs", "total"} if "--all" in line else {"run", "timeline"})


@pytest.mark.parametrize("verb", ["stats", "prune --retention-days 30 --vacuum"])
def test_the_module_of_the_command_line_is_run_as_printed(
    environment: dict[str, str], recorded: str, verb: str
) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "agent_inspector.cli", *verb.split()],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout


VARIABLES = r"""
# Presets
export TRACE_PROFILE=development
# Sampling
export TRACE_SAMPLE_RATE=0.5
export TRACE_ONLY_ON_ERROR=false
# Queue & Batch
export TRACE_QUEUE_SIZE=1000
export TRACE_BATCH_SIZE=50
export TRACE_BATCH_TIMEOUT=1000
# Redaction
export TRACE_REDACT_KEYS="password,api_key,token"
export TRACE_REDACT_PATTERNS="\\b\\d{3}-\\d{2}-\\d{4}\\b"
# Encryption
export TRACE_ENCRYPTION_ENABLED=true
export TRACE_ENCRYPTION_KEY=your-secret-key-here
# Storage
export TRACE_DB_PATH=agent_inspector.db
export TRACE_RETENTION_DAYS=30
export TRACE_RETENTION_MAX_BYTES=
# API
export TRACE_API_HOST=127.0.0.1
export TRACE_API_PORT=8000
export TRACE_API_KEY_REQUIRED=false
export TRACE_API_KEY=your-api-key
# UI
export TRACE_UI_ENABLED=true
export TRACE_UI_PATH=/ui
# Processing
export TRACE_COMPRESSION_ENABLED=true
export TRACE_COMPRESSION_LEVEL=6
# Logging
export TRACE_LOG_LEVEL=INFO
export TRACE_LOG_PATH=agent_inspector.log
"""


def test_the_printed_variables_are_the_settings_in_force(environment: dict[str, str], tmp_path: Path) -> None:
    script = f"{VARIABLES}\nexec {sys.executable} -m agent_inspector config --json"
    told = subprocess.run(
        ["sh", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    settings = json.loads(told.stdout)

    assert (told.returncode, told.stderr) == (0, "")
    assert {name: settings[name] for name in settings if name in EXPECTED} == EXPECTED | {
        "db_path": str(tmp_path / "agent_inspector.db")
    }


EXPECTED: dict[str, Any] = {
    "sample_rate": 0.5,
    "only_on_error": False,
    "queue_size": 1000,
    "batch_size": 50,
    "batch_timeout_ms": 1000,
    "redact_keys": ["password", "api_key", "token"],
    "redact_patterns": [r"\b\d{3}-\d{2}-\d{4}\b"],
    "encryption_enabled": True,
    "encryption_key": "********",
    "db_path": "agent_inspector.db",
    "retention_days": 30,
    "retention_max_bytes": None,
    "api_host": "127.0.0.1",
    "api_port": 8000,
    "api_key_required": False,
    "api_key": "********",
    "ui_enabled": True,
    "ui_path": "/ui",
    "compression_enabled": True,
    "compression_level": 6,
    "log_level": "INFO",
    "log_path": "agent_inspector.log",
}


# The HTTP API


Get = Callable[..., httpx2.Response]


@pytest.fixture
def config(tmp_path: Path) -> TraceConfig:
    return TraceConfig(db_path=str(tmp_path / "http" / "runs.db"), api_host="127.0.0.1", api_port=8000)


@pytest.fixture
def store(config: TraceConfig) -> Any:
    opened = open_store(config)
    opened.write([*completed_run(), *failed_run()])
    yield opened
    opened.close()


@pytest.fixture
def get(store: SpanStore, config: TraceConfig) -> Any:
    """Asks a real server, at the paths that are printed."""
    with running_server(store, config) as url, httpx2.Client(base_url=url) as client:
        yield client.get


BEFORE, AFTER = START_NS // 1_000_000 - 1000, START_NS // 1_000_000 + 60_000

LISTS: Mapping[str, list[str]] = {
    "limit=100&offset=0&status=completed": [TRACE_ID],
    "status=failed": [FAILED_TRACE_ID],
    "run_status=completed": [TRACE_ID],
    "limit=100&offset=0&status=completed&user_id=user123&search=flight": [],
    "search=plan": [TRACE_ID],
    "session_id=nobody": [],
    f"started_after={BEFORE}&started_before={AFTER}&status=completed": [TRACE_ID],
    f"started_after={AFTER}": [],
    f"started_before={BEFORE}": [],
    "order_by=name&order_dir=ASC&limit=1": [FAILED_TRACE_ID],
    "order_by=name&order_dir=DESC&limit=1": [TRACE_ID],
    "order_by=started_at&order_dir=ASC&status=completed": [TRACE_ID],
    "order_by=completed_at&status=completed": [TRACE_ID],
    "order_by=duration_ms&status=completed": [TRACE_ID],
}


@pytest.mark.parametrize("query", LISTS)
def test_a_printed_list_of_runs_is_answered(get: Get, query: str) -> None:
    answer = get(f"/v1/runs?{query}")
    listed = answer.json()

    assert answer.status_code == 200
    assert [run["id"] for run in listed["runs"]] == LISTS[query]
    assert {"runs", "total", "limit", "offset"} <= set(listed)
    assert all(set(run) >= RUN_FIELDS for run in listed["runs"])


def test_printed_paths_of_a_run_are_answered(get: Get) -> None:
    run = get(f"/v1/runs/{TRACE_ID}").json()
    timeline = get(f"/v1/runs/{TRACE_ID}/timeline").json()
    whole = get(f"/v1/runs/{TRACE_ID}/timeline?include_data=true").json()
    steps = get(f"/v1/runs/{TRACE_ID}/steps?limit=50&offset=0&event_type=llm_call").json()
    exported = get(f"/v1/runs/{TRACE_ID}/export").json()
    data = get(f"/v1/runs/{TRACE_ID}/steps/{TOOL_ID}/data").json()

    assert set(run) >= RUN_FIELDS
    assert (run["id"], run["name"], run["status"]) == (TRACE_ID, "planner", "completed")
    assert set(timeline) == set(whole) == {"run_id", "events", "total"}
    assert all(set(step) >= STEP_FIELDS and "data" not in step for step in timeline["events"])
    assert all(step["data"]["type"] == step["type"] for step in whole["events"])
    assert [step["id"] for step in steps["steps"]] == [LLM_ID]
    assert (steps["total"], steps["limit"], steps["offset"]) == (1, 50, 0)
    assert steps["steps"][0]["data"]["model"] == "gpt-4o"
    assert (exported["run"], exported["timeline"]) == (run, whole["events"])
    assert (data["step_id"], data["data"]["tool_name"]) == (TOOL_ID, "weather")


def test_health_and_statistics_have_the_printed_fields(get: Get) -> None:
    health, stats = get("/health").json(), get("/v1/stats").json()

    assert health["status"] == "healthy"
    assert abs(health["timestamp"] - time.time() * 1000) < 600_000
    assert set(stats) >= {
        *("total_runs", "running_runs", "completed_runs", "failed_runs", "total_steps"),
        *("db_size_bytes", "recent_runs_24h"),
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ui/", "text/html"),
        ("/docs", "text/html"),
        ("/redoc", "text/html"),
        ("/openapi.json", "application/json"),
    ],
)
def test_a_printed_page_is_there(get: Get, path: str, kind: str) -> None:
    answer = get(path, follow_redirects=True)

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)


def test_the_root_leads_to_the_web_ui(get: Get) -> None:
    answer = get("/")

    assert answer.status_code in (302, 303, 307, 308)
    assert answer.headers["location"].endswith("/ui/")


def test_what_is_not_there_is_a_404_with_a_detail(get: Get) -> None:
    for path in ("/v1/runs/ffffffff", f"/v1/runs/{TRACE_ID}/steps/{'f' * 16}/data"):
        answer = get(path)
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_required_key_is_asked_for(store: SpanStore, config: TraceConfig) -> None:
    config.api_key, config.api_key_required = "your-api-key", True
    with running_server(store, config) as url, httpx2.Client(base_url=url) as client:
        codes = [
            client.get("/v1/runs", headers=headers).status_code
            for headers in ({}, {"X-API-Key": "wrong"}, {"X-API-Key": "your-api-key"})
        ]
        health = client.get("/health").status_code

    assert codes[0] in (401, 403)
    assert codes[1] in (401, 403)
    assert (codes[2], health) == (200, 200)


def test_a_program_can_hold_the_server_itself(store: SpanStore, config: TraceConfig) -> None:
    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=ApiServer(config).app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            answer: httpx2.Response = await client.get("/v1/runs")
            return answer

    assert asyncio.run(ask()).json()["total"] == 2


def test_run_server_serves_until_it_is_interrupted(environment: dict[str, str], tmp_path: Path) -> None:
    program = (
        "import logging; logging.basicConfig(level='INFO', format='%(message)s')\n"
        "from agent_inspector import run_server, trace\n"
        "with trace.run('served'): trace.final('yes')\n"
        "trace.flush()\n"
        "run_server(host='127.0.0.1', port=0)\n"
    )
    ports = {"TRACE_OTLP_PORT": "0", "TRACE_OTLP_GRPC_PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment | ports, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = ""
        while not line.startswith("Serving on "):
            line = process.stderr.readline()
            assert line, "the server has ended"
        runs = httpx2.get(line.split()[-1] + "v1/runs").json()["runs"]
        process.send_signal(signal.SIGINT)
        process.wait(30)

    assert [run["name"] for run in runs] == ["served"]
    assert process.returncode == 0
