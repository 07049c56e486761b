"""Every state of the page: it says what it is, and axe finds nothing wrong with it in light and in dark."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from agent_inspector import TraceConfig
from agent_inspector.store import open_store
from tests.e2e.axe import violations
from tests.e2e.conftest import REPOSITORY, Served, Watched, serve
from tests.e2e.story.tape import SECOND, Tape

pytestmark = pytest.mark.e2e

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
RECORD = "from agent_inspector import trace\nwith trace.run('sealed-run'): trace.final('hidden words')"


def check_axe(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme


def check_phone(page: Page) -> None:
    """Nothing sticks out where there is little room, and axe finds nothing there either."""
    wide = page.viewport_size
    assert wide is not None
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert violations(page) == []
    page.set_viewport_size(wide)


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=re.compile(text))


def run_ids(page: Page, served: Served) -> list[str]:
    page.goto(served.url)
    rows = page.get_by_test_id("run-row")
    expect(rows.first).to_be_visible()
    return [row.get_attribute("data-run-id") or "" for row in rows.all()]


@pytest.mark.parametrize(
    ("path", "title"),
    [("sessions", "Sessions"), ("statistics?last=24h", "Statistics"), ("settings", "Settings"), ("welcome", "Record a run")],
)  # fmt: skip
def test_each_page_has_an_address_and_no_barrier(page: Page, demo: Served, path: str, title: str) -> None:
    page.goto(demo.url + path)
    expect(heading(page, title)).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(path)))

    check_axe(page)


def test_a_run_with_its_detail_has_no_barrier(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    page.get_by_test_id("run-row").first.click()
    page.locator("[data-testid=step-row][data-kind=llm]").first.click()
    expect(page.get_by_test_id("step-detail")).to_contain_text("gpt-4o-mini")

    check_axe(page)


def test_an_empty_store_shows_how_to_record(page: Page, empty: Served) -> None:
    page.goto(empty.url)
    expect(heading(page, "Record your first run")).to_be_visible()
    expect(page.get_by_text("Waiting for the first step")).to_be_visible()
    check_phone(page)
    # There is nothing to filter.
    expect(page.get_by_role("button", name="Model", exact=True)).to_have_count(0)
    check_axe(page)
    page.get_by_role("button", name="No code change").click()

    expect(page.get_by_text("agent-inspector run -- python my_agent.py")).to_be_visible()


def test_a_search_without_result_says_what_to_leave_out(page: Page, demo: Served) -> None:
    page.goto(f"{demo.url}runs?q=tool:list_charges+cost:>1000")
    none = page.get_by_test_id("no-results")
    expect(none).to_contain_text("No run matches")
    check_axe(page)
    none.get_by_role("button", name="Remove cost:>1000 1 run").click()

    expect(page.get_by_test_id("run-row").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=tool:list_charges$"))


def test_a_menu_adds_a_filter_and_its_chip_takes_it_away(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    page.get_by_role("button", name="Model", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("gpt-4o-mini")).click()
    expect(page).to_have_url(re.compile("q=model:gpt-4o-mini"))
    expect(page.get_by_test_id("run-row").first).to_be_visible()
    page.get_by_role("button", name="Remove model:gpt-4o-mini").click()

    expect(page).not_to_have_url(re.compile("q="))


def test_an_unknown_field_is_told_with_the_nearest_name(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    page.get_by_label("Search runs").fill("statsu:failed")

    expect(page.get_by_text("did you mean “status:”?")).to_be_visible()


def test_contents_are_searched(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    expect(page.get_by_test_id("run-row").first).to_be_visible()
    page.get_by_label("Search runs").fill("ChargeNotFound")
    expect(page).to_have_url(re.compile("q=ChargeNotFound"))

    expect(page.get_by_test_id("run-row").first).to_contain_text("support-agent")


def test_the_palette_goes_to_a_step_and_runs_commands(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_test_id("palette")
    expect(palette).to_be_visible()
    check_axe(page)
    page.keyboard.type("ChargeNotFound")
    expect(palette.get_by_role("option").first).to_contain_text("step")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/steps/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("statistics")
    page.keyboard.press("Enter")

    expect(heading(page, "Statistics")).to_be_visible()


def test_the_list_of_shortcuts_has_no_barrier(page: Page, demo: Served) -> None:
    page.goto(demo.url)
    expect(page.get_by_test_id("run-row").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    check_axe(page)


def test_two_runs_are_compared_by_keyboard(page: Page, empty: Served) -> None:
    steps = "[trace.tool('look_up', {{'id': n}}, 'found') for n in range(8)]; trace.llm('gpt-4o', 'hi', '{answer}'); trace.final('{answer}')"
    for answer in ("yes", "no"):
        with empty.record(
            f"from agent_inspector import trace\nwith trace.run('twin'): {steps.format(answer=answer)}"
        ) as program:
            program.wait()
    first, second = run_ids(page, empty)
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    expect(page).to_have_url(re.compile(second))
    page.keyboard.press("c")

    expect(page).to_have_url(re.compile(f"/compare/{first}/{second}"))
    expect(page.get_by_test_id("divergence")).to_contain_text("Diverges here.")
    expect(page.locator("[data-relation=same]").first).to_be_visible()
    check_axe(page)
    page.get_by_role("button", name=re.compile("matching steps")).first.click()
    expect(page.get_by_role("button", name=re.compile("matching steps"))).to_have_count(0)


def test_settings_hold_after_a_reload(page: Page, demo: Served) -> None:
    page.goto(f"{demo.url}settings")
    page.get_by_role("button", name="Comfortable").click()
    page.get_by_role("group", name="Single-key shortcuts").get_by_role("button", name="Off").click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("group", name="Tools in the conversation").get_by_role("button", name="In full").click()
    page.reload()
    full = page.get_by_role("group", name="Tools in the conversation").get_by_role("button", name="In full")
    expect(full).to_have_attribute("aria-pressed", "true")
    page.goto(demo.url)
    row = page.get_by_test_id("step-row").first
    expect(row).to_be_visible()
    page.keyboard.press("?")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert row.evaluate("row => row.getBoundingClientRect().height") == 30
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Served]:
    """A server without the key on a store that is encrypted."""
    store = tmp_path / "sealed.db"
    environment = os.environ | {
        "TRACE_DB_PATH": str(store),
        "TRACE_ENCRYPTION_ENABLED": "true",
        "TRACE_ENCRYPTION_KEY": KEY,
    }
    subprocess.run([sys.executable, "-c", RECORD], env=environment, check=True, cwd=REPOSITORY)
    yield from serve(store)


@pytest.fixture
def wordy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server on an encrypted store with more steps than one search reads; the oldest run alone holds the word."""
    monkeypatch.setenv("TRACE_ENCRYPTION_ENABLED", "true")
    monkeypatch.setenv("TRACE_ENCRYPTION_KEY", KEY)
    store = open_store(TraceConfig(db_path=str(tmp_path / "wordy.db")))
    for run in range(31):
        tape = Tape(f"{run + 1:032x}", 1_790_000_000 * SECOND + run * SECOND)
        root = tape.agent(None, f"run-{run}", 0, 1)
        for step in range(200):
            tape.tool(
                root,
                "look_up",
                f"call_{step}",
                step / 1000,
                0.001,
                {"page": step},
                "heron" if not run else "sparrow",
            )
        store.write(tape.records)
    store.close()
    yield from serve(tmp_path / "wordy.db")


