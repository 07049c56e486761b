"""LangChainInspectorCallback: the callback handler that LangChain and LangGraph call while they work."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from langchain_core.agents import AgentAction, AgentFinish
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.outputs import LLMResult
from langchain_core.tracers.context import register_configure_hook

from agent_inspector.adapters.langchain_adapter.chains import describe_call
from agent_inspector.adapters.langchain_adapter.messages import read_message
from agent_inspector.adapters.langchain_adapter.models import (
    name_model,
    read_answer,
    read_ending,
    read_settings,
)
from agent_inspector.adapters.langchain_adapter.recorder import LangChainRecorder
from agent_inspector.trace import Trace
from agent_inspector.trace.guard import harmless

active_callback: Final[ContextVar[LangChainInspectorCallback | None]] = ContextVar(
    "agent_inspector_langchain", default=None
)
"""The handler that LangChain adds to every call made here, whether or not it is passed along."""


class LangChainInspectorCallback(BaseCallbackHandler, list[Any]):
    """Records chains, graphs, agents, model calls, tools and retrievals, sync and async.

    It is at once a handler and the list that holds it, so that both `callbacks=handler` and
    `callbacks=[handler]` are right. Inside of a run, what it hears becomes steps of that run;
    elsewhere each outermost call becomes a run of its own.

    Args:
        trace: where to record; the default is the process's own Trace.
        run_name: what to call such runs of its own; the default is the name of the chain or graph.
    """

    raise_error = False
    # In the caller's thread and order, also under asyncio; a tool's own steps then find their place.
    run_inline = True

    def __init__(self, trace: Trace | None = None, run_name: str | None = None) -> None:
        BaseCallbackHandler.__init__(self)
        list.__init__(self, [self])
        self.recorder = LangChainRecorder(trace, run_name)

    @property
    def ignore_llm(self) -> bool:
        return is_instrumented()

    @property
    def ignore_chat_model(self) -> bool:
        return is_instrumented()

    @property
    def ignore_chain(self) -> bool:
        return is_instrumented()

    @property
    def ignore_agent(self) -> bool:
        return is_instrumented()

    @property
    def ignore_retriever(self) -> bool:
        return is_instrumented()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:  # type: ignore[override]  # a list has none; handlers are compared by identity
        return id(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __copy__(self) -> LangChainInspectorCallback:
        return self

    def __deepcopy__(self, memo: Mapping[int, Any]) -> LangChainInspectorCallback:
        return self

    @harmless
    def on_chain_start(self, serialized: dict[str, Any], inputs: dict[str, Any], **told: Any) -> None:
        self.recorder.start_chain(describe_call(serialized, told), inputs)

    @harmless
    def on_chain_end(self, outputs: dict[str, Any], *, run_id: UUID, **told: Any) -> None:
        self.recorder.end_chain(run_id, outputs, told.get("inputs"))

    @harmless
    def on_chain_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        self.recorder.fail(run_id, error)

    @harmless
    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], **told: Any
    ) -> None:
        read = [read_message(message) for prompt in messages for message in prompt]
        self._start_model(serialized, read, told)

    @harmless
    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], **told: Any) -> None:
        self._start_model(serialized, "\n\n".join(prompts), told)

    @harmless
    def on_llm_new_token(self, token: str | list[str | dict[str, Any]], *, run_id: UUID, **told: Any) -> None:
        message = getattr(told.get("chunk"), "message", None)
        says = bool(token) or bool(getattr(message, "tool_call_chunks", None))
        self.recorder.hear_token(run_id, says_something=says)

    @harmless
    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **told: Any) -> None:
        self.recorder.end_model(run_id, read_answer(response), read_ending(response))

    @harmless
    def on_llm_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        self.recorder.fail(run_id, error)

    @harmless
    def on_tool_start(self, serialized: dict[str, Any], input_str: str, **told: Any) -> None:
        inputs = told.get("inputs")
        arguments = inputs if inputs is not None else input_str
        self.recorder.start_tool(describe_call(serialized, told), arguments, told.get("tool_call_id"))

    @harmless
    def on_tool_end(self, output: Any, *, run_id: UUID, **told: Any) -> None:
        if isinstance(output, ToolMessage):
            problem = str(output.content) if output.status == "error" else None
            self.recorder.end_tool(run_id, output.content, problem)
        else:
            self.recorder.hand_over(run_id, _target_of(output))
            self.recorder.end_tool(run_id, output)

    @harmless
    def on_tool_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        self.recorder.fail(run_id, error)

    @harmless
    def on_retriever_start(self, serialized: dict[str, Any], query: str, **told: Any) -> None:
        self.recorder.start_retrieval(describe_call(serialized, told), query)

    @harmless
    def on_retriever_end(self, documents: Sequence[Document], *, run_id: UUID, **told: Any) -> None:
        self.recorder.end_retrieval(run_id, list(documents))

    @harmless
    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **told: Any) -> None:
        self.recorder.fail(run_id, error)

    @harmless
    def on_agent_action(self, action: AgentAction, *, run_id: UUID, **told: Any) -> None:
        value = {"tool": action.tool, "tool_input": action.tool_input, "log": action.log}
        self.recorder.note(run_id, f"Decides: {action.tool}", "agent_action", value)

    @harmless
    def on_agent_finish(self, finish: AgentFinish, *, run_id: UUID, **told: Any) -> None:
        self.recorder.note(run_id, "Finishes", "agent_finish", finish.return_values)

    @harmless
    def on_text(self, text: str, *, run_id: UUID, **told: Any) -> None:
        self.recorder.note(run_id, "Text", "text", text)

    @harmless
    def on_retry(self, retry_state: Any, *, run_id: UUID, **told: Any) -> None:
        self.recorder.add(run_id, retries=retry_state.attempt_number)

    @harmless
    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **told: Any) -> None:
        self.recorder.note(run_id, name, "custom", data)

    def _start_model(
        self, serialized: Mapping[str, Any] | None, prompt: Any, told: Mapping[str, Any]
    ) -> None:
        metadata, params = told.get("metadata") or {}, told.get("invocation_params") or {}
        model = name_model(serialized, metadata, params)
        settings = read_settings(metadata, params)
        self.recorder.start_model(describe_call(serialized, told), model, prompt, settings)


def _target_of(output: Any) -> str | None:
    """Return the agent that a tool hands over to: it returns a Command of LangGraph that says where to go."""
    target = getattr(output, "goto", None) if type(output).__name__ == "Command" else None
    return target if isinstance(target, str) and not target.startswith("__") else None


def is_instrumented() -> bool:
    """Whether OpenTelemetry's own instrumentation records LangChain already, as `agent-inspector run` asks it to."""
    module = sys.modules.get("opentelemetry.instrumentation.genai.langchain")
    return bool(module and module.LangChainInstrumentor().is_instrumented_by_opentelemetry)


register_configure_hook(active_callback, inheritable=True)
