"""Corpus: a directory of recorded OTLP traffic with what it means, read as `Recording` values.

One folder a dialect, each with an `expected.json`: `{"dialect", "scenarios": {name: {"files", "run", "spans"}}}`,
beside files of OTLP/JSON: `*.otlp.json` of spans, `*.logs.otlp.json` of log records, and `*.requests.jsonl`
with the same spans in the requests that they came in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from agent_inspector.errors import InspectorError
from agent_inspector.model import Json

Corpus: TypeAlias = Sequence["Recording"]

EXPECTED: Final = "expected.json"
_LOGS: Final = ".logs.otlp.json"
_SPANS: Final = ".otlp.json"
_REQUESTS: Final = ".requests.jsonl"


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded scenario and what a reader should make of it."""

    dialect: str
    name: str
    requests: Sequence[bytes]
    """Bodies of requests with spans, OTLP as JSON, in the order they came."""
    log_requests: Sequence[bytes]
    expected: Mapping[str, Json]

    @property
    def place(self) -> str:
        return f"{self.dialect}/{self.name}"


def load_corpus(folder: Path, only: Sequence[str] = ()) -> Corpus:
    """Read all recordings below a folder, or those named `DIALECT` or `DIALECT/SCENARIO`.

    Raises:
        InspectorError: there is none, or one cannot be read; the sentence names the file.
    """
    found = [recording for path in sorted(folder.glob(f"*/{EXPECTED}")) for recording in _read(path)]
    if not found:
        raise InspectorError(f"There is no */{EXPECTED} below {folder}; name the folder of a corpus.")
    chosen = [item for item in found if not only or item.dialect in only or item.place in only]
    if not chosen:
        raise InspectorError(f"The corpus has nothing called {', '.join(only)}.")
    return chosen


def _read(path: Path) -> Iterator[Recording]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        for name, scenario in document["scenarios"].items():
            files = [path.parent / file for file in scenario["files"]]
            yield Recording(
                dialect=document["dialect"],
                name=name,
                requests=_requests(files),
                log_requests=[file.read_bytes() for file in files if file.name.endswith(_LOGS)],
                expected=scenario,
            )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InspectorError(
            f"{path} cannot be read as a corpus: {type(error).__name__}: {error}."
        ) from error


def _requests(files: Sequence[Path]) -> list[bytes]:
    """Return the requests with spans, as they came where that was kept."""
    for file in files:
        if file.name.endswith(_REQUESTS):
            return [line for line in file.read_bytes().splitlines() if line.strip()]
    return [
        file.read_bytes() for file in files if file.name.endswith(_SPANS) and not file.name.endswith(_LOGS)
    ]
