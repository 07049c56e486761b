"""How often the candidates of a failed conversation hold the step at fault, in transcripts that people have labelled.

python -m tests.bench.attribution FOLDER

The folder has JSON files as the Who&When set has them: a `history` of messages with `content` and `name` or `role`,
and the place of the message at fault as `mistake_step`. Each message becomes one step of its agent. To be run once a
change is made, never to make it: a set that rules are fitted to measures nothing.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from agent_inspector.config import TraceConfig
from agent_inspector.query import find_findings
from agent_inspector.store import SpanStore, open_store
from tests.synthetic.recording import Recording

_TROUBLE: Final = re.compile(
    r"error|fail|exception|traceback|unable|cannot|not found|incorrect|wrong", re.IGNORECASE
)
_MOST: Final = 3

Guess = Callable[[Sequence[str]], Sequence[int]]
"""Takes the words of all messages; returns places, the likeliest first."""


def last_trouble(words: Sequence[str]) -> Sequence[int]:
    """Guess the last messages with a word of trouble."""
    return [at for at, text in enumerate(words) if _TROUBLE.search(text)][::-1]


def before_trouble(words: Sequence[str]) -> Sequence[int]:
    """Guess the messages before those with a word of trouble."""
    return [max(at - 1, 0) for at, text in enumerate(words) if _TROUBLE.search(text)]


BASELINES: Final[Mapping[str, Guess]] = {
    "last step with a word of trouble": last_trouble,
    "step before the first word of trouble": before_trouble,
}


def judged(store: SpanStore, number: int, case: Mapping[str, Any]) -> tuple[int | None, list[int]]:
    """Record a transcript; return the places of its suspect, if one is named, and of its candidates."""
    tape = Recording(f"{number + 1:032x}", random.Random(number), [])
    tape.start("team", "", str(case.get("question") or ""))
    history: Sequence[Mapping[str, Any]] = case["history"]
    steps = [tape.turn(_speaker(message), str(message.get("content") or "")) for message in history]
    places = {step: place for place, step in enumerate(steps)}
    store.write(tape.finish(""))
    found = find_findings(store, tape.trace_id)
    suspect = found.first_suspect
    named = places.get(suspect.step_id) if suspect is not None else None
    return named, [places[item.step_id] for item in found.candidates if item.step_id in places]


def _speaker(message: Mapping[str, Any]) -> str:
    return str(message.get("name") or message.get("role") or "agent")


def main(folder: Path) -> None:
    """Print the figures of every folder with transcripts in it."""
    for inner in sorted({path.parent for path in folder.rglob("*.json")}):
        cases = [json.loads(path.read_text("utf-8")) for path in sorted(inner.glob("*.json"))]
        print(f"{inner.name}, {len(cases)} transcripts")
        with TemporaryDirectory() as scratch:
            store = open_store(TraceConfig(db_path=str(Path(scratch) / "runs.db")))
            found = [judged(store, number, case) for number, case in enumerate(cases)]
            store.close()
        right = [int(case["mistake_step"]) for case in cases]
        _print("candidates", [candidates for _, candidates in found], right)
        named = [(suspect, at) for (suspect, _), at in zip(found, right, strict=True) if suspect is not None]
        print(f"  suspect: named in {len(named)}, right in {sum(suspect == at for suspect, at in named)}")
        words = [[str(message.get("content") or "") for message in case["history"]] for case in cases]
        for name, guess in BASELINES.items():
            _print(name, [guess(texts) for texts in words], right)


def _print(name: str, guesses: Sequence[Sequence[int]], right: Sequence[int]) -> None:
    tops = [sum(at in guess[:most] for guess, at in zip(guesses, right, strict=True)) for most in (1, _MOST)]
    shares = " / ".join(f"{count / len(right):.1%}" for count in tops)
    print(f"  {name}: top-1 / top-3 {shares} ({tops[0]} and {tops[1]} of {len(right)})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
