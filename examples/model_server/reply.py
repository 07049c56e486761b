"""Reply: an HTTP answer as a value, before anything is sent, and the ids that it carries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from model_server.script import Json

CREATED: Final = 1_767_225_600
"""1 January 2026: every reply is as old as the script, so that the same request gets the same bytes."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One server-sent event."""

    data: str
    event: str | None = None

    def encode(self) -> bytes:
        head = f"event: {self.event}\n" if self.event else ""
        return f"{head}data: {self.data}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON body, or chunks to stream."""

    body: Json = None
    chunks: Sequence[Chunk] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    output_tokens: int = 0
    """How long the answer takes to write."""


def make_id(prefix: str, *source: Json) -> str:
    """Make an id that depends on nothing but its source."""
    digest = hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()
    return f"{prefix}{digest[:24]}"
