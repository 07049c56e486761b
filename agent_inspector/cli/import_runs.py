"""`agent-inspector import`: runs of a file into the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.terminal import say, say_json
from agent_inspector.config import TraceConfig, get_config
from agent_inspector.pipeline import make_redactor
from agent_inspector.query.imports import read_import
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanRecord

_BATCH: Final = 500


def import_runs(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `export` wrote, or OTLP JSON.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Read runs from a file into the store.

    It takes what `export` writes as json or otlp, the exports of the original Agent Inspector, and OTLP JSON of
    any tool, also one request a line. The file is checked as a whole first, and redacted as if it were recorded
    now. Runs that are in the store already stay as they are.

    Exit code: 0 done; 1 the file is refused, and nothing was stored.
    """
    records = read_import(path)
    config = get_config()
    store = open_store(config)
    try:
        known = {
            trace_id for trace_id in {record.trace_id for record in records} if store.find_traces(trace_id)
        }
        fresh = [record for record in records if record.trace_id not in known]
        _store(store, config, fresh)
    finally:
        store.close()
    imported = len({record.trace_id for record in fresh})
    if as_json:
        say_json({"runs": imported, "steps": len(fresh), "already_there": sorted(known)})
        return
    say(f"Imported {imported:,} runs with {len(fresh):,} steps.")
    if known:
        say(
            f"{len(known):,} runs are in the store already and stay as they are; delete them first to replace them."
        )


def _store(store: SpanStore, config: TraceConfig, records: Sequence[SpanRecord]) -> None:
    redact = make_redactor(config)
    with progress_bar("Importing") as progress:
        for start in range(0, len(records), _BATCH):
            store.write([redact(record) for record in records[start : start + _BATCH]])
            progress(min(start + _BATCH, len(records)), len(records))
