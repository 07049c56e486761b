"""What a person waits for in two web UIs, by turns in one browser: ours and the one that it set out from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import Final, NamedTuple

from playwright.sync_api import Browser, Page

ROUNDS: Final = 5

_IS_OPEN: Final = "([step, title]) => !!document.querySelector(step) && document.title.startsWith(title)"
_CLICK: Final = f"""async ([row, ...opened]) => {{
    const isOpen = {_IS_OPEN};
    const began = performance.now();
    document.querySelector(row).click();
    while (!isOpen(opened)) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
}}"""
_PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
_NODES: Final = "document.querySelectorAll('*').length"


class Side(NamedTuple):
    """One of the two, at an address whose list has the long run, which is not open yet."""

    list_url: str
    run_id: str
    step: str
    """What selects a step in the page."""
    title: str
    """How the page's title begins once the run is open."""

    @property
    def row(self) -> str:
        return f'[data-run-id="{self.run_id}"]'


def compare(browser: Browser, ours: Side, original: Side) -> None:
    """Print each figure of both, and how many times ours the original's is."""
    both = {}
    for name, side in (("ours", ours), ("original", original)):
        both[name] = measure(browser.new_page(viewport={"width": 1440, "height": 900}), side)
    print(f"\n{'in one browser, median of ' + str(ROUNDS):52}{'ours':>12}{'original':>12}{'times':>8}")
    for what, mine in both["ours"].items():
        theirs = both["original"][what]
        print(f"{what:52}{mine:12,.0f}{theirs:12,.0f}{theirs / mine:8.1f}", flush=True)


def measure(page: Page, side: Side) -> Mapping[str, float]:
    asked: Mapping[str, Callable[[], float]] = {
        "first paint, ms": lambda: float(page.evaluate(_PAINTED)),
        "5,000 steps, click to painted, ms": lambda: float(
            page.evaluate(_CLICK, [side.row, side.step, side.title])
        ),
        "5,000 steps, nodes in the page": lambda: float(page.evaluate(_NODES)),
    }
    found: dict[str, list[float]] = {what: [] for what in asked}
    for _ in range(ROUNDS):
        page.goto(side.list_url)
        page.locator(side.row).wait_for()
        assert not page.evaluate(_IS_OPEN, [side.step, side.title])
        for what, ask in asked.items():
            found[what].append(ask())
    return {what: median(values) for what, values in found.items()}
