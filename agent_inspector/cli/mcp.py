"""`agent-inspector mcp`: recorded runs as tools for a coding agent, by the Model Context Protocol."""

from __future__ import annotations

from agent_inspector.errors import InspectorError

try:
    from agent_inspector.mcp import serve_stdio
except ImportError as problem:
    missing = problem.name
else:
    missing = None


def mcp() -> None:
    """Serve recorded runs to an MCP client, on standard input and output, read only.

    Clients start it themselves; docs/mcp.md shows their settings. It needs the extra `mcp`.

    Exit code: 0 the client hung up; 1 the extra is not installed.
    """
    if missing is not None:
        raise InspectorError(
            f"The MCP server needs the package {missing}: pip install 'agent-inspector-otel[mcp]'."
        )
    serve_stdio()
