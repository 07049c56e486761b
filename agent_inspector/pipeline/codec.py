"""Codec: a value to a stored body and back; alone owns the body's header.

A body is one format byte, then (when encrypted) the id of the key, then the content:

    bits 7-4  version of this layout, 1
    bits 3-2  cipher: 0 none, 1 Fernet
    bits 1-0  compression: 0 none, 1 zstd, 2 gzip, 3 zstd with the dictionary

Content that is not encrypted starts with a CRC-32 over format, identity and content, so that damage
and a swapped row are noticed there too. Each body says how to read it: one store may hold any mix.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import KeyMissing, StoreError
from agent_inspector.model import Json
from agent_inspector.pipeline.compress import Compression, compress, decompress
from agent_inspector.pipeline.encrypt import Cipher, decrypt, encrypt
from agent_inspector.pipeline.keys import KEY_ID_BYTES, EncryptionKey, read_keys
from agent_inspector.pipeline.serialize import deserialize, serialize

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig

VERSION: Final = 1
_CRC_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Codec:
    """Serializes, compresses and encrypts. It holds no state, so any thread may use it."""

    compression: Compression = Compression.ZSTD
    level: int = 0
    """0 is the compression's own default."""
    encrypt_with: EncryptionKey | None = None
    """None writes bodies that anybody can read."""
    cipher: Cipher = Cipher.FERNET
    """How `encrypt_with` is used."""
    decrypt_with: Sequence[EncryptionKey] = field(default=())
    """Keys of older bodies, beside `encrypt_with`."""

    @property
    def hash_key(self) -> bytes:
        """The key for hashes of content, so that they confirm no guess at what is encrypted; else an empty one."""
        return blake2b(self.encrypt_with.secret).digest() if self.encrypt_with else b""

    def encode(self, value: Json, *, bound_to: bytes) -> bytes:
        """Turn a JSON-like value into a body that only `bound_to`, the identity of its owner, can read.

        Raises:
            StoreError: the value is too large or too deep.
        """
        return self.seal(serialize(value), bound_to=bound_to)

    def decode(self, blob: bytes, *, bound_to: bytes) -> Json:
        """Turn a body back into its value, whichever codec and known key wrote it.

        Raises:
            KeyMissing: the body is encrypted with a key that is not at hand.
            StoreError: the body is damaged, or belongs to another owner.
        """
        return deserialize(self.unseal(blob, bound_to=bound_to))

    def seal(self, data: bytes, *, bound_to: bytes) -> bytes:
        """Turn bytes into a body, as `encode` does with what a value is written as.

        Raises:
            StoreError: there are too many.
        """
        compression, content = compress(data, self.compression, self.level)
        cipher = self.cipher if self.encrypt_with else Cipher.NONE
        head = bytes([VERSION << 4 | cipher << 2 | compression])
        if self.encrypt_with is None:
            return head + _checksum(head, bound_to, content) + content
        token = encrypt(content, self.encrypt_with, cipher, bound_to=head + bound_to)
        return head + self.encrypt_with.id + token

    def unseal(self, blob: bytes, *, bound_to: bytes) -> bytes:
        """Turn a body that `seal` made back into its bytes; raises what `decode` does."""
        cipher, compression = _read_format(blob[:1])
        plain = cipher is Cipher.NONE
        content = _check(blob, bound_to) if plain else self._decrypt(blob, cipher, bound_to)
        return decompress(content, compression)

    def is_current(self, blob: bytes) -> bool:
        """Whether `encode` would use the same key today."""
        return key_id_of(blob) == (self.encrypt_with.id if self.encrypt_with else None)

    def _decrypt(self, blob: bytes, cipher: Cipher, bound_to: bytes) -> bytes:
        head, key_id, token = blob[:1], blob[1 : 1 + KEY_ID_BYTES], blob[1 + KEY_ID_BYTES :]
        key = self._keys().get(key_id)
        if key is None:
            raise KeyMissing(
                f"The content is encrypted with the key {key_id.hex()}, which is not at hand;"
                " set TRACE_ENCRYPTION_KEY to that key."
            )
        return decrypt(token, key, cipher, bound_to=head + bound_to)

    def _keys(self) -> Mapping[bytes, EncryptionKey]:
        keys = [*self.decrypt_with, *([self.encrypt_with] if self.encrypt_with else [])]
        return {key.id: key for key in keys}


def key_id_of(blob: bytes) -> bytes | None:
    """Return the id of the key that a body is encrypted with; None where it is not encrypted.

    Raises:
        StoreError: the body is damaged.
    """
    cipher, _ = _read_format(blob[:1])
    return None if cipher is Cipher.NONE else blob[1 : 1 + KEY_ID_BYTES]


def make_codec(config: TraceConfig) -> Codec:
    """Make the codec that this configuration asks for.

    Without encryption a key still reads what was encrypted before. Encryption without a key makes a
    codec that does not encrypt: the redactor of the same configuration then withholds all content.

    Raises:
        ConfigError: the encryption key is not a Fernet key.
    """
    keys = read_keys(config)
    compression = Compression[config.compression_codec.upper()]
    return Codec(
        compression=compression if config.compression_enabled else Compression.NONE,
        level=config.compression_level,
        encrypt_with=keys[0] if keys and config.encryption_enabled else None,
        decrypt_with=keys,
        cipher=Cipher[config.encryption_cipher.upper().replace("-", "_")],
    )


@lru_cache(maxsize=256)
def _read_format(head: bytes) -> tuple[Cipher, Compression]:
    try:
        version, cipher, compression = head[0] >> 4, head[0] >> 2 & 3, head[0] & 3
        if version != VERSION:
            raise ValueError
        return Cipher(cipher), Compression(compression)
    except (IndexError, ValueError):
        raise StoreError("The stored content is damaged, or was written by a newer version.") from None


def _checksum(head: bytes, bound_to: bytes, content: bytes) -> bytes:
    identity = head + len(bound_to).to_bytes(4, "big") + bound_to
    return zlib.crc32(content, zlib.crc32(identity)).to_bytes(_CRC_BYTES, "big")


def _check(blob: bytes, bound_to: bytes) -> bytes:
    head, checksum, content = blob[:1], blob[1 : 1 + _CRC_BYTES], blob[1 + _CRC_BYTES :]
    if checksum != _checksum(head, bound_to, content):
        raise StoreError("The stored content is damaged, or belongs to another row of the store.")
    return content
