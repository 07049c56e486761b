"""Search: steps by what was said in them, and by what is known of them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import astuple

from agent_inspector.model import SearchHit, SearchPage, SearchWay, StepFilter
from agent_inspector.query.cursor import QueryError
from agent_inspector.query.steps import to_step
from agent_inspector.store import SearchPlace, SearchSelection, SpanStore, ask
from agent_inspector.store.search import FoundSpan, SearchResult


def search(
    store: SpanStore,
    text: str,
    matching: StepFilter | None = None,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> SearchPage:
    """Return steps that hold every word of the text, newest first; `"words in quotes"` have to stand as they are.

    A word counts where it begins one, whatever the case. Without a text, the filter alone decides. A text of
    signs alone finds nothing, and the page says so.
    Prompts, answers, arguments, results and errors are searched, as they were redacted.

    Raises:
        QueryError: the cursor is not usable.
        KeyMissing: content that has to be read is encrypted with a key that is not at hand.
    """
    question = ask(text)
    after = _read_cursor(cursor) if cursor else None
    if text.strip() and not question.words:
        return SearchPage(hits=(), way="no words", scanned_steps=0, next_cursor=None)
    selection = SearchSelection(
        question=question,
        matching=matching or StepFilter(),
        after=after,
        limit=limit,
    )
    result = store.search(selection)
    found = [_to_hit(store, span) for span in result.found]
    return SearchPage(
        hits=[hit for hit in found if hit is not None],
        way=_way_of(result, has_words=bool(question.words)),
        scanned_steps=result.scanned,
        next_cursor=_write_cursor(result.next) if result.next else None,
    )


def _to_hit(store: SpanStore, span: FoundSpan) -> SearchHit | None:
    run, row = store.read_run(span.trace_id), store.read_span(span.trace_id, span.span_id)
    if run is None or row is None:  # deleted meanwhile
        return None
    return SearchHit(span.trace_id, run.name, to_step(row), span.snippet)


def _way_of(result: SearchResult, *, has_words: bool) -> SearchWay:
    if not has_words:
        return "columns"
    if not result.used_index:
        return "scan"
    return "index and scan" if result.scanned else "index"


def _write_cursor(place: SearchPlace) -> str:
    content = json.dumps(astuple(place), separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode("ascii").rstrip("=")


def _read_cursor(cursor: str) -> SearchPlace:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        phase, *numbers = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        first, second, passed = numbers
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise _bad_cursor() from None
    if phase not in ("index", "scan") or not all(_is_number(number) for number in numbers):
        raise _bad_cursor()
    return SearchPlace(phase, first, second, passed)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -1 <= value < 2**63 - 1


def _bad_cursor() -> QueryError:
    return QueryError("The cursor is not one that a search gave; start again without it.")
