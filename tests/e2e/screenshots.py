"""`make screenshots`: every state of the web UI as a picture, in light and in dark, at four sizes, to be looked at.

python -m tests.e2e.screenshots [--into FOLDER] [--states main,tool] [--widths 1440,400] [--themes light]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.conftest import CHROMIUM_ARGUMENTS, REPOSITORY, Served, find_chromium, serve
from tests.e2e.story import FAILED, PASSED, SILENT, WORKING, fill

Way: TypeAlias = Callable[[Page, str], None]
HEIGHTS: Final = {1440: 900, 1920: 1080, 800: 1000, 400: 800}
KEY: Final = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SEAL: Final = """
from agent_inspector import trace
for place in range(5):
    with trace.run(f'sealed-run-{place}', user_id='u_1'):
        trace.llm(model='gpt-4o', prompt='Hidden?', response='Hidden.', prompt_tokens=900 * place + 10, completion_tokens=20)
        trace.final('hidden words', success=place != 1)
"""


def at(path: str, *keys: str, wait: str = "[data-testid=step-row]") -> Way:
    """Return the way to a state: its address, what has to be there, and keys to press then."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)
        expect(page.locator(wait).first).to_be_visible()
        for key in keys:
            page.keyboard.press(key)

    return go


def step(run: str, kind: str, place: int, tab: str | None = None, *keys: str) -> Way:
    """Return the way to a step: the `place`-th of its kind, counted from 0."""

    def go(page: Page, url: str) -> None:
        steps = page.request.get(f"{url.removesuffix('ui/')}v1/runs/{run}/timeline").json()["events"]
        found = [each for each in steps if each["kind"] == kind][place]
        way = at(
            f"runs/{run}/steps/{found['id']}{f'?tab={tab}' if tab else ''}",
            *keys,
            wait="[data-testid=step-detail]",
        )
        way(page, url)
        page.locator(f"[data-testid=step-detail][data-step-id='{found['id']}']").wait_for()

    return go


def palette(page: Page, url: str) -> None:
    at(f"runs/{FAILED}", "Control+k")(page, url)
    page.keyboard.type("refund")


def no_results(page: Page, url: str) -> None:
    at(f"runs/{FAILED}?q=refund+tool:issue_refund+model:gpt-4o+cost:>1+status:failed", wait="main h1")(
        page, url
    )
    if not page.locator("nav[aria-label=Runs]").is_visible():  # in a narrow window the list is a drawer
        page.get_by_role("button", name="List of runs").click()
    expect(page.get_by_test_id("no-results")).to_be_visible()


def refused(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("API key").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def unreachable(page: Page, url: str) -> None:
    page.route(re.compile("/v1/events"), lambda route: route.abort())
    at(f"runs/{FAILED}", wait="[role=alert]")(page, url)


STORY: Final[Mapping[str, Way]] = {
    "main": at(f"runs/{FAILED}"),
    "llm": step(FAILED, "llm", 7, None, "]"),
    "llm-tools": step(FAILED, "llm", 7, "tools", "]"),
    "llm-parameters": step(FAILED, "llm", 7, "parameters", "]"),
    "llm-cost": step(FAILED, "llm", 7, "cost"),
    "llm-raw": step(FAILED, "llm", 7, "raw", "]"),
    "tool": step(FAILED, "tool", 6),
    "result": step(FAILED, "tool", 4),
    "root": step(FAILED, "agent", 0),
    "agent": step(FAILED, "agent", 2),
    "memory": step(FAILED, "memory", 2),
    "retrieval": step(FAILED, "retrieval", 0),
    "guardrail": step(FAILED, "guardrail", 0),
    "handoff": step(FAILED, "handoff", 0),
    "error": step(FAILED, "error", 0),
    "answer": step(FAILED, "final", 0),
    "good": at(f"runs/{PASSED}"),
    "running": at(f"runs/{WORKING}"),
    "interrupted": at(f"runs/{SILENT}"),
    "conversation": at(f"runs/{FAILED}/conversation", wait="[data-testid=turn]"),
    "lanes": at(f"runs/{FAILED}/lanes", wait="[data-testid=lane]"),
    "findings": at(f"runs/{FAILED}/findings", wait="[data-testid=finding-card]"),
    "spans": at(f"runs/{FAILED}/spans"),
    "compare": at(f"compare/{PASSED}/{FAILED}", wait="[data-testid=compare-row]"),
    "noresults": no_results,
    "palette": palette,
    "keys": at(f"runs/{FAILED}", "?"),
    "settings": at("settings", wait="main h1"),
    "sessions": at("sessions", wait="[data-testid=session-row]"),
    "statistics": at("statistics?last=7d", wait="figure"),
    "unreachable": unreachable,
    "missing": at("nowhere", wait="main h1"),
}  # fmt: skip
APART: Final[Mapping[str, Way]] = {
    "empty": at("", wait="main h1"),
    "locked": at("", wait="[data-testid=locked]"),
    "apikey": refused,
}
"""States with a server of their own."""


def main() -> None:
    """Take the pictures."""
    given = _arguments()
    Path(given.into).mkdir(parents=True, exist_ok=True)
    wanted = given.states.split(",") if given.states else [*STORY, *APART]
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        with served(Path(folder)) as urls:
            for theme in given.themes.split(","):
                for width in map(int, given.widths.split(",")):
                    context = browser.new_context(
                        viewport={"width": width, "height": HEIGHTS[width]}, locale="en-GB", timezone_id="UTC",
                        color_scheme=theme,
                    )  # fmt: skip
                    for name in wanted:
                        page = context.new_page()
                        {**STORY, **APART}[name](page, urls.get(name, urls["story"]))
                        page.wait_for_load_state("load")
                        page.wait_for_timeout(given.settle)
                        page.screenshot(path=Path(given.into, f"{name}-{width}-{theme}.png"))
                        page.close()
                    context.close()
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """Serve every store that a state needs; yield their addresses."""
    sealed = {
        "TRACE_DB_PATH": str(folder / "locked.db"),
        "TRACE_ENCRYPTION_ENABLED": "true",
        "TRACE_ENCRYPTION_KEY": KEY,
    }
    subprocess.run([sys.executable, "-c", SEAL], env=os.environ | sealed, check=True, cwd=REPOSITORY)
    with fill(folder / "story.db"):
        serving: list[Iterator[Served]] = []
        urls = dict[str, str]()
        for name in ("story", "empty", "locked", "apikey"):
            if name == "apikey":
                os.environ |= {"TRACE_API_KEY": "open-sesame", "TRACE_API_KEY_REQUIRED": "true"}
            serving.append(serve(folder / f"{name}.db"))
            urls[name] = next(serving[-1]).url
        try:
            yield urls
        finally:
            for each in serving:
                for _ in each:
                    pass


def _arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--into", default=".screenshots")
    options.add_argument("--states", help="only these; all by default")
    options.add_argument("--widths", default="1440,1920,800,400")
    options.add_argument("--themes", default="light,dark")
    options.add_argument("--settle", type=int, default=400, help="milliseconds before each picture")
    return options.parse_args()


if __name__ == "__main__":
    main()
