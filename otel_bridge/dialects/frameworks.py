"""The dialects of agent frameworks, of their observability products and of coding agents."""

from __future__ import annotations

from typing import Final

from otel_bridge.dialects import (
    agent_framework,
    agentops,
    autogen,
    claude_code,
    codex,
    copilot,
    crewai,
    gemini_cli,
    google_adk,
    haystack,
    laminar,
    litellm,
    livekit,
    logfire,
    logfire_agents,
    mastra,
    mcp,
    opencode,
    pydantic_ai,
    qwen_code,
    semantic_kernel,
    spring_ai,
    strands,
    traceai,
    vercel,
    weave,
)
from otel_bridge.dialects.dialect import Dialect

DIALECTS: Final[tuple[Dialect, ...]] = (
    pydantic_ai.DIALECT,
    logfire_agents.DIALECT,
    vercel.DIALECT,
    opencode.DIALECT,
    mastra.DIALECT,
    strands.DIALECT,
    agent_framework.DIALECT,
    semantic_kernel.DIALECT,
    spring_ai.DIALECT,
    autogen.DIALECT,
    crewai.DIALECT,
    google_adk.DIALECT,
    haystack.DIALECT,
    laminar.DIALECT,
    agentops.DIALECT,
    litellm.DIALECT,
    livekit.DIALECT,
    mcp.DIALECT,
    claude_code.DIALECT,
    codex.DIALECT,
    gemini_cli.DIALECT,
    qwen_code.DIALECT,
    copilot.DIALECT,
    weave.DIALECT,
    traceai.DIALECT,
    logfire.DIALECT,
)
"""In order of precedence; Logfire last, as it marks spans of any other dialect too."""
