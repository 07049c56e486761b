"""AutoGenInspectorCallback: methods that record a conversation of agents by hand, in the run that is active."""

from __future__ import annotations

from typing import Any

from agent_inspector.adapters.told_calls import ToldCalls, field_of, id_of, name_of
from agent_inspector.trace import Trace
from agent_inspector.trace.guard import harmless


class AutoGenInspectorCallback:
    """Call its methods where the conversation takes place. They never raise.

    Args:
        trace: where to record; the default is the process's own Trace.
        track_agent_communication: record messages.
        track_handoffs: record hand-offs.
        track_task_assignments: record tasks given and done.
    """

    def __init__(
        self,
        trace: Trace | None = None,
        track_agent_communication: bool = True,
        track_handoffs: bool = True,
        track_task_assignments: bool = True,
    ) -> None:
        self.track_agent_communication = track_agent_communication
        self.track_handoffs = track_handoffs
        self.track_task_assignments = track_task_assignments
        self._calls = ToldCalls(trace)

    @harmless
    def on_initiate_chat(self, sender: Any, recipient: Any, message: Any) -> None:
        """Record that an agent begins a conversation: it gives its message as a task."""
        content = text_of(message)
        if self.track_task_assignments:
            self._calls.trace.task_assign(
                f"chat:{id_of(sender)}:{id_of(recipient)}",
                _short(content),
                id_of(recipient),
                name_of(recipient),
                assigned_by_agent_id=id_of(sender),
            )
        self._say(sender, recipient, content, "initiate_chat")

    @harmless
    def on_receive_message(self, message: Any, sender: Any, recipient: Any) -> None:
        """Record that a message arrived."""
        self._say(sender, recipient, text_of(message), "received")

    @harmless
    def on_send_message(
        self, message: Any, sender: Any, recipient: Any, request_reply: bool = True, silent: bool = False
    ) -> None:
        """Record that a message is sent; one that names a target hands the work over to it."""
        target = _target(message)
        if target is not None and self.track_handoffs:
            self._calls.trace.agent_handoff(
                id_of(sender), name_of(sender), target, target, handoff_reason=str(text_of(message))
            )
        self._say(sender, recipient, text_of(message), "message", request_reply=request_reply, silent=silent)

    @harmless
    def on_group_chat_start(self, manager: Any, chat: Any) -> None:
        """Record that the agents of a group chat come together."""
        for agent in getattr(chat, "agents", ()):
            self._calls.trace.agent_join(
                id_of(agent), name_of(agent), group_id=id_of(manager), group_name=name_of(manager)
            )

    @harmless
    def on_group_chat_end(self, manager: Any, chat: Any, summary: Any = None) -> None:
        """Record that a group chat is over."""
        for agent in getattr(chat, "agents", ()):
            self._calls.trace.agent_leave(id_of(agent), name_of(agent), group_id=id_of(manager))
        if summary is not None:
            self._say(manager, None, text_of(summary), "summary")

    @harmless
    def on_llm_request(self, agent: Any, messages: Any) -> None:
        """Record that an agent asks its model."""
        self._calls.start_model(agent, model_of(agent), messages)

    @harmless
    def on_llm_response(self, agent: Any, response: Any) -> None:
        """Record what the model answered."""
        usage = field_of(response, "usage")
        counts = {name: field_of(usage, name) for name in ("prompt_tokens", "completion_tokens")}
        self._calls.end_model(agent, text_of(response), model=model_of(agent), **counts)

    @harmless
    def on_function_call(self, agent: Any, function_name: str, arguments: Any, result: Any) -> None:
        """Record that an agent called a function."""
        run = self._calls.trace.get_active_context()
        if run is not None:
            run.tool(function_name, arguments, result, tool_type="function", agent_name=name_of(agent))

    def _say(self, sender: Any, recipient: Any, content: Any, message_type: str, **fields: Any) -> None:
        if not self.track_agent_communication:
            return
        to = (
            {}
            if recipient is None
            else {"to_agent_id": id_of(recipient), "to_agent_name": name_of(recipient)}
        )
        self._calls.trace.agent_communication(
            id_of(sender), name_of(sender), content, message_type=message_type, **to, **fields
        )


def text_of(message: Any) -> Any:
    """Return what a message says, whether it is a text, a dict or an object with `content`."""
    content = field_of(message, "content")
    return content if content is not None else message


def model_of(agent: Any) -> str:
    """Return the model that an agent is set up with."""
    config = getattr(agent, "llm_config", None)
    listed = field_of(config, "config_list")
    stated = (field_of(config, "model"), field_of(listed[0], "model") if listed else None)
    client = getattr(agent, "_model_client", None)
    return str(next((name for name in stated if name), None) or getattr(client, "model", "unknown model"))


def _target(message: Any) -> str | None:
    target = field_of(message, "target")
    return target if isinstance(target, str) else None


def _short(content: Any) -> str:
    return str(content)[:80]
