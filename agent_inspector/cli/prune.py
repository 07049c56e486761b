"""`agent-inspector prune`: old runs removed, by age and by the size of the store."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from agent_inspector.cli.changing import changed_store
from agent_inspector.cli.logs import LogLevel, log_to_terminal
from agent_inspector.cli.progress import counter
from agent_inspector.cli.reading import opened_store
from agent_inspector.cli.terminal import say, say_json, size
from agent_inspector.config import get_config
from agent_inspector.store import PruneReport, RetentionLimits
from agent_inspector.store.retention import limits_of, older_than


def prune(  # noqa: PLR0913 (each is an option of the command)
    retention_days: Annotated[
        int | None,
        typer.Option(
            min=0, help="Remove runs that ended longer ago; without it TRACE_RETENTION_DAYS, else 30."
        ),
    ] = None,
    retention_max_bytes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Remove the oldest runs until the rest fits; without it TRACE_RETENTION_MAX_BYTES, else no limit.",
        ),
    ] = None,
    vacuum: Annotated[bool, typer.Option("--vacuum", help="Give the space back to the disk.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    log_level: Annotated[
        LogLevel, typer.Option(case_sensitive=False, help="How much to log to the error stream.")
    ] = LogLevel.WARNING,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Remove old runs, oldest first and never a running one.

    Programs may go on recording meanwhile. The server does this by itself, every hour.

    Exit code: 0 done, also when there was nothing to remove; 1 it could not be done.
    """
    log_to_terminal(log_level.value)
    limits = _limits(retention_days, retention_max_bytes)
    files_bytes = None
    if dry_run:
        with opened_store() as store:
            report = store.prune(limits, dry_run=True)
    else:
        with changed_store() as store:
            with counter("Removed") as progress:
                report = store.prune(limits, progress=progress)
            if report.run_ids:
                store.sweep()
            files_bytes = store.vacuum().bytes_after if vacuum else None
    if as_json:
        say_json(_as_dict(report, dry_run, files_bytes))
    else:
        _print(report, dry_run, files_bytes)


def _limits(days: int | None, max_bytes: int | None) -> RetentionLimits:
    limits = replace(limits_of(get_config()), stored_before_ns=None)
    if days is not None:
        limits = replace(limits, ended_before_ns=older_than(days))
    return limits if max_bytes is None else replace(limits, max_bytes=max_bytes)


def _as_dict(report: PruneReport, dry_run: bool, files_bytes: int | None) -> dict[str, object]:
    return {
        "runs": len(report.run_ids),
        "steps": report.steps,
        "run_ids": report.run_ids,
        "bytes_before": report.bytes_before,
        "bytes_after": report.bytes_after,
        "fits": report.fits,
        "dry_run": dry_run,
        "db_size_bytes": files_bytes,
    }


def _print(report: PruneReport, dry_run: bool, files_bytes: int | None) -> None:
    done = "Would remove" if dry_run else "Removed"
    say(f"{done} {len(report.run_ids):,} runs with {report.steps:,} steps.")
    roughly = "about " if dry_run and report.run_ids else ""
    say(f"Content: {size(report.bytes_before)} before, {roughly}{size(report.bytes_after)} after.")
    if files_bytes is not None:
        say(f"Size on disk: {size(files_bytes)}.")
    elif report.run_ids and not dry_run:
        say(
            "The file keeps its size and uses the room again; agent-inspector vacuum gives it back to the disk."
        )
    if not report.fits:
        say("It is still above the limit: the rest belongs to runs that are running.")
