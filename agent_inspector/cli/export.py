"""`agent-inspector export`: runs with everything that was recorded, as JSON."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import size
from agent_inspector.errors import InspectorError
from agent_inspector.json_text import to_json
from agent_inspector.model import RunFilter
from agent_inspector.query import export_run, list_runs
from agent_inspector.store import SpanStore


def export(
    run_id: Annotated[
        str | None, typer.Argument(help="Id of the run, or its first digits.", show_default=False)
    ] = None,
    all_runs: Annotated[bool, typer.Option("--all", help="Export all runs, newest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many runs, with --all.")] = 1000,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the terminal."),
    ] = None,
) -> None:
    """Write one run, or all, as JSON: {"run", "timeline"}, or {"runs": [those], "total"}.

    The file holds what your agents read and wrote, so only you may read it.
    """
    if (run_id is None) == (not all_runs):
        raise typer.BadParameter("give the id of one run, or --all.")
    with opened_store() as store, _opened(output) as stream:
        if run_id is not None:
            stream.write(to_json(export_run(store, run_id), indent=True) + b"\n")
        else:
            _write_all(store, limit, stream)
    if output is not None:
        typer.echo(f"Wrote {output} ({size(output.stat().st_size)}).", err=True)


def _write_all(store: SpanStore, limit: int, stream: BinaryIO) -> None:
    """Write run by run, so that memory holds only one."""
    stream.write(b'{"runs": [')
    count = 0
    for run_id in _newest(store, limit):
        stream.write(b",\n" if count else b"\n")
        stream.write(to_json(export_run(store, run_id), indent=True))
        count += 1
    stream.write(b'\n], "total": %d}\n' % count)


def _newest(store: SpanStore, limit: int) -> Iterator[str]:
    cursor: str | None = None
    while limit > 0:
        page = list_runs(store, RunFilter(), limit=min(limit, 100), cursor=cursor)
        yield from (run.id for run in page.runs)
        limit -= len(page.runs)
        cursor = page.next_cursor
        if cursor is None:
            return


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open the output. A file appears under its name only when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.exists() and not output.is_file():  # a device or a pipe
        with output.open("wb") as stream:
            yield stream
        return
    try:
        descriptor, partial = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")  # mode 0600
    except OSError as error:
        raise InspectorError(f"The file {output} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        Path(partial).replace(output)
    finally:
        Path(partial).unlink(missing_ok=True)
