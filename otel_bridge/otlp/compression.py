"""Compressed request bodies: unpacked within bounds, so that a small body cannot fill the memory."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol

from otel_bridge.otlp.problems import BodyTooLarge, MalformedBody, UnsupportedBody

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAX_RATIO: Final = 500
"""Agents' messages repeat themselves, yet measured batches stay below 200 even with zstd."""
_RATIO_FLOOR_BYTES: Final = 4 * 2**20
"""Below this size the ratio does not matter."""
_HELD_BYTES: Final = 4 * 2**20
"""What is kept before all is known to be within bounds: a bomb must not fill the memory until it is refused."""
_PART_BYTES: Final = 2**20
"""What is unpacked at a time: asked for everything at once, zlib takes twice the memory."""
_SLICE_BYTES: Final = 2**16
"""What is read at a time: what a member leaves unread is copied, which for many small ones adds up."""
_MOST_MEMBERS: Final = 4096
_ZSTD_WINDOW_LOG: Final = 26
"""Frames that ask for more than 64 MiB of history are refused."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


def _open_gzip() -> _Decompressor:
    return zlib.decompressobj(wbits=31)


def _open_zlib() -> _Decompressor:
    return zlib.decompressobj(wbits=15)


def _open_raw_deflate() -> _Decompressor:
    return zlib.decompressobj(wbits=-15)


def _open_zstd() -> _Decompressor:
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW_LOG}
    opened: _Decompressor = zstd.ZstdDecompressor(options=options)
    return opened


_OPENERS: Final[Mapping[str, Callable[[], _Decompressor]]] = {
    "gzip": _open_gzip,
    "x-gzip": _open_gzip,
    "deflate": _open_zlib,
    "zstd": _open_zstd,
}


def decompress(body: bytes, encoding: str | None, *, limit: int) -> bytes:
    """Unpack a body by its `Content-Encoding`: gzip, deflate, zstd, or none at all.

    Raises:
        BodyTooLarge: it has more than `limit` bytes, or unpacks to suspiciously many times its size.
        UnsupportedBody: the encoding is another one.
        MalformedBody: it is damaged, or cut short.
    """
    parts: list[bytes] = []
    held, checked = 0, False
    for part in _unpacked(body, encoding, limit):
        parts.append(part)
        held += len(part)
        if held > _HELD_BYTES and not checked and part is not body:
            check_unpacking(body, encoding, limit=limit)
            checked = True
    return parts[0] if len(parts) == 1 else b"".join(parts)


def check_unpacking(body: bytes, encoding: str | None, *, limit: int) -> None:
    """Refuse what `decompress` would refuse, without keeping what it unpacks to.

    Raises:
        MalformedBody: as `decompress`.
    """
    for _ in _unpacked(body, encoding, limit):
        pass


def _unpacked(body: bytes, encoding: str | None, limit: int) -> Iterator[bytes]:
    name = (encoding or "identity").strip().lower()
    if name in ("identity", ""):
        yield _within(body, limit)
        return
    opener = _OPENERS.get(name)
    if opener is None:
        raise UnsupportedBody(
            f"The content encoding {name[:40]!r} is not supported; send gzip, zstd or none."
        )
    if name == "deflate" and not _has_zlib_header(body):
        opener = _open_raw_deflate
    try:
        yield from _parts(body, opener, min(limit, max(_RATIO_FLOOR_BYTES, _MAX_RATIO * len(body))))
    except (zlib.error, zstd.ZstdError, EOFError) as error:
        raise MalformedBody(f"The body is not valid {name}: {error}.") from error


def _has_zlib_header(body: bytes) -> bool:
    """Tell zlib's form, which HTTP means by `deflate`, from the bare one that some clients send."""
    return len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _parts(body: bytes, opener: Callable[[], _Decompressor], allowed: int) -> Iterator[bytes]:
    """Unpack all members of the body, in parts; both gzip and zstd may have several members."""
    size = members = place = 0
    held = b""
    while held or place < len(body):
        member, members = opener(), members + 1
        if members > _MOST_MEMBERS:
            raise BodyTooLarge(f"The body is packed in more than the allowed {_MOST_MEMBERS} pieces.")
        while True:
            if not held:
                held = body[place : place + _SLICE_BYTES]
                place += len(held)
            part = member.decompress(held, _PART_BYTES)
            size += len(part)
            if size > allowed:
                raise BodyTooLarge(f"The body unpacks to more than the allowed {allowed} bytes.")
            yield part
            # What zlib has not read yet it gives back; zstd keeps it.
            held = getattr(member, "unconsumed_tail", b"")
            if member.eof:
                break
            if not (part or held or place < len(body)):
                raise EOFError("it is cut short")
        held = member.unused_data


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise BodyTooLarge(f"The body has more than the allowed {limit} bytes.")
    return body
