"""The MCP server: recorded runs as tools for a coding agent, read only; the only place that speaks MCP."""

from agent_inspector.mcp.tools import serve_stdio

__all__ = ["serve_stdio"]
