"""Cursors: where a page of runs ended, as an opaque text that is safe in a URL."""

from __future__ import annotations

import base64
import binascii
import json
from typing import cast

from agent_inspector.errors import InspectorError
from agent_inspector.store import ORDERS, Order

Position = tuple["int | str", int]


class QueryError(InspectorError, ValueError):
    """The question cannot be answered as it was put; the message says what to change."""


def check_order(order_by: str) -> Order:
    """Return the order, if runs can be sorted by it.

    Raises:
        QueryError: they cannot.
    """
    if order_by not in ORDERS:
        raise QueryError(f"Runs cannot be sorted by {order_by!r}; use one of {', '.join(ORDERS)}.")
    return cast("Order", order_by)


def write_cursor(position: Position, order_by: str, *, descending: bool) -> str:
    """Write where a page ended."""
    content = json.dumps([order_by, descending, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode("ascii").rstrip("=")


def read_cursor(cursor: str, order_by: str, *, descending: bool) -> Position:
    """Read where the page before ended.

    Raises:
        QueryError: the text is not a cursor, or belongs to another order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        stated_order, stated_descending, key, number = json.loads(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise QueryError("The cursor is not one that a list of runs gave; start again without it.") from None
    if (stated_order, stated_descending) != (order_by, descending):
        raise QueryError("The cursor belongs to another order of the list; start again without it.")
    if not _fits(key, number, is_name=order_by == "name"):
        raise QueryError("The cursor is not one that a list of runs gave; start again without it.")
    return key, number


def _fits(key: object, number: object, *, is_name: bool) -> bool:
    if not _is_whole(number):
        return False
    return isinstance(key, str) if is_name else _is_whole(key)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
