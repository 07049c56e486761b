"""Which of LangChain's chain calls are agents, which are steps worth showing, and which are only plumbing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

Role: TypeAlias = Literal["agent", "chain", "plumbing"]

_PLUMBING: Final = ("Runnable", "ChannelWrite", "ChannelRead", "Branch<", "__start__", "_write")
_HIDDEN_TAG: Final = "langsmith:hidden"
_GRAPHS: Final = ("langgraph", "langchain_create_agent")
_UNNAMED_GRAPH: Final = "LangGraph"
_OWN_NODES: Final = ("model", "tools", "agent")
"""Nodes of a ready-made agent: what they do is seen from the model and tool calls in them."""
_INTERNAL: Final = ("ls_", "lc_", "langgraph_", "checkpoint_", "__", "thread_id", "user_id")


@dataclass(frozen=True, slots=True)
class CallInfo:
    """What every callback tells of the call it is about."""

    run_id: UUID
    parent_run_id: UUID | None
    name: str
    tags: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    run_type: str | None = None


def describe_call(serialized: Mapping[str, Any] | None, told: Mapping[str, Any]) -> CallInfo:
    """Put together what a callback was told."""
    stated = (told.get("name"), (serialized or {}).get("name"), ((serialized or {}).get("id") or [None])[-1])
    return CallInfo(
        run_id=told["run_id"],
        parent_run_id=told.get("parent_run_id"),
        name=str(next((name for name in stated if name), "chain")),
        tags=told.get("tags") or (),
        metadata=told.get("metadata") or {},
        run_type=told.get("run_type"),
    )


def role_of(call: CallInfo, *, is_outermost: bool) -> Role:
    """Decide how a chain call is shown."""
    if is_outermost:
        return "agent" if _is_graph(call) else "chain"
    if _is_node(call):
        ready_made = call.metadata.get("ls_integration") == "langchain_create_agent"
        return "plumbing" if ready_made and call.name in _OWN_NODES else "chain"
    if call.name in (_UNNAMED_GRAPH, "AgentExecutor", call.metadata.get("lc_agent_name")):
        return "agent"
    hidden = _HIDDEN_TAG in call.tags or call.run_type in ("prompt", "parser")
    return "plumbing" if hidden or call.name.startswith(_PLUMBING) else "chain"


def agent_name(call: CallInfo) -> str:
    """Return what to call an agent; a graph without a name is called after the node that it runs in."""
    if call.name == _UNNAMED_GRAPH:
        return str(call.metadata.get("langgraph_node") or call.name)
    return call.name


def caller_metadata(call: CallInfo) -> dict[str, Any]:
    """Return the tags and metadata that the caller attached, without those of the framework."""
    attached = {key: value for key, value in call.metadata.items() if not key.startswith(_INTERNAL)}
    tags = [tag for tag in call.tags if not tag.startswith(("seq:step", "graph:step", "map:key"))]
    return attached | ({"tags": tags} if tags else {})


def _is_graph(call: CallInfo) -> bool:
    return call.metadata.get("ls_integration") in _GRAPHS or call.name == "AgentExecutor"


def _is_node(call: CallInfo) -> bool:
    is_step = any(tag.startswith("graph:step") for tag in call.tags)
    return is_step and call.metadata.get("langgraph_node") == call.name
