"""The views of a run: each has a key, a tab and an address, and axe finds nothing wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Served, serve
from tests.e2e.story import FAILED, fill
from tests.e2e.test_states import check_axe

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("story") / "story.db"
    with fill(store):
        yield from serve(store)


def open_run(page: Page, served: Served) -> str:
    """Open the first run; return its address."""
    page.goto(served.url)
    row = page.get_by_test_id("run-row").first
    expect(row).to_be_visible()
    return f"{served.url}runs/{row.get_attribute('data-run-id')}"


def test_all_findings_are_shown_with_their_evidence(page: Page, demo: Served) -> None:
    open_run(page, demo)
    tab = page.get_by_role("tab", name=re.compile(r"Findings \d+"))
    expect(tab).to_be_visible()
    page.keyboard.press("4")

    expect(page).to_have_url(re.compile("/findings$"))
    expect(tab).to_have_attribute("aria-selected", "true")
    card = page.get_by_test_id("finding-card").filter(has_text="ChargeNotFound").first
    expect(card).to_contain_text("ch_1042")
    check_axe(page)


def test_evidence_leads_to_its_step_and_back(page: Page, demo: Served) -> None:
    address = open_run(page, demo)
    page.goto(f"{address}/findings")
    page.get_by_test_id("finding-card").get_by_role("button", name=re.compile(r"^step \d+$")).first.click()

    expect(page).to_have_url(re.compile(r"/findings/steps/"))
    expect(page.get_by_test_id("step-detail")).to_be_visible()
    check_axe(page)
    page.keyboard.press("1")
    expect(page).to_have_url(re.compile(r"/runs/\w+/steps/"))
    expect(page.locator("[data-testid=step-row][aria-selected=true]")).to_be_visible()


def test_the_tabs_are_walked_by_arrow_keys(page: Page, demo: Served) -> None:
    open_run(page, demo)
    page.get_by_role("tab", name="Timeline").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Spans")).to_be_focused()
    page.keyboard.press("ArrowLeft")

    expect(page.get_by_role("tab", name=re.compile("Findings"))).to_be_focused()
    expect(page.get_by_role("table", name="Agents")).to_be_visible()


def test_the_findings_of_a_run_without_any_say_so(page: Page, empty: Served) -> None:
    with empty.record(
        "from agent_inspector import trace\nwith trace.run('plain'): trace.final('yes')"
    ) as done:
        done.wait()
    address = open_run(page, empty)
    page.goto(f"{address}/findings")

    expect(page.get_by_role("heading", name=re.compile("No rule found anything in"))).to_be_visible()
    check_axe(page)


def test_a_run_reads_as_one_conversation(page: Page, demo: Served) -> None:
    open_run(page, demo)
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("2")

    expect(page).to_have_url(re.compile("/conversation$"))
    talk = page.get_by_test_id("conversation")
    expect(talk.get_by_role("article", name="User").first).to_contain_text(
        "I was charged twice for order A-1042"
    )
    expect(talk.get_by_text("Let me look at the order first.")).to_have_count(1)
    expect(talk.get_by_text("There is no charge ch_1042").first).to_be_visible()
    check_axe(page)
    talk.get_by_role("button", name="step 6").first.click()
    expect(page).to_have_url(re.compile("/conversation/steps/"))
    expect(page.get_by_test_id("step-detail")).to_be_visible()


def test_words_of_a_conversation_are_marked_by_where_they_came_from(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/conversation/steps/28")
    talk = page.get_by_test_id("conversation")
    thought = talk.get_by_test_id("turn").filter(has_text="so I will refund")
    expect(thought.get_by_title("appears in no earlier step")).to_contain_text("ch_48213_2")
    expect(page.get_by_test_id("mark-legend")).to_contain_text("amber: no source")
    answer = talk.get_by_test_id("turn").filter(has_text="has been issued").first
    answer.scroll_into_view_if_needed()
    expect(answer.get_by_test_id("traced").first).to_be_visible()
    check_axe(page)


def test_what_is_done_again_is_one_line_of_the_conversation(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/conversation/steps/1")
    again = page.get_by_test_id("again").filter(has_text="same call, same error")
    expect(again).to_contain_text("4 more")
    expect(again).to_contain_text("28.9k tokens")
    again.get_by_role("button", name="Open 4 turns").click()
    expect(again.get_by_role("button", name="Fold 4 turns")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_test_id("turn").filter(has_text="ChargeNotFound")).to_have_count(5)
    check_axe(page)
    page.goto(f"{story.url}runs/{FAILED}/conversation/steps/42")
    expect(page.locator("[aria-current=step]")).to_be_in_viewport()


def test_what_agents_say_in_parallel_is_not_mixed(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/conversation/steps/1")
    beside = page.get_by_role("article", name="logistics").filter(has_text="in parallel")
    expect(beside).to_have_count(1)
    expect(beside).to_contain_text("track_parcel")
    expect(beside).to_contain_text("Arrives Tuesday 24 November.")


def test_a_tool_takes_one_line_of_the_conversation_or_all_it_needs(page: Page, story: Served) -> None:
    page.goto(f"{story.url}runs/{FAILED}/conversation/steps/26")
    line = page.get_by_test_id("turn").filter(has_text="list_charges").first
    switch = page.get_by_role("switch", name="Tools in one line")
    expect(switch).to_be_checked()
    short = line.bounding_box()
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).not_to_be_checked()
    whole = line.bounding_box()
    check_axe(page)
    page.reload()

    assert short is not None
    assert whole is not None
    assert short["height"] < 30 < whole["height"]
    expect(page.get_by_role("switch", name="Tools in one line")).not_to_be_checked()


def test_the_conversation_follows_the_keys(page: Page, demo: Served) -> None:
    address = open_run(page, demo)
    page.goto(f"{address}/conversation/steps/2")
    expect(page.get_by_test_id("turn").first).to_be_visible()
    page.keyboard.press("n")

    expect(
        page.get_by_test_id("turn").filter(has=page.locator("[aria-current=step]")).first
    ).to_be_in_viewport()


def test_each_day_of_the_list_says_how_many_runs_it_has(page: Page, story: Served) -> None:
    page.set_viewport_size({"width": 1440, "height": 2000})
    page.goto(story.url)
    rows = page.get_by_test_id("run-row")
    expect(rows.first).to_be_visible()
    counts = page.get_by_test_id("day").locator("span:last-child").all_inner_texts()

    assert len(counts) > 1
    assert sum(map(int, counts)) == rows.count()
    check_axe(page)


def test_agents_have_lanes_whose_bars_open_steps(page: Page, demo: Served) -> None:
    open_run(page, demo)
    expect(page.get_by_test_id("step-row").first).to_be_visible()
    page.keyboard.press("3")

    expect(page).to_have_url(re.compile("/lanes$"))
    expect(page.get_by_test_id("lane")).to_have_count(2)
    expect(page.get_by_role("table", name="Hand-offs")).to_contain_text("billing-agent")
    check_axe(page)
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_role("button", name="Zoom out")).to_be_enabled()
    page.get_by_role("main").get_by_role("button", name="All", exact=True).click()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for share in range(1, 20):  # along the model calls of the first lane, until one is met
        page.mouse.click(box["x"] + box["width"] * share / 20, box["y"] + 18)
        if "/steps/" in page.url:
            break
    expect(page).to_have_url(re.compile("/lanes/steps/"))
    expect(page.get_by_test_id("step-detail")).to_contain_text("gpt-4o-mini")


@pytest.mark.parametrize("view", ["conversation", "lanes", "findings"])
def test_a_phone_shows_each_view_without_sideways_scrolling(page: Page, demo: Served, view: str) -> None:
    address = open_run(page, demo)
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{address}/{view}")
    expect(page.get_by_test_id(view)).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    check_axe(page)


REPEATING = """
from agent_inspector import trace
with trace.run('stubborn'):
    for _ in range(5):
        trace.tool('look_up', {'id': 7}, 'nothing')
    trace.final('gave up')
