"""`agent-inspector export`: runs with everything that was recorded, in formats for programs and for people."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO, Final, cast

import typer

from agent_inspector.cli.progress import progress_bar
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say_json, size, visible
from agent_inspector.errors import InspectorError
from agent_inspector.model import RunFilter
from agent_inspector.query import check_soundness, list_runs
from agent_inspector.query.exports import FORMATS, ExportFormat, export_parts
from agent_inspector.store import SpanStore

_FORMATS: Final = " | ".join(FORMATS)
_JSON_FORMATS: Final = ("json", "otlp")
_PAGE_RUNS: Final = 100
_ALL_RUNS: Final = 2**31


def _known_format(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"'{text}' is not one of {', '.join(FORMATS)}.")
    return text


def export(  # noqa: PLR0913 (each is an option of the command)
    run_id: Annotated[
        str | None, typer.Argument(help="Id of the run, or its first digits.", show_default=False)
    ] = None,
    all_runs: Annotated[bool, typer.Option("--all", help="Export all runs, newest first.")] = False,
    form: Annotated[
        str, typer.Option("--format", "-f", callback=_known_format, help=f"{_FORMATS}.")
    ] = "json",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many runs, with --all; without it, really all.")
    ] = None,
    skip_damaged: Annotated[
        bool,
        typer.Option("--skip-damaged", help="With --all: leave out runs that cannot be read, and name them."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the terminal."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON, for programs: the runs, or with --output what was written."),
    ] = False,
) -> None:
    """Write one run, or all, with everything that was recorded.

    As json: {"run", "timeline"}, or with --all {"runs": [those], "total"}. As otlp: every attribute, exactly.
    As md or html: to read, the page without any script. A file is for you alone to read.

    Exit code: 0 done, also when damaged runs were left out as asked; 1 it could not be done, and no file was left.
    """
    if (run_id is None) == (not all_runs):
        raise typer.BadParameter("give the id of one run, or --all.")
    if skip_damaged and not all_runs:
        raise typer.BadParameter("--skip-damaged goes with --all.")
    if as_json and output is None and form not in _JSON_FORMATS:
        raise typer.BadParameter(f"--json goes with --output, or with --format {' or '.join(_JSON_FORMATS)}.")
    with opened_store() as store, _opened(output) as stream:
        if run_id is not None:
            _write(stream, export_parts(store, [run_id], cast("ExportFormat", form)))
        else:
            run_ids, total = _whole(store) if skip_damaged else _newest(store)
            _write_all(store, run_ids, total if limit is None else min(total, limit), form, stream)
    if output is None:
        return
    written = output.stat().st_size
    if as_json:
        say_json({"path": str(output.absolute()), "format": form, "bytes": written})
    else:
        typer.echo(f"Wrote {visible(str(output))} ({size(written)}).", err=True)


def _write_all(store: SpanStore, run_ids: Iterable[str], total: int, form: str, stream: BinaryIO) -> None:
    """Write run by run, so that memory holds only a few steps."""
    done = 0
    with progress_bar("Exporting") as progress:

        def count_run() -> None:
            nonlocal done
            done += 1
            progress(done, total)

        chosen = islice(run_ids, total)
        parts = export_parts(store, chosen, cast("ExportFormat", form), is_list=True, on_run=count_run)
        _write(stream, parts)


def _whole(store: SpanStore) -> tuple[Sequence[str], int]:
    """Return the runs that can be read, newest first, and how many; name the others on the error stream."""
    with progress_bar("Checking") as progress:
        damaged = {run.run_id for run in check_soundness(store, progress).damaged}
    for run_id in sorted(damaged):
        typer.echo(f"agent-inspector: Run {run_id} is damaged and left out.", err=True)
    rows = [store.read_run(run_id) for run_id in store.find_traces("", _ALL_RUNS) if run_id not in damaged]
    starts = sorted(((row.start_ns, row.trace_id) for row in rows if row is not None), reverse=True)
    return [run_id for _, run_id in starts], len(starts)


def _write(stream: BinaryIO, parts: Iterator[bytes]) -> None:
    for part in parts:
        stream.write(part)


def _newest(store: SpanStore) -> tuple[Iterable[str], int]:
    """Return all runs, newest first, and how many; those that come meanwhile are left out."""
    first = list_runs(store, RunFilter(), limit=_PAGE_RUNS)

    def run_ids() -> Iterator[str]:
        page = first
        while True:
            yield from (run.id for run in page.runs)
            if page.next_cursor is None:
                return
            page = list_runs(store, RunFilter(), limit=_PAGE_RUNS, cursor=page.next_cursor)

    return run_ids(), first.total


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
