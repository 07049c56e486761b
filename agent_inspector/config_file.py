"""The configuration file: settings that last, in the user's configuration directory; alone reads and writes it."""

from __future__ import annotations

import json
import logging
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from agent_inspector.errors import ConfigError

_log = logging.getLogger("agent_inspector")
_LONGEST_BYTES: Final = 1 << 20
_read: dict[tuple[str, int, int], Mapping[str, Any]] = {}


def config_path() -> Path:
    """Return where the file is, or would be."""
    import platformdirs  # noqa: PLC0415 (it costs 7 ms at import)

    return Path(platformdirs.user_config_dir("agent-inspector", appauthor=False)) / "config.json"


def read_config_file() -> Mapping[str, Any]:
    """Return the settings of the file by name, and its `profile`; empty where there is none.

    A file that cannot be used is left out with one warning: a typing error must not stop an agent.
    """
    path = config_path()
    try:
        found = path.stat()
    except OSError:
        return {}
    version = (str(path), found.st_mtime_ns, found.st_size)
    if version not in _read:
        _read[version] = _parse(path, found)
    return _read[version]


def write_config_file(changes: Mapping[str, Any]) -> Path:
    """Put these settings into the file, beside those that it has; it is its owner's alone.

    Raises:
        ConfigError: the file that is there is not ours to change, or none can be written.
    """
    path = config_path()
    try:
        known = _load(path) if path.exists() else {}
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".config.")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(json.dumps({**known, **changes}, indent=2) + "\n")
        Path(partial).replace(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"The configuration file {path} cannot be written: {_reason(error)}.") from error
    return path


def as_text(value: Any) -> str:
    """Return a JSON value as the text that an environment variable would hold."""
    if isinstance(value, str):
        return value
    return "" if value == [] else json.dumps(value)


def _parse(path: Path, found: os.stat_result) -> Mapping[str, Any]:
    try:
        _check_owner(found)
        values = _load(path)
    except (OSError, ValueError) as error:
        _log.warning("The configuration file %s is left out: %s.", path, _reason(error))
        return {}
    # A null says nothing, so that the next source decides.
    return {name: value for name, value in values.items() if value is not None}


def _load(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _LONGEST_BYTES:
        raise ValueError("it is too long")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")
    return values


def _check_owner(found: os.stat_result) -> None:
    """Refuse what another user could have written: a file of settings says where traces go."""
    if os.name != "posix":
        return
    if found.st_uid not in (os.geteuid(), 0):
        raise ValueError("it belongs to another user")
    if found.st_mode & stat.S_IWOTH:
        raise ValueError("every user may write it; chmod o-w it")


def _reason(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
