"""The registry: all dialects in order of precedence, and which of them a span is written in.

To plug in a dialect, add a module with one table and `DIALECT: Final = Dialect(...)`, and a line in
`DIALECTS`. Its `translate(record)` returns a `Translation`: the span's attributes under the names of
today's conventions (`otel_bridge.semconv`), from which the one `reader` takes everything;
`dict(record.attributes)` with some keys added is a good start. Name the scopes that the vendor's
spans come with; add `marks`, attribute keys that no one else uses, where the scope is the user's own;
add `speaks` where a scope or a mark is shared. The scope decides before the marks, and within each the
order of `DIALECTS`. Messages may be given in any form that `messages.as_messages` reads; arguments
and results of any kind of step go to `semconv.TOOL_ARGUMENTS` / `TOOL_RESULT` for tools and to
`semconv.INPUT_VALUE` / `OUTPUT_VALUE` otherwise; `semconv.OPERATION` or `Translation.kind` says what
kind of step it is. A span that no dialect claims is read by the conventions (`gen_ai`) if it has
any of their keys, by likely names (`unnamed`) if it has any of those, else as plain plumbing (`plain`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from otel_bridge.dialects import (
    anthropic_sdk,
    frameworks,
    gen_ai,
    indexed_gen_ai,
    langfuse,
    langsmith,
    mlflow,
    openinference,
    openlit,
    plain,
    traceloop,
    unnamed,
    vector_stores,
)
from otel_bridge.dialects.dialect import Dialect
from otel_bridge.record import SpanRecord

DIALECTS: Final[tuple[Dialect, ...]] = (
    gen_ai.DIALECT,
    openinference.DIALECT,
    traceloop.DIALECT,
    langsmith.DIALECT,
    langfuse.DIALECT,
    mlflow.DIALECT,
    openlit.DIALECT,
    anthropic_sdk.DIALECT,
    *frameworks.DIALECTS,
    vector_stores.DIALECT,
    indexed_gen_ai.DIALECT,
)

_EXACT: Final = {
    scope: tuple(dialect for dialect in DIALECTS if scope in dialect.scopes)
    for scope in {scope for dialect in DIALECTS for scope in dialect.scopes}
}
_PREFIXES: Final = tuple(
    (scope[:-1], dialect) for dialect in DIALECTS for scope in dialect.scopes if scope.endswith("*")
)


def _by_mark() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for rank, dialect in enumerate(DIALECTS):
        for mark in dialect.marks:
            found[mark] = (*found.get(mark, ()), rank)
    return found


_MARKS: Final = _by_mark()


def find_dialect(record: SpanRecord) -> Dialect:
    """Return the dialect that the span is written in: the conventions, or none at all, where no other claims it."""
    for dialect in _of_scope(record.scope_name):
        if dialect.speaks(record):
            return dialect
    ranks = {rank for key in record.attributes if key in _MARKS for rank in _MARKS[key]}
    for rank in sorted(ranks):
        if DIALECTS[rank].speaks(record):
            return DIALECTS[rank]
    if gen_ai.speaks(record):
        return gen_ai.DIALECT
    return unnamed.DIALECT if unnamed.speaks(record) else plain.DIALECT


@lru_cache(maxsize=1024)
def _of_scope(scope: str) -> tuple[Dialect, ...]:
    """Return the dialects of a scope; remembered, as a program has few scopes and many spans."""
    exact = _EXACT.get(scope, ())
    return exact + tuple(dialect for prefix, dialect in _PREFIXES if scope.startswith(prefix))
