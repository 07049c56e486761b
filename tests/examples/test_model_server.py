"""The scripted model, asked with the official client: what it says, streams, counts and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openai import APIStatusError, BadRequestError, InternalServerError, NotFoundError, OpenAI, RateLimitError

if TYPE_CHECKING:
    from model_server.server import ModelServer

ROOT = Path(__file__).resolve().parents[2]
LISBON = "I land in Lisbon on Friday evening."
FULL_ANSWER = "Zinc protects iron by rusting in its place."


def tool(name: str) -> Any:
    return {
        "type": "function",
        "function": {"name": name, "parameters": {"type": "object", "properties": {}}},
    }


TRAVEL_TOOLS = [tool("get_weather"), tool("find_trains")]


def user(text: str) -> Any:
    return {"role": "user", "content": text}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "examples")
        from model_server.server import ModelServer

        with ModelServer(latency_ms=0) as running:
            yield running


@pytest.fixture
def client(server: ModelServer) -> Iterator[OpenAI]:
    with OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client:
        yield client


def test_an_unknown_question_is_answered_with_the_question_itself(client: OpenAI) -> None:
    completion = client.chat.completions.create(model="any-model", messages=[user("Why is grass green?")])

    assert completion.model == "any-model"
    assert completion.choices[0].finish_reason == "stop"
    assert "“Why is grass green?”" in (completion.choices[0].message.content or "")


def test_the_same_request_gets_the_same_reply(client: OpenAI) -> None:
    replies = [
        client.chat.completions.create(model="m", messages=[user(LISBON)], tools=TRAVEL_TOOLS)
        for _ in range(2)
    ]

    assert replies[0] == replies[1]


def test_one_turn_can_call_several_tools(client: OpenAI) -> None:
    completion = client.chat.completions.create(model="m", messages=[user(LISBON)], tools=TRAVEL_TOOLS)

    calls = completion.choices[0].message.tool_calls or []
    assert completion.choices[0].finish_reason == "tool_calls"
    assert [call.function.name for call in calls if call.type == "function"] == ["get_weather", "find_trains"]
    assert len({call.id for call in calls}) == 2


def test_after_a_failed_tool_the_model_tries_other_arguments(client: OpenAI) -> None:
    messages = [user(LISBON)]
    spoken = []
    for _ in range(3):
        message = (
            client.chat.completions.create(model="m", messages=messages, tools=TRAVEL_TOOLS)
            .choices[0]
            .message
        )
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls or []:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": "Error: no such station"})
            assert call.type == "function"
            spoken.append(json.loads(call.function.arguments).get("origin"))

    assert spoken == [None, "Lisbon Airport", "Lisboa Santa Apolonia"]
    assert "09:39" in messages[-1]["content"]


def test_a_scenario_is_passed_over_when_its_tools_are_not_on_offer(client: OpenAI) -> None:
    completion = client.chat.completions.create(model="m", messages=[user(LISBON)])

    assert completion.choices[0].message.tool_calls is None


def test_what_was_sent_before_counts_as_cached(client: OpenAI) -> None:
    first = client.chat.completions.create(model="m", messages=[user("Tell me about zinc. " * 20)])
    said: Any = {"role": "assistant", "content": first.choices[0].message.content}
    second = client.chat.completions.create(
        model="m", messages=[user("Tell me about zinc. " * 20), said, user("And about tin?")]
    )

    assert first.usage
    assert second.usage
    assert first.usage.prompt_tokens_details
    assert second.usage.prompt_tokens_details
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    assert second.usage.prompt_tokens_details.cached_tokens == 96
    assert second.usage.total_tokens == second.usage.prompt_tokens + second.usage.completion_tokens


def test_a_streamed_text_is_the_whole_text_in_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="m", messages=[user("about zinc")], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)

    words = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(words) == FULL_ANSWER
    assert len(words) > 5
    assert chunks[-1].usage
    assert chunks[-1].usage.completion_tokens == 11


def test_a_stream_counts_tokens_only_when_asked_to(client: OpenAI) -> None:
    stream = client.chat.completions.create(model="m", messages=[user("about zinc")], stream=True)

    assert list({chunk.usage for chunk in stream}) == [None]


def test_a_streamed_tool_call_arrives_in_pieces(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="m", messages=[user(LISBON)], tools=TRAVEL_TOOLS, stream=True
    )
    pieces = [
        piece for chunk in stream for choice in chunk.choices for piece in choice.delta.tool_calls or []
    ]
    arguments = ["", ""]
    for piece in pieces:
        assert piece.function
        arguments[piece.index] += piece.function.arguments or ""

    assert json.loads(arguments[0]) == {"city": "Lisbon", "day": "Friday"}
    assert json.loads(arguments[1])["origin"] == "Lisbon Airport"
    assert len(pieces) > 4


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_a_token_limit_cuts_the_answer_off(client: OpenAI, limit: str) -> None:
    completion = client.chat.completions.create(
        model="m", messages=[user("about zinc")], extra_body={limit: 2}
    )

    assert FULL_ANSWER[:8] == completion.choices[0].message.content
    assert completion.choices[0].finish_reason == "length"


def test_the_content_filter_leaves_an_empty_answer(client: OpenAI) -> None:
    choice = client.chat.completions.create(model="m", messages=[user("Try the content filter.")]).choices[0]

    assert (choice.finish_reason, choice.message.content) == ("content_filter", None)


@pytest.mark.parametrize(
    ("question", "error", "code"),
    [
        ("Hit the rate limit.", RateLimitError, "rate_limit_exceeded"),
        ("Cause a server error.", InternalServerError, None),
        ("Read the whole library.", BadRequestError, "context_length_exceeded"),
    ],
)
def test_a_question_can_ask_for_a_failure(
    client: OpenAI, question: str, error: type[APIStatusError], code: str | None
) -> None:
    with pytest.raises(error) as caught:
        client.chat.completions.create(model="m", messages=[user(question)])

    assert code == caught.value.code
    assert ("1" if error is RateLimitError else None) == caught.value.response.headers.get("retry-after")


def test_a_busy_hour_passes_when_the_client_tries_again(server: ModelServer) -> None:
    with OpenAI(base_url=server.base_url, api_key="any", max_retries=1) as client:
        raw = client.chat.completions.with_raw_response.create(
            model="m", messages=[user("about zinc in the busy hour")]
        )

    assert raw.retries_taken == 1
    assert raw.parse().choices[0].message.content == FULL_ANSWER


def test_texts_with_the_same_words_have_close_vectors(client: OpenAI) -> None:
    texts = ["red lamp on a desk", "a red lamp on the desk", "train to Porto"]
    reply = client.embeddings.create(model="text-embedding-3-small", input=texts)
    plain = client.embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")

    lamp, same_lamp, train = [item.embedding for item in reply.data]
    assert len(lamp) == 64
    assert _dot(lamp, same_lamp) > 0.8 > 0.5 > _dot(lamp, train)
    assert plain.data[0].embedding == pytest.approx(lamp, abs=1e-6)
    assert reply.usage.total_tokens > 0


def test_the_responses_api_calls_tools_and_then_answers(client: OpenAI) -> None:
    tools: Any = [
        {
            "type": "function",
            "name": name,
            "parameters": {"type": "object", "properties": {}},
            "strict": False,
        }
        for name in ("get_weather", "find_trains")
    ]
    items: list[Any] = [{"role": "user", "content": LISBON}]
    for _ in range(2):
        called = list(client.responses.create(model="m", input=items, tools=tools).output)
        items += [item.model_dump(exclude_none=True) for item in called]
        for item in called:
            if item.type == "function_call":
                items.append({"type": "function_call_output", "call_id": item.call_id, "output": "nothing"})
    last = client.responses.create(model="m", input=items, tools=tools)

    assert "09:39" in last.output_text
    assert last.usage
    assert last.usage.input_tokens_details.cached_tokens > 0


def test_the_responses_api_streams_events_up_to_the_whole_response(client: OpenAI) -> None:
    with client.responses.create(model="m", input="about zinc", stream=True) as stream:
        events = list(stream)

    assert events[0].type == "response.created"
    assert (
        "".join(event.delta for event in events if event.type == "response.output_text.delta") == FULL_ANSWER
    )
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == FULL_ANSWER


def test_the_models_are_listed(client: OpenAI) -> None:
    assert "gpt-4o-mini" in [model.id for model in client.models.list()]


def test_nonsense_is_refused_in_one_sentence(client: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="lacks something"):
        client.post("/chat/completions", body={"model": "m"}, cast_to=object)
    with pytest.raises(NotFoundError, match="nothing at"):
        client.post("/images/generations", body={}, cast_to=object)


def test_it_runs_on_its_own_and_says_where(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.model_server", "--port", "0", "--latency-ms", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        base_url = process.stdout.readline().strip()
        try:
            with OpenAI(base_url=base_url, api_key="any", max_retries=0) as client:
                answer = client.chat.completions.create(model="m", messages=[user("about zinc")])
        finally:
            process.terminate()

    assert answer.choices[0].message.content == FULL_ANSWER


def _dot(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
