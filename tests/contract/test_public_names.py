"""The public names are those that are listed, and the list holds every name that the original exported."""

from __future__ import annotations

import inspect

import agent_inspector
from agent_inspector import Trace, TraceContext, trace

ORIGINAL = [
    "Trace",
    "TraceContext",
    "trace",
    "run",
    "llm",
    "tool",
    "memory_read",
    "memory_write",
    "error",
    "final",
    "get_trace",
    "set_trace",
    "agent_spawn",
    "agent_join",
    "agent_leave",
    "agent_communication",
    "agent_handoff",
    "task_assign",
    "task_complete",
    "TraceConfig",
    "Profile",
    "get_config",
    "set_config",
    "EventType",
    "EventStatus",
    "BaseEvent",
    "RunStartEvent",
    "RunEndEvent",
    "LLMCallEvent",
    "ToolCallEvent",
    "MemoryReadEvent",
    "MemoryWriteEvent",
    "ErrorEvent",
    "FinalAnswerEvent",
    "AgentSpawnEvent",
    "AgentJoinEvent",
    "AgentLeaveEvent",
    "AgentCommunicationEvent",
    "AgentHandoffEvent",
    "TaskAssignmentEvent",
    "TaskCompletionEvent",
    "Exporter",
    "Sampler",
    "CompositeExporter",
    "enable_langchain",
    "run_server",
    "get_api_server",
    "__version__",
]


def test_every_listed_name_exists_and_is_listed_once() -> None:
    names = agent_inspector.__all__

    assert sorted(names) == sorted(set(names))
    assert [name for name in names if getattr(agent_inspector, name, None) is None] == []


def test_the_originals_names_are_all_there() -> None:
    assert sorted(set(ORIGINAL) - set(agent_inspector.__all__)) == []


def test_every_call_of_the_facade_is_a_function_of_the_module() -> None:
    calls = [name for name, _ in inspect.getmembers(Trace, inspect.isfunction) if not name.startswith("_")]

    assert [name for name in calls if not callable(getattr(trace, name, None))] == []


def test_the_active_run_has_every_instant_call() -> None:
    shared = [
        "llm",
        "tool",
        "memory_read",
        "memory_write",
        "error",
        "final",
        "emit",
        "agent_spawn",
        "agent_join",
    ]
    shared += [
        "agent_leave",
        "agent_communication",
        "agent_handoff",
        "task_assign",
        "task_complete",
        "complete",
    ]

    assert [name for name in shared if not hasattr(TraceContext, name)] == []


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{owner.__name__}.{name}"
        for owner in (Trace, TraceContext)
        for name, member in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_") and not inspect.getdoc(member)
    ]

    assert silent == []
