"""`make bench`: what recording costs, as ratios against plain OpenTelemetry measured in the same run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import findings, instructions, reads

HOTPATH: Final = "tests.bench.hotpath"
FEW, MANY = 200, 800  # far apart: what is loaded once, in this thread or another, must not count
ROUNDS: Final = 5
SPANS: Final = 20_000
GROWTH_BOUNDS_MS: Final = {100: (150, 60), 300: (500, 220)}


def main() -> None:
    """Print every figure; some five minutes."""
    print(
        "One agent step: a model call of 6 messages (4 kB) and a tool call (2 kB result); R = plain OpenTelemetry,"
    )
    print("the same two spans with json.dumps content, stock BatchSpanProcessor, no-op exporter.\n")
    compare_cpu()
    if instructions.can_count():
        compare_instructions()
    else:
        print("valgrind is not installed: instruction counts are left out.")
    measure_storing()
    measure_growth()
    reads.main()
    findings.main(10_000)


def measure_growth() -> None:
    """Agents of 100 and 300 turns whose every call carries the whole conversation: CPU and bytes, and how they grow."""
    figures = {turns: _growth(turns) for turns in (100, 300)}
    for turns, (caller, total, stored, as_json, zipped) in figures.items():
        most_ms, goal_ms = GROWTH_BOUNDS_MS[turns]
        print(
            f"{f'a growing conversation of {turns} turns':40} caller {caller:.0f} ms,"
            f" total {total:.0f} ms (bound {most_ms}, goal {goal_ms}),"
            f" {stored / 1000:,.0f} kB on disk, encrypted{' (bound 500, goal 330)' if turns == 100 else ''};"
            f" {as_json / 1000:,.0f} kB as JSON, {zipped / 1000:,.0f} kB as JSON compressed call by call"
        )
    caller, _, stored, as_json, zipped = (figures[300][place] / figures[100][place] for place in range(5))
    print(
        f"{'growth from 100 to 300 turns':40} caller x{caller:.1f}, bytes x{stored:.2f} (bound 3.2; linear: x3),"
        f" JSON x{as_json:.1f}, compressed x{zipped:.1f}"
    )


def _growth(turns: int) -> list[float]:
    command = [sys.executable, "-m", "tests.bench.growth", str(turns)]
    runs = [
        [
            float(word)
            for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        ]
        for _ in range(3)
    ]
    return [min(values) for values in zip(*runs, strict=True)]


def compare_cpu() -> None:
    """CPU time of the caller's thread, the best of interleaved rounds."""
    best = {"otel": 1e12, "ours": 1e12}
    for _ in range(ROUNDS):
        for driver in best:
            best[driver] = min(best[driver], _caller_ns(driver))
    _show("caller CPU", best["otel"] / 1000, best["ours"] / 1000, "us")


def compare_instructions() -> None:
    """Instructions of the caller's thread, and of the whole process down to the disk."""
    reference = instructions.difference(HOTPATH, "otel", FEW, MANY)
    ours = instructions.difference(HOTPATH, "ours", FEW, MANY)
    _show("caller instructions", reference.caller / 1000, ours.caller / 1000, "k")
    _show("total instructions, stored in SQLite", reference.caller / 1000, ours.total / 1000, "k")


def measure_storing() -> None:
    """Spans of 1 kB stored per CPU-second of the whole process, redacted and compressed."""
    from agent_inspector import TraceConfig, set_config, trace

    with TemporaryDirectory() as folder:
        set_config(
            TraceConfig(db_path=str(Path(folder, "bench.db")), queue_size=SPANS * 2, queue_bytes=2**34)
        )
        text = " ".join(str(number) for number in range(300))[:1000]
        began = time.process_time()
        with trace.run("bench"):
            for number in range(SPANS):
                trace.tool("note", {"number": number}, f"{number} {text}")
        trace.flush(120_000)
        spent = time.process_time() - began
        print(
            f"{'spans of 1 kB stored per CPU-second':40} {SPANS / spent:10,.0f}   (bound 5,000, goal 8,000)"
        )


def _caller_ns(driver: str) -> float:
    command = [sys.executable, "-m", HOTPATH, driver, str(MANY)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / MANY


def _show(what: str, reference: float, ours: float, unit: str) -> None:
    print(f"{what:40} {ours:10,.0f} {unit:3} R = {reference:,.0f} {unit}   ratio {ours / reference:.2f}")


if __name__ == "__main__":
    main()
