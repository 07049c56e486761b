"""What an engineer does with a failed run: from the list to the cause, and on to others with the evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Served, serve
from tests.e2e.story import FAILED, PASSED, SILENT, WORKING, fill
from tests.e2e.test_states import check_axe

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("story") / "story.db"
    with fill(store):
        yield from serve(store)


def open_step(page: Page, story: Served, kind: str, place: int, run: str = FAILED) -> Locator:
    steps = page.request.get(f"{story.url.removesuffix('ui/')}v1/runs/{run}/timeline").json()["events"]
    chosen = [step for step in steps if step["kind"] == kind][place]
    page.goto(f"{story.url}runs/{run}/steps/{chosen['id']}")
    detail = page.locator(f"[data-testid=step-detail][data-step-id='{chosen['id']}']")
    expect(detail).to_be_visible()
    return detail


def test_a_memory_that_is_written_shows_what_changed(page: Page, story: Served) -> None:
    change = open_step(page, story, "memory", 2).get_by_test_id("memory-change")

    expect(change).to_contain_text(re.compile(r"3 lines changed since step \d+"))
    expect(change.locator(".gone")).to_have_text(re.compile('"step": 1'))
    expect(change.locator(".new")).to_have_count(2)
    change.get_by_role("button", name=re.compile("step")).click()
    expect(page.get_by_test_id("memory-change")).to_contain_text("what it held before is unknown")


def test_runs_stand_by_session_where_that_is_wanted(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}")
    runs = page.get_by_role("listbox", name="Runs")
    expect(runs).to_contain_text("Today")
    page.get_by_role("switch", name="By session").click()

    expect(runs).to_contain_text(re.compile(r"sess_7f21\s*2 runs"))
    expect(runs).not_to_contain_text("Today")
    page.reload()
    expect(runs).to_contain_text("sess_7f21")
    page.keyboard.press("s")
    expect(runs).to_contain_text("Today")


def test_the_summary_has_one_ledger_the_first_failure_and_the_answer(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/findings")
    summary = page.get_by_test_id("summary")
    expect(summary).to_contain_text(re.compile(r"First failing step\s*step \d+\s*issue_refund failed"))
    expect(summary).to_contain_text(
        re.compile(r"Final answer\s*step \d+\s*Your refund of \$64.50 has been issued")
    )
    ledger = summary.get_by_role("table", name="What was lost")

    for lost in ("Tool result cut", "History compacted", "Redacted"):
        expect(ledger).to_contain_text(lost)
    ledger.get_by_role("button", name=re.compile("step")).first.click()
    expect(page).to_have_url(re.compile("/findings/steps/"))


def test_a_failed_run_opens_where_a_person_wants_it(page: Page, story: Served) -> None:
    page.goto(f"{story.url}settings")
    place = page.get_by_role("group", name="A failed run opens at")
    expect(place.get_by_role("button", name="First suspect")).to_have_attribute("aria-pressed", "true")
    place.get_by_role("button", name="Start").click()
    page.goto(f"{story.url}runs/{FAILED}")

    expect(page.get_by_test_id("why")).to_be_visible()
    chosen = page.locator("[data-testid=step-row][aria-selected=true]")
    expect(chosen).to_have_attribute("aria-level", "1")


def test_evidence_is_copied_with_its_ids(page: Page, story: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{story.url}runs/{FAILED}/findings")
    page.get_by_role("button", name=re.compile("Copy as evidence, about")).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert FAILED in copied
    assert "first suspect" in copied
    page.get_by_role("button", name="Copy finding 2 as evidence").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("## 2. ")

    detail = open_step(page, story, "tool", 6)
    detail.get_by_role("button", name="Copy as evidence, in Markdown").click()
    step = page.evaluate("navigator.clipboard.readText()")
    assert "ChargeNotFound" in step
    assert '"charge_id": "ch_48213_2"' in step
    assert str(detail.get_attribute("data-step-id")) in step


def test_lanes_bear_the_numbers_of_findings(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/lanes")
    first = page.get_by_test_id("lane-finding").filter(has_text=re.compile("Finding ?1:"))
    expect(first).to_be_visible()
    first.click()

    expect(page).to_have_url(re.compile("/lanes/steps/"))
    expect(page.get_by_test_id("step-detail")).to_contain_text("First suspect")


def test_words_that_a_result_contradicts_are_marked_red(page: Page, story: Served) -> None:
    detail = open_step(page, story, "llm", -1)
    mark = detail.get_by_test_id("traced").filter(has_text="has been issued")
    expect(mark).to_have_class(re.compile("err"))
    mark.focus()

    expect(detail.get_by_role("tooltip").filter(has_text="Contradicted by")).to_contain_text(
        "No charge with id"
    )


def test_what_a_call_was_given_is_called_its_own_input(page: Page, story: Served) -> None:
    detail = open_step(page, story, "llm", 6)

    expect(detail.get_by_test_id("argument")).to_contain_text("appears in its own input")


def test_a_model_call_shows_its_cost_by_kind_of_token(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/steps/28?tab=cost")
    table = page.get_by_role("table", name=re.compile("Cost of this call"))
    expect(table.get_by_role("row", name="Input, fresh 4,056 $2.50 / M $0.01014")).to_be_visible()
    expect(table.get_by_role("row", name="Input, read from cache 2,048 $1.25 / M $0.00256")).to_be_visible()
    expect(table.get_by_role("row", name="Output, of it 148 reasoning 212 $10.00 / M")).to_be_visible()
    expect(table.get_by_role("row", name="Together 6,316")).to_contain_text("$0.01482")
    expect(page.get_by_test_id("cost")).to_contain_text("offline list genai-prices")


def test_an_offered_tool_says_its_size_and_how_it_was_called_wrongly(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/steps/28?tab=tools")
    tools = page.get_by_role("tabpanel", name="Tools").get_by_role("listitem")
    expect(tools.first).to_contain_text(re.compile(r"≈ \d+ tokens"))
    expect(tools.first.get_by_test_id("misfit")).to_contain_text("amount is number, must be integer")
    expect(tools.nth(1).get_by_test_id("misfit")).to_have_count(0)


def test_a_price_that_nobody_knows_is_said_in_words(page: Page, empty: Served) -> None:
    with empty.record(
        "from agent_inspector import trace\n"
        "with trace.run('priceless'):\n"
        "    trace.llm(model='house-model', prompt='?', response='!', prompt_tokens=7)"
    ) as done:
        done.wait()
    page.goto(empty.url)
    page.get_by_test_id("step-row").filter(has_text="house-model").click()
    page.get_by_role("tab", name="Cost").click()
    cost = page.get_by_test_id("cost")
    expect(cost.get_by_role("row", name="Together 7")).to_contain_text("price unknown")
    expect(cost).to_contain_text("TRACE_PRICES_FILE")
    expect(cost).not_to_contain_text("$0")
    check_axe(page)


def test_a_result_leads_to_its_step_and_says_where_it_was_cut(page: Page, story: Served) -> None:
    detail = open_step(page, story, "llm", 7)
    expect(detail).to_contain_text("Cut here:")
    detail.get_by_role("group", name="tool message").get_by_role(
        "button", name=re.compile(r"^step \d+")
    ).click()

    expect(page.get_by_test_id("step-detail")).to_contain_text("list_charges returned")


def test_a_running_run_says_what_it_does_now(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{WORKING}")
    doing = page.get_by_test_id("doing")

    expect(doing).to_contain_text("Doing two things now")
    expect(doing).to_contain_text(re.compile(r"gpt-4o is answering for .*, usually"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Live, last heard of \d+(\.\d)? s ago"))
    doing.get_by_role("button").first.click()
    expect(page.get_by_test_id("step-detail")).to_contain_text("fetch_page is running")


def test_a_running_run_folds_agents_that_are_done_and_says_what_is_known_so_far(
    page: Page, story: Served
) -> None:
    page.goto(f"{story.url}runs/{WORKING}")
    rows = page.get_by_test_id("step-row")
    done = rows.filter(has_text=re.compile("^.*searcher 1"))
    expect(done).to_have_attribute("aria-expanded", "false")
    expect(rows.filter(has_text="searcher 3")).to_have_attribute("aria-expanded", "true")
    detail = page.get_by_test_id("step-detail")
    expect(detail).to_contain_text(re.compile(r"Output so far\s*≈ 30"))
    expect(detail).to_contain_text(re.compile(r"Speed\s*≈ \d+(\.\d)? tok/s"))
    expect(detail.get_by_role("group", name="assistant message")).to_contain_text("writing")

    done.click()
    page.keyboard.press("ArrowRight")
    expect(done).to_have_attribute("aria-expanded", "true")


def test_a_tool_in_one_line_says_what_it_was_called_with(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/conversation")

    expect(
        page.get_by_test_id("turn").filter(has_text="list_charges(customer=cus_90113) returned")
    ).to_have_count(1)
    expect(page.get_by_test_id("turn").filter(has_text="failed: ChargeNotFound").first).to_contain_text(
        re.compile(r"issue_refund\(.*ch_48213_2.*\) failed")
    )


def test_an_interrupted_run_is_amber_and_opens_at_its_last_step(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{SILENT}")

    expect(page.get_by_test_id("why")).to_have_class(re.compile("odd"))
    expect(page.get_by_test_id("step-detail")).to_contain_text("fetch_feed has no end record")


def test_a_run_is_saved_and_compared_from_its_header(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    saved: dict[str, Any] = json.loads(Path(saving.value.path()).read_text())
    assert saved["run"]["id"] == FAILED if "run" in saved else FAILED in json.dumps(saved)
    page.get_by_role("link", name="Compare").click()

    expect(page).to_have_url(re.compile(f"/compare/{FAILED}"))
    expect(page.get_by_test_id("compare-row").first).to_be_visible()
    assert PASSED[:8] in page.locator("main").inner_text()


DEEP: Final = """
from agent_inspector import trace

