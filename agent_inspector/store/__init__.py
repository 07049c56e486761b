"""The store: where spans are kept, behind one protocol; `sqlite` is its implementation for one machine."""

from agent_inspector.store.judgements import Judgement
from agent_inspector.store.opening import open_store, sqlite_version
from agent_inspector.store.rows import ORDERS, Order, Place, RunRow, RunSelection, SpanPart, SpanRow, Totals
from agent_inspector.store.search import SearchPlace, SearchSelection
from agent_inspector.store.search_text import ask
from agent_inspector.store.span_store import SpanStore
from agent_inspector.store.upkeep import KeyUse, PruneReport, RetentionLimits, SizeReport

__all__ = [
    "ORDERS",
    "Judgement",
    "KeyUse",
    "Order",
    "Place",
    "PruneReport",
    "RetentionLimits",
    "RunRow",
    "RunSelection",
    "SearchPlace",
    "SearchSelection",
    "SizeReport",
    "SpanPart",
    "SpanRow",
    "SpanStore",
    "Totals",
    "ask",
    "open_store",
    "sqlite_version",
]
