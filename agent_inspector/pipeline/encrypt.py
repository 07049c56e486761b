"""Encrypt: Fernet or AES-256-GCM, bound to the owner's identity; alone imports cryptography, and only when used.

Fernet has no associated data, so two rows could be swapped unnoticed. The identity of the row is
therefore part of the plaintext, and checked when it is decrypted. Tokens are kept as raw bytes:
their base64 form would be a third larger. AES-256-GCM takes the identity as associated data; its key is
derived from the same Fernet key, and its nonces are random, which is safe for some 4 billion rows of one key.
"""

from __future__ import annotations

import base64
import hmac
import os
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import StoreError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from agent_inspector.pipeline.keys import EncryptionKey


class Cipher(IntEnum):
    """How a body is encrypted; the numbers are written in the body's first byte."""

    NONE = 0
    FERNET = 1
    AES_256_GCM = 2


_NONCE_BYTES: Final = 12
_DAMAGED: Final = "The stored content is damaged: it cannot be decrypted."


def encrypt(data: bytes, key: EncryptionKey, cipher: Cipher, *, bound_to: bytes) -> bytes:
    """Encrypt data together with the identity of its owner; return the raw token."""
    if cipher is Cipher.AES_256_GCM:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _aes_gcm(key.secret).encrypt(nonce, data, bound_to)
    plaintext = len(bound_to).to_bytes(4, "big") + bound_to + data
    return base64.urlsafe_b64decode(_fernet(key.secret).encrypt(plaintext))


def decrypt(token: bytes, key: EncryptionKey, cipher: Cipher, *, bound_to: bytes) -> bytes:
    """Undo `encrypt`.

    Raises:
        StoreError: the token is damaged, or was made for another owner.
    """
    if cipher is Cipher.AES_256_GCM:
        return _decrypt_aes_gcm(token, key, bound_to)
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 (40 ms that only encryption shall cost)

    try:
        plaintext = _fernet(key.secret).decrypt(base64.urlsafe_b64encode(token))
    except InvalidToken as error:
        raise StoreError(_DAMAGED) from error
    end = 4 + int.from_bytes(plaintext[:4], "big")
    if not hmac.compare_digest(plaintext[4:end], bound_to):
        raise StoreError(
            "The stored content belongs to another row of the store: it has been moved or replaced."
        )
    return plaintext[end:]


def _decrypt_aes_gcm(token: bytes, key: EncryptionKey, bound_to: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 (40 ms that only encryption shall cost)

    try:
        return _aes_gcm(key.secret).decrypt(token[:_NONCE_BYTES], token[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise StoreError(
            "The stored content is damaged, or belongs to another row of the store: it cannot be decrypted."
        ) from error


@lru_cache(maxsize=8)
def _aes_gcm(secret: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 (as above)

    derive = HKDF(SHA256(), length=32, salt=None, info=b"agent-inspector aes-256-gcm")
    return AESGCM(derive.derive(base64.urlsafe_b64decode(secret)))


@lru_cache(maxsize=8)
def _fernet(secret: bytes) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415 (40 ms that only encryption shall cost)

    return Fernet(secret)
