"""AutoGenListener: AutoGen's event log as steps of the run in which the agents work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry.context import attach
from opentelemetry.trace import Span, get_current_span

from agent_inspector.adapters.autogen_adapter import payloads
from agent_inspector.adapters.autogen_adapter.tool_spans import ToolListener
from agent_inspector.adapters.calls import Branch, placed
from agent_inspector.trace import TraceContext, steps
from agent_inspector.trace.active import active_run
from agent_inspector.trace.freeze import freeze_content
from agent_inspector.trace.guard import harmless
from agent_inspector.trace.measured import ToolCall
from agent_inspector.trace.scope import give_back
from agent_inspector.trace.steps import Attributes
from otel_bridge import clock, semconv

_SPOKEN: Final = ("TextMessage", "MultiModalMessage", "StopMessage", "ToolCallSummaryMessage")
_MAX_STREAMS: Final = 1000


class AutoGenListener(ToolListener):
    """Hears each event in the thread and context in which AutoGen logs it."""

    def __init__(self, run: TraceContext, *, messages: bool, handoffs: bool, tasks: bool) -> None:
        self.answer: Any = None
        """What was last said to whoever runs the agents."""
        self._run = run
        self._shows_messages = messages
        self._shows_handoffs = handoffs
        self._shows_tasks = tasks
        self._streams: dict[int, tuple[Any, int]] = {}
        self._tools: dict[tuple[int, str], tuple[ToolCall, _ToldTool]] = {}
        self._tasks: dict[str, str] = {}
        self._hearers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "LLMCall": self._hear_model,
            "LLMStreamStart": self._hear_stream_start,
            "LLMStreamEnd": self._hear_stream_end,
            "ToolCall": self._hear_tool,
            "Message": self._hear_message,
            "MessageHandlerException": self._hear_failure,
        }

    @harmless
    def hear(self, event: object) -> None:
        """Record an event of the log, if it is one that shows."""
        fields = getattr(event, "kwargs", None)
        if isinstance(fields, dict):
            hearer = self._hearers.get(str(fields.get("type")))
            if hearer is not None:
                hearer(fields)

    def _hear_model(self, event: Mapping[str, Any], **timing: Any) -> None:
        answer, about = payloads.read_response(event.get("response"))
        if isinstance(answer, list) and answer and isinstance(answer[0].get("content"), str):
            self.answer = answer[0]["content"]
        counts = {name: event.get(name) for name in ("prompt_tokens", "completion_tokens")}
        if not any(counts.values()):
            counts = {}  # a stream that was not asked for its usage says 0, and means unknown
        self._here().llm(
            str(about.get("response_model") or event.get("model") or "unknown model"),
            event.get("messages"),
            answer,
            tools=event.get("tools") or None,
            agent_name=payloads.agent_name(event.get("agent_id")),
            **counts,
            **about,
            **timing,
        )

    def _hear_stream_start(self, event: Mapping[str, Any]) -> None:
        if len(self._streams) >= _MAX_STREAMS:
            self._streams.pop(next(iter(self._streams)))
        self._streams[_current_task()] = (event.get("messages"), clock.now_ns())

    def _hear_stream_end(self, event: Mapping[str, Any]) -> None:
        messages, began_ns = self._streams.pop(_current_task(), (None, 0))
        timing = {"duration_ms": (clock.now_ns() - began_ns) / 1_000_000} if began_ns else {}
        self._hear_model({**event, "messages": messages}, streaming=True, **timing)

    @contextmanager
    def measure_tool(self, name: str, call_id: str | None) -> Iterator[None]:
        """Record a tool call while it happens; it ends when its result is told, right after."""
        run, told = self._here(), _ToldTool()
        agent = get_current_span()
        step = ToolCall(run, lambda extra: steps.tool_request(name, None, extra), told.finish, {})
        step.set(tool_call_id=call_id, agent_name=_agent_of(agent))
        with _inside(step):
            try:
                yield
            except BaseException as problem:
                step.end(problem)
                raise
        step.ended_ns = clock.now_ns()
        self._keep_tool(name, step, told)

    def _keep_tool(self, name: str, step: ToolCall, told: _ToldTool) -> None:
        self.close_tools(name)
        self._tools[(_current_task(), name)] = (step, told)

    def close_tools(self, name: str | None = None) -> None:
        """End the calls whose result was never told: all, or those of one tool in this task."""
        for key in [key for key in self._tools if name is None or key == (_current_task(), name)]:
            self._tools.pop(key)[0].end(None)

    def _hear_tool(self, event: Mapping[str, Any]) -> None:
        name, arguments, result = str(event.get("tool_name")), event.get("arguments"), event.get("result")
        step, told = self._tools.pop((_current_task(), name), (None, None))
        if step is None or told is None:
            agent = payloads.agent_name(event.get("agent_id"))
            self._here().tool(name, arguments, result, agent_name=agent)
        else:
            told.arguments = arguments
            step.result = result
            step.end(None)

    def _hear_message(self, event: Mapping[str, Any]) -> None:
        if not payloads.is_sent(event):
            return
        # On the run itself: what is current here is plumbing, a span of the runtime that carries the message.
        run = self._here()
        with placed(Branch(run, run.context)):
            self._hear_sent_message(event)

    def _hear_sent_message(self, event: Mapping[str, Any]) -> None:
        if not payloads.is_of_team(event):
            self._hear_plain_message(event)
        elif payloads.is_shown(event):
            team = payloads.agent_name(event.get("sender")) or "team"
            if payloads.is_task(event):
                self._begin_task(team, event)
            for message in payloads.messages_of(event):
                self._hear_team_message(team, message)
            if event.get("payload") == payloads.NOT_SERIALIZED and team in self._tasks:
                self._end_task(team)

    def _hear_plain_message(self, event: Mapping[str, Any]) -> None:
        sender, receiver = (
            payloads.agent_name(event.get("sender")),
            payloads.agent_name(event.get("receiver")),
        )
        if sender is not None and self._shows_messages:
            self._here().agent_communication(
                sender, sender, payloads.read_payload(event), to_agent_id=receiver, to_agent_name=receiver
            )

    def _hear_team_message(self, team: str, message: Mapping[str, Any]) -> None:
        source, kind = str(message.get("source")), message.get("type")
        content = message.get("content")
        if kind == "HandoffMessage":
            target = str(message.get("target"))
            if self._shows_handoffs:
                self._here().agent_handoff(source, source, target, target, handoff_reason=content)
        elif kind in _SPOKEN or str(kind).startswith("StructuredMessage"):
            if source != "user":
                self.answer = content
            if self._shows_messages:
                self._here().agent_communication(
                    source, source, content, message_type=str(kind), group_id=team
                )

    def _begin_task(self, team: str, event: Mapping[str, Any]) -> None:
        told = [str(message.get("content")) for message in payloads.messages_of(event)]
        self._tasks[team] = " ".join(told)[:80]
        if self._shows_tasks:
            self._here().task_assign(team, self._tasks[team], team, team, assigned_by_agent_id="user")

    def _end_task(self, team: str) -> None:
        task = self._tasks.pop(team)
        if self._shows_tasks:
            self._here().task_complete(team, task, team, team, result=self.answer)

    def _hear_failure(self, event: Mapping[str, Any]) -> None:
        agent = payloads.agent_name(event.get("handling_agent"))
        self._here().error("MessageHandlerException", str(event.get("exception")), agent_name=agent)

    def _here(self) -> TraceContext:
        """Return the innermost run around the code that logs: the run itself, or one begun inside of it."""
        return active_run() or self._run


class _ToldTool:
    """The arguments of a tool call, told only at its end."""

    arguments: Any = None

    def finish(self, result: Any, extra: Attributes) -> Attributes:
        told = {} if self.arguments is None else {semconv.TOOL_ARGUMENTS: freeze_content(self.arguments)}
        return told | steps.tool_response(result, extra)


@contextmanager
def _inside(step: ToolCall) -> Iterator[None]:
    context = step.begin().inside()
    token = attach(context) if context is not None else None
    try:
        yield
    finally:
        if token is not None:
            give_back(token)


def _agent_of(span: Span) -> str | None:
    name = (getattr(span, "attributes", None) or {}).get(semconv.AGENT_NAME)
    return str(name) if name is not None else None


def _current_task() -> int:
    try:
        return id(asyncio.current_task())
    except RuntimeError:
        return 0
