"""CrewAI's events, tasks and outputs as plain facts, by the names that the facade's calls take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from agent_inspector.adapters.crewai_adapter.callback import model_of as model_of_agent

_SETTINGS: Final = (
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "stop_sequences",
)
_USAGE: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt_tokens": ("prompt_tokens", "input_tokens"),
    "completion_tokens": ("completion_tokens", "output_tokens"),
    "cached_tokens": ("cached_prompt_tokens",),
    "cache_write_tokens": ("cache_creation_tokens",),
    "reasoning_tokens": ("reasoning_tokens",),
}


def time_ns(event: Any) -> int:
    """Return when the event was emitted, in Unix nanoseconds."""
    return int(event.timestamp.timestamp() * 1_000_000) * 1000


def time_ms(event: Any) -> int:
    """Return when the event was emitted, in Unix milliseconds: the first whole one after it, never before its parent."""
    return -(-time_ns(event) // 1_000_000)


def beginning_of(event_type: str) -> str:
    """Return the type of the event that began what one of this type ends."""
    return f"{event_type.rsplit('_', 1)[0]}_started"


def first_task(crew: Any) -> str | None:
    """Return what a crew is to do first."""
    tasks = getattr(crew, "tasks", None) or ()
    return next((str(task.description) for task in tasks), None)


def agents_of(crew: Any) -> list[dict[str, Any]]:
    """Return the agents of a crew."""
    return [
        {
            "agent_id": str(agent.id),
            "agent_name": str(agent.role).strip(),
            "agent_role": str(agent.goal),
            "agent_config": {
                "model": model_of_agent(agent),
                "tools": [tool.name for tool in agent.tools or ()],
            },
        }
        for agent in getattr(crew, "agents", None) or ()
    ]


def task_of(event: Any) -> dict[str, Any]:
    """Return which task an event is about."""
    return {"task_id": str(event.task_id), "task_name": str(event.task_name or "task")}


def task_data(event: Any) -> dict[str, Any]:
    """Return what a task asks for."""
    fields = {name: getattr(event.task, name, None) for name in ("description", "expected_output")}
    return {name: value for name, value in fields.items() if value} | (
        {"context": event.context} if event.context else {}
    )


def agent_of_task(event: Any) -> str:
    """Return who is to do a task."""
    agent = getattr(event.task, "agent", None)
    return str(getattr(agent, "role", None) or "crew").strip()


def agent_of(event: Any) -> str:
    """Return which agent an event is about."""
    info = getattr(event, "agent_info", None) or {}
    agent = getattr(event, "agent", None)
    return str(getattr(agent, "role", None) or info.get("role") or event.agent_role or "agent").strip()


def asked_of(event: Any) -> Any:
    """Return what an agent is asked."""
    return getattr(event, "task_prompt", None) or getattr(event, "messages", None)


def text_of(output: Any) -> Any:
    """Return the text of what a crew, a task or an agent has put out."""
    raw = getattr(output, "raw", None)
    return raw if isinstance(raw, str) else output


def outcome_of(event: Any) -> tuple[Any, str | None]:
    """Return what came out of a call, and what is wrong with it if it failed."""
    error = getattr(event, "error", None) or getattr(event, "failure", None)
    out = next(
        (getattr(event, name) for name in ("output", "result", "response") if hasattr(event, name)), None
    )
    return text_of(out), str(getattr(error, "message", None) or error) if error is not None else None


def model_of(event: Any) -> tuple[str, str | None]:
    """Return model and provider of a model call."""
    provider, _, model = str(event.model or "unknown model").rpartition("/")
    return model, provider or None


def settings_of(event: Any) -> dict[str, Any]:
    """Return the settings and tools of a model call."""
    read = {name: getattr(event, name, None) for name in _SETTINGS}
    read["streaming"] = getattr(event, "stream", None) or None
    read["agent_name"] = event.agent_role
    read["tools"] = [{"type": "function", **_function(tool)} for tool in event.tools or ()] or None
    return {name: value for name, value in read.items() if value is not None}


def ending_of(event: Any) -> dict[str, Any]:
    """Return usage, finish reason and id of an answer."""
    usage = getattr(event, "usage", None) or {}
    read = {
        name: next((usage[key] for key in keys if usage.get(key) is not None), None)
        for name, keys in _USAGE.items()
    }
    read |= {name: getattr(event, name, None) for name in ("finish_reason", "response_id")}
    return {name: value for name, value in read.items() if value is not None}


def answer_of(response: Any) -> Any:
    """Return a model's answer as messages; calls alone are an answer, too."""
    if isinstance(response, list) and response and all(isinstance(part, Mapping) for part in response):
        return [{"role": "assistant", "content": None, "tool_calls": response}]
    return response


def arguments_of(event: Any) -> Any:
    """Return the arguments of a tool call."""
    arguments = event.tool_args
    try:
        return json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return arguments


def handoff_of(event: Any, agent: str) -> dict[str, Any]:
    """Return who hands what over to whom, from a call of CrewAI's tools for that."""
    told = arguments_of(event)
    told = told if isinstance(told, Mapping) else {}
    sender, coworker = str(event.agent_role or agent).strip(), str(told.get("coworker") or "coworker")
    return {
        "from_agent_id": sender,
        "from_agent_name": sender,
        "to_agent_id": coworker,
        "to_agent_name": coworker,
        "handoff_reason": told.get("task") or told.get("question"),
        "context_summary": told.get("context"),
    }


def _function(tool: Any) -> dict[str, Any]:
    function = tool.get("function", tool) if isinstance(tool, Mapping) else {}
    return dict(function) if isinstance(function, Mapping) else {}
