"""A real store with a real agent's run, the real server, and Debian's Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

REPOSITORY = Path(__file__).parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("The browser tests need Chromium: run `make browser`.")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": find_chromium(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "timezone_id": "UTC"}


@dataclass
class Served:
    """A running server, and the store behind it."""

    url: str
    store: Path

    def record(self, code: str) -> subprocess.Popen[str]:
        """Start a program that records into the store."""
        environment = os.environ | {"TRACE_DB_PATH": str(self.store)}
        return subprocess.Popen(
            [sys.executable, "-c", code], env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )


def serve(store: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "agent_inspector", "--db", str(store), "server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"Web UI:\s+(http://\S+)", line):
                yield Served(found.group(1), store)
                break
        process.terminate()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The run of `make demo`, served. The tests only read it."""
    store = tmp_path_factory.mktemp("demo") / "demo.db"
    environment = os.environ | {"TRACE_DB_PATH": str(store)}
    example = REPOSITORY / "examples" / "demo_agent.py"
    subprocess.run([sys.executable, str(example)], env=environment, check=True, stdout=subprocess.DEVNULL)
    yield from serve(store)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """A server on a store in which nothing has been recorded."""
    yield from serve(tmp_path / "empty.db")


@dataclass
class Watched:
    """What a page did that it should not have done."""

    complaints: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def watched(page: Page) -> Iterator[Watched]:
    """Fail a test whose page logs an error, throws, or asks anyone but its own host."""
    watch = Watched()

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watch.complaints.append(f"console {message.type}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            watch.complaints.append(f"request to {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: watch.complaints.append(f"page error: {error}"))
    page.on("request", on_request)
    yield watch
    assert watch.complaints == []
