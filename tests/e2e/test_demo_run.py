"""The run of `make demo`, in the browser: what a newcomer sees first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Served

pytestmark = pytest.mark.e2e


def open_demo_run(page: Page, served: Served) -> None:
    page.goto(served.url)
    page.get_by_test_id("run-row").filter(has_text="support-agent").first.click()


def test_the_run_is_listed_and_opens(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)

    expect(page.get_by_test_id("run-status")).to_contain_text(re.compile("completed", re.IGNORECASE))
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    assert "/ui/runs/" in page.url


def test_the_failed_tool_step_shows_its_error(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    failed = page.locator("[data-testid=step-row][data-kind=tool][data-status=failed]").first
    failed.click()

    detail = page.get_by_test_id("step-detail")
    expect(detail).to_contain_text("ChargeNotFound")
    expect(detail).to_contain_text("There is no charge ch_1042")
    expect(detail).to_contain_text("ch_1042")


def test_a_link_to_a_step_opens_that_step(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    page.locator("[data-testid=step-row][data-kind=llm]").first.click()
    expect(page).to_have_url(re.compile(r"/steps/"))
    chosen = page.url
    page.goto("about:blank")
    page.goto(chosen)

    expect(page.get_by_test_id("step-detail")).to_contain_text("gpt-4o-mini")


def test_the_timeline_shows_nested_steps_and_durations(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    rows = page.get_by_test_id("step-row")

    expect(rows.filter(has_text="billing-agent").first).to_be_visible()
    expect(rows.first).to_contain_text(re.compile(r"\d+(\.\d+)? (ms|s)"))


def test_the_keyboard_walks_the_steps(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"/steps/"))
    first = page.url
    page.keyboard.press("j")

    expect(page).not_to_have_url(first)


def test_going_back_restores_what_was_shown(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    page.locator("[data-testid=step-row][data-kind=tool]").first.click()
    expect(page).to_have_url(re.compile(r"/steps/"))
    page.go_back()

    expect(page).not_to_have_url(re.compile(r"/steps/"))


def test_an_unknown_run_is_told_in_a_sentence(page: Page, demo: Served, watched: object) -> None:
    page.goto(f"{demo.url}runs/{'0' * 32}")

    expect(page.locator("body")).to_contain_text(re.compile("no run|not found", re.IGNORECASE))
    # The browser itself logs the 404 of the request.
    watched.complaints.clear()  # type: ignore[attr-defined]  # a Watched


def test_the_findings_say_why_and_lead_to_their_steps(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    why = page.get_by_test_id("why")
    expect(why).to_contain_text("find_charge")
    why.get_by_role("button", name=re.compile("ChargeNotFound")).click()

    expect(page.get_by_test_id("finding")).to_contain_text("First suspect")
    expect(page.get_by_test_id("step-detail")).to_contain_text("There is no charge ch_1042")
    failed = page.locator("[data-testid=step-row][data-kind=tool][data-status=failed]").first
    expect(failed).to_have_attribute("aria-selected", "true")


def test_a_key_walks_the_findings(page: Page, demo: Served) -> None:
    open_demo_run(page, demo)
    expect(page.get_by_test_id("why")).to_be_visible()
    page.keyboard.press("n")

    expect(page.locator("[data-testid=step-row][aria-selected=true]")).to_contain_text("find_charge")
