"""Resources: what the spans of one process share, kept once for all of them."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent_inspector.model import Json
from agent_inspector.pipeline import Codec
from agent_inspector.pipeline.serialize import serialize

_FIND: Final = "SELECT id FROM resources WHERE hash = ?"
_INSERT: Final = "INSERT INTO resources (hash, body) VALUES (?, ?)"
_READ: Final = "SELECT hash, body FROM resources WHERE id = ?"


@dataclass(frozen=True, slots=True)
class PackedResource:
    """A resource, ready to be written."""

    hash: bytes
    body: bytes


class Resources:
    """Packs the resources of one batch, each once however many spans share it."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        # Keyed, so that the hash of an encrypted resource confirms no guess of its content.
        self._key = codec.encrypt_with.secret if codec.encrypt_with else b"agent_inspector"
        self._packed: dict[int, tuple[Mapping[str, Any], PackedResource]] = {}

    def pack(self, resource: Mapping[str, Any]) -> PackedResource:
        """Encode a resource, known by its identity in memory."""
        known = self._packed.get(id(resource))
        if known is not None:
            return known[1]
        content = dict(resource)
        digest = hmac.digest(self._key, serialize(content), "sha256")
        packed = PackedResource(digest, self._codec.encode(content, bound_to=b"resource" + digest))
        self._packed[id(resource)] = resource, packed
        return packed


def number(connection: sqlite3.Connection, resources: Iterable[PackedResource]) -> dict[bytes, int]:
    """Return the number of each resource by its hash, adding those not met before."""
    numbers: dict[bytes, int] = {}
    for resource in resources:
        if resource.hash not in numbers:
            found = connection.execute(_FIND, (resource.hash,)).fetchone()
            if found is None:
                connection.execute(_INSERT, (resource.hash, resource.body))
                found = connection.execute(_FIND, (resource.hash,)).fetchone()
            numbers[resource.hash] = found["id"]
    return numbers


def read(connection: sqlite3.Connection, number: int, codec: Codec) -> Json:
    """Return the resource of this number."""
    row = connection.execute(_READ, (number,)).fetchone()
    return codec.decode(row["body"], bound_to=b"resource" + row["hash"])
