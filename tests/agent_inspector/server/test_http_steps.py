from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.agent_inspector.server.example_spans import (
    FAILED_TRACE_ID,
    HOSTILE,
    LLM_ID,
    ROOT_ID,
    TOOL_ID,
    TRACE_ID,
)

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client


def test_steps_come_with_their_content_in_order(client: Client) -> None:
    listed = client.get(f"/v1/runs/{TRACE_ID}/steps").json()

    assert [step["id"] for step in listed["steps"]] == [ROOT_ID, LLM_ID, TOOL_ID]
    assert (listed["total"], listed["limit"], listed["offset"]) == (3, 1000, 0)
    assert all(step["data"] for step in listed["steps"])


def test_an_offset_counts_without_a_limit_too(client: Client) -> None:
    listed = client.get(f"/v1/runs/{TRACE_ID}/steps?offset=1").json()

    assert [step["id"] for step in listed["steps"]] == [LLM_ID, TOOL_ID]
    assert listed["total"] == 3


def test_steps_of_one_type(client: Client) -> None:
    listed = client.get(f"/v1/runs/{TRACE_ID}/steps?event_type=tool_call&limit=10").json()

    assert [step["id"] for step in listed["steps"]] == [TOOL_ID]
    assert listed["total"] == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "offset=x", "type=tool_call"])
def test_a_value_that_cannot_be_used_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/v1/runs/{TRACE_ID}/steps?{query}").status_code == 422


def test_a_step_in_full_holds_what_was_said_exactly(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/steps/{LLM_ID}")

    detail = json.loads(answer.content)
    assert detail["step"]["model"] == "gpt-4o"
    assert detail["step"]["tokens"]["input"] == 12
    assert detail["content"]["output_messages"][0]["parts"][0]["content"] == HOSTILE


def test_a_failed_step_says_why(client: Client) -> None:
    detail = client.get(f"/v1/runs/{FAILED_TRACE_ID}/steps/00000000000000b1").json()

    assert detail["error"]["type"] == "ValueError"
    assert detail["error"]["message"] == "no such city"


def test_the_content_of_a_step_as_an_event(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/steps/{TOOL_ID}/data").json()

    assert answer["step_id"] == TOOL_ID
    assert answer["data"]["tool_name"] == "weather"
    assert answer["data"]["tool_args"] == {"city": "Paris"}


@pytest.mark.parametrize("tail", ["", "/data"])
def test_a_step_is_not_found_in_another_run(client: Client, tail: str) -> None:
    answer = client.get(f"/v1/runs/{FAILED_TRACE_ID}/steps/{LLM_ID}{tail}")

    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]
