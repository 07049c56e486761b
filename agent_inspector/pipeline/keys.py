"""EncryptionKey: one key and its id; alone owns where keys come from and what a usable one looks like."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import ConfigError
from agent_inspector.pipeline.key_file import read_key_file
from agent_inspector.pipeline.keyring_entry import read_keyring

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig

KEY_ID_BYTES: Final = 8
_KEY_BYTES: Final = 32
_HOW_TO_MAKE_ONE: Final = "agent-inspector keys generate --print"


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A Fernet key with the id under which stored content names it."""

    secret: bytes = field(repr=False)
    """URL-safe base64 of 32 bytes, as Fernet takes it."""
    id: bytes
    """A short hash of the key; it tells nothing about the key itself."""


def read_keys(config: TraceConfig) -> Sequence[EncryptionKey]:
    """Return the keys at hand, the one that encrypts first; empty without a key.

    They come from TRACE_ENCRYPTION_KEY, then the key file, then, if these hold none, the system's keyring.

    Raises:
        ConfigError: encryption is on, and a key is not a Fernet key, or the key file cannot be used.
    """
    texts = _split(config.encryption_key or "")
    try:
        if config.key_file is not None:
            texts += read_key_file(Path(config.key_file).expanduser())
        if not texts and config.encryption_enabled:
            texts += _split(read_keyring() or "")
        keys = [parse_key(text) for text in texts]
    except ConfigError:
        if config.encryption_enabled or config.encryption_key:
            raise
        return []  # whatever needs a key will say that it is missing
    if not keys and config.encryption_enabled and not config.withholds_content:
        raise ConfigError(
            "Encryption is on, and there is no key in the keyring; make one with: agent-inspector keys generate."
        )
    return list({key.id: key for key in keys}.values())


def generate_key() -> EncryptionKey:
    """Make a new key."""
    return parse_key(base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii"))


def _split(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def parse_key(text: str) -> EncryptionKey:
    """Read a Fernet key.

    Raises:
        ConfigError: the text is not one; its message never contains the text.
    """
    try:
        raw = base64.b64decode(text.strip().encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ConfigError(
            "TRACE_ENCRYPTION_KEY is not a Fernet key (32 bytes in URL-safe base64);"
            f" make one with: {_HOW_TO_MAKE_ONE}"
        )
    key_id = hashlib.sha256(b"agent-inspector key id\0" + raw).digest()[:KEY_ID_BYTES]
    return EncryptionKey(base64.urlsafe_b64encode(raw), key_id)
