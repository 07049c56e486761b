"""Tool choice: a tool on offer of which no call was ever right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from agent_inspector.model import Finding
from agent_inspector.query.evidence import Call, ReadRun
from agent_inspector.query.findings.seen import cite, code, how_often, see

_OFTEN: Final = 3


def find_tool_choices(run: ReadRun) -> Iterator[Finding]:
    """Say which tools were called again and again with different arguments, and never to any effect."""
    by_name: defaultdict[str, list[Call]] = defaultdict(list)
    for call in run.calls:
        by_name[call.name].append(call)
    for name, calls in by_name.items():
        tools = [call.tool for call in calls if call.tool is not None]
        different = {repr(tool.tool_arguments) for tool in tools}
        if len(different) < _OFTEN or not all(tool.failed for tool in tools):
            continue
        yield see(
            "tool_choice",
            "warning",
            tools[0],
            f"{code(name)} was called {how_often(len(tools))} with {len(different)} different arguments, and no call succeeded.",
            evidence=[cite(tool, "failed", "/tool_arguments", tool.tool_arguments) for tool in tools],
            wasted=tools,
        )
