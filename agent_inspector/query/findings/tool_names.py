"""Tool names: a model that calls a tool which it was not offered, or nearly one that it was."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from agent_inspector.model import Finding
from agent_inspector.query.evidence import Call, ReadRun
from agent_inspector.query.evidence.tools import read_tools
from agent_inspector.query.findings.seen import cite, code, see

_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


def find_tool_names(run: ReadRun) -> Iterator[Finding]:
    """Say which calls name no tool of those on offer; one that worked all the same is none."""
    offered: dict[int, list[str]] = {}
    agents = {step.name for step in run.shown if step.kind == "agent" and step.status == "completed"}
    for call in run.calls:
        step = call.asked_by
        if step is None or not step.tool_definitions or not call.name:
            continue
        key = id(step.tool_definitions)
        if key not in offered:
            offered[key] = [tool.name for tool in read_tools(step.tool_definitions)]
        names = offered[key]
        if names and call.name not in names and not _worked(call, agents):
            yield _say(call, names)


def _worked(call: Call, agents: set[str]) -> bool:
    """Whether a tool answered, or an agent of that name: some frameworks offer agents in the prompt alone."""
    return call.tool.status == "completed" if call.tool is not None else call.name in agents


def _say(call: Call, names: list[str]) -> Finding:
    step = call.asked_by
    if step is None:
        raise ValueError("a call that no model has asked for names no offered tool")
    nearest = _nearest(call.name, names)
    meant = f"; the nearest is {code(nearest)}" if nearest else ""
    evidence = [
        cite(step, "calls it", (call.asked_place or "").removesuffix("/arguments") + "/name", call.name)
    ]
    if call.tool is not None:
        evidence.append(cite(call.tool, "came to nothing", None, call.tool.error_message))
    return see(
        "tool_name",
        "warning",
        step,
        f"Step {step.number} calls {code(call.name)}, which is not among the {len(names)} tools on offer{meant}.",
        evidence=evidence,
        part=call.call_id or call.asked_place or "",
    )


def _nearest(name: str, names: list[str]) -> str | None:
    by_bare = {_NOT_ALNUM.sub("", known.lower()): known for known in names}
    found = difflib.get_close_matches(_NOT_ALNUM.sub("", name.lower()), list(by_bare), 1, 0.6)
    return by_bare[found[0]] if found else None
