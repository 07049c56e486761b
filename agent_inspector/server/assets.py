"""Files that ship with the package and are served as they are: a table made once, so no request names a path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import Response

_CONTENT_TYPES: Final[Mapping[str, str]] = {
    # Not from `mimetypes`: that reads the system's registry, which on Windows may call .js text/plain.
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_HASHED_NAME: Final = re.compile(r"-[A-Za-z0-9_-]{8}\.\w+$")
"""How Vite names a file whose name changes with its content."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent."""

    content: bytes
    content_type: str
    etag: str
    is_immutable: bool


def read_assets(folder: Path) -> dict[str, Asset]:
    """Return the files below a folder by their path in it (`assets/index.js`); none if there is no folder."""
    if not folder.is_dir():
        return {}
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): make_asset(file.name, file.read_bytes()) for file in files}


def make_asset(name: str, content: bytes) -> Asset:
    """Make an asset of this content, with the type and caching that its name implies."""
    suffix = Path(name).suffix.lower()
    return Asset(
        content=content,
        content_type=_CONTENT_TYPES.get(suffix, "application/octet-stream"),
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        is_immutable=bool(_HASHED_NAME.search(name)),
    )


def answer_asset(request: Request, asset: Asset) -> Response:
    """Send an asset, or 304 when the browser has this very content already."""
    caching = "public, max-age=31536000, immutable" if asset.is_immutable else "no-cache"
    headers = {"etag": asset.etag, "cache-control": caching}
    known = request.headers.get("if-none-match", "")
    if asset.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.content_type, headers=headers)
