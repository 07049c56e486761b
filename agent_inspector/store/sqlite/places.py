"""Places: the part of a SqliteStore that knows which traces are kept as steps of the run of another one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from agent_inspector.store.rows import Place
from agent_inspector.store.sqlite.connections import Connections

_ANY: Final = "SELECT EXISTS (SELECT 1 FROM joined_traces)"
_READ: Final = """
SELECT trace_id, run_trace, parent_id FROM joined_traces WHERE trace_id IN (SELECT UNHEX_ID(value) FROM json_each(?))"""
_KEEP: Final = "INSERT OR REPLACE INTO joined_traces (trace_id, run_trace, parent_id) VALUES (?, ?, ?)"
_FOLLOW: Final = "UPDATE joined_traces SET run_trace = ? WHERE run_trace = ?"
_BEGIN: Final = "BEGIN IMMEDIATE"
_COMMIT: Final = "COMMIT"


class Places:
    """Reads and keeps places through the store's connections."""

    _connections: Connections
    _record: Callable[[Callable[[sqlite3.Connection], None]], None]

    def read_places(self, trace_ids: Iterable[str]) -> Mapping[str, Place]:
        with self._connections.lend() as connection:
            if not connection.execute(_ANY).fetchone()[0]:
                return {}
            connection.create_function("UNHEX_ID", 1, bytes.fromhex, deterministic=True)
            rows = connection.execute(_READ, (json.dumps(list(trace_ids)),)).fetchall()
        return {row["trace_id"].hex(): Place(row["run_trace"].hex(), row["parent_id"].hex()) for row in rows}

    def keep_places(self, places: Mapping[str, Place]) -> None:
        def keep(connection: sqlite3.Connection) -> None:
            connection.execute(_BEGIN)
            for trace_id, place in places.items():
                trace, run = bytes.fromhex(trace_id), bytes.fromhex(place.run_id)
                connection.execute(_FOLLOW, (run, trace))
                connection.execute(_KEEP, (trace, run, bytes.fromhex(place.parent_id)))
            connection.execute(_COMMIT)

        self._record(keep)
