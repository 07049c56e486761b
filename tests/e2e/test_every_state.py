"""Every state of the page: axe finds nothing in light and dark, a phone needs no sideways scrolling, keys reach everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Served, Watched, serve
from tests.e2e.screenshots import STORY
from tests.e2e.story import FAILED, fill
from tests.e2e.test_states import check_axe

pytestmark = pytest.mark.e2e

NOISY: Final = {"unreachable"}
"""The browser itself logs what failed there."""
_STOPS: Final = """() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && element.getClientRects().length > 0;
    const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex]')];
    const stops = all.filter((element) => element.tabIndex >= 0 && !element.disabled && shown(element)
        && element.type !== 'hidden' && !element.closest('[popover]'));
    stops.forEach((element, index) => element.setAttribute('data-stop', index));
    return stops.map((element) => element.outerHTML.slice(0, 120));
}"""


_CUT_OFF: Final = """() => [...document.querySelectorAll('button, a[href], input')]
    .filter((element) => element.checkVisibility() && !element.closest('[popover]'))
    .filter((element) => { const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1); })
    .filter((element) => !element.closest('.sr') && getComputedStyle(element).position !== 'absolute')
    .map((element) => element.outerHTML.slice(0, 120))"""
"""Controls that stick out of the page, where nobody can scroll to them."""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = tmp_path_factory.mktemp("story") / "story.db"
    with fill(store):
        yield from serve(store)


@pytest.mark.parametrize("state", STORY)
def test_no_state_has_a_barrier(page: Page, story: Served, watched: Watched, state: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    STORY[state](page, story.url)
    check_axe(page)

    if state in NOISY:
        watched.complaints.clear()


@pytest.mark.parametrize("state", STORY)
def test_a_phone_shows_every_state(page: Page, story: Served, watched: Watched, state: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    STORY[state](page, story.url)

    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert violations(page) == []
    if state in NOISY:
        watched.complaints.clear()


@pytest.mark.parametrize(
    "state", ["main", "llm", "conversation", "lanes", "findings", "compare", "settings", "sessions"]
)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(page: Page, story: Served, state: str) -> None:
    STORY[state](page, story.url)
    if state in ("main", "llm"):
        expect(page.get_by_test_id("why")).to_be_visible()
    stops = page.evaluate(_STOPS)
    page.evaluate("document.activeElement.blur()")
    reached, unseen = set[int](), list[str]()
    for _ in range(len(stops) + 10):
        page.keyboard.press("Tab")
        place, has_ring = page.evaluate(
            "() => { const at = document.activeElement; const style = getComputedStyle(at); const field = at.closest('label');"
            " return [at.dataset.stop, style.outlineStyle !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)'"
            " || (field && getComputedStyle(field).boxShadow !== 'none')] }"
        )
        if place is not None:
            reached.add(int(place))
            if not has_ring:
                unseen.append(stops[int(place)])

    assert [stops[place] for place in range(len(stops)) if place not in reached] == []
    assert unseen == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_marks_and_focus_visible(
    page: Page, story: Served, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    STORY["main"](page, story.url)
    expect(page.get_by_test_id("why")).to_be_visible()
    chosen = page.locator("[data-testid=step-row][aria-selected=true]")
    expect(chosen).to_have_css("outline-style", "solid")
    expect(page.locator("[data-testid=run-row][aria-selected=true]")).to_have_css("outline-style", "solid")
    bar = chosen.locator("u").first
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") != page.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    page.get_by_role("tab", name="Lanes").focus()
    page.keyboard.press("Tab")

    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert violations(page) == []


def test_nothing_moves_where_motion_is_not_wanted(page: Page, story: Served) -> None:
    page.emulate_media(reduced_motion="reduce")
    STORY["running"](page, story.url)
    expect(page.locator(".dot.run").first).to_be_visible()

    moving = "document.getAnimations().filter(each => each.playState === 'running').length"
    assert page.evaluate(moving) == 0


def test_the_page_keeps_its_layout_while_a_run_opens(page: Page, story: Served) -> None:
    page.add_init_script(
        "window.shifts = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(f"{story.url}runs/{FAILED}")
    expect(page.get_by_test_id("why")).to_be_visible()
    expect(page.get_by_test_id("step-detail")).to_contain_text("ChargeNotFound")
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")

    # What Core Web Vitals call good; ours comes from the why box on a server that is slow to judge.
    assert page.evaluate("window.shifts") < 0.1


@pytest.mark.parametrize(
    "state", ["main", "llm", "tool", "running", "conversation", "lanes", "findings", "compare", "settings"]
)
def test_twice_as_large_nothing_is_lost(page: Page, story: Served, state: str) -> None:
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 x 900 at 200 %
    STORY[state](page, story.url)

    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    assert page.evaluate(_CUT_OFF) == []
    assert violations(page) == []


@pytest.mark.parametrize("state", ["running", "conversation", "lanes", "findings", "compare", "settings"])
def test_forced_colours_leave_no_barrier(page: Page, story: Served, state: str) -> None:
    page.emulate_media(forced_colors="active")
    STORY[state](page, story.url)

    assert violations(page) == []


def test_the_edges_of_panels_move_by_keys_and_stay(page: Page, story: Served) -> None:
    STORY["main"](page, story.url)
    for name, panel, key in (
        ("Width of the list of runs", page.locator("nav[aria-label=Runs]"), "ArrowRight"),
        ("Width of the step", page.locator("aside[aria-label=Step]"), "ArrowLeft"),
    ):
        expect(panel).to_be_visible()
        before = panel.evaluate("panel => panel.getBoundingClientRect().width")
        edge = page.get_by_role("separator", name=name)
        edge.focus()
        page.keyboard.press(key)
        assert panel.evaluate("panel => panel.getBoundingClientRect().width") == before + 16
        page.reload()
        expect(edge).to_have_attribute("aria-valuenow", str(round(before + 16)))


def test_a_filter_is_chosen_and_taken_away_by_keys(page: Page, story: Served) -> None:
    STORY["main"](page, story.url)
    page.get_by_role("button", name="Model", exact=True).focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("menuitem").first
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=model:"))
    page.get_by_role("button", name=re.compile("^Remove model:")).focus()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("q="))
