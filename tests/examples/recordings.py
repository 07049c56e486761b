"""Recordings: what a run leaves behind, drawn as a tree; and the runs that several examples record."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """A run that an example leaves behind; its steps as `kind name`, indented below their parent.

    Tools in a row are in order of name.
    """

    name: str
    steps: str
    status: str = "completed"
    tokens: Any = (None, None)
    """Input and output; as the scripted model counts them, they are the same every time."""


def recorded(steps: str, status: str = "completed", tokens: Any = (None, None)) -> Recorded:
    """Write a run the way it is drawn; its first line names it."""
    drawn = dedent(steps).strip("\n")
    name = drawn.splitlines()[0].removesuffix(" (failed)").split(" ", 1)[1]
    return Recorded(name, drawn, status, tokens)


CUSTOMER_SUPPORT = """
    agent customer-support
      agent Spawn: triage
      message Join: triage
      agent Spawn: billing
      message Join: billing
      agent Spawn: technical
      message Join: technical
      agent Spawn: manager
      message Join: manager
      llm TRIAGE
      handoff Handoff: triage → billing
      task Task: Double payment → billing
      agent billing-agent
        llm BILLING
        tool billing_history
        tool look_up_profile
        llm BILLING
        tool issue_refund
        llm BILLING
        final Final Answer
      task ✓ Task: Double payment
      llm TRIAGE
      handoff Handoff: triage → technical
      task Task: Logged out → technical
      agent technical-agent
        llm TECHNICAL
        tool look_up_profile
        tool read_logs
        llm TECHNICAL
        tool reset_sessions
        llm TECHNICAL
        final Final Answer
      task ✓ Task: Logged out
      llm TRIAGE
      handoff Handoff: triage → billing
      task Task: Outages → billing
      agent billing-agent
        llm BILLING
        tool billing_history
        llm BILLING
        tool issue_refund (failed)
        llm BILLING
        final Final Answer
      message billing → manager
      handoff Handoff: billing → manager
      task Task: Outages → manager
      agent manager-agent
        llm MANAGER
        tool approve_refund
        llm MANAGER
        final Final Answer
      task ✓ Task: Outages
      message Leave: triage
      message Leave: billing
      message Leave: technical
      message Leave: manager
      final Final Answer
"""


def customer_support(
    default: str = "gpt-4o-mini", tokens: tuple[int, int] = (3475, 220), **models: str
) -> Recorded:
    """Return the run of the support team, each agent with its own model or the one of all."""
    drawn = CUSTOMER_SUPPORT
    for agent in ("TRIAGE", "BILLING", "TECHNICAL", "MANAGER"):
        drawn = drawn.replace(f"llm {agent}", f"llm {models.get(agent, default)}")
    return recorded(drawn, tokens=tokens)
