"""Hostile texts in every parameter of every endpoint: no failure, and nothing that was not asked for (W06)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import httpx2
from fastapi import FastAPI

from agent_inspector.server.openapi import openapi_text
from tests.agent_inspector.server.conftest import LOCAL
from tests.agent_inspector.server.example_spans import IN_PATHS, TRACE_ID
from tests.agent_inspector.server.test_http_runs import INJECTIONS

DOCUMENT: Final = json.loads(openapi_text())
EXACT: Final = (
    "status",
    "user_id",
    "session_id",
    "kind",
    "model",
    "tool",
    "agent",
    "tag",
    "error",
    "finding",
)
"""Filters of lists of runs that match whole values only."""

Asked = tuple[str, str, str]
"""Path, name of the parameter, text."""


def questions() -> Iterator[Asked]:
    """Ask every endpoint that is read with each text in each of its parameters, one at a time."""
    for path, operations in DOCUMENT["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            for text in INJECTIONS:
                yield _filled(path, parameter, text), parameter["name"], text


def _filled(path: str, parameter: Mapping[str, Any], text: str) -> str:
    name, asked = parameter["name"], quote(text, safe="")
    if parameter["in"] == "query":
        needed = "q=word&" if path == "/v1/search" and name != "q" else ""
        return f"{path.format_map(IN_PATHS)}?{needed}{name}={asked}"
    return path.format_map({**IN_PATHS, name: asked})


async def _ask(app: FastAPI, asked: Sequence[Asked]) -> list[httpx2.Response]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=LOCAL) as client:
        return [await client.get(path) for path, _, _ in asked]


def test_hostile_texts_break_no_endpoint_and_match_nothing(app: FastAPI) -> None:
    asked = list(questions())
    answers = asyncio.run(_ask(app, asked))
    failed = [path for (path, _, _), answer in zip(asked, answers, strict=True) if answer.status_code >= 500]
    matched = [
        path
        for (path, name, _), answer in zip(asked, answers, strict=True)
        if answer.status_code == 200
        and name in EXACT
        and path.startswith("/v1/runs?")
        and answer.json()["total"]
    ]

    assert len(asked) >= 504
    assert failed == []
    assert matched == []


def test_a_hostile_id_finds_no_run(app: FastAPI) -> None:
    asked = [
        (path, name, text)
        for path, name, text in questions()
        if name in ("run_id", "trace_id") and text.lower() != TRACE_ID
    ]
    answers = asyncio.run(_ask(app, asked))

    assert asked
    assert {answer.status_code for answer in answers} <= {404, 422}
