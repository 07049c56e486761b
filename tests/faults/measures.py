"""What the programs under test measure of themselves, and how they report it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Calls:
    """Times calls, by the wall clock: what the traced program feels of them."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        """What the calls themselves took of the processor, however many others wait for it."""

    def time(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make a call and note how long it took."""
        began, began_cpu = time.perf_counter(), time.thread_time()
        try:
            return call(*args, **kwargs)
        finally:
            self.seconds.append(time.perf_counter() - began)
            self.cpu_seconds.append(time.thread_time() - began_cpu)

    def figures(self) -> dict[str, float]:
        """Return the median, the 99th percentile (also of CPU time) and the maximum, in milliseconds."""
        ordered, ordered_cpu = sorted(self.seconds), sorted(self.cpu_seconds)
        shares = {"p50_ms": 0.5, "p99_ms": 0.99}
        found = {name: round(ordered[int(len(ordered) * share)] * 1000, 3) for name, share in shares.items()}
        found["cpu_p99_ms"] = round(ordered_cpu[int(len(ordered_cpu) * 0.99)] * 1000, 3)
        return {**found, "max_ms": round(ordered[-1] * 1000, 3)}


def memory_mb() -> float:
    """Return how much memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition; False if it never came."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def report(**figures: Any) -> None:
    """Print figures for the test to read."""
    print(json.dumps(figures), flush=True)
