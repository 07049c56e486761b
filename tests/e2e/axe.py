"""axe-core in the page: what of WCAG 2.2 AA a state of the UI breaks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

_SOURCE: Final = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
_RUN: Final = """async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
}"""


def violations(page: Page) -> list[Any]:
    """Return each rule that is broken, with the elements that break it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    found: list[Any] = page.evaluate(_RUN)
    return found


@cache
def _source() -> str:
    return _SOURCE.read_text(encoding="utf-8")
