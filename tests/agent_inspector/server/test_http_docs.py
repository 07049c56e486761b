from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent_inspector.server.openapi import openapi_text

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_description_needs_no_script_and_no_other_site(client: Client, page: str) -> None:
    html = client.get(page).text

    assert "/v1/runs/{run_id}/timeline" in html
    assert "<script" not in html
    assert "style=" not in html
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) == {"data:,", "/docs/docs.css", "/openapi.json"}


def test_the_look_of_the_description_is_served(client: Client) -> None:
    answer = client.get("/docs/docs.css")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_every_failure_has_one_shape_in_the_document(client: Client) -> None:
    document = client.get("/openapi.json").json()
    failures = [
        (path, status, response["content"]["application/json"]["schema"])
        for path, operations in document["paths"].items()
        if "get" in operations  # OTLP is posted, and has a shape of its own: google.rpc.Status
        for status, response in operations["get"]["responses"].items()
        if status != "200"
    ]

    assert failures
    assert all(schema == {"$ref": "#/components/schemas/Problem"} for _, _, schema in failures)


def test_the_document_is_written_the_same_every_time() -> None:
    command = [sys.executable, "-m", "agent_inspector.server.openapi"]

    written = subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert written == openapi_text()
