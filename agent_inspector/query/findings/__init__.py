"""Findings: what rules see in a run, one module for each class; pure functions over a ReadRun."""

from agent_inspector.query.findings.ranking import judge

__all__ = ["judge"]
