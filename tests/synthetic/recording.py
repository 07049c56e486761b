"""Recording: an agent's run as span records, in one of several ways in which programs write messages."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from typing import Any

from otel_bridge.record import SpanEvent, SpanRecord

_SECOND = 1_000_000_000


@dataclass(slots=True)
class Recording:
    """Writes the spans of one run, one after the other, and keeps the conversation that the model is given."""

    trace_id: str
    rng: random.Random
    tools: list[dict[str, Any]]
    records: list[SpanRecord] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    now_ns: int = 1_790_000_000 * _SECOND
    root: str = ""
    style: str = "openai"
    """`openai`, `parts` or `anthropic`: how messages are written."""
    _count: int = 0

    def start(self, agent: str, system: str, question: str) -> None:
        self.root = self._span(
            None,
            f"invoke_agent {agent}",
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent},
            0,
        )
        self.messages = [self._text("system", system), self._text("user", question)]

    def choose(
        self, tool: str, arguments: Any, *, words: str = "", parent: str | None = None, **more: Any
    ) -> str:
        """Record a model call that chooses a tool; return the id of the call."""
        call_id = f"call_{self.rng.getrandbits(40):x}"
        said = self._call(call_id, tool, arguments, words)
        self._llm(said, parent, "tool_calls", more)
        self.messages.append(said)
        return call_id

    def say(self, words: str, *, finish: str = "stop", parent: str | None = None, **more: Any) -> str:
        """Record a model call that answers in words; return the step's id."""
        said = self._text("assistant", words)
        step = self._llm(said, parent, finish, more)
        self.messages.append(said)
        return step

    def turn(self, speaker: str, words: str) -> str:
        """Record what one of several agents said in its turn; return the step's id."""
        attributes = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": speaker,
            "gen_ai.output.messages": json.dumps([self._text("assistant", words)]),
        }
        return self._span(self.root, f"invoke_agent {speaker}", attributes, self.rng.uniform(0.5, 9))

    def run_tool(
        self,
        call_id: str,
        tool: str,
        arguments: Any,
        result: Any,
        *,
        told: Any = None,
        error: str | None = None,
        **more: Any,
    ) -> str:
        """Record a tool call, and tell its result to the model; `told`: what is told instead. Returns the step's id."""
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": tool,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.call.arguments": _json(arguments),
        }
        if error is None:
            attributes["gen_ai.tool.call.result"] = result if isinstance(result, str) else _json(result)
        step = self._span(
            self.root, f"execute_tool {tool}", attributes, self.rng.uniform(0.02, 1.5), error=error, **more
        )
        text = error if error is not None else result if isinstance(result, str) else _json(result)
        self.messages.append(self._result(call_id, text if told is None else told))
        return step

    def finish(self, answer: str, *, error: str | None = None) -> list[SpanRecord]:
        """Close the root, and return all spans."""
        index = next(i for i, record in enumerate(self.records) if record.span_id == self.root)
        attributes = dict(self.records[index].attributes)
        if answer:
            attributes["gen_ai.output.messages"] = json.dumps([self._text("assistant", answer)])
        events = () if error is None else (_exception(error, self.now_ns),)
        self.records[index] = replace(
            self.records[index],
            end_ns=self.now_ns,
            attributes=attributes,
            events=events,
            status="unset" if error is None else "error",
        )
        return self.records

    def _llm(self, said: dict[str, Any], parent: str | None, finish: str, more: dict[str, Any]) -> str:
        length = len(json.dumps(self.messages)) // 4
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "gpt-4o-mini",
            "gen_ai.provider.name": "openai",
            "gen_ai.input.messages": json.dumps(self.messages),
            "gen_ai.output.messages": json.dumps([said]),
            "gen_ai.tool.definitions": json.dumps(self.tools),
            "gen_ai.response.finish_reasons": [finish],
            "gen_ai.usage.input_tokens": length + 40,
            "gen_ai.usage.output_tokens": len(json.dumps(said)) // 4,
        }
        attributes |= more.pop("attributes", {})
        attributes = {name: value for name, value in attributes.items() if value is not None}
        return self._span(
            parent or self.root, "chat gpt-4o-mini", attributes, self.rng.uniform(0.3, 4), **more
        )

    def _span(
        self,
        parent: str | None,
        name: str,
        attributes: dict[str, Any],
        seconds: float,
        *,
        error: str | None = None,
        **more: Any,
    ) -> str:
        self._count += 1
        span_id = f"{self._count:04x}{self.rng.getrandbits(48):012x}"
        start = self.now_ns
        self.now_ns += round(seconds * _SECOND) + self.rng.randint(1_000_000, 80_000_000)
        record = SpanRecord(
            trace_id=self.trace_id, span_id=span_id, parent_id=parent, name=name, start_ns=start,
            end_ns=start + round(seconds * _SECOND), attributes=attributes,
            status="unset" if error is None else "error",
            events=() if error is None else (_exception(error, self.now_ns),),
            scope_name="synthetic.agent",
        )  # fmt: skip
        self.records.append(replace(record, **more))
        return span_id

    def _text(self, role: str, words: str) -> dict[str, Any]:
        if self.style == "openai":
            return {"role": role, "content": words}
        if self.style == "anthropic":
            return {"role": role, "content": [{"type": "text", "text": words}]}
        return {"role": role, "parts": [{"type": "text", "content": words}]}

    def _call(self, call_id: str, tool: str, arguments: Any, words: str) -> dict[str, Any]:
        if self.style == "openai":
            function = {"name": tool, "arguments": _json(arguments)}
            return {
                "role": "assistant",
                "content": words or None,
                "tool_calls": [{"id": call_id, "type": "function", "function": function}],
            }
        if self.style == "anthropic":
            texts = [{"type": "text", "text": words}] if words else []
            return {
                "role": "assistant",
                "content": [*texts, {"type": "tool_use", "id": call_id, "name": tool, "input": arguments}],
            }
        texts = [{"type": "text", "content": words}] if words else []
        return {
            "role": "assistant",
            "parts": [*texts, {"type": "tool_call", "id": call_id, "name": tool, "arguments": arguments}],
        }

    def _result(self, call_id: str, text: Any) -> dict[str, Any]:
        if self.style == "openai":
            return {"role": "tool", "tool_call_id": call_id, "content": text}
        if self.style == "anthropic":
            return {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": call_id, "content": text}],
            }
        return {"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": text}]}


def _exception(message: str, time_ns: int) -> SpanEvent:
    kind, _, words = message.partition(": ")
    return SpanEvent("exception", time_ns, {"exception.type": kind, "exception.message": words or message})


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
