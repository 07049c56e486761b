"""The MCP SDKs' own spans: a client's and a server's for each request, of which the tool calls matter."""

from __future__ import annotations

from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects.dialect import Dialect, Translation
from otel_bridge.dialects.values import text
from otel_bridge.record import SpanRecord

_METHOD: Final = "mcp.method.name"
_CALL: Final = "tools/call"


def translate(record: SpanRecord) -> Translation:
    """Show the server's side of a tool call, which knows of errors; fold away the protocol around it."""
    attributes = record.attributes
    method = text(attributes, _METHOD) or record.name
    if not method.startswith(_CALL) and _CALL not in record.name:
        return Translation(attributes, kind="framework", framework=True)
    named = attributes
    if semconv.TOOL_NAME not in attributes:
        named = {**attributes, semconv.TOOL_NAME: record.name.split(f"{_CALL} ")[-1]}
    return Translation(named, kind="tool", framework=record.name.startswith("MCP send"))


DIALECT: Final = Dialect("mcp", translate, scopes=("mcp-python-sdk", "mcp*", "@modelcontextprotocol/*"))
