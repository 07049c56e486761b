"""The callbacks of AutoGen and CrewAI, called by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from agent_inspector import query, trace
from agent_inspector.adapters import (
    AutoGenInspectorCallback,
    CrewAIInspectorCallback,
    get_autogen_callback_handler,
    get_crewai_callback_handler,
)
from tests.agent_inspector.adapters.conftest import Recorded

ALICE = SimpleNamespace(name="alice", llm_config={"config_list": [{"model": "gpt-4o"}]})
BOB = SimpleNamespace(name="bob")
CHAT = SimpleNamespace(agents=[ALICE, BOB])
ANSWER = SimpleNamespace(content="Copper.", usage=SimpleNamespace(prompt_tokens=7, completion_tokens=2))
MANAGER = SimpleNamespace(name="manager")


def kinds(recorded: Recorded) -> list[tuple[str, str]]:
    return [(step.type, step.name) for step in recorded.steps()][1:]


def test_a_conversation_of_autogen_told_by_hand(recorded: Recorded) -> None:
    callback = get_autogen_callback_handler()
    with trace.run("chat"):
        callback.on_initiate_chat(ALICE, BOB, "Name a metal.")
        callback.on_group_chat_start(MANAGER, CHAT)
        callback.on_send_message({"content": "Your turn."}, ALICE, BOB)
        callback.on_receive_message("Your turn.", ALICE, BOB)
        callback.on_send_message(SimpleNamespace(content="Take over.", target="bob"), ALICE, BOB)
        callback.on_function_call(BOB, "look_up", {"what": "metal"}, "copper")
        callback.on_group_chat_end(MANAGER, CHAT, summary="Copper it is.")

    assert kinds(recorded) == [
        ("task_assignment", "Task: Name a metal. → bob"),
        ("agent_communication", "alice → bob"),
        ("agent_join", "Join: alice"),
        ("agent_join", "Join: bob"),
        ("agent_communication", "alice → bob"),
        ("agent_communication", "alice → bob"),
        ("agent_handoff", "Handoff: alice → bob"),
        ("agent_communication", "alice → bob"),
        ("tool_call", "look_up"),
        ("agent_leave", "Leave: alice"),
        ("agent_leave", "Leave: bob"),
        ("agent_communication", "manager → All"),
    ]


def test_what_is_not_tracked_is_not_recorded(recorded: Recorded) -> None:
    autogen = AutoGenInspectorCallback(None, False, False, False)
    crewai = CrewAIInspectorCallback(None, False, False, False)
    with trace.run("chat"):
        autogen.on_initiate_chat(ALICE, BOB, "Name a metal.")
        autogen.on_send_message(SimpleNamespace(content="Take over.", target="bob"), ALICE, BOB)
        crewai.on_task_start("task", ALICE)
        crewai.on_task_end("task", ALICE, "done")
        crewai.on_task_delegation("task", ALICE, BOB)
        crewai.on_tool_usage(ALICE, "look_up", {}, "x")

    assert kinds(recorded) == []


def test_a_model_call_told_in_two_halves_is_one_step_that_takes_time(recorded: Recorded) -> None:
    callback = get_autogen_callback_handler()
    with trace.run("chat"):
        callback.on_llm_request(ALICE, [{"role": "user", "content": "Name a metal."}])
        callback.on_llm_response(ALICE, ANSWER)
        callback.on_llm_response(BOB, "Out of nowhere.")
    first, second = recorded.steps()[1:]
    content = query.get_step(recorded.store, recorded.run().id, first.id).content

    assert (first.name, first.agent, first.tokens.input, first.tokens.output) == ("gpt-4o", "alice", 7, 2)
    assert content.output_messages == [
        {"role": "assistant", "parts": [{"type": "text", "content": "Copper."}]}
    ]
    assert first.duration_ms is not None
    assert (second.name, second.duration_ms) == ("unknown model", None)


def test_a_crew_told_by_hand(recorded: Recorded) -> None:
    callback = get_crewai_callback_handler()
    writer = SimpleNamespace(id="a1", role="Writer", goal="write", backstory="old", llm="gpt-4o")
    editor = SimpleNamespace(id="a2", role="Editor", llm=SimpleNamespace(model="gpt-4o-mini"))
    task = SimpleNamespace(id="t1", description="Write of zinc.", expected_output="a line")
    crew = SimpleNamespace(id="c1", name="press", agents=[writer, editor])
    with trace.run("crew"):
        callback.on_crew_creation(crew)
        callback.on_agent_creation(writer)
        callback.on_crew_kickoff_start(SimpleNamespace(agents=[editor]))
        callback.on_task_start(task, writer)
        callback.on_llm_call(writer, "Write.")
        callback.on_llm_response(writer, "Zinc.", usage={"prompt_tokens": 3, "completion_tokens": 1})
        callback.on_tool_usage(writer, "spell", {"text": "Zinc."}, "fine")
        callback.on_task_delegation(task, writer, editor, reason="too long")
        callback.on_agent_communication(editor, writer, "Shorter.")
        callback.on_task_end(task, writer, SimpleNamespace(raw="Zinc."))
        callback.on_crew_kickoff_end(crew, SimpleNamespace(raw="Zinc."))

    assert kinds(recorded) == [
        ("agent_join", "Join: Writer"),
        ("agent_join", "Join: Editor"),
        ("agent_spawn", "Spawn: Writer"),
        ("agent_spawn", "Spawn: Editor"),
        ("task_assignment", "Task: Write of zinc. → Writer"),
        ("llm_call", "gpt-4o"),
        ("tool_call", "spell"),
        ("agent_handoff", "Handoff: Writer → Editor"),
        ("agent_communication", "Editor → Writer"),
        ("task_completion", "✓ Task: Write of zinc."),
        ("final_answer", "Final Answer"),
    ]
    assert recorded.run().output_preview == "Zinc."


def test_nothing_is_raised_outside_of_a_run_or_for_odd_values(recorded: Recorded) -> None:
    class Hostile:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    for callback in (AutoGenInspectorCallback(), CrewAIInspectorCallback()):
        for name in (name for name in dir(callback) if name.startswith("on_")):
            method = getattr(callback, name)
            count = method.__wrapped__.__code__.co_argcount - 1
            method(*["x"] * count)
            with trace.run("odd"):
                method(*[Hostile()] * count)

    assert {run.name for run in recorded.runs()} == {"odd"}
