"""Tape: one run's spans at given seconds of its clock, in the words of OpenTelemetry's GenAI conventions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from otel_bridge.record import SpanEvent, SpanRecord

SECOND: Final = 1_000_000_000
Json = Any


def text(role: str, words: str) -> Json:
    """Return a message of words."""
    return {"role": role, "parts": [{"type": "text", "content": words}]}


def result(call_id: str, words: str) -> Json:
    """Return a tool's result as a message."""
    return {"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": words}]}


def calls(*chosen: tuple[str, str, Json], reasoning: str = "") -> Json:
    """Return a model's message that chooses tools: id, name and arguments of each."""
    thought = [{"type": "reasoning", "content": reasoning}] if reasoning else []
    parts = [
        {"type": "tool_call", "id": call_id, "name": name, "arguments": args}
        for call_id, name, args in chosen
    ]
    return {"role": "assistant", "parts": [*thought, *parts], "finish_reason": "tool_calls"}


@dataclass(slots=True)
class Tape:
    """Records the spans of one run; seconds count from its start."""

    trace_id: str
    started_ns: int
    scope: str = "support_desk.agents"
    resource: dict[str, Json] = field(default_factory=dict)
    process_id: str | None = None
    """Set where spans stay open: the process whose end leaves them so."""
    records: list[SpanRecord] = field(default_factory=list)

    def agent(
        self, parent: str | None, name: str, at: float, took: float | None, words: dict[str, Json] | None = None, **more: Json
    ) -> str:  # fmt: skip
        own = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, **(words or {})}
        return self.span(parent, f"invoke_agent {name}", at, took, own, **more)

    def tool(
        self, parent: str, name: str, call: str, at: float, took: float | None, args: Json, came: Json = None, **more: Json
    ) -> str:  # fmt: skip
        words: dict[str, Json] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": call,
            "gen_ai.tool.call.arguments": json.dumps(args),
        }
        if came is not None:
            words["gen_ai.tool.call.result"] = came if isinstance(came, str) else json.dumps(came)
        return self.span(parent, f"execute_tool {name}", at, took, words, **more)

    def memory(self, parent: str, key: str, at: float, value: Json, *, write: bool = False) -> str:
        words = {
            "gen_ai.operation.name": "upsert_memory" if write else "search_memory",
            "agent_inspector.event_type": "memory_write" if write else "memory_read",
            "gen_ai.memory.record.id" if write else "gen_ai.memory.query.text": key,
            "gen_ai.memory.records": json.dumps([{"id": key, "content": value}]),
        }
        return self.span(parent, "upsert_memory" if write else "search_memory", at, 0.04, words)

    def note(
        self, parent: str, kind: str, name: str, at: float, took: float, words: dict[str, Json] | None = None, **more: Json
    ) -> str:  # fmt: skip
        """Record a step that the conventions have no operation for."""
        own = {"agent_inspector.event_type": kind, "agent_inspector.name": name, **(words or {})}
        return self.span(parent, name, at, took, own, **more)

    def http(self, parent: str, what: str, at: float, took: float | None, status: int = 200) -> str:
        words = {
            "http.request.method": what.split()[0],
            "url.full": what.split()[1],
            "http.response.status_code": status,
        }
        return self.span(
            parent, what, at, took, words, scope_name="opentelemetry.instrumentation.httpx", kind="client"
        )

    def span(
        self, parent: str | None, name: str, at: float, took: float | None, words: dict[str, Json],
        *, error: str | None = None, stack: str | None = None, **more: Json,
    ) -> str:  # fmt: skip
        start = self.started_ns + round(at * SECOND)
        end = None if took is None else start + round(took * SECOND)
        span_id = f"{self.trace_id[:8]}{len(self.records) + 1:08x}"
        record = SpanRecord(
            trace_id=self.trace_id, span_id=span_id, parent_id=parent, name=name, start_ns=start, end_ns=end,
            attributes=words, status="unset" if error is None else "error",
            events=() if error is None else (_exception(error, end or start, stack),),
            scope_name=self.scope, resource=self.resource, process_id=self.process_id,
        )  # fmt: skip
        self.records.append(replace(record, **more))
        return span_id


@dataclass(slots=True)
class Talk:
    """A conversation with a model: each call is given all that was said before."""

    tape: Tape
    parent: str
    system: str
    tools: list[Json] = field(default_factory=list)
    model: str = "gpt-4o"
    said: list[Json] = field(default_factory=list)

    def ask(self, at: float, took: float | None, answer: Json, tin: int, tout: int, **usage: Json) -> str:
        """Record a call; its answer becomes part of what the next one is given."""
        words: dict[str, Json] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": self.model,
            "gen_ai.request.temperature": 0.2,
            "gen_ai.request.max_tokens": 1024,
            "gen_ai.system_instructions": json.dumps([{"type": "text", "content": self.system}]),
            "gen_ai.input.messages": json.dumps(self.said),
            "gen_ai.usage.input_tokens": tin,
            "gen_ai.response.time_to_first_chunk": usage.get("first", 0.64),
        }
        if took is not None:
            finish = answer.get("finish_reason", "stop")
            words |= {
                "gen_ai.response.model": f"{self.model}-2024-11-20",
                "gen_ai.response.finish_reasons": [finish],
                "gen_ai.usage.output_tokens": tout,
                "gen_ai.usage.cache_read.input_tokens": usage.get("cached", 0),
                "gen_ai.usage.reasoning.output_tokens": usage.get("reasoning", 0),
            }
        if answer:
            words["gen_ai.output.messages"] = json.dumps([answer])
        if self.tools:
            words["gen_ai.tool.definitions"] = json.dumps(self.tools)
        self.said = [*self.said, answer]
        return self.tape.span(self.parent, f"chat {self.model}", at, took, words, kind="client")

    def hear(self, *messages: Json) -> None:
        """Add what comes from outside: the user's words, a tool's result."""
        self.said = [*self.said, *messages]


def tool_of(name: str, required: str, optional: str = "", **types: Json) -> Json:
    """Return a tool's definition; a type is the name of one, or a whole schema."""
    names = [*required.split(), *optional.split()]
    schemas = {each: types.get(each, "string") for each in names}
    properties = {
        each: schema if isinstance(schema, dict) else {"type": schema} for each, schema in schemas.items()
    }
    parameters = {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }
    told = {"name": name, "description": name.replace("_", " ").capitalize() + ".", "parameters": parameters}
    return {"type": "function", "function": told}


def _exception(error: str, time_ns: int, stack: str | None) -> SpanEvent:
    kind, _, words = error.partition(": ")
    attributes = {"exception.type": kind, "exception.message": words or error}
    return SpanEvent("exception", time_ns, attributes | ({"exception.stacktrace": stack} if stack else {}))
