"""The key file: encryption keys, one on each line, the one that encrypts first; only its owner may read it.

Empty lines, and lines that begin with `#`, are left out.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from agent_inspector.errors import ConfigError

_HEADER: Final = """\
# Encryption keys of Agent Inspector: the first one encrypts, all of them decrypt.
# Whoever has this file can read your traces. Without it, nobody can: keep a copy in a safe place.
"""
_LARGEST_BYTES: Final = 65_536


def read_key_file(path: Path) -> Sequence[str]:
    """Return the keys of a file as they are written there.

    Raises:
        ConfigError: it cannot be read, others can read it, or it holds no key.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_LARGEST_BYTES)
    except OSError as error:
        raise ConfigError(f"The key file {path} cannot be read: {error.strerror}.") from None
    if os.name == "posix" and mode & 0o077:
        raise ConfigError(f"Others can read the key file {path}; run: chmod 600 {path}")
    lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise ConfigError(f"The key file {path} holds no key; make one with: agent-inspector keys generate.")
    return keys


def write_key_file(path: Path, keys: Sequence[str]) -> None:
    """Write keys so that at every moment the file is whole, and readable by its owner only.

    Raises:
        ConfigError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_HEADER + "".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    except OSError as error:
        raise ConfigError(f"The key file {path} cannot be written: {error.strerror}.") from None
