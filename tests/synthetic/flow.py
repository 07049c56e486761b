"""Flow: a clean flow of values through a domain, which whatever is planted changes on its way."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any, Final

from otel_bridge.record import SpanRecord
from tests.synthetic.domains import Domain, ToolUse
from tests.synthetic.recording import Recording
from tests.synthetic.values import make, other_form

SLOT: Final = re.compile(r"\{(\w+):(\w+)\}")
_SYSTEMS: Final = (
    "You are a helpful assistant. Use the tools.",
    "You answer questions of customers. Never guess: look things up.",
    "Be brief. If a tool fails, say so.",
)
_TYPES: Final = {
    "cents": "integer",
    "count": "integer",
    "money": "number",
    "percent": "number",
    "temperature": "number",
}
FILLER: Final = (
    "checked",
    "open",
    "closed",
    "archived",
    "pending review",
    "north wing",
    "second shift",
    "standard",
    "priority",
    "fragile",
)


@dataclass(slots=True)
class LabelledRun:
    """A run, and what is known of it."""

    trace_id: str
    plant: str
    domain: str
    records: list[SpanRecord] = field(default_factory=list)
    links: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Step, text of a value in it, and the steps that brought it."""
    invented: list[tuple[str, str]] = field(default_factory=list)
    """Step, and text of a value in it that nobody brought."""
    planted: set[str] = field(default_factory=set)
    """Steps in which what is planted shows."""
    losses: set[str] = field(default_factory=set)


class Flow:
    """A clean flow through a domain that plants may change on its way."""

    def __init__(self, run: LabelledRun, domain: Domain, rng: random.Random) -> None:
        self.run, self.domain, self.rng = run, domain, rng
        self.values: dict[str, tuple[str, Any]] = {}
        self.brought: dict[str, set[str]] = {}
        """Steps by the value that they hold."""
        tools = [_definition(item, self.rng) for item in domain.uses]
        self.tape = Recording(run.trace_id, rng, tools, style=rng.choice(["openai", "parts", "anthropic"]))
        question, self.asked = self.fill(domain.question, exact=True)
        self.tape.start(f"{domain.name}-agent", rng.choice(_SYSTEMS), question)

    def value(self, named: str) -> Any:
        name, _, kind = named.partition(":")
        if "=" in named or not kind:
            return named
        if name not in self.values:
            self.values[name] = kind, make(kind, self.rng)
        return self.values[name][1]

    def arguments(self, item: ToolUse) -> dict[str, Any]:
        return {**{parameter: self.value(named) for parameter, named in item.takes.items()}, **item.settings}

    def result(self, item: ToolUse) -> dict[str, Any]:
        return {key: self.value(named) if ":" in named else named for key, named in item.gives.items()}

    def call(self, item: ToolUse, arguments: Any = None, result: Any = None, **more: Any) -> tuple[str, str]:
        """Let the model choose a tool and run it; note what is linked. Returns both steps."""
        labelled = arguments is None
        arguments = self.arguments(item) if arguments is None else arguments
        result = self.result(item) if result is None else result
        call_id = self.tape.choose(item.tool, arguments)
        chooser = self.tape.records[-1].span_id
        self._note_question(chooser)
        tool = self.tape.run_tool(call_id, item.tool, arguments, result, **more)
        if labelled:
            for parameter, named in item.takes.items():
                sources = self.brought.get(named.partition(":")[0])
                if sources:
                    self.run.links.append((tool, str(arguments[parameter]), frozenset(sources)))
        if more.get("error") is None:
            for named in item.gives.values():
                if ":" in named:
                    self.brought.setdefault(named.partition(":")[0], set()).add(tool)
        return chooser, tool

    def answer(
        self, template: str | None = None, *, words: str | None = None, link: bool = True, **more: Any
    ) -> str:
        """Let the model answer, and end the run."""
        text, told = self.fill(template or self.rng.choice(self.domain.answers))
        step = self.tape.say(words or text, **more)
        self._note_question(step)
        for name, shown in told if words is None and link else ():
            if self.brought.get(name):
                self.run.links.append((step, shown, frozenset(self.brought[name])))
        self.run.records = self.tape.finish(words or text)
        return step

    def fill(self, template: str, *, exact: bool = False) -> tuple[str, list[tuple[str, str]]]:
        told: list[tuple[str, str]] = []

        def put(match: re.Match[str]) -> str:
            name, kind = match.groups()
            value = self.value(f"{name}:{kind}")
            shown = str(value) if exact else other_form(kind, value, self.rng)
            told.append((name, shown))
            return shown

        return SLOT.sub(put, template), told

    def _note_question(self, step: str) -> None:
        """The first model call is the step that holds the question."""
        for name, _ in self.asked:
            self.brought.setdefault(name, set()).add(step)
        self.asked = []


def lookup(flow: Flow, tool: str) -> ToolUse:
    """Return a further tool that takes anything."""
    item = ToolUse(tool, {}, {}, {})
    if tool not in {definition.get("function", definition)["name"] for definition in flow.tape.tools}:
        flow.tape.tools = [
            *flow.tape.tools,
            {"type": "function", "function": {"name": tool, "parameters": {"type": "object"}}},
        ]
    return item


def _definition(item: ToolUse, rng: random.Random) -> dict[str, Any]:
    properties: dict[str, Any] = {
        parameter: {
            "type": _TYPES.get(named.partition(":")[2], "string"),
            "description": parameter.replace("_", " "),
        }
        for parameter, named in item.takes.items()
    }
    for name, value in item.settings.items():
        kind = "integer" if isinstance(value, int) else "string"
        properties[name] = (
            {"type": kind, "default": value}
            if rng.random() < 0.5 or kind == "integer"
            else {"type": kind, "enum": [value, f"no_{value}"]}
        )
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(item.takes),
        "additionalProperties": False,
    }
    name, description = item.tool, item.tool.replace("_", " ").capitalize()
    return rng.choice(
        [
            {
                "type": "function",
                "function": {"name": name, "description": description, "parameters": schema},
            },
            {"type": "function", "name": name, "description": description, "parameters": schema},
            {"name": name, "description": description, "input_schema": schema},
        ]
    )
