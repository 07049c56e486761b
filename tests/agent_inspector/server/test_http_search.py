"""`GET /v1/search` finds steps by words and filters, and says how."""

from __future__ import annotations

import pytest

from tests.agent_inspector.server import example_spans
from tests.agent_inspector.server.conftest import Client


def test_a_step_is_found_by_its_words(client: Client) -> None:
    answer = client.get("/v1/search?q=weather paris")

    page = answer.json()
    assert answer.status_code == 200
    assert [(hit["run_id"], hit["step"]["id"]) for hit in page["hits"]] == [
        (example_spans.TRACE_ID, example_spans.LLM_ID)
    ]
    assert page["hits"][0]["snippet"] == "What is the weather in Paris?"
    assert (page["way"], page["next_cursor"]) == ("index", None)


def test_filters_and_cursors(client: Client) -> None:
    first = client.get("/v1/search?limit=1").json()
    second = client.get(f"/v1/search?limit=1&cursor={first['next_cursor']}").json()

    assert first["hits"][0]["step"]["id"] != second["hits"][0]["step"]["id"]
    assert client.get("/v1/search?q=paris&kind=tool").json()["hits"][0]["step"]["id"] == example_spans.TOOL_ID
    assert client.get("/v1/search?q=paris&min_tokens=1000").json()["hits"] == []
    assert (
        client.get("/v1/search?q=city&status=failed").json()["hits"][0]["run_id"]
        == example_spans.FAILED_TRACE_ID
    )


@pytest.mark.parametrize(
    ("status", "query"),
    [(422, "limit=0"), (422, "kind=nonsense"), (422, "typo=1"), (400, "cursor=none")],
)
def test_what_cannot_be_asked_is_refused(client: Client, status: int, query: str) -> None:
    answer = client.get(f"/v1/search?{query}")

    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]


def test_a_text_without_words_is_answered_with_an_empty_page(client: Client) -> None:
    page = client.get("/v1/search?q=???").json()

    assert page == {"hits": [], "way": "no words", "scanned_steps": 0, "next_cursor": None}
