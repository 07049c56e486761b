"""The store: where spans are kept, behind one protocol; `sqlite` is its implementation for one machine."""

from agent_inspector.store.opening import open_store
from agent_inspector.store.rows import ORDERS, Order, RunRow, RunSelection, SpanRow, Totals
from agent_inspector.store.span_store import SpanStore

__all__ = ["ORDERS", "Order", "RunRow", "RunSelection", "SpanRow", "SpanStore", "Totals", "open_store"]
