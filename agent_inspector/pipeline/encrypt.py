"""Encrypt: Fernet with the owner's identity inside; alone imports cryptography, and only when used.

Fernet has no associated data, so two rows could be swapped unnoticed. The identity of the row is
therefore part of the plaintext, and checked when it is decrypted. Tokens are kept as raw bytes:
their base64 form would be a third larger.
"""

from __future__ import annotations

import base64
import hmac
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from agent_inspector.errors import StoreError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from agent_inspector.pipeline.keys import EncryptionKey


class Cipher(IntEnum):
    """How a body is encrypted; the numbers are written in the body's first byte."""

    NONE = 0
    FERNET = 1


def encrypt(data: bytes, key: EncryptionKey, *, bound_to: bytes) -> bytes:
    """Encrypt data together with the identity of its owner; return the raw token."""
    plaintext = len(bound_to).to_bytes(4, "big") + bound_to + data
    return base64.urlsafe_b64decode(_fernet(key.secret).encrypt(plaintext))


def decrypt(token: bytes, key: EncryptionKey, *, bound_to: bytes) -> bytes:
    """Undo `encrypt`.

    Raises:
        StoreError: the token is damaged, or was made for another owner.
    """
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 (40 ms that only encryption shall cost)

    try:
        plaintext = _fernet(key.secret).decrypt(base64.urlsafe_b64encode(token))
    except InvalidToken as error:
        raise StoreError("The stored content is damaged: it cannot be decrypted.") from error
    end = 4 + int.from_bytes(plaintext[:4], "big")
    if not hmac.compare_digest(plaintext[4:end], bound_to):
        raise StoreError(
            "The stored content belongs to another row of the store: it has been moved or replaced."
        )
    return plaintext[end:]


@lru_cache(maxsize=8)
def _fernet(secret: bytes) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 (40 ms that only encryption shall cost)

    return Fernet(secret)
