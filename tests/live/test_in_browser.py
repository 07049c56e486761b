"""A run of a current SDK, as a person sees it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Served
from tests.live.recorded import Recorded


def test_the_run_of_two_agents_opens(page: Page, record: Callable[..., Recorded], served: Served) -> None:
    record("pydantic_ai_app.py", "I was charged twice for order A-17.")
    page.goto(served.url)
    page.get_by_test_id("run-row").filter(has_text="pydantic_ai_app.py").click()
    rows = page.get_by_test_id("step-row")
    expect(rows.filter(has_text="billing-agent").first).to_be_visible()
    page.locator("[data-testid=step-row][data-kind=tool][data-status=failed]").first.click()

    expect(page.get_by_test_id("step-detail")).to_contain_text("There is no charge ch_1042")
