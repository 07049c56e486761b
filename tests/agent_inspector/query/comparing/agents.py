"""Synthetic agents: runs of known shape, drawn from a seed, that can be changed in one known place."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from otel_bridge.record import SpanRecord

ORIGIN_NS = 1_700_000_000_000_000_000
TOOLS = ("search", "lookup", "read_file", "convert")
WORDS = ("invoice", "refund", "train", "weather", "order", "ticket", "Porto", "Lisbon", "charge", "policy")


@dataclass
class Call:
    """One model call or tool call."""

    kind: str
    attributes: dict[str, Any]
    agent: int = 0


@dataclass
class Plan:
    """A run before it is written: its calls in order, and the agents around them."""

    calls: list[Call]
    agents: int
    resource: dict[str, str] = field(
        default_factory=lambda: {"service.name": "desk", "service.version": "1.0"}
    )

    def copy(self) -> Plan:
        return copy.deepcopy(self)

    def of_kind(self, kind: str) -> list[int]:
        return [number for number, call in enumerate(self.calls) if call.kind == kind]


def draw_plan(seed: int, *, turns: int | None = None) -> Plan:
    """Draw a run: agents that ask a model, call the tools it chose and hand the results back."""
    dice = random.Random(seed)
    calls: list[Call] = []
    agents = dice.randint(1, 3)
    for agent in range(agents):
        prompt = "\n".join(f"{number}. {_words(dice, 6)}." for number in range(1, dice.randint(3, 8)))
        messages = [_text("system", prompt), _text("user", _words(dice, 8))]
        for _ in range(turns or dice.randint(2, 6)):
            _draw_turn(dice, calls, messages, agent)
        _ask(calls, messages, agent, [_text("assistant", _words(dice, 10))])
    return Plan(calls, agents)


def records_of(plan: Plan, trace: int) -> list[SpanRecord]:
    """Write a run as spans; ids of spans and of tool calls depend on the trace, as they do in life."""
    trace_id = f"{trace:032x}"
    origin = ORIGIN_NS + trace * 60_000_000_000
    spans = [
        _span(
            trace_id,
            1,
            None,
            "invoke_agent desk",
            origin,
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk"},
        )
    ]
    for agent in range(plan.agents):
        first = next(number for number, call in enumerate(plan.calls) if call.agent == agent)
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": f"agent{agent}"}
        spans.append(
            _span(
                trace_id,
                2 + agent,
                1,
                f"invoke_agent agent{agent}",
                origin + first * 10_000_000 + 1_000_000,
                attributes,
            )
        )
    for number, call in enumerate(plan.calls):
        attributes = _own_ids(call.attributes, trace)
        name = "chat gpt-4o" if call.kind == "llm" else f"execute_tool {attributes['gen_ai.tool.name']}"
        start = origin + number * 10_000_000 + 2_000_000
        spans.append(_span(trace_id, step_number(number), 2 + call.agent, name, start, attributes))
    return [_with_resource(span, plan.resource) for span in spans]


def step_number(call: int) -> int:
    """Return the number that the id of a call's span is made of."""
    return 100 + call


def step_id(trace: int, call: int) -> str:
    """Return the id of a call's step."""
    return f"{trace * 1_000_000 + step_number(call):016x}"


def _draw_turn(dice: random.Random, calls: list[Call], messages: list[Any], agent: int) -> None:
    chosen = [
        (dice.choice(TOOLS), {"query": dice.choice(WORDS), "limit": dice.randint(1, 3)})
        for _ in range(dice.randint(1, 2))
    ]
    parts = [
        {"type": "tool_call", "id": f"call_{len(messages)}_{at}", "name": name, "arguments": arguments}
        for at, (name, arguments) in enumerate(chosen)
    ]
    _ask(calls, messages, agent, [{"role": "assistant", "parts": parts}])
    for part, (name, arguments) in zip(parts, chosen, strict=True):
        result = {"items": [_words(dice, 2) for _ in range(dice.randint(1, 3))], "total": dice.randint(0, 99)}
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": part["id"],
            "gen_ai.tool.call.arguments": arguments,
            "gen_ai.tool.call.result": result,
        }
        calls.append(Call("tool", attributes, agent))
        messages.append(
            {"role": "tool", "parts": [{"type": "tool_call_response", "id": part["id"], "response": result}]}
        )


def _ask(calls: list[Call], messages: list[Any], agent: int, answer: Sequence[Any]) -> None:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.temperature": 0.2,
        "gen_ai.request.max_tokens": 800,
        "gen_ai.input.messages": copy.deepcopy(messages),
        "gen_ai.output.messages": copy.deepcopy(list(answer)),
    }
    calls.append(Call("llm", attributes, agent))
    messages.extend(answer)


def _own_ids(attributes: dict[str, Any], trace: int) -> dict[str, Any]:
    """Give the ids of tool calls the form that they have in this trace alone."""
    written = json.dumps(attributes).replace('"call_', f'"call_{trace}_')
    own: dict[str, Any] = json.loads(written)
    return {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in own.items()
    }


def _span(
    trace_id: str, number: int, parent: int | None, name: str, start: int, attributes: dict[str, Any]
) -> SpanRecord:
    base = int(trace_id, 16) * 1_000_000
    end = start + 9_000_000 if number >= 100 else start + 3_600_000_000_000
    return SpanRecord(
        trace_id,
        f"{base + number:016x}",
        f"{base + parent:016x}" if parent else None,
        name,
        start,
        end,
        attributes=attributes,
    )


def _with_resource(span: SpanRecord, resource: dict[str, str]) -> SpanRecord:
    from dataclasses import replace

    return replace(span, resource=resource)


def _text(role: str, words: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": words}]}


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count))
