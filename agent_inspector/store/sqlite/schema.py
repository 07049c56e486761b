"""The tables, and how an older file becomes a present one: migrations are appended, never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from agent_inspector.errors import StoreTooNew, StoreUnavailable

APPLICATION_ID: Final = 0x41674E73
"""`AgNs` in the file's header: what tells our files from any other SQLite database."""

_TERMS: Final = """
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    text BLOB NOT NULL
)"""
_PROCESSES: Final = """
CREATE TABLE processes (
    id INTEGER PRIMARY KEY,
    process_id TEXT NOT NULL UNIQUE,
    pid INTEGER,
    host TEXT,
    boot TEXT,
    started_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL,
    ended_ns INTEGER,
    losses TEXT NOT NULL DEFAULT '{}'
)"""
_RESOURCES: Final = """
CREATE TABLE resources (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    body BLOB NOT NULL
)"""
_REVISION: Final = """
CREATE TABLE revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
)"""
_RUNS: Final = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    trace_id BLOB NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    process INTEGER REFERENCES processes (id),
    created_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_rank INTEGER NOT NULL,
    head_span_id BLOB NOT NULL,
    name INTEGER NOT NULL REFERENCES terms (id),
    agent_type INTEGER REFERENCES terms (id),
    user INTEGER REFERENCES terms (id),
    session INTEGER REFERENCES terms (id),
    status TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER,
    step_count INTEGER NOT NULL DEFAULT 0,
    llm_calls INTEGER NOT NULL DEFAULT 0,
    tool_calls INTEGER NOT NULL DEFAULT 0,
    error_count INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    input_known INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    output_known INTEGER NOT NULL DEFAULT 0,
    cached_input_tokens INTEGER NOT NULL DEFAULT 0,
    cached_input_known INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_known INTEGER NOT NULL DEFAULT 0,
    reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    reasoning_known INTEGER NOT NULL DEFAULT 0,
    cost_nano_usd INTEGER NOT NULL DEFAULT 0,
    cost_known INTEGER NOT NULL DEFAULT 0
)"""
_RUN_FACETS: Final = """
CREATE TABLE run_facets (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    facet TEXT NOT NULL,
    term INTEGER NOT NULL REFERENCES terms (id),
    spans INTEGER NOT NULL,
    PRIMARY KEY (run, facet, term)
) WITHOUT ROWID"""
_SPANS: Final = """
CREATE TABLE spans (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    span_id BLOB NOT NULL,
    parent_id BLOB,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER,
    process INTEGER REFERENCES processes (id),
    kind TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    instant INTEGER NOT NULL,
    framework INTEGER NOT NULL,
    agent INTEGER REFERENCES terms (id),
    model INTEGER REFERENCES terms (id),
    provider INTEGER REFERENCES terms (id),
    tool INTEGER REFERENCES terms (id),
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_nano_usd INTEGER,
    counts_usage INTEGER NOT NULL DEFAULT 0,
    counts_error INTEGER NOT NULL DEFAULT 0,
    counts_call INTEGER NOT NULL DEFAULT 0,
    facts BLOB NOT NULL
)"""
_BODIES: Final = """
CREATE TABLE bodies (
    span INTEGER PRIMARY KEY REFERENCES spans (id) ON DELETE CASCADE,
    resource INTEGER NOT NULL REFERENCES resources (id),
    body BLOB NOT NULL
)"""
_SEARCH_TEXTS: Final = """
CREATE TABLE search_texts (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    span INTEGER NOT NULL,
    PRIMARY KEY (run, hash)
) WITHOUT ROWID"""
_SEARCH_UNINDEXED: Final = """
CREATE TABLE search_unindexed (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE
)"""
_UPKEEP: Final = """
CREATE TABLE upkeep (
    name TEXT PRIMARY KEY,
    done_ns INTEGER NOT NULL
) WITHOUT ROWID"""
_LOGS: Final = """
CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    owner BLOB,
    session BLOB,
    time_ns INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    waits INTEGER NOT NULL,
    kept_ns INTEGER NOT NULL,
    body BLOB NOT NULL
)"""
_LOGS_GO_WITH_RUN: Final = """
CREATE TRIGGER logs_go_with_run AFTER DELETE ON runs
BEGIN
    DELETE FROM logs WHERE owner = OLD.trace_id;
