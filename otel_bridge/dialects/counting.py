"""Counting: token counts made inclusive, where the counts themselves prove that they are not.

Input is meant to include cached tokens, output to include reasoning; some vendors' APIs count them
apart, and instrumentations pass on what they get.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from otel_bridge.dialects.reading import Usage
from otel_bridge.dialects.values import count
from otel_bridge.record import Attributes

_TOTALS: Final = (
    "gen_ai.usage.total_tokens",
    "llm.usage.total_tokens",
    "llm.token_count.total",
    "ai.usage.totalTokens",
)


def inclusive(usage: Usage, attributes: Attributes) -> Usage:
    """Add parts to the whole that cannot have them: it is smaller than they are, or the stated total proves it."""
    cached, reasoning = (usage.cached_input or 0) + (usage.cache_write or 0), usage.reasoning or 0
    asked, answered = usage.input, usage.output
    if not (cached or reasoning) or asked is None or answered is None:
        return usage
    add_cached, add_reasoning = asked < cached, answered < reasoning
    total = count(attributes, *_TOTALS)
    if total is not None and total > asked + answered:
        apart = total - asked - answered
        add_cached = add_cached or apart in (cached, cached + reasoning)
        add_reasoning = add_reasoning or apart in (reasoning, cached + reasoning)
        if apart == cached == reasoning:  # Either would do; nothing is proved.
            return usage
    return replace(
        usage,
        input=asked + cached if add_cached and cached else asked,
        output=answered + reasoning if add_reasoning and reasoning else answered,
    )
