from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from agent_inspector.config import TraceConfig
from agent_inspector.server.ui import make_ui_router

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client

TRAVERSALS = (
    "../__init__.py",
    "..%2f__init__.py",
    "%2e%2e/%2e%2e/pyproject.toml",
    "..%5c..%5cpyproject.toml",
    "....//....//etc/passwd",
    "assets/../../app.py",
    "assets/%2e%2e/%2e%2e/app.py",
    "/etc/passwd",
    "%00",
    "index.html%00.png",
    "static/../../guard.py",
    "~root/.ssh/id_rsa",
    "C:%5cWindows%5cwin.ini",
    "\\\\host\\share",
    "..;/..;/app.py",
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<!doctype html><script src="/ui/assets/index-DoouPVV5.js"></script>')
    (folder / "assets" / "index-DoouPVV5.js").write_text("export {}")
    (folder / "icon.svg").write_text("<svg/>")
    return folder


@pytest.fixture
def ui(built: Path, make_client: Callable[[FastAPI], Client]) -> Client:
    return make_client(_application(built, "/ui"))


def _application(folder: Path, path: str) -> FastAPI:
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    app.include_router(make_ui_router(path, folder))
    return app


@pytest.mark.parametrize("path", ["/", "/ui"])
def test_the_way_leads_to_the_ui(ui: Client, path: str) -> None:
    answer = ui.get(path)

    assert (answer.status_code, answer.headers["location"]) == (307, "/ui/")


@pytest.mark.parametrize("path", ["/ui/", "/ui/index.html", "/ui/runs/a1a1", "/ui/no/such/file.txt"])
def test_every_path_of_the_application_gets_its_page(ui: Client, path: str) -> None:
    answer = ui.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_hashed_parts_are_kept_for_ever_and_others_are_asked_for_again(ui: Client) -> None:
    script = ui.get("/ui/assets/index-DoouPVV5.js")
    icon = ui.get("/ui/icon.svg")

    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.headers["cache-control"] == "no-cache"


def test_content_that_the_browser_has_is_not_sent_again(ui: Client) -> None:
    etag = ui.get("/ui/icon.svg").headers["etag"]

    again = ui.get("/ui/icon.svg", headers={"If-None-Match": f'"other", W/{etag}'})

    assert (again.status_code, again.content) == (304, b"")


def test_a_part_that_is_gone_is_not_answered_with_a_page(ui: Client) -> None:
    assert ui.get("/ui/assets/index-OLDhash1.js").status_code == 404


def test_another_path_is_written_into_the_page(built: Path, make_client: Callable[[FastAPI], Client]) -> None:
    client = make_client(_application(built, "/inspector/"))

    assert 'src="/inspector/assets/' in client.get("/inspector/").text
    assert client.get("/").headers["location"] == "/inspector/"


def test_a_ui_that_is_not_built_says_what_to_do(
    tmp_path: Path, make_client: Callable[[FastAPI], Client]
) -> None:
    answer = make_client(_application(tmp_path / "none", "/ui")).get("/ui/")

    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_without_the_ui_the_way_leads_to_the_description(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.ui_enabled = False

    assert client_of(config).get("/").headers["location"] == "/docs"
    assert client_of(config).get("/ui/").status_code == 404


def test_without_the_api_nothing_answers_below_v1(
    config: TraceConfig, client_of: Callable[[TraceConfig], Client]
) -> None:
    config.api_enabled = False

    assert client_of(config).get("/v1/runs").status_code == 404


@pytest.mark.parametrize("path", TRAVERSALS)
@pytest.mark.parametrize("root", ["/ui/", "/ui/assets/", "/docs/", "/"])
def test_no_path_leads_out_of_the_pages(client: Client, root: str, path: str) -> None:
    answer = client.get(root + path)

    assert answer.status_code in {200, 307, 400, 404, 503}
    assert "import annotations" not in answer.text
    assert "root:" not in answer.text
