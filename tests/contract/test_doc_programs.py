"""The documents' programs run, and their links lead somewhere."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent_inspector import TraceConfig, query
from agent_inspector.store import open_store
from tests.contract.pages import PAGES, ROOT, anchors, blocks, links, name_of, read

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=name_of)


@EVERY_PAGE
def test_python_blocks_compile(page: Path) -> None:
    for number, code in enumerate(blocks(page.read_text(encoding="utf-8"), "python"), 1):
        compile(code, f"{page.name}, block {number}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_first_program_of_the_readme_records_a_run(tmp_path: Path) -> None:
    runs = recorded_by(blocks(read("README.md"), "python")[0], tmp_path)

    assert runs == {"my_first_trace": "completed"}


def test_the_page_on_recording_runs_from_top_to_bottom(tmp_path: Path) -> None:
    runs = recorded_by("\n".join(blocks(read("docs/recording.md"), "python")), tmp_path)

    assert set(runs.values()) == {"completed"}
    assert {"flight_search", "streaming", "plan_trip", "support", "three_at_once", "another_program"} <= set(
        runs
    )


def recorded_by(program: str, folder: Path) -> Mapping[str, str]:
    """Run a program as a user would, and return the status of each run by its name."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    database = str(folder / "store.db")
    environment = {**os.environ, "TRACE_DB_PATH": database, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, path], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    store = open_store(TraceConfig(db_path=database), read_only=True)
    try:
        return {run.name: run.status for run in query.list_runs(store).runs}
    finally:
        store.close()


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        place = (page.parent / target) if target else page
        if not place.exists() or (anchor and anchor not in anchors(place.read_text(encoding="utf-8"))):
            broken.append(link)

    assert broken == []
