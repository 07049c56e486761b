"""Evidence: a whole run in memory, read once, as the rules of `findings` look at it."""

from agent_inspector.query.evidence.calls import Call
from agent_inspector.query.evidence.deltas import Change, Given
from agent_inspector.query.evidence.run import ReadRun, ReadStep

__all__ = ["Call", "Change", "Given", "ReadRun", "ReadStep"]
