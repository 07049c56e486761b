"""The why over HTTP: findings, context and provenance of a run that really was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.agent_inspector.server.example_spans import FAILED_TRACE_ID, LLM_ID, TOOL_ID, TRACE_ID

if TYPE_CHECKING:
    from tests.agent_inspector.server.conftest import Client


def test_a_failed_run_says_where_it_began(client: Client) -> None:
    answer = client.get(f"/v1/runs/{FAILED_TRACE_ID}/findings").json()

    assert answer["complete"] is True
    first = answer["findings"][0]
    assert (first["number"], first["finding_class"], first["severity"]) == (1, "error", "error")
    assert answer["headline"] == first["sentence"]
    assert first["evidence"][0]["step_id"] == first["step_id"]


def test_a_good_run_has_no_findings(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/findings").json()

    assert (answer["headline"], answer["findings"], answer["first_suspect"]) == (None, [], None)
    assert answer["steps_read"] == 3


def test_the_context_of_a_first_call_is_all_new(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/context/{LLM_ID}").json()

    assert answer["previous_step_id"] is None
    assert {change["change"] for change in answer["changes"]} == {"added"}
    assert sum(share["tokens"] for share in answer["shares"]) == answer["input_tokens"]


def test_a_conversation_comes_in_pages_and_leaves_nothing_out(client: Client) -> None:
    path = f"/v1/runs/{TRACE_ID}/conversation"
    whole = client.get(path).json()
    pages = [client.get(f"{path}?limit=1&offset={at}").json()["turns"] for at in range(whole["total"])]

    assert whole["total"] > 1
    assert [turn for page in pages for turn in page] == whole["turns"]
    assert {turn["step_id"] for turn in whole["turns"]} >= {LLM_ID, TOOL_ID}
    assert {turn["call"] for turn in whole["turns"] if turn["step_id"] == TOOL_ID} == {"weather(city=Paris)"}
    assert {turn["call"] for turn in whole["turns"] if turn["step_id"] == LLM_ID} == {None}


def test_a_step_that_is_no_model_call_has_no_context(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/context/{TOOL_ID}")

    assert answer.status_code == 404
    assert "no model call" in answer.json()["detail"]


def test_a_model_call_has_its_cost_by_kind_of_token(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/cost/{LLM_ID}").json()

    assert (answer["step_id"], answer["source"], answer["priced_as"]) == (
        LLM_ID,
        "price_list",
        "openai/gpt-4o",
    )
    tokens = {part["kind"]: part["tokens"] for part in answer["parts"]}
    assert tokens == {"input": 12, "cached_input": None, "cache_write": None, "output": 5}
    assert "no model call" in client.get(f"/v1/runs/{TRACE_ID}/cost/{TOOL_ID}").json()["detail"]
    assert client.get(f"/v1/runs/{TRACE_ID}/cost/{'0' * 16}").status_code == 404


def test_the_values_of_a_tool_call_have_their_sources(client: Client) -> None:
    answer = client.get(f"/v1/runs/{TRACE_ID}/provenance/{TOOL_ID}").json()

    assert answer["step_id"] == TOOL_ID
    assert all(value["place"].startswith("/tool_arguments") for value in answer["values"])


def test_unknown_runs_and_steps_are_told_in_a_sentence(client: Client) -> None:
    for path in (
        "/v1/runs/ffff0000/findings",
        f"/v1/runs/{TRACE_ID}/context/0000000000000000",
        f"/v1/runs/{TRACE_ID}/provenance/nonsense",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert set(answer.json()) == {"detail"}
