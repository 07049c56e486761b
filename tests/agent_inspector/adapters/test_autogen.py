"""AutoGen: agents and teams of the real package, recorded from what it emits itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from agent_inspector import query
from agent_inspector.adapters import enable_autogen
from tests.agent_inspector.adapters.conftest import Recorded, tree

pytest.importorskip("autogen_agentchat")
pytest.importorskip("autogen_ext.models.openai")

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination
from autogen_agentchat.teams import RoundRobinGroupChat, Swarm
from autogen_core import FunctionCall
from autogen_core.models import CreateResult, ModelInfo, RequestUsage
from autogen_ext.models.openai import OpenAIChatCompletionClient
from autogen_ext.models.replay import ReplayChatCompletionClient

if TYPE_CHECKING:
    from model_server.server import ModelServer

pytestmark = pytest.mark.filterwarnings("ignore:Resolved model mismatch:UserWarning")

LAMPS = "Can 12 blue lamps be in Oslo by Monday?"


def check_stock(product: str) -> int:
    """Count how many of a product are in the warehouse."""
    return 30


def shipping_days(city: str) -> int:
    """Say how many days a parcel takes to a city."""
    return 3


def failing_days(city: str) -> int:
    """Say how many days a parcel takes to a city."""
    raise ValueError("no such city")


@asynccontextmanager
async def client(model_server: ModelServer) -> AsyncIterator[Any]:
    model = OpenAIChatCompletionClient(model="gpt-4o", base_url=model_server.base_url, api_key="none")
    try:
        yield model
    finally:
        await model.close()


def scripted(*turns: Any) -> Any:
    info = ModelInfo(
        vision=False, function_calling=True, json_output=False, family="unknown", structured_output=False
    )
    return ReplayChatCompletionClient(list(turns), model_info=info)


def transfer(target: str) -> CreateResult:
    call = FunctionCall(id="c1", name=f"transfer_to_{target}", arguments="{}")
    usage = RequestUsage(prompt_tokens=1, completion_tokens=1)
    return CreateResult(finish_reason="function_calls", content=[call], usage=usage, cached=False)


def swarm() -> Any:
    model = scripted(transfer("bob"), "Refunded. TERMINATE")
    agents: Any = [
        AssistantAgent("alice", model, handoffs=["bob"]),
        AssistantAgent("bob", model, handoffs=["alice"]),
    ]
    return Swarm(agents, termination_condition=TextMentionTermination("TERMINATE"))


def test_an_agent_is_recorded_with_its_model_and_tools(recorded: Recorded, model_server: ModelServer) -> None:
    async def main() -> None:
        tools: Any = [check_stock, shipping_days]
        async with client(model_server) as model:
            agent = AssistantAgent("warehouse", model, tools=tools, reflect_on_tool_use=True)
            with enable_autogen(run_name="lamps"):
                await agent.run(task=LAMPS)

    asyncio.run(main())
    run = recorded.run()
    steps = recorded.steps()
    first = next(step for step in steps if step.kind == "llm")
    tool = next(step for step in steps if step.name == "check_stock")
    asked = query.get_step(recorded.store, run.id, first.id).content
    called = query.get_step(recorded.store, run.id, tool.id).content

    assert (run.name, run.status, run.agent_type) == ("lamps", "completed", "autogen")
    assert [step for step in tree(recorded) if step[1] != "message"] == [
        (0, "agent", "lamps"),
        (1, "agent", "warehouse"),
        (2, "llm", "gpt-4o"),
        (2, "tool", "check_stock"),
        (2, "tool", "shipping_days"),
        (2, "llm", "gpt-4o"),
        (1, "final", "Final Answer"),
    ]
    assert asked.output_messages is not None
    assert [part["name"] for part in asked.output_messages[0]["parts"]] == ["check_stock", "shipping_days"]
    assert (called.tool_arguments, str(called.tool_result)) == ({"product": "blue lamp"}, "30")
    assert called.tool_call_id is not None
    assert tool.duration_ms is not None
    assert (run.tokens.input or 0) > 0


def test_a_tool_that_fails_does_not_fail_the_run(recorded: Recorded, model_server: ModelServer) -> None:
    async def main() -> None:
        tools: Any = [check_stock, failing_days]
        failing_days.__name__ = "shipping_days"
        async with client(model_server) as model:
            agent = AssistantAgent("warehouse", model, tools=tools)
            async with enable_autogen():
                await agent.run(task=LAMPS)

    asyncio.run(main())
    status = {step.name: step.status for step in recorded.steps() if step.kind == "tool"}

    assert recorded.run().status == "completed"
    assert status == {"check_stock": "completed", "shipping_days": "failed"}


def test_a_team_is_one_run_with_its_messages_and_its_task(
    recorded: Recorded, model_server: ModelServer
) -> None:
    async def main() -> None:
        async with client(model_server) as model:
            agents: Any = [AssistantAgent("poet", model), AssistantAgent("critic", model)]
            team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(3))
            with enable_autogen(run_name="team"):
                await team.run(task="Say something about zinc.")

    asyncio.run(main())
    run = recorded.run()
    found = [(step.type, step.name) for step in recorded.steps() if step.kind in ("task", "message")]

    assert run.status == "completed"
    assert run.llm_calls == 2
    assert [name for kind, name in found if kind == "agent_communication"] == [
        "user → All",
        "poet → All",
        "critic → All",
    ]
    assert [name for kind, name in found if kind.startswith("task")] == [
        "Task: Say something about zinc. → RoundRobinGroupChatManager",
        "✓ Task: Say something about zinc.",
    ]


def test_a_swarm_is_recorded_with_its_hand_offs(recorded: Recorded) -> None:
    async def main() -> None:
        with enable_autogen():
            await swarm().run(task="Refund me.")

    asyncio.run(main())

    assert [step.name for step in recorded.steps() if step.kind == "handoff"] == ["Handoff: alice → bob"]
    assert [step.name for step in recorded.steps() if step.kind == "tool"] == ["transfer_to_bob"]
    assert recorded.run().output_preview == "Refunded. TERMINATE"


def test_only_what_is_asked_for_is_tracked(recorded: Recorded) -> None:
    async def main() -> None:
        with enable_autogen(
            track_agent_communication=False, track_handoffs=False, track_task_assignments=False
        ):
            await swarm().run(task="Refund me.")

    asyncio.run(main())
    types = {step.type for step in recorded.steps()}

    assert not types & {"agent_communication", "agent_handoff", "task_assignment", "task_completion"}


def test_a_streamed_answer_takes_its_time(recorded: Recorded, model_server: ModelServer) -> None:
    async def main() -> None:
        async with client(model_server) as model:
            agent = AssistantAgent("poet", model, model_client_stream=True)
            with enable_autogen():
                async for _ in agent.run_stream(task="about zinc"):
                    pass

    asyncio.run(main())
    (step,) = (step for step in recorded.steps() if step.kind == "llm")

    assert step.duration_ms is not None
    assert step.tokens.input is None
    assert recorded.run().output_preview == "Zinc protects iron by rusting in its place."


def test_teams_at_the_same_time_keep_to_their_own_runs(recorded: Recorded) -> None:
    async def work(number: int) -> None:
        with enable_autogen(run_name=f"run {number}"):
            agent = AssistantAgent(f"agent_{number}", scripted(f"I am {number}."))
            team = RoundRobinGroupChat([agent], termination_condition=MaxMessageTermination(2))
            await team.run(task="Who are you?")

    async def main() -> None:
        await asyncio.gather(*(work(number) for number in range(3)))

    asyncio.run(main())

    assert len(recorded.runs()) == 3
    for run in recorded.runs():
        assert run.output_preview == f"I am {run.name[-1]}."


def test_the_event_log_is_left_as_it_was_found(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("autogen_core.events")
    before = (logger.level, list(logger.filters))

    async def main() -> None:
        with enable_autogen():
            await swarm().run(task="Refund me.")

    asyncio.run(main())

    assert (logger.level, logger.filters) == before
    assert [record for record in caplog.records if record.name == "autogen_core.events"] == []
