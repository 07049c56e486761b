"""Instructions that a program runs, by thread, counted by valgrind: repeatable to about 1 %, however busy the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_TOTALS = re.compile(r"^(?:summary|totals):\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Count:
    """Instructions of the first thread, and of all."""

    caller: int
    total: int


def can_count() -> bool:
    """Whether valgrind is there."""
    return shutil.which("valgrind") is not None


def count(module: str, *arguments: str) -> Count:
    """Run `python -m module arguments` under callgrind and count."""
    with TemporaryDirectory() as folder:
        pattern = Path(folder, "out.%p")
        command = [
            "valgrind",
            "--tool=callgrind",
            "--separate-threads=yes",
            f"--callgrind-out-file={pattern}",
        ]
        python = [sys.executable, "-X", "frozen_modules=off", "-m", module, *arguments]
        environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONMALLOC": "malloc"}
        subprocess.run([*command, *python], check=True, capture_output=True, env=environment)
        by_thread = {path.name: _read(path) for path in Path(folder).glob("out.*-*")}
    caller = next(found for name, found in by_thread.items() if name.endswith("-01"))
    return Count(caller, sum(by_thread.values()))


def difference(module: str, driver: str, few: int, many: int) -> Count:
    """Return the instructions of one step: those of many steps less those of few, divided."""
    low, high = count(module, driver, str(few)), count(module, driver, str(many))
    steps = many - few
    return Count((high.caller - low.caller) // steps, (high.total - low.total) // steps)


def _read(path: Path) -> int:
    return sum(
        int(found) for found in _TOTALS.findall(path.read_text(encoding="utf-8", errors="replace"))[:1]
    )
