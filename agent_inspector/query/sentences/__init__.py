"""Sentences: what a step did, in at most 90 visible characters; the UI, the CLI and MCP all show these words.

Code stands in `backticks`, names of agents in **asterisks**; both marks are invisible to the reader.
"""

from __future__ import annotations

from agent_inspector.query.sentences.outcomes import outcome_of, sentence_of, short_type
from agent_inspector.query.sentences.subjects import taker_in
from agent_inspector.query.sentences.words import LONGEST, shorten

__all__ = ["LONGEST", "outcome_of", "sentence_of", "short_type", "shorten", "taker_in"]
