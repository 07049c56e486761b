"""LangChainRecorder: LangChain's callbacks as steps, joined by the ids that LangChain gives its calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from opentelemetry.context import attach

from agent_inspector.adapters import calls
from agent_inspector.adapters.calls import Branch, grow
from agent_inspector.adapters.langchain_adapter.chains import (
    CallInfo,
    agent_name,
    caller_metadata,
    role_of,
)
from agent_inspector.adapters.langchain_adapter.messages import answer_of, plain, question_of, state_of
from agent_inspector.adapters.open_calls import OpenCalls
from agent_inspector.trace import Trace, TraceContext, get_trace, steps
from agent_inspector.trace.measured import LLMCall, MeasuredStep
from agent_inspector.trace.scope import give_back


class LangChainRecorder:
    """Records what the callbacks tell. Calls of many agents may be under way at once, in any thread."""

    def __init__(self, trace: Trace | None, run_name: str | None) -> None:
        self.open_calls = OpenCalls()
        self.last_answer: Any = None
        """What the last outermost call answered inside of a run that somebody else began."""
        self.unasked_run: TraceContext | None = None
        """A run that was begun for LangChain's calls, until the first of them says what it is asked."""
        self._trace = trace
        self._run_name = run_name
        self._tokens: dict[UUID, Any] = {}

    def start_chain(self, call: CallInfo, inputs: Any) -> None:
        """Record the beginning of a chain, a graph, one of its nodes or an agent."""
        below = self._place_of(call)
        if below is None:
            self._keep(call, self._begin_run(call, inputs), None)
            return
        role = role_of(call, is_outermost=self.open_calls.find(call.parent_run_id) is None)
        if role == "plumbing":
            branch = Branch(below.run, below.context, below.agent)
        elif role == "agent":
            name = agent_name(call)
            step = calls.agent_call(below.run, name, question_of(inputs), {**caller_metadata(call)})
            branch = grow(below, step, name)
        else:
            value = state_of(inputs)
            branch = grow(below, calls.other_call(below.run, call.name, "chain", value, _agent(below)))
        self._keep(call, branch, inputs)

    def end_chain(self, run_id: UUID, outputs: Any, inputs: Any = None) -> None:
        """Record the end of a chain; `inputs` come where streaming made them known only now."""
        branch = self.open_calls.take(run_id)
        if branch is None or (branch.step is None and branch.scope is None):
            return
        answer = answer_of(outputs)
        if branch.scope is not None and inputs is not None:
            calls.describe_run(branch.run, question_of(inputs))
        if branch.step is not None:
            branch.step.output = answer if branch.is_agent else plain(outputs)
        self._close(branch, answer)

    def start_model(self, call: CallInfo, model: str, prompt: Any, settings: dict[str, Any]) -> None:
        """Record the beginning of a model call."""
        below = self._place_of(call) or self._begin_run(call, prompt)
        step = calls.model_call(below.run, model, prompt, settings | _agent(below))
        self._keep_step(call, below, step, prompt)

    def hear_token(self, run_id: UUID, *, says_something: bool) -> None:
        """Note that a model call streams its answer, and when the first word or tool call came."""
        branch = self.open_calls.find(run_id)
        if branch is not None and isinstance(branch.step, LLMCall):
            branch.step.set(streaming=True)
            if says_something:
                branch.step.first_token()

    def end_model(self, run_id: UUID, answer: Any, ending: Mapping[str, Any]) -> None:
        """Record what a model answered."""
        branch = self.open_calls.take(run_id)
        if branch is not None and branch.step is not None:
            branch.step.set(**ending)
            branch.step.output = answer
            self._close(branch, answer)

    def start_tool(self, call: CallInfo, arguments: Any, tool_call_id: str | None) -> None:
        """Record the beginning of a tool call; what the tool itself records hangs below it."""
        below = self._place_of(call) or self._begin_run(call, arguments)
        extra = {"tool_call_id": tool_call_id} | _agent(below)
        step = calls.tool_call(below.run, call.name, plain(arguments), extra)
        branch = self._keep_step(call, below, step, arguments)
        self._tokens[call.run_id] = attach(branch.context)

    def end_tool(self, run_id: UUID, result: Any, problem: str | None = None) -> None:
        """Record what a tool returned; `problem` says that the tool reported a failure as its result."""
        self._leave_tool(run_id)
        branch = self.open_calls.take(run_id)
        if branch is not None and branch.step is not None:
            branch.step.output = plain(result)
            if problem is not None:
                branch.step.fail(problem)
            self._close(branch, branch.step.output)

    def hand_over(self, run_id: UUID, target: str | None) -> None:
        """Record that the tool which is being called hands the work over to another agent."""
        branch = self.open_calls.find(run_id)
        if branch is not None and target is not None:
            agent = branch.agent or branch.run.run_name
            with calls.placed(branch) as run:
                run.agent_handoff(agent, agent, target, target)

    def start_retrieval(self, call: CallInfo, query: str) -> None:
        """Record the beginning of a retrieval."""
        below = self._place_of(call) or self._begin_run(call, query)
        step = calls.retrieval_call(below.run, query, {"data_source": call.name} | _agent(below))
        self._keep_step(call, below, step, query)

    def end_retrieval(self, run_id: UUID, documents: Any) -> None:
        """Record the documents that a retrieval found."""
        branch = self.open_calls.take(run_id)
        if branch is not None and branch.step is not None:
            branch.step.output = plain(documents)
            self._close(branch, branch.step.output)

    def fail(self, run_id: UUID, problem: BaseException) -> None:
        """Record that a call of any kind ended with an exception."""
        self._leave_tool(run_id)
        # A graph that waits for a person, or hands over to its parent, raises this; it has not failed.
        pausing = any(base.__name__ == "GraphBubbleUp" for base in type(problem).__mro__)
        failure = None if pausing else problem
        branch = self.open_calls.take(run_id, failure)
        if branch is not None:
            if pausing and branch.step is not None:
                branch.step.output = plain(list(problem.args))
            branch.close(failure)

    def note(self, run_id: UUID, name: str, event_type: str, value: Any) -> None:
        """Record something that happened at one moment of a call."""
        branch = self.open_calls.find(run_id)
        if branch is not None:
            with calls.placed(branch) as run:
                run.record(
                    _agent(branch), lambda extra: steps.instant_custom(name, event_type, plain(value), extra)
                )

    def add(self, run_id: UUID, **fields: Any) -> None:
        """Add fields to a call that is under way."""
        branch = self.open_calls.find(run_id)
        if branch is not None and branch.step is not None:
            branch.step.set(**fields)

    def _place_of(self, call: CallInfo) -> Branch | None:
        """Return where a call hangs: below its parent, else in the active run; None where there is neither."""
        above = self.open_calls.find(call.parent_run_id)
        if above is not None:
            return above
        run = (self._trace or get_trace()).get_active_context()
        return Branch(run, run.place()) if run is not None else None

    def _begin_run(self, call: CallInfo, asked: Any) -> Branch:
        thread = call.metadata.get("session_id") or call.metadata.get("thread_id")
        user = call.metadata.get("user_id")
        scope = (self._trace or get_trace()).run(
            self._run_name or call.name,
            "langchain",
            str(user) if user is not None else None,
            str(thread) if thread is not None else None,
        )
        run = scope.begin()
        calls.describe_run(run, question_of(asked), caller_metadata(call))
        return Branch(run, run.context, run.run_name, scope=scope)

    def _keep(self, call: CallInfo, branch: Branch, asked: Any) -> None:
        if branch.run is self.unasked_run and asked is not None:
            self.unasked_run = None
            calls.describe_run(branch.run, question_of(asked))
        self.open_calls.add(call.run_id, branch, call.parent_run_id)

    def _keep_step(self, call: CallInfo, below: Branch, step: MeasuredStep, asked: Any) -> Branch:
        branch = grow(below, step)
        if self.open_calls.find(call.parent_run_id) is None:
            branch.scope = below.scope
        self._keep(call, branch, asked)
        return branch

    def _close(self, branch: Branch, answer: Any) -> None:
        branch.close(None, answer)
        if branch.scope is None and branch.parent is None:
            self.last_answer = answer

    def _leave_tool(self, run_id: UUID) -> None:
        token = self._tokens.pop(run_id, None)
        if token is not None:
            give_back(token)


def _agent(below: Branch) -> dict[str, Any]:
    return {"agent_name": below.agent} if below.agent is not None else {}
