"""Compressed bodies, honest and not."""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from collections.abc import Callable, Mapping

import pytest

from otel_bridge.otlp import BodyTooLarge, MalformedBody, UnsupportedBody, check_unpacking, decompress

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"one two three " * 100
LIMIT = 64 * 2**20
PACKERS: Mapping[str | None, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstd.compress,
    None: bytes,
}


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP ", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("zstd", zstd.compress(TEXT)),
        ("zstd", zstd.compress(TEXT[:100]) + zstd.compress(TEXT[100:])),
        ("identity", TEXT),
        ("", TEXT),
        (None, TEXT),
    ],
)
def test_bodies_unpack(encoding: str | None, packed: bytes) -> None:
    assert decompress(packed, encoding, limit=LIMIT) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", None])
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(encoding: str | None) -> None:
    pack = PACKERS[encoding]

    assert len(decompress(pack(TEXT), encoding, limit=len(TEXT))) == len(TEXT)
    with pytest.raises(BodyTooLarge):
        decompress(pack(TEXT), encoding, limit=len(TEXT) - 1)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_body_that_unpacks_to_suspiciously_many_times_its_size_is_refused(encoding: str) -> None:
    bomb = bytes(30 * 2**20)
    packed = gzip.compress(bomb) if encoding == "gzip" else zstd.compress(bomb)

    with pytest.raises(BodyTooLarge):
        decompress(packed, encoding, limit=LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_body_of_very_many_empty_pieces_is_refused(encoding: str) -> None:
    with pytest.raises(BodyTooLarge):
        decompress(PACKERS[encoding](b"") * 300_000, encoding, limit=LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_what_does_not_repeat_itself_unpacks_whole(encoding: str) -> None:
    data = random.Random(1).randbytes(300_000) + bytes(3 * 2**20)

    assert decompress(PACKERS[encoding](data), encoding, limit=LIMIT) == data
    check_unpacking(PACKERS[encoding](data), encoding, limit=LIMIT)
    with pytest.raises(BodyTooLarge):
        check_unpacking(PACKERS[encoding](data), encoding, limit=len(data) - 1)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("damage", ["cut", "garbage after"])
def test_a_damaged_body_is_malformed(encoding: str, damage: str) -> None:
    pack = PACKERS[encoding]
    packed = pack(TEXT)[:-3] if damage == "cut" else pack(TEXT) + b"garbage"

    with pytest.raises(MalformedBody):
        decompress(packed, encoding, limit=LIMIT)


def test_an_unknown_encoding_is_unsupported() -> None:
    with pytest.raises(UnsupportedBody, match="'br'"):
        decompress(b"", "br", limit=LIMIT)
