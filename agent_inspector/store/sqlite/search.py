"""Search: spans by the words of their content: from the index where there is one, else by reading, newest first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from typing import Final

from agent_inspector.store.search import DONE, FoundSpan, SearchPlace, SearchResult, SearchSelection
from agent_inspector.store.search_text import answers, hash_of, snippet_of, texts_of
from agent_inspector.store.sqlite import search_index
from agent_inspector.store.sqlite.search_filters import Conditions, conditions
from agent_inspector.store.sqlite.search_index import SearchIndex
from agent_inspector.store.sqlite.span_rows import SpanReader
from agent_inspector.store.sqlite.terms import Terms
from otel_bridge.record import SpanRecord

_JOINS: Final = "JOIN runs AS r ON r.id = s.run LEFT JOIN processes AS p ON p.id = s.process"
_BY_WORDS: Final = f"""
SELECT s.id, s.run, s.span_id, r.trace_id
FROM search_words AS w CROSS JOIN spans AS s ON s.id = w.rowid {_JOINS}
WHERE w.search_words MATCH :words AND w.rowid < :before"""
_BY_COLUMNS: Final = f"SELECT s.id, s.span_id, r.trace_id FROM spans AS s {_JOINS} WHERE s.id < :before"
_NEWEST_FIRST: Final = "ORDER BY {number} DESC"
_UNCOVERED_OF_FEW: Final = """
SELECT r.id, r.trace_id, r.start_ns, u.run IS NULL AS is_indexed
FROM (SELECT run AS id FROM search_unindexed UNION SELECT run FROM spans WHERE end_ns IS NULL) AS c
CROSS JOIN runs AS r ON r.id = c.id LEFT JOIN search_unindexed AS u ON u.run = r.id
WHERE (r.start_ns, r.id) < (:start_ns, :run)
ORDER BY r.start_ns DESC, r.id DESC LIMIT 100"""
_COUNT_UNINDEXED: Final = "SELECT COUNT(*) FROM search_unindexed"
_FEW: Final = 1_000
"""Where more runs than this have no index, looking at all runs in order is faster than sorting those."""
_UNCOVERED: Final = """
SELECT r.id, r.trace_id, r.start_ns, u.run IS NULL AS is_indexed
FROM runs AS r LEFT JOIN search_unindexed AS u ON u.run = r.id
WHERE (r.start_ns, r.id) < (:start_ns, :run)
AND (u.run IS NOT NULL OR EXISTS (SELECT 1 FROM spans AS o WHERE o.run = r.id AND o.end_ns IS NULL))
ORDER BY r.start_ns DESC, r.id DESC LIMIT 100"""
_SPANS_OF_RUN: Final = f"""
SELECT s.span_id, s.end_ns, ({{conditions}}) AS fits FROM spans AS s {_JOINS} WHERE s.run = :run_id
ORDER BY s.start_ns, s.id"""
_OPEN_OF_RUN: Final = f"""
SELECT s.span_id, ({{conditions}}) AS fits FROM spans AS s {_JOINS} WHERE s.run = :run_id AND s.end_ns IS NULL"""
_BEGINNING: Final = 2**63 - 1
_PAGE: Final = 200


class Search:
    """One page of one search."""

    def __init__(
        self, connection: sqlite3.Connection, spans: SpanReader, terms: Terms, selection: SearchSelection
    ) -> None:
        self._connection = connection
        self._spans = spans
        self._index = SearchIndex(spans, is_on=False)
        self._selection = selection
        self._conditions: Conditions = conditions(connection, selection.matching, terms, spans.codec)
        self._found: list[FoundSpan] = []
        self._scanned = 0
        self._stop_at = time.monotonic() + selection.most_seconds

    def run(self) -> SearchResult:
        """Search until the page is full, everything has been looked at, or it has been work enough."""
        after = self._selection.after
        used_index = place = None
        if after is None or after.phase == "index":
            used_index = bool(self._selection.question.words) and search_index.exists(self._connection)
            place = self._ask_index(after.first if after else _BEGINNING, by_words=used_index)
            after = None
        if place is None and self._selection.question.words:
            place = self._scan(after)
        return SearchResult(self._found, bool(used_index), self._scanned, place)

    def _ask_index(self, before: int, *, by_words: bool) -> SearchPlace | None:
        """Collect hits that the index, or without words the columns, name; return where to go on, if there is more."""
        if self._selection.question.words and not by_words:
            return None
        where, parameters = self._conditions
        statement, number = (_BY_WORDS, "w.rowid") if by_words else (_BY_COLUMNS, "s.id")
        parameters = parameters | {"before": before, "words": self._match()}
        rows = self._connection.execute(
            f"{statement} AND {where} {_NEWEST_FIRST.format(number=number)}", parameters
        )
        for row in rows:
            self._confirm(row, by_words=by_words)
            if len(self._found) >= self._selection.limit or time.monotonic() > self._stop_at:
                return SearchPlace("index", row["id"])
        return None

    def _match(self) -> str:
        return " AND ".join(f'"{word}" *' for word in self._selection.question.words)

    def _confirm(self, row: sqlite3.Row, *, by_words: bool) -> None:
        """Keep a span that the index names if its texts hold what is searched for."""
        trace_id, span_id = row["trace_id"].hex(), row["span_id"].hex()
        if not by_words:
            self._found.append(FoundSpan(trace_id, span_id, ""))
            return
        texts = self._index.texts(self._connection, row)
        if answers(texts, self._selection.question):
            self._found.append(FoundSpan(trace_id, span_id, snippet_of(texts, self._selection.question)))

    def _scan(self, after: SearchPlace | None) -> SearchPlace | None:
        """Collect hits by reading the runs that the index does not cover, newest first."""
        for run in self._uncovered(after):
            is_same = after is not None and (run["start_ns"], run["id"]) == (after.first, after.second)
            passed = self._scan_run(run, after.passed if after and is_same else 0)
            is_enough = self._scanned >= self._selection.most_scanned or time.monotonic() > self._stop_at
            if passed != DONE or is_enough:
                return SearchPlace("scan", run["start_ns"], run["id"], passed)
        return None

    def _uncovered(self, after: SearchPlace | None) -> Iterator[sqlite3.Row]:
        start_ns, run = (after.first, after.second) if after else (_BEGINNING, _BEGINNING)
        if after and after.passed != DONE:
            run = min(run + 1, _BEGINNING)  # the run itself, once more
        few = self._connection.execute(_COUNT_UNINDEXED).fetchone()[0] <= _FEW
        while True:
            place = {"start_ns": start_ns, "run": run}
            rows = self._connection.execute(_UNCOVERED_OF_FEW if few else _UNCOVERED, place).fetchall()
            yield from rows
            if not rows:
                return
            start_ns, run = rows[-1]["start_ns"], rows[-1]["id"]

    def _scan_run(self, run: sqlite3.Row, passed: int) -> int:
        """Collect the hits of a run but for those already given; return how many are given now, or DONE."""
        for number, hit in enumerate(self._hits(run)):
            if number < passed:
                continue
            if len(self._found) >= self._selection.limit:
                return number
            self._found.append(hit)
        return DONE

    def _hits(self, run: sqlite3.Row) -> Iterator[FoundSpan]:
        """Read a run in order. A text counts for the span that brought it, as in the index."""
        if run["is_indexed"] and not self._is_open_step_meant(run):
            return
        where, parameters = self._conditions
        statement = _SPANS_OF_RUN.format(conditions=where)
        rows = self._connection.execute(statement, parameters | {"run_id": run["id"]}).fetchall()
        if not any(row["fits"] for row in rows):
            return
        trace_id, seen = run["trace_id"].hex(), set[bytes]()
        for start in range(0, len(rows), _PAGE):
            page = rows[start : start + _PAGE]
            records = self._spans.read_records(
                self._connection, trace_id, [row["span_id"].hex() for row in page]
            )
            for row in page:
                fresh = self._fresh_texts(records.get(row["span_id"].hex()), seen)
                is_wanted = row["fits"] and not (run["is_indexed"] and row["end_ns"] is not None)
                if is_wanted and answers(fresh, self._selection.question):
                    snippet = snippet_of(fresh, self._selection.question)
                    yield FoundSpan(trace_id, row["span_id"].hex(), snippet)

    def _is_open_step_meant(self, run: sqlite3.Row) -> bool:
        """Whether a step that goes on, which the index does not have, may be a hit: whose text it is, all steps tell."""
        where, parameters = self._conditions
        statement = _OPEN_OF_RUN.format(conditions=where)
        rows = self._connection.execute(statement, parameters | {"run_id": run["id"]}).fetchall()
        span_ids = [row["span_id"].hex() for row in rows if row["fits"]]
        records = self._spans.read_records(self._connection, run["trace_id"].hex(), span_ids)
        self._scanned += len(records)
        return any(answers(texts_of(record).all(), self._selection.question) for record in records.values())

    def _fresh_texts(self, record: SpanRecord | None, seen: set[bytes]) -> list[str]:
        """Return the texts that count for a span, given the hashes of all texts of its run before it."""
        if record is None:
            return []
        self._scanned += 1
        texts = texts_of(record)
        fresh = texts.fresh(seen)
        seen.update(hash_of(text) for text in texts.all())
        return fresh
