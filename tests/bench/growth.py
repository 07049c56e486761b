"""A growing conversation: an agent of T turns whose every model call carries the whole conversation so far.

python -m tests.bench.growth TURNS
"""

from __future__ import annotations

import base64
import gc
import gzip
import json
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.bench.payload import SOURCE, slice_of

SYSTEM_BYTES: Final = 3000
TOOLS: Final = 12
RESULT_BYTES: Final = 2000
KEY: Final = base64.urlsafe_b64encode(bytes(32)).decode()


def make_conversation(turns: int, seed: int = 7) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the messages of a whole conversation, a user message first, and the tools that are offered."""
    pick = random.Random(seed)
    messages: list[dict[str, Any]] = [{"role": "system", "content": slice_of(pick, SOURCE, SYSTEM_BYTES)}]
    messages.append({"role": "user", "content": slice_of(pick, SOURCE, 200)})
    for turn in range(turns):
        call = {
            "id": f"call_{turn}",
            "type": "function",
            "function": {"name": "search", "arguments": f'{{"page": {turn}}}'},
        }
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append(
            {"role": "tool", "tool_call_id": f"call_{turn}", "content": slice_of(pick, SOURCE, RESULT_BYTES)}
        )
    tools = [
        {"type": "function", "function": {"name": f"tool_{n}", "description": slice_of(pick, SOURCE, 150)}}
        for n in range(TOOLS)
    ]
    return messages, tools


def drive(turns: int) -> tuple[float, float, int, int, int]:
    """Record an agent of so many turns.

    Returns:
        Caller CPU and total CPU in ms; bytes on disk, as JSON, and as JSON that is compressed call by call.
    """
    from agent_inspector import TraceConfig, set_config, trace

    messages, tools = make_conversation(turns)
    with TemporaryDirectory() as folder:
        set_config(
            TraceConfig(
                db_path=str(Path(folder, "growth.db")),
                queue_bytes=2**34,
                encryption_enabled=True,
                encryption_key=KEY,
            )
        )
        with trace.run("warm up"):
            trace.llm("gpt-4o", messages[:2], "x", tools=tools)
        trace.flush(60_000)
        gc.collect()
        written = _size(folder)
        caller, total = time.thread_time(), time.process_time()
        with trace.run("agent"):
            for turn in range(turns):
                given = messages[: 2 + 2 * turn]
                trace.llm(
                    "gpt-4o",
                    given,
                    messages[2 + 2 * turn],
                    tools=tools,
                    prompt_tokens=1000,
                    completion_tokens=20,
                )
                trace.tool("search", {"page": turn}, messages[3 + 2 * turn]["content"])
        caller = time.thread_time() - caller
        trace.flush(120_000)
        total = time.process_time() - total
        calls = [json.dumps(messages[: 2 + 2 * turn]).encode() for turn in range(turns)]
        zipped = sum(len(gzip.compress(call)) for call in calls)
        return caller * 1000, total * 1000, _size(folder) - written, sum(map(len, calls)), zipped


def _size(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).iterdir())


if __name__ == "__main__":
    print(*drive(int(sys.argv[1])))