def charge(amount):
    raise ValueError(f'amount {amount} is not in minor units')

with trace.run('root-agent'):
    with trace.run('middle-agent'):
        with trace.run('inner-agent'):
            trace.llm('gpt-4o', 'Charge 64.5', 'I will.')
            try:
                with trace.tool_call('charge_card', {'amount': 64.5}):
                    charge(64.5)
            except ValueError:
                pass
    trace.final('could not charge', success=False)
"""
FINE: Final = "from agent_inspector import trace\nwith trace.run('fine'): trace.final('done')"


@pytest.mark.parametrize("by", ["key", "click"])
def test_an_error_three_agents_deep_is_one_key_or_click_away_from_the_list(
    page: Page, empty: Served, by: str
) -> None:
    for code in (DEEP, FINE):
        with empty.record(code) as done:
            done.wait()
    page.goto(empty.url)
    expect(page.get_by_test_id("run-row")).to_have_count(2)
    expect(page.get_by_role("heading", name="fine", level=1)).to_be_visible()
    if by == "key":
        page.get_by_role("listbox", name="Runs").focus()
        page.keyboard.press("ArrowDown")
    else:
        page.get_by_test_id("run-row").filter(has_text="root-agent").click()

    detail = page.get_by_test_id("step-detail")
    expect(detail).to_contain_text("charge_card failed")
    expect(detail.get_by_test_id("argument")).to_contain_text("64.5")
    expect(detail.get_by_test_id("argument")).to_be_in_viewport()
    stack = detail.get_by_text("in charge", exact=False)
    expect(stack).to_be_in_viewport()
    expect(page.locator("[data-testid=step-row][aria-selected=true]")).to_have_attribute("aria-level", "4")


def test_the_chosen_row_stays_in_sight_where_there_is_little_room(page: Page, story: Served) -> None:
    page.set_viewport_size({"width": 800, "height": 1000})
    page.goto(f"{story.url}runs/{FAILED}")
    expect(page.get_by_test_id("why")).to_be_visible()
    expect(page.get_by_test_id("step-detail")).to_contain_text("ChargeNotFound")

    expect(page.locator("[data-testid=step-row][aria-selected=true]")).to_be_in_viewport()


TALKATIVE: Final = """
from agent_inspector import trace
with trace.run('talkative'):
    for n in range(400):
        trace.tool('look_up', {'id': n}, f'found {n}')
    trace.error('Broken', 'it broke at the end')
"""


def test_the_conversation_jumps_to_a_step_that_is_not_loaded(page: Page, empty: Served) -> None:
    with empty.record(TALKATIVE) as done:
        done.wait()
    page.goto(empty.url)
    row = page.get_by_test_id("run-row").first
    expect(row).to_be_visible()
    page.goto(f"{empty.url}runs/{row.get_attribute('data-run-id')}/conversation/steps/350")

    chosen = page.get_by_test_id("turn").filter(has=page.locator("[aria-current=step]"))
    expect(chosen).to_be_in_viewport()
    expect(chosen).to_contain_text("found 348")
    page.get_by_role("button", name=re.compile("earlier turns")).click()
    expect(page.get_by_test_id("turn").filter(has_text="found 250")).to_have_count(1)