"""


def test_steps_that_repeat_are_one_row_until_it_is_opened(page: Page, empty: Served) -> None:
    with empty.record(REPEATING) as done:
        done.wait()
    open_run(page, empty)
    rows = page.get_by_test_id("step-row")
    folded = rows.filter(has_text="4 more")
    expect(folded).to_have_attribute("aria-expanded", "false")
    expect(rows).to_have_count(4)
    check_axe(page)
    folded.click()
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(7)
    page.reload()
    expect(rows).to_have_count(4)
    page.keyboard.press("r")

    expect(rows).to_have_count(7)
    expect(page.get_by_role("button", name="Repeats shown")).to_have_attribute("aria-pressed", "true")


LONG = """
from time import sleep
from agent_inspector import trace
with trace.run('long'):
    for n in range(50):
        trace.tool('look_up', {'id': n}, f'found {n}')
        sleep(0.002)
    trace.error('Broken', 'it broke')
"""


ROUNDS = """
from agent_inspector import trace
with trace.run('thorough'):
    for n in range(9):
        trace.llm(model='gpt-4o', prompt='?', response=f'I look up {n}.')
        trace.tool('look_up', {'id': n}, f'found {n}')
    trace.final('done')
"""


def test_many_rounds_of_which_each_says_something_else_are_one_row(page: Page, empty: Served) -> None:
    with empty.record(ROUNDS) as done:
        done.wait()
    open_run(page, empty)
    rows = page.get_by_test_id("step-row")
    folded = rows.filter(has_text="8 more")
    expect(folded).to_contain_text("gpt-4o, then look_up, each time another")
    expect(folded).to_contain_text("16 steps")
    expect(rows).to_have_count(5)
    check_axe(page)
    page.keyboard.press("r")
    expect(rows).to_have_count(20)
    page.keyboard.press("r")
    folded.click()
    page.keyboard.press("ArrowRight")

    expect(rows).to_have_count(20)


def test_an_overview_zooms_the_clock_and_its_address_keeps_it(page: Page, empty: Served) -> None:
    with empty.record(LONG) as done:
        done.wait()
    open_run(page, empty)
    strip = page.get_by_test_id("overview")
    expect(strip).to_be_visible()
    expect(page.get_by_role("button", name="Whole run")).to_have_count(0)
    box = strip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10, steps=4)
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"zoom=\d+-\d+"))
    expect(page.get_by_role("button", name="Whole run")).to_be_visible()
    check_axe(page)
    page.keyboard.press("3")
    expect(page).to_have_url(re.compile(r"/lanes\?zoom=\d+-\d+"))
    expect(page.get_by_role("button", name="Zoom out")).to_be_enabled()
    strip.dblclick()
    expect(page).not_to_have_url(re.compile("zoom="))


def test_the_clock_is_zoomed_by_keys_alone(page: Page, empty: Served) -> None:
    with empty.record(LONG) as done:
        done.wait()
    open_run(page, empty)
    expect(page.get_by_test_id("overview")).to_be_visible()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"zoom=\d+-\d+"))
    page.keyboard.press("-")
    expect(page).not_to_have_url(re.compile("zoom="))
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"zoom=\d+-\d+"))
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("zoom="))


def test_a_short_run_has_no_overview(page: Page, demo: Served) -> None:
    open_run(page, demo)
    expect(page.get_by_test_id("step-row").first).to_be_visible()

    expect(page.get_by_test_id("overview")).to_have_count(0)


WAITING = """
from time import sleep
from agent_inspector import trace
with trace.run('slow'):
    trace.tool('first', {}, 'done')
    sleep(0.4)
    trace.tool('second', {}, 'done')
"""


def test_the_critical_path_and_its_waits_are_marked_on_request(page: Page, empty: Served) -> None:
    with empty.record(WAITING) as done:
        done.wait()
    open_run(page, empty)
    second = page.get_by_test_id("step-row").filter(has_text="second")
    expect(second).to_be_visible()
    expect(second).not_to_contain_text("waited")
    page.keyboard.press("w")

    expect(second).to_contain_text("waited")
    expect(second).to_contain_text("on the critical path")
    expect(page.get_by_role("button", name="Critical path")).to_have_attribute("aria-pressed", "true")
    check_axe(page)