def test_a_search_of_an_encrypted_store_reads_on_and_says_how_far_it_is(page: Page, wordy: Served) -> None:
    page.goto(f"{wordy.url}runs?q=heron")
    progress = page.get_by_test_id("search-progress")

    expect(progress).to_contain_text(
        re.compile(r"Contents were searched, newest first: 6,\d\d\d steps read, 1 run found"), timeout=30_000
    )
    expect(page.get_by_test_id("run-row")).to_contain_text("run-0")
    expect(
        page.get_by_role("heading", level=1)
    ).to_be_visible()  # the run that was found opens beside the list
    check_axe(page)


def test_an_encrypted_store_without_its_key_says_what_is_needed_and_lists_what_is_in_clear(
    page: Page, sealed: Served, watched: Watched
) -> None:
    page.goto(sealed.url)
    locked = page.get_by_test_id("locked")
    expect(locked).to_contain_text("encrypted and its key is not here")
    expect(locked).to_contain_text("1 run, 0 of them failed")
    expect(locked.locator("pre")).to_have_text(
        f"TRACE_ENCRYPTION_KEY_FILE=/path/to/key agent-inspector --db {sealed.store} server"
    )
    row = page.get_by_test_id("run-row")
    expect(row).to_contain_text("sealed")
    expect(row).to_contain_text("Completed in 2 steps")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(page.locator("body")).not_to_contain_text("hidden words")
    check_axe(page)
    check_phone(page)

    page.get_by_label("Search runs").fill("hidden")
    expect(page.get_by_text("Words are sealed until the key is here")).to_be_visible()
    page.get_by_label("Search runs").fill("")
    page.get_by_role("button", name="Failed").click()
    expect(page.get_by_test_id("no-results")).to_be_visible()
    watched.complaints.clear()  # the browser logs the 409


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server that asks for a key."""
    monkeypatch.setenv("TRACE_API_KEY", "open-sesame")
    monkeypatch.setenv("TRACE_API_KEY_REQUIRED", "true")
    yield from serve(tmp_path / "guarded.db")


def test_a_server_with_a_key_asks_for_it(page: Page, guarded: Served, watched: Watched) -> None:
    page.goto(guarded.url)
    expect(heading(page, "Enter the API key")).to_be_visible()
    check_axe(page)
    page.get_by_label("API key").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Invalid API key")
    check_axe(page)
    check_phone(page)
    page.get_by_role("button", name="Show key").click()
    expect(page.get_by_label("API key")).to_have_attribute("type", "text")
    page.get_by_label("API key").fill("open-sesame")
    page.keyboard.press("Enter")

    expect(heading(page, "Record your first run")).to_be_visible()
    watched.complaints.clear()  # the browser logs the 401 and the 403


def test_a_server_that_stops_leaves_the_page_as_it_is(page: Page, tmp_path: Path, watched: Watched) -> None:
    serving = serve(tmp_path / "stopping.db")
    served = next(serving)
    with served.record(RECORD) as program:
        program.wait()
    page.goto(served.url)
    expect(page.get_by_test_id("run-row")).to_be_visible()
    for _ in serving:
        pass

    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("Agent Inspector does not answer", timeout=15_000)
    expect(page.get_by_test_id("run-row")).to_be_visible()
    check_axe(page)
    watched.complaints.clear()  # the browser logs the refused connections


def test_a_store_of_another_program_is_told_in_words(page: Page, demo: Served, watched: Watched) -> None:
    detail = "The store at /somewhere is damaged; restore a backup."
    page.route(
        re.compile("/v1/(runs|stats)"),
        lambda route: route.fulfill(status=503, json={"detail": detail}),
    )
    page.goto(demo.url)

    expect(heading(page, "The store cannot be read")).to_be_visible()
    expect(page.locator("main")).to_contain_text(detail)
    check_axe(page)
    watched.complaints.clear()  # the browser logs the 503


@pytest.mark.parametrize("path", ["", "sessions", "statistics", "settings", "welcome"])
def test_a_phone_needs_no_sideways_scrolling(page: Page, demo: Served, path: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(demo.url + path)
    expect(page.locator("main")).to_be_visible()
    if not path:  # what is looked at is the page with its run, not the one on its way there
        expect(page.get_by_test_id("why")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert violations(page) == []
