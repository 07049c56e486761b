"""Two runs side by side: aligned step by step, where they part, and what differs before and after."""

from agent_inspector.query.comparing.comparison import compare

__all__ = ["compare"]
