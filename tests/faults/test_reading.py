"""What the server answers while programs record (S29)."""

from __future__ import annotations

import json
import statistics
import time

import httpx2
import pytest

from tests.faults.programs import Program
from tests.faults.server_process import server_process

WRITERS = 4
WRITER = """
    runs = 0
    while not os.path.exists("stop"):
        with trace.run("new") as run:
            for step in range(20): run.tool("tool", {"n": step}, f"word {step} " * 20)
        assert trace.flush(60_000)
        runs += 1
    report(runs=runs)
"""
PAGES = (
    "/v1/runs",
    "/v1/runs?status=completed&activity=true",
    "/v1/runs?finding=loop",
    "/v1/runs?text=word",
    "/v1/runs/facets",
    "/v1/runs/{run}",
    "/v1/runs/{run}/timeline",
    "/v1/runs/{run}/steps?limit=5",
    "/v1/runs/{run}/findings",
    "/v1/search?q=word",
    "/v1/stats",
    "/v1/stats/usage",
    "/v1/sessions",
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rounds", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_every_page_is_answered_while_four_programs_record(program: Program, rounds: int) -> None:
    program.path = program.folder / "store" / "runs.db"
    program.environment["TRACE_DB_PATH"] = str(program.path)
    program.run('with trace.run("first"): trace.tool("tool", {}, "word")')
    writers = [program.start(WRITER) for _ in range(WRITERS)]
    statuses, seconds = set[int](), list[float]()
    with server_process(program.folder) as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        for _ in range(rounds):
            newest = client.get("/v1/runs?limit=1").json()["runs"][0]["id"]
            for page in PAGES:
                began = time.perf_counter()
                answer = client.get(page.format(run=newest))
                seconds.append(time.perf_counter() - began)
                statuses.add(answer.status_code)
                answer.json()
        (program.folder / "stop").touch()
        outcomes = [(*writer.communicate(timeout=100), writer.returncode) for writer in writers]
        written = sum(json.loads(output)["runs"] for output, _, _ in outcomes)
        listed = client.get("/v1/runs?limit=1").json()["total"]
    hundredths = statistics.quantiles(seconds, n=100)
    print(
        f"{len(seconds)} answers beside {written} runs: p50 {hundredths[49]:.3f} s, p99 {hundredths[98]:.3f} s"
    )

    assert statuses == {200}
    assert {(error, code) for _, error, code in outcomes} == {("", 0)}
    assert listed == written + 1
    assert program.count_steps() == written * 21 + 2
    assert program.lost() == {}
    assert program.is_sound()
