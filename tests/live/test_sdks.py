"""Current releases of SDKs, without a word of code: the run is right in the store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Served
from tests.live.recorded import SECRET, Recorded, fetch

Record = Callable[..., Recorded]
UMBRELLA = "Do I need an umbrella?"
CHARGED_TWICE = "I was charged twice for order A-17."
SHOWERS = "Yes: Porto expects showers on Saturday, 15 degrees."
NO_ANSWER = "a number cannot be divided by zero."
SATURDAY = {"city": "Porto", "day": "Saturday"}


def check_run(recorded: Recorded, model: str, provider: str, answer: str) -> None:
    """Check what holds for every run: its calls, tokens, content, answer, and no secret."""
    calls = [step for step in recorded.shown if step.kind == "llm"]
    counted = [step for step in recorded.steps if step.counted]

    assert answer in recorded.printed
    assert answer in recorded.said()
    assert {(step.model, step.provider) for step in calls} == {(model, provider)}
    assert recorded.run.llm_calls == len(calls) == len(counted)
    assert recorded.run.tokens.input == sum(step.tokens.input or 0 for step in counted)
    assert recorded.run.tokens.output == sum(step.tokens.output or 0 for step in counted)
    assert all(step.tokens.input and step.tokens.output for step in counted)
    assert all(call.content.input_messages for call in recorded.of_kind("llm"))
    assert SECRET not in recorded.everything()
    assert "[REDACTED:" in str(recorded.of_kind("llm")[0].content.input_messages)


def check_tools(recorded: Recorded, *expected: tuple[object, object]) -> None:
    contents = [call.content for call in recorded.of_kind("tool")]
    assert [(content.tool_arguments, content.tool_result) for content in contents] == list(expected)


@pytest.mark.parametrize(
    ("app", "model", "provider"),
    [("openai_app.py", "gpt-4o-mini", "openai"), ("anthropic_app.py", "claude-haiku-4-5", "anthropic")],
)
@pytest.mark.parametrize("launcher", ["run", "instrument"])
def test_a_loop_over_a_client_is_recorded_whole_and_streamed(
    record: Record, app: str, model: str, provider: str, launcher: str
) -> None:
    # Without our launcher each call is a run of its own: nothing says that they belong together.
    settings = {"AGENT_INSPECTOR_RUN": app} if launcher == "instrument" else {}
    recorded = record(app, UMBRELLA, launcher, OTEL_PYTHON_DISTRO="agent_inspector", **settings)

    assert (recorded.run.name, recorded.run.status) == (app, "completed")
    assert recorded.outline() == [f"{app} > llm {model} completed"] * 2
    assert '"name": "get_weather", "arguments": {"city": "Porto", "day": "Saturday"}' in recorded.said(0)
    check_run(recorded, model, provider, SHOWERS)


@pytest.mark.parametrize("app", ["langgraph_app.py", "openai_agents_app.py"])
def test_an_agent_uses_a_tool_and_then_one_that_fails(record: Record, app: str) -> None:
    recorded = record(app, UMBRELLA)
    weather, failed = recorded.of_kind("tool")

    assert (recorded.run.name, recorded.run.status) == (app, "completed")
    assert recorded.outline() == [
        "weather-agent > llm gpt-4o-mini completed",
        "weather-agent > tool get_weather completed",
        "weather-agent > llm gpt-4o-mini completed",
        "weather-agent > llm gpt-4o-mini completed",
        "weather-agent > tool calculate failed",
        "weather-agent > llm gpt-4o-mini completed",
    ]
    assert weather.content.tool_arguments == SATURDAY
    assert weather.content.tool_result == "Porto on Saturday: showers, 15 degrees."
    assert failed.content.tool_arguments == {"expression": "1 / 0"}
    assert failed.error is not None
    assert failed.error.message == "1 / 0 has no value"
    assert SHOWERS in recorded.printed
    check_run(recorded, "gpt-4o-mini", "openai", NO_ANSWER)


def test_two_agents_of_pydantic_ai_are_recorded_though_nothing_switches_them_on(record: Record) -> None:
    recorded = record("pydantic_ai_app.py", CHARGED_TWICE)
    agents = [step.name for step in recorded.shown if step.kind == "agent"]

    assert (recorded.run.name, recorded.run.status) == ("pydantic_ai_app.py", "completed")
    assert agents == ["pydantic_ai_app.py", "desk-agent", "billing-agent"]
    assert recorded.outline() == [
        "desk-agent > llm gpt-4o-mini completed",
        "desk-agent > tool find_order completed",
        "desk-agent > llm gpt-4o-mini completed",
        "desk-agent > tool ask_billing completed",
        "billing-agent > llm gpt-4o-mini completed",
        "billing-agent > tool find_charge failed",
        "billing-agent > llm gpt-4o-mini completed",
        "billing-agent > tool list_charges completed",
        "billing-agent > llm gpt-4o-mini completed",
        "billing-agent > tool refund_charge completed",
        "billing-agent > llm gpt-4o-mini completed",
        "desk-agent > llm gpt-4o-mini completed",
    ]
    # Of the two spans of each call it is always the agent's own that counts, not that of the client inside of it.
    assert {recorded.scope_of(step) for step in recorded.steps if step.counted} == {"pydantic-ai"}
    check_tools(
        recorded,
        ({"order_id": "A-17"}, "A-17: 42.00 euros"),
        (
            {"request": "Refund the duplicate charge of order A-17."},
            "Charge ch_9c41 was the duplicate. I refunded its 42.00 euros: 4200 of ch_9c41 refunded.",
        ),
        ({"charge_id": "ch_1042"}, "There is no charge ch_1042"),
        ({"order_id": "A-17"}, "A-17: ch_9c41, ch_9c40"),
        ({"charge_id": "ch_9c41", "amount_cents": 4200}, "4200 of ch_9c41 refunded"),
    )
    check_run(recorded, "gpt-4o-mini", "openai", "You were right, and I am sorry: order A-17")


def test_messages_of_pydantic_ai_stay_away_where_capture_is_off(record: Record) -> None:
    recorded = record(
        "pydantic_ai_app.py", CHARGED_TWICE, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="NO_CONTENT"
    )

    assert recorded.run.llm_calls == 7
    assert "euros" not in recorded.everything()


def test_the_api_tells_the_same_run(record: Record, served: Served) -> None:
    recorded = record("pydantic_ai_app.py", CHARGED_TWICE)
    api = served.url.partition("/ui")[0].rstrip("/")
    (run,) = fetch(f"{api}/v1/runs")["runs"]
    timeline = fetch(f"{api}/v1/runs/{run['id']}/timeline")

    assert (run["id"], run["name"], run["status"]) == (recorded.run.id, "pydantic_ai_app.py", "completed")
    assert (run["llm_calls"], run["tool_calls"], run["error_count"]) == (7, 5, 1)
    assert [step.id for step in recorded.steps] == [event["id"] for event in timeline["events"]]
    assert SECRET not in str(timeline)
