"""EncryptionKey: one key and its id; alone owns where keys come from and what a usable one looks like."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import ConfigError

if TYPE_CHECKING:
    from agent_inspector.config import TraceConfig

KEY_ID_BYTES: Final = 8
_KEY_BYTES: Final = 32
_HOW_TO_MAKE_ONE: Final = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A Fernet key with the id under which stored content names it."""

    secret: bytes = field(repr=False)
    """URL-safe base64 of 32 bytes, as Fernet takes it."""
    id: bytes
    """A short hash of the key; it tells nothing about the key itself."""


def read_keys(config: TraceConfig) -> Sequence[EncryptionKey]:
    """Return the keys at hand, the one that encrypts first; empty without a key.

    Raises:
        ConfigError: the configured key is not a Fernet key.
    """
    return [parse_key(config.encryption_key)] if config.encryption_key else []


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
