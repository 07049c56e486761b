"""Compress: zstd and gzip behind one number each; alone knows their libraries, levels and limits."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections import deque
from enum import IntEnum
from typing import Final

from agent_inspector.errors import StoreError
from agent_inspector.pipeline.dictionary import SPAN_FIELDS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SMALLEST_BYTES: Final = 128
"""Content below this size is stored as it is: a frame's own header eats what compression gains."""
LARGEST_BYTES: Final = 256 * 2**20
"""No content may be larger than this when it is unpacked, so a crafted file cannot fill the memory."""
GZIP_LEVELS: Final = range(1, 10)
ZSTD_LEVELS: Final = range(1, 20)
_SMALL_BYTES: Final = 4096
"""Up to this size content is compressed with the dictionary, above it the dictionary makes no difference."""
_DICTIONARY: Final = zstd.ZstdDict(SPAN_FIELDS, is_raw=True)
_LEVEL: Final = 3
_MORE_WITH_DICTIONARY: Final = 1
"""Levels on top: of span bodies 6 % less for 1 us each; of what is too large for the dictionary, nothing."""
_MOST_IDLE: Final = 4
_idle: Final[dict[tuple[int, bool], deque[zstd.ZstdCompressor]]] = {}
"""Compressors that no thread is using, by level, and whether they have the dictionary."""


class Compression(IntEnum):
    """How a body is compressed; the numbers are written in the body's first byte."""

    NONE = 0
    ZSTD = 1
    GZIP = 2
    ZSTD_SMALL = 3
    """zstd with the dictionary; what `ZSTD` becomes for small content."""


def compress(data: bytes, codec: Compression, level: int = 0) -> tuple[Compression, bytes]:
    """Return the codec that was used, `NONE` where compressing does not pay, and the result.

    Level 0 is the codec's default; a level outside the codec's range becomes the nearest inside.

    Raises:
        StoreError: the content is larger than `decompress` would accept.
    """
    if len(data) > LARGEST_BYTES:
        raise StoreError(f"The content cannot be stored: {len(data)} bytes are above {LARGEST_BYTES}.")
    if codec is Compression.NONE or len(data) < SMALLEST_BYTES:
        return Compression.NONE, data
    if codec is Compression.ZSTD and len(data) <= _SMALL_BYTES:
        codec = Compression.ZSTD_SMALL
    packed = _gzip(data, level) if codec is Compression.GZIP else _zstd(data, level, codec)
    return (codec, packed) if len(packed) < len(data) else (Compression.NONE, data)


def decompress(data: bytes, codec: Compression) -> bytes:
    """Undo `compress`.

    Raises:
        StoreError: the data is damaged, or unpacks to more than `LARGEST_BYTES`.
    """
    if codec is Compression.NONE:
        return data
    try:
        return _gunzip(data) if codec is Compression.GZIP else _unzstd(data, codec)
    except (zstd.ZstdError, zlib.error, EOFError, ValueError) as error:
        raise StoreError(f"The stored content is damaged: {codec.name.lower()} cannot unpack it.") from error


def _zstd(data: bytes, level: int, codec: Compression) -> bytes:
    # Making a compressor takes twice the time of compressing a few hundred bytes.
    is_small = codec is Compression.ZSTD_SMALL
    idle = _idle.setdefault((level, is_small), deque(maxlen=_MOST_IDLE))
    try:
        compressor = idle.pop()
    except IndexError:
        compressor = zstd.ZstdCompressor(
            level=_within((level or _LEVEL) + (_MORE_WITH_DICTIONARY if is_small else 0), ZSTD_LEVELS),
            zstd_dict=_DICTIONARY.as_digested_dict if is_small else None,
        )
    packed = compressor.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)
    idle.append(compressor)
    return packed


def _gzip(data: bytes, level: int) -> bytes:
    return gzip.compress(data, compresslevel=_within(level, GZIP_LEVELS) if level else 6, mtime=0)


def _within(level: int, levels: range) -> int:
    return max(levels.start, min(level, levels.stop - 1))


def _unzstd(data: bytes, codec: Compression) -> bytes:
    is_small = codec is Compression.ZSTD_SMALL
    unpacker = zstd.ZstdDecompressor(zstd_dict=_DICTIONARY.as_digested_dict if is_small else None)
    return _whole(unpacker.decompress(data, max_length=LARGEST_BYTES), ended=unpacker.eof)


def _gunzip(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    return _whole(unpacker.decompress(data, LARGEST_BYTES), ended=unpacker.eof)


def _whole(unpacked: bytes, *, ended: bool) -> bytes:
    if not ended:
        raise EOFError("truncated, or larger than the limit")
    return unpacked
