"""What the findings of a run of 10,000 steps cost: CPU seconds and memory, of reading it and of the rules.

python -m tests.bench.findings [steps]
"""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from agent_inspector.config import TraceConfig
from agent_inspector.query.collector import rare_collections
from agent_inspector.query.evidence.loading import load_run
from agent_inspector.query.findings import judge
from agent_inspector.query.provenance import trace_values
from agent_inspector.store import SpanStore, open_store
from tests.synthetic.recording import Recording
from tests.synthetic.values import make

TRACE_ID: Final = "ab" * 16
_WINDOW: Final = 12
"""Messages that each model call is given: the first two, and the last ones."""


def write_run(store: SpanStore, steps: int) -> None:
    """Record an agent that goes from record to record, each named in the one before."""
    rng = random.Random(1)
    tools = [
        {"type": "function", "function": {"name": f"tool_{number}", "parameters": {"type": "object"}}}
        for number in range(10)
    ]
    tape = Recording(TRACE_ID, rng, tools)
    tape.start("walker", "You follow records.", "Begin with A-1042.")
    opening, wanted = tape.messages[:2], "A-1042"
    for number in range(steps // 2):
        name, arguments = f"tool_{number % 10}", {"id": wanted}
        call_id = tape.choose(name, arguments)
        wanted = str(make("id", rng))
        record = {
            "next": wanted,
            "amount": make("money", rng),
            "note": "some words about it " * 8,
            "by": make("name", rng),
        }
        tape.run_tool(call_id, name, arguments, record)
        tape.messages = opening + tape.messages[2:][2 - _WINDOW :]
        if len(tape.records) > 500:
            store.write(tape.records[1:])
            del tape.records[1:]
    tape.say(f"The last one is {wanted}.")
    store.write(tape.finish(f"The last one is {wanted}."))


def main(steps: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        store = open_store(TraceConfig(db_path=str(Path(folder) / "runs.db")))
        write_run(store, steps)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with rare_collections():
            began = time.process_time()
            run = load_run(store, TRACE_ID)
            loaded = time.process_time()
            found = judge(run, trace_values(run))
            judged = time.process_time()
        grew_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
        store.close()
    print(
        f"findings of {found.steps_read:,} steps: read in {loaded - began:.2f} s, judged in {judged - loaded:.2f} s of CPU,"
        f" {grew_mb:.0f} MB more; {len(found.findings)} findings"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
