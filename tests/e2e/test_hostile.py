"""Hostile texts in every field, shown in every view: nothing runs, nothing is asked for, every text stays a text.

26 scripts, 12 beacons (W18), and keys that pollute what JavaScript's objects have in common (W20).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.e2e.conftest import REPOSITORY, Served, serve
from tests.e2e.hostile import BEACONS, CANARY, SCRIPTS

pytestmark = pytest.mark.e2e

PAGES = (
    "sessions",
    "statistics?last=24h",
    "settings",
    "runs?q=error:HostileError",
    "runs?q=user:%3Cscript%3E",
)


@dataclass
class Breach:
    """What a hostile text achieved."""

    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    navigations: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("hostile") / "hostile.db"
    # Unredacted, as from a foreign sender: the page has to be safe by itself.
    environment = os.environ | {"TRACE_DB_PATH": str(store)}
    command = [sys.executable, "-m", "tests.e2e.hostile_program"]
    subprocess.run(command, env=environment, check=True, cwd=REPOSITORY)
    yield from serve(store)


@pytest.fixture
def breach(page: Page, hostile: Served) -> Iterator[Breach]:
    """Fail if anything of a text ran, asked, or led away, in whatever the test has shown."""
    found = Breach()

    def on_dialog(dialog: Dialog) -> None:
        found.dialogs.append(dialog.message)
        dialog.dismiss()

    def on_request(request: Request) -> None:
        if CANARY in request.url or not request.url.startswith(hostile.url.removesuffix("ui/")):
            found.requests.append(request.url)

    page.on("dialog", on_dialog)
    page.on("request", on_request)
    page.on("framenavigated", lambda frame: found.navigations.append(frame.url))
    yield found
    assert (found.dialogs, found.requests) == ([], [])
    assert [url for url in found.navigations if not url.startswith((hostile.url, "about:blank"))] == []
    assert page.evaluate("Object.keys(Object.prototype).concat(Object.keys(Array.prototype))") == []
    assert page.evaluate("[window.__ran, ({}).polluted, document.querySelectorAll('iframe,object,embed').length]") == [
        None, None, 0,
    ]  # fmt: skip


def run_ids(page: Page, hostile: Served) -> list[str]:
    page.goto(hostile.url)
    expect(page.get_by_test_id("run-row")).to_have_count(3)
    return [row.get_attribute("data-run-id") or "" for row in page.get_by_test_id("run-row").all()]


def test_no_text_runs_in_the_lists_and_pages(page: Page, hostile: Served, breach: Breach) -> None:
    for run_id in run_ids(page, hostile):
        page.locator(f"[data-run-id='{run_id}']").click()
        expect(page.get_by_test_id("step-row").first).to_be_visible()
    for path in PAGES:
        page.goto(hostile.url + path)
        expect(page.locator("main")).not_to_be_empty()
        painted(page)


def test_no_text_runs_in_a_comparison_or_the_palette(page: Page, hostile: Served, breach: Breach) -> None:
    first, second, _ = run_ids(page, hostile)
    page.goto(f"{hostile.url}compare/{first}/{second}")
    expect(page.get_by_test_id("compare-row").first).to_be_visible()
    page.goto(f"{hostile.url}runs/{first}")
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("<img")
    expect(page.get_by_test_id("palette").get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize("view", ["conversation", "lanes", "findings", "spans"])
def test_no_text_runs_in_any_view_of_a_run(page: Page, hostile: Served, breach: Breach, view: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_longest(page, hostile)
    page.goto(f"{page.url.partition('?')[0]}/{view}")
    shown = page.get_by_test_id(view)
    expect(shown).to_be_visible()
    expect(shown).to_contain_text("<script>")
    for _ in range(12):
        shown.hover()
        page.mouse.wheel(0, 1_500)
        painted(page)
    for button in page.get_by_role("button", name="As Markdown").all()[:5]:
        button.click()
        painted(page)
    for button in page.get_by_role("button", name=re.compile("^Copy")).all()[:5]:
        button.click()
    painted(page)


def test_no_text_runs_in_a_list_by_session_or_in_a_search_of_contents(
    page: Page, hostile: Served, breach: Breach
) -> None:
    run_ids(page, hostile)
    page.get_by_role("switch", name="By session").click()
    painted(page)
    page.get_by_label("Search runs").fill("onerror ontoggle constructor")
    expect(page.get_by_test_id("run-row").first).to_be_visible()
    page.get_by_role("button", name="Session", exact=True).click()
    expect(page.get_by_role("menu")).to_be_visible()
    painted(page)


def test_no_text_runs_where_a_memory_has_changed(page: Page, hostile: Served, breach: Breach) -> None:
    open_longest(page, hostile)
    page.locator("[data-testid=step-row][data-kind=memory]").nth(1).click()
    change = page.get_by_test_id("memory-change")
    expect(change).to_be_visible()
    painted(page)


KINDS = (
    "llm", "tool", "memory", "retrieval", "embedding", "error", "final", "agent",
    "guardrail", "handoff", "message", "task",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_runs_in_any_part_of_a_step(page: Page, hostile: Served, breach: Breach, kind: str) -> None:
    open_longest(page, hostile)
    page.locator(f"[data-testid=step-row][data-kind={kind}]").first.click()
    detail = page.get_by_test_id("step-detail")
    expect(detail.get_by_role("tab").first).to_be_visible()
    shown = set[str]()
    for tab in detail.get_by_role("tab").all():
        tab.click()
        painted(page)
        text = detail.inner_text()
        shown |= {payload for payload in (*SCRIPTS, *BEACONS) if payload in text}
        as_markdown = detail.get_by_role("button", name="As Markdown")
        for _ in range(min(3, as_markdown.count())):
            as_markdown.first.click()  # its name changes, and the next one is the first
            painted(page)

    if kind == "llm":
        assert {*SCRIPTS, *BEACONS} - shown == set()


def test_no_text_runs_while_every_step_is_walked_through(page: Page, hostile: Served, breach: Breach) -> None:
    open_longest(page, hostile)
    page.locator("[data-testid=step-row]").first.click()
    for _ in range(len(SCRIPTS) + len(BEACONS)):
        for _ in range(9):
            page.keyboard.press("j")
        painted(page)

    expect(page.get_by_test_id("step-detail")).to_be_visible()


def open_longest(page: Page, hostile: Served) -> None:
    page.goto(f"{hostile.url}runs/{run_ids(page, hostile)[-1]}")
    expect(page.get_by_test_id("step-row").first).to_be_visible()


def painted(page: Page) -> None:
    """Wait until what was asked for has been drawn: two frames, the second of which comes after the first is seen."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
