"""Version: a name for the rules as they are, so that nobody has to remember to change it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import otel_bridge
from agent_inspector.version import __version__

_PACKAGE: Final = Path(__file__).parents[2]
_QUERY: Final = _PACKAGE / "query"
_JUDGING: Final = (
    _QUERY / "findings",
    _QUERY / "evidence",
    _QUERY / "values",
    _QUERY / "provenance.py",
    _PACKAGE / "model" / "findings.py",
    Path(otel_bridge.__file__).parent / "dialects",
)
"""The code that findings come from, and their shape."""


@cache
def rules_version() -> str:
    """Return the version of the package and a digest of the code that judges: some 5 ms, once."""
    digest = blake2b(digest_size=8)
    for path in sorted(_sources()):
        digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()}"


def _sources() -> Iterator[Path]:
    for place in _JUDGING:
        yield from place.rglob("*.py") if place.is_dir() else [place]
