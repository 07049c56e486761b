"""The system's keyring as a place for the encryption key, where the package `keyring` is installed."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Final

from agent_inspector.errors import ConfigError

SERVICE: Final = "agent-inspector"
USER: Final = "encryption-keys"


def read_keyring() -> str | None:
    """Return the keys in the keyring, separated by commas; None where there is no keyring, or none in it.

    Raises:
        ConfigError: the keyring does not answer.
    """
    if importlib.util.find_spec("keyring") is None:
        return None
    try:
        found = _keyring().get_password(SERVICE, USER)
    except Exception as error:  # noqa: BLE001 (each backend has errors of its own)
        raise ConfigError(f"The system's keyring does not answer: {type(error).__name__}.") from None
    return found if isinstance(found, str) else None


def write_keyring(keys: str) -> None:
    """Put keys into the keyring.

    Raises:
        ConfigError: there is no keyring, or it does not take them.
    """
    if importlib.util.find_spec("keyring") is None:
        raise ConfigError("There is no keyring; install it with: pip install keyring.")
    try:
        _keyring().set_password(SERVICE, USER, keys)
    except Exception as error:  # noqa: BLE001 (as above)
        raise ConfigError(f"The system's keyring does not take the key: {type(error).__name__}.") from None


def _keyring() -> Any:
    return importlib.import_module("keyring")