END"""
_SEGMENTS: Final = """
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    scope INTEGER NOT NULL,
    first INTEGER NOT NULL,
    body BLOB NOT NULL
)"""
_JUDGEMENTS: Final = """
CREATE TABLE judgements (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    rules TEXT NOT NULL,
    judged_ns INTEGER NOT NULL,
    took_ns INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    body BLOB NOT NULL
)"""
_FINDINGS: Final = """
CREATE TABLE findings (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    class TEXT NOT NULL,
    severity TEXT NOT NULL,
    span_id BLOB NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID"""
_USAGE_HOURS: Final = """
CREATE TABLE usage_hours (
    hour INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    body BLOB NOT NULL
)"""
_OUTLINES: Final = """
CREATE TABLE outlines (
    run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    version TEXT NOT NULL,
    body BLOB NOT NULL
)"""
_JOINED_TRACES: Final = """
CREATE TABLE joined_traces (
    trace_id BLOB PRIMARY KEY,
    run_trace BLOB NOT NULL,
    parent_id BLOB NOT NULL
) WITHOUT ROWID"""
_JOINED_GO_WITH_RUN: Final = """
CREATE TRIGGER joined_traces_go_with_run AFTER DELETE ON runs
BEGIN
    DELETE FROM joined_traces WHERE run_trace = OLD.trace_id;
END"""

MIGRATIONS: Final[Sequence[Sequence[str]]] = (
    (
        f"PRAGMA application_id = {APPLICATION_ID}",
        _TERMS,
        _PROCESSES,
        _RESOURCES,
        _REVISION,
        "INSERT INTO revision (id, value) VALUES (1, 0)",
        _RUNS,
        _RUN_FACETS,
        _SPANS,
        _BODIES,
        "CREATE INDEX terms_by_kind ON terms (kind)",
        "CREATE INDEX processes_alive ON processes (seen_ns) WHERE ended_ns IS NULL",
        "CREATE INDEX runs_by_start ON runs (start_ns)",
        "CREATE INDEX runs_by_status ON runs (status, start_ns)",
        "CREATE INDEX runs_by_user ON runs (user, start_ns) WHERE user IS NOT NULL",
        "CREATE INDEX runs_by_session ON runs (session, start_ns) WHERE session IS NOT NULL",
        "CREATE INDEX runs_by_revision ON runs (revision)",
        "CREATE UNIQUE INDEX spans_by_id ON spans (span_id, run)",
        "CREATE INDEX spans_by_start ON spans (run, start_ns)",
        "CREATE INDEX spans_by_parent ON spans (run, parent_id)",
        "CREATE INDEX spans_open ON spans (run, start_ns) WHERE end_ns IS NULL",
    ),
    (
        _SEARCH_TEXTS,
        _SEARCH_UNINDEXED,
        _UPKEEP,
        "CREATE INDEX search_texts_by_span ON search_texts (span)",
        "CREATE INDEX bodies_by_resource ON bodies (resource)",
        "INSERT INTO search_unindexed (run) SELECT id FROM runs",
    ),
    (
        "ALTER TABLE spans ADD COLUMN is_priced INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX spans_unpriced ON spans (kind) WHERE is_priced = 0 AND cost_nano_usd IS NULL"
        " AND model IS NOT NULL AND kind IN ('llm', 'embedding')",
    ),
    (
        _LOGS,
        _LOGS_GO_WITH_RUN,
        "CREATE INDEX logs_by_owner ON logs (owner, time_ns) WHERE owner IS NOT NULL",
        "CREATE INDEX logs_by_session ON logs (session, time_ns) WHERE session IS NOT NULL",
        "CREATE INDEX logs_waiting ON logs (kept_ns) WHERE waits = 1",
        "ALTER TABLE runs ADD COLUMN last_end_ns INTEGER",
        "ALTER TABLE spans ADD COLUMN scope INTEGER",
        "ALTER TABLE spans ADD COLUMN origin INTEGER",
        "ALTER TABLE spans ADD COLUMN response INTEGER",
        "ALTER TABLE spans ADD COLUMN weight INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE spans ADD COLUMN tells INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE spans ADD COLUMN told_by INTEGER",
        "ALTER TABLE spans ADD COLUMN folded INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE spans ADD COLUMN counts_tool INTEGER NOT NULL DEFAULT 0",
        "UPDATE spans SET counts_tool = 1 WHERE kind = 'tool'",
        "CREATE INDEX spans_calls ON spans (origin, scope, start_ns) WHERE kind = 'llm' AND framework = 0",
        "CREATE INDEX spans_by_response ON spans (response, scope, start_ns) WHERE response IS NOT NULL",
        "CREATE INDEX spans_telling ON spans (run) WHERE tells = 1",
    ),
    (
        _SEGMENTS,
        "CREATE UNIQUE INDEX segments_by_first ON segments (run, scope, first)",
    ),
    (
        _JUDGEMENTS,
        _FINDINGS,
        "ALTER TABLE runs ADD COLUMN judged INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX runs_unjudged ON runs (start_ns) WHERE judged <> revision",
        "CREATE INDEX judgements_changed ON judgements (changed)",
        "CREATE INDEX findings_by_class ON findings (class, run)",
    ),
    (
        "ALTER TABLE spans ADD COLUMN said INTEGER",
        "CREATE INDEX spans_calls_of_run ON spans (run, scope, start_ns) WHERE kind = 'llm' AND framework = 0",
    ),
    (
        _USAGE_HOURS,
        "CREATE INDEX runs_by_start_and_revision ON runs (start_ns, revision)",
    ),
    (_OUTLINES,),
    # A text's note is found by its run and hash; to find it by its span took as many bytes as all notes.
    ("DROP INDEX search_texts_by_span",),
    (
        _JOINED_TRACES,
        _JOINED_GO_WITH_RUN,
        "CREATE INDEX joined_traces_by_run ON joined_traces (run_trace)",
    ),
    (
        "ALTER TABLE runs ADD COLUMN works INTEGER NOT NULL DEFAULT 1",
        "UPDATE runs SET works = 0 WHERE llm_calls = 0 AND tool_calls = 0 AND NOT EXISTS (SELECT 1 FROM spans AS s"
        " WHERE s.run = runs.id AND s.framework = 0 AND (s.type <> 'agent_spawn' OR s.status = 'failed'))",
        "CREATE INDEX runs_by_work ON runs (works, start_ns)",
    ),
)
"""What brings a file from version n to n + 1; the version is `PRAGMA user_version`."""

_VERSION: Final = "PRAGMA user_version"
_APPLICATION: Final = "PRAGMA application_id"
_COUNT_TABLES: Final = "SELECT COUNT(*) FROM sqlite_master"
_BEGIN: Final = "BEGIN IMMEDIATE"


def check(connection: sqlite3.Connection, path: str) -> None:
    """Refuse a file that this version must not touch.

    Raises:
        StoreTooNew: a newer version wrote it.
        StoreUnavailable: it is the database of another program.
    """
    version, application = _number(connection, _VERSION), _number(connection, _APPLICATION)
    if application == APPLICATION_ID and version > len(MIGRATIONS):
        raise StoreTooNew(
            f"The store at {path} was written by a newer version of Agent Inspector"
            f" (format {version}, this one knows {len(MIGRATIONS)}); upgrade, or set TRACE_DB_PATH."
        )
    if application != APPLICATION_ID and (version or _number(connection, _COUNT_TABLES)):
        raise StoreUnavailable(
            f"The file at {path} is the database of another program; set TRACE_DB_PATH to another file."
        )


def is_foreign(connection: sqlite3.Connection) -> bool:
    """Whether the file is not, or not yet, a store of ours."""
    return _number(connection, _APPLICATION) != APPLICATION_ID


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the file needs no migration."""
    return _number(connection, _VERSION) == len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the file to the present version; of several processes that try at once, one does it."""
    connection.execute(_BEGIN)
    try:
        check(connection, path)
        for statements in MIGRATIONS[_number(connection, _VERSION) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _number(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])
