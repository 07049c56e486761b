"""Events: steps as objects, for `emit`, for custom exporters and for programs that build their own.

The facade's calls need none of them; they are loaded when first asked for.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


class EventType(str, Enum):
    """What kind of step an event is."""

    RUN_START = "run_start"
    RUN_END = "run_end"
    LLM_CALL = "llm_call"
    TOOL_CALL = "tool_call"
    MEMORY_READ = "memory_read"
    MEMORY_WRITE = "memory_write"
    ERROR = "error"
    FINAL_ANSWER = "final_answer"
    CUSTOM = "custom"
    AGENT_SPAWN = "agent_spawn"
    AGENT_JOIN = "agent_join"
    AGENT_LEAVE = "agent_leave"
    AGENT_COMMUNICATION = "agent_communication"
    AGENT_HANDOFF = "agent_handoff"
    TASK_ASSIGNMENT = "task_assignment"
    TASK_COMPLETION = "task_completion"


class EventStatus(str, Enum):
    """How far a step has come."""

    STARTED = "started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(kw_only=True)
class BaseEvent:
    """One step. Subclass it with fields of your own and `type = EventType.CUSTOM`, and pass it to `emit`."""

    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    run_id: str = ""
    """Filled in from the active run when the event is emitted."""
    timestamp_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    type: EventType = EventType.CUSTOM
    name: str = ""
    status: EventStatus = EventStatus.COMPLETED
    duration_ms: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    input: Any = None
    output: Any = None
    parent_event_id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return every field, enumerations as their values."""
        return {key: value.value if isinstance(value, Enum) else value for key, value in asdict(self).items()}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), default=str)

    def set_completed(self, output: Any = None) -> None:
        """Mark the step as completed, and time it from `timestamp_ms` unless it has a duration."""
        self.status = EventStatus.COMPLETED
        self.output = output if output is not None else self.output
        self._time()

    def set_failed(self, error: str | BaseException) -> None:
        """Mark the step as failed."""
        self.status = EventStatus.FAILED
        kind = "Error" if isinstance(error, str) else type(error).__name__
        self.output = {"error_type": kind, "error_message": str(error)}
        self._time()

    def _time(self) -> None:
        if self.duration_ms is None:
            self.duration_ms = max(0, time.time_ns() // 1_000_000 - self.timestamp_ms)


@dataclass(kw_only=True)
class RunStartEvent(BaseEvent):
    """A run began."""

    type: EventType = EventType.RUN_START
    run_name: str = ""
    agent_type: str | None = None
    user_id: str | None = None
    session_id: str | None = None


@dataclass(kw_only=True)
class RunEndEvent(BaseEvent):
    """A run ended."""

    type: EventType = EventType.RUN_END
    run_status: str = "completed"
    completed_at: int | None = None
    delete_run: bool = False


@dataclass(kw_only=True)
class LLMCallEvent(BaseEvent):
    """A model call."""

    type: EventType = EventType.LLM_CALL
    model: str = ""
    prompt: Any = ""
    response: Any = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    streaming: bool = False
    first_token_latency_ms: float | None = None
    last_token_latency_ms: float | None = None
    tokens_per_second: float | None = None
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(kw_only=True)
class ToolCallEvent(BaseEvent):
    """A tool call."""

    type: EventType = EventType.TOOL_CALL
    tool_name: str = ""
    tool_args: Any = field(default_factory=dict)
    tool_result: Any = None
    tool_type: str | None = None


@dataclass(kw_only=True)
class MemoryReadEvent(BaseEvent):
    """A look-up in memory."""

    type: EventType = EventType.MEMORY_READ
    memory_key: str = ""
    memory_value: Any = None
    memory_type: str | None = None


@dataclass(kw_only=True)
class MemoryWriteEvent(MemoryReadEvent):
    """A change of memory."""

    type: EventType = EventType.MEMORY_WRITE
    overwrite: bool = False


@dataclass(kw_only=True)
class ErrorEvent(BaseEvent):
    """An error."""

    type: EventType = EventType.ERROR
    error_type: str = ""
    error_message: str = ""
    stack_trace: str | None = None
    critical: bool = False


@dataclass(kw_only=True)
class FinalAnswerEvent(BaseEvent):
    """The answer of a run."""

    type: EventType = EventType.FINAL_ANSWER
    answer: Any = ""
    answer_type: str | None = None
    success: bool = True


@dataclass(kw_only=True)
class AgentSpawnEvent(BaseEvent):
    """An agent came into being."""

    type: EventType = EventType.AGENT_SPAWN
    agent_id: str = ""
    agent_name: str = ""
    agent_role: str | None = None
    parent_run_id: str | None = None
    agent_config: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class AgentJoinEvent(BaseEvent):
    """An agent joined a group."""

    type: EventType = EventType.AGENT_JOIN
    agent_id: str = ""
    agent_name: str = ""
    group_id: str | None = None
    group_name: str | None = None


@dataclass(kw_only=True)
class AgentLeaveEvent(BaseEvent):
    """An agent left a group."""

    type: EventType = EventType.AGENT_LEAVE
    agent_id: str = ""
    agent_name: str = ""
    group_id: str | None = None
    reason: str | None = None


@dataclass(kw_only=True)
class AgentCommunicationEvent(BaseEvent):
    """A message between agents."""

    type: EventType = EventType.AGENT_COMMUNICATION
    from_agent_id: str = ""
    from_agent_name: str = ""
    to_agent_id: str | None = None
    to_agent_name: str | None = None
    message_type: str = "message"
    message_content: Any = ""
    group_id: str | None = None


@dataclass(kw_only=True)
class AgentHandoffEvent(BaseEvent):
    """One agent handed its work to another."""

    type: EventType = EventType.AGENT_HANDOFF
    from_agent_id: str = ""
    from_agent_name: str = ""
    to_agent_id: str = ""
    to_agent_name: str = ""
    handoff_reason: str | None = None
    context_summary: str | None = None


@dataclass(kw_only=True)
class TaskAssignmentEvent(BaseEvent):
    """An agent was given a task."""

    type: EventType = EventType.TASK_ASSIGNMENT
    task_id: str = ""
    task_name: str = ""
    assigned_to_agent_id: str = ""
    assigned_to_agent_name: str = ""
    assigned_by_agent_id: str | None = None
    priority: str | None = None
    deadline: int | None = None
    task_data: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class TaskCompletionEvent(BaseEvent):
    """An agent ended a task."""

    type: EventType = EventType.TASK_COMPLETION
    task_id: str = ""
    task_name: str = ""
    completed_by_agent_id: str = ""
    completed_by_agent_name: str = ""
    success: bool = True
    result: Any = None
    completion_time_ms: int | None = None
