"""Versions: names for code whose results are kept, so that nobody has to remember to change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import otel_bridge
from agent_inspector.version import __version__

_PACKAGE: Final = Path(__file__).parents[1]
_QUERY: Final = _PACKAGE / "query"
_DIALECTS: Final = Path(otel_bridge.__file__).parent / "dialects"
_RULES: Final = (
    _QUERY / "findings",
    _QUERY / "evidence",
    _QUERY / "values",
    _QUERY / "provenance.py",
    _PACKAGE / "model" / "findings.py",
    _DIALECTS,
)
_OUTLINES: Final = (
    _QUERY / "steps.py",
    _QUERY / "sentences",
    _QUERY / "times.py",
    _PACKAGE / "model" / "steps.py",
    _PACKAGE / "json_text.py",
    _PACKAGE / "store" / "sqlite" / "span_rows.py",
)


@cache
def rules_version() -> str:
    """Return a name for the rules that judge runs, and for the shape of what they say."""
    return _version(_RULES)


@cache
def outline_version() -> str:
    """Return a name for the code that turns stored spans into the lines of a timeline."""
    return _version(_OUTLINES)


def _version(places: Sequence[Path]) -> str:
    """Return the version of the package and a digest of its source: some 5 ms for half a megabyte."""
    digest = blake2b(digest_size=8)
    for path in sorted(_sources(places)):
        with suppress(OSError):  # an update took it away under a server that still runs
            digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()}"


def _sources(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        yield from place.rglob("*.py") if place.is_dir() else [place]
