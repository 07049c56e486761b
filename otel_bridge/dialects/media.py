"""Media in messages: images, sounds and files, from any vendor's API as the conventions' `blob`, `uri` or `file`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from otel_bridge.dialects.values import as_map

Json: TypeAlias = Any
Part: TypeAlias = "dict[str, Any]"

_HOLDERS: Final = (
    "image_url",
    "input_audio",
    "source",
    "image",
    "audio",
    "video",
    "document",
    "file",
    "inlineData",
    "inline_data",
    "fileData",
    "file_data",
    "media",
)
"""Under which a part keeps what is said of its media; some keep it two levels in."""
_MODALITIES: Final = ("image", "audio", "video")
_MOST_LEVELS: Final = 3
_DATA_URL: Final = "data:"


def media_part(part: Mapping[str, Json]) -> Part:
    """Return the part for an image, a sound or a file; one that tells neither content nor place stays as it is."""
    told: dict[str, Json] = dict(part)
    kind = str(part.get("type") or "")
    for _ in range(_MOST_LEVELS):
        name = next((name for name in _HOLDERS if isinstance(told.get(name), (str, dict))), None)
        name = name or ("data" if isinstance(told.get("data"), dict) else None)
        if name is None:
            break
        held = told.pop(name)
        kind = f"{kind} {name}"
        told |= as_map(held) if isinstance(held, dict) else {"url": held}
    mime_type = _first(told, "mime_type", "media_type", "mimeType", "mediaType", "contentType")
    content = _first(told, "data", "bytes", "base64", "base64_image", "content", "file_data")
    place = _first(told, "url", "uri", "fileUri", "file_uri", "file_url")
    if place is not None and place.startswith(_DATA_URL):
        head, _, content = place.partition(",")
        mime_type, place = head.removeprefix(_DATA_URL).partition(";")[0] or mime_type, None
    elif place is not None and content is None and "/" not in place and ":" not in place:
        content, place = place, None  # Base64 where an address may stand as well.
    return _part(told, f"{mime_type or ''} {kind}", mime_type, content, place) or dict(part)


def _part(
    told: Mapping[str, Json], words: str, mime_type: str | None, content: str | None, place: str | None
) -> Part | None:
    modality = next((name for name in _MODALITIES if name in words), None)
    described = {"modality": modality, "mime_type": mime_type, "name": _first(told, "filename", "name")}
    known = {name: value for name, value in described.items() if value is not None}
    file_id = _first(told, "file_id")
    if content:
        return {"type": "blob", **known, "content": content}
    if place:
        return {"type": "uri", **known, "uri": place}
    return {"type": "file", **known, "file_id": file_id} if file_id else None


def _first(values: Mapping[str, Json], *names: str) -> str | None:
    found = (values.get(name) for name in names)
    return next((value for value in found if isinstance(value, str) and value), None)
