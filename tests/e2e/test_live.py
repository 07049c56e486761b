"""Runs that grow while they are looked at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Served

pytestmark = pytest.mark.e2e

SLOW_AGENT = """
import sys, time
from agent_inspector import trace
with trace.run("slow-agent"):
    trace.tool("first_tool", {}, "ok")
    with trace.tool_call("waiting_tool", {"for": "you"}):
        print("waiting", flush=True)
        sys.stdin.readline()
    trace.final("all done")
"""


def test_the_first_run_of_an_empty_store_appears_by_itself(page: Page, empty: Served) -> None:
    page.goto(empty.url)
    expect(page.locator("body")).to_contain_text("pip install agent-inspector-otel")
    with empty.record(
        "from agent_inspector import trace\nwith trace.run('hello'): trace.final('world')"
    ) as program:
        program.wait()

    expect(page.get_by_test_id("run-row").filter(has_text="hello")).to_be_visible(timeout=15_000)


def test_a_running_run_is_shown_as_running_and_a_killed_one_as_interrupted(page: Page, empty: Served) -> None:
    page.goto(empty.url)
    with empty.record(SLOW_AGENT.replace("sys.stdin.readline()", "time.sleep(600)")) as program:
        row = page.get_by_test_id("run-row").filter(has_text="slow-agent")
        expect(row).to_be_visible(timeout=15_000)
        row.click()
        status = page.get_by_test_id("run-status")
        expect(status).to_contain_text(re.compile("running", re.IGNORECASE))
        expect(page.get_by_test_id("step-row").filter(has_text="waiting_tool")).to_be_visible(timeout=15_000)
        program.kill()
        expect(status).to_contain_text(re.compile("interrupted", re.IGNORECASE), timeout=20_000)


def test_the_snippet_of_the_first_page_is_pasted_and_its_run_appears_live(
    page: Page, empty: Served, tmp_path: Path
) -> None:
    page.goto(empty.url)
    snippet = page.locator("main pre").first.inner_text()
    assert snippet.startswith(f'TRACE_DB_PATH={empty.store} python -c "')
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    subprocess.run(["sh", "-c", snippet], env=environment, check=True, cwd=tmp_path)

    expect(page.get_by_test_id("run-row").filter(has_text="my-first-run")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="my-first-run", level=1)).to_be_visible()
    expect(page.get_by_test_id("step-row").filter(has_text="search returned")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("20 tokens")
    expect(page.get_by_role("main")).to_contain_text("$")


def test_the_example_of_the_first_page_runs_as_it_is(page: Page, empty: Served, tmp_path: Path) -> None:
    page.goto(empty.url)
    snippets = page.locator("main pre")
    expect(snippets).to_have_count(2)
    (tmp_path / "app.py").write_text(snippets.nth(1).inner_text())
    environment = os.environ | {"TRACE_DB_PATH": str(empty.store)}
    subprocess.run([sys.executable, "app.py"], env=environment, check=True, cwd=tmp_path)

    expect(page.get_by_role("heading", name="my-agent", level=1)).to_be_visible(timeout=15_000)
    expect(page.get_by_test_id("step-row").filter(has_text="search returned")).to_be_visible()
    expect(page.get_by_test_id("step-row").filter(has_text="I will look it up.")).to_be_visible()
