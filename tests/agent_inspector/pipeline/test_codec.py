"""Bodies of the store: what goes in comes out, for the right owner and the right key only."""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ConfigError, KeyMissing, StoreError
from agent_inspector.model import Json
from agent_inspector.pipeline import Codec, make_codec
from agent_inspector.pipeline import compress as compress_stage
from agent_inspector.pipeline.compress import Compression, compress, decompress
from agent_inspector.pipeline.dictionary import SPAN_FIELDS
from agent_inspector.pipeline.encrypt import Cipher
from agent_inspector.pipeline.keys import parse_key
from agent_inspector.pipeline.serialize import TAG, deserialize, serialize

KEY = parse_key(Fernet.generate_key().decode())
OTHER_KEY = parse_key(Fernet.generate_key().decode())
OWNER = b"a" * 16

any_text = st.text(st.characters())
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | any_text | st.binary()
keys = any_text | st.integers() | st.booleans() | st.none() | st.binary() | st.just(TAG)
arbitrary = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)
codecs = st.builds(
    Codec,
    compression=st.sampled_from(Compression),
    level=st.integers(0, 9),
    encrypt_with=st.none() | st.just(KEY),
    cipher=st.sampled_from([Cipher.FERNET, Cipher.AES_256_GCM]),
)


def config(**explicit: object) -> TraceConfig:
    return TraceConfig.from_dict(explicit)


def same(left: Json, right: Json) -> bool:
    """Equal, and of equal types all the way down: 1, 1.0 and True are three values."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left), list(right)) and same(list(left.values()), list(right.values()))
    return bool(left == right)


@settings(deadline=None)
@given(value=arbitrary, codec=codecs, owner=st.binary(max_size=64))
def test_any_value_survives_any_codec(value: Json, codec: Codec, owner: bytes) -> None:
    blob = codec.encode(value, bound_to=owner)

    assert same(value, codec.decode(blob, bound_to=owner))


@settings(deadline=None)
@given(value=arbitrary, codec=codecs, damage=st.integers(1, 255), where=st.floats(0, 1, exclude_max=True))
def test_a_damaged_body_is_always_noticed(value: Json, codec: Codec, damage: int, where: float) -> None:
    blob = bytearray(codec.encode(value, bound_to=OWNER))
    blob[int(where * len(blob))] ^= damage

    with pytest.raises(StoreError):
        codec.decode(bytes(blob), bound_to=OWNER)


@pytest.mark.parametrize(
    "value",
    [10**5000, -(2**63) - 1, 2**64, math.inf, -math.inf, "\ud800", {"\udfff": 1}, {1: "a", "1": "b"}, -0.0],
    ids=["huge", "below", "above", "inf", "-inf", "surrogate", "surrogate key", "number key", "minus zero"],
)
def test_what_json_cannot_say_survives(value: Json) -> None:
    assert same(value, deserialize(serialize({"value": value}))["value"])


def test_nan_survives_beside_real_nulls() -> None:
    back = deserialize(serialize([None, float("nan"), "null"]))

    assert back[0] is None
    assert math.isnan(back[1])
    assert back[2] == "null"


def test_content_that_looks_like_a_tag_survives() -> None:
    hostile = {TAG: ["bytes", "AAAA"], "x": {TAG: ["int", "0x10"]}}

    assert same(hostile, deserialize(serialize(hostile)))


def test_an_unknown_object_becomes_the_name_of_its_type() -> None:
    assert deserialize(serialize({"lock": object()})) == {"lock": "<builtins.object>"}


def test_bottomless_values_are_refused_in_one_sentence() -> None:
    bottomless: list[Json] = []
    bottomless.append(bottomless)

    with pytest.raises(StoreError, match="nested too deeply"):
        serialize(bottomless)


@pytest.mark.parametrize(
    "codec",
    [Codec(), Codec(encrypt_with=KEY), Codec(encrypt_with=KEY, cipher=Cipher.AES_256_GCM)],
    ids=["plain", "fernet", "aes-256-gcm"],
)
def test_another_owner_cannot_read_a_body(codec: Codec) -> None:
    blob = codec.encode({"prompt": "hello"}, bound_to=OWNER)

    with pytest.raises(StoreError, match="another row"):
        codec.decode(blob, bound_to=b"b" * 16)


def test_one_codec_reads_a_store_of_mixed_codecs_and_keys() -> None:
    value = {"prompt": "hello " * 100}
    blobs = [
        Codec(compression=compression, encrypt_with=key, cipher=cipher).encode(value, bound_to=OWNER)
        for compression in Compression
        for key in (None, KEY, OTHER_KEY)
        for cipher in (Cipher.FERNET, Cipher.AES_256_GCM)
    ]

    reader = Codec(decrypt_with=[KEY, OTHER_KEY])

    assert [value] * len(blobs) == [reader.decode(blob, bound_to=OWNER) for blob in blobs]


def test_a_missing_key_is_named_with_the_variable_to_set() -> None:
    blob = Codec(encrypt_with=KEY).encode("x", bound_to=OWNER)

    with pytest.raises(KeyMissing, match=f"{KEY.id.hex()}.*TRACE_ENCRYPTION_KEY"):
        Codec(encrypt_with=OTHER_KEY).decode(blob, bound_to=OWNER)


def test_encrypted_bodies_hold_no_word_of_the_content() -> None:
    blob = Codec(compression=Compression.NONE, encrypt_with=KEY).encode("confidential", bound_to=OWNER)

    assert b"confidential" not in blob
    assert OWNER not in blob


def test_the_configuration_chooses_the_codec() -> None:
    text = "hello " * 1000
    plain = make_codec(config(compression_enabled=False)).encode(text, bound_to=OWNER)
    gzip = make_codec(config(compression_codec="gzip")).encode(text, bound_to=OWNER)
    zstd = make_codec(config(compression_codec="zstd")).encode(text, bound_to=OWNER)

    assert [plain[0], gzip[0], zstd[0]] == [0x10, 0x12, 0x11]
    assert len(zstd) < len(plain) / 10


def test_the_configuration_chooses_the_cipher() -> None:
    given_key = {"encryption_enabled": True, "encryption_key": KEY.secret.decode()}
    fernet = make_codec(config(**given_key)).encode("x", bound_to=OWNER)
    aes_gcm = make_codec(config(**given_key, encryption_cipher="aes-256-gcm")).encode("x", bound_to=OWNER)

    assert [fernet[0], aes_gcm[0]] == [0x14, 0x18]
    assert make_codec(config(**given_key)).decode(aes_gcm, bound_to=OWNER) == "x"
    assert len(aes_gcm) < len(fernet) - 40


def test_without_encryption_a_key_still_reads_what_was_encrypted() -> None:
    key = KEY.secret.decode()
    blob = make_codec(config(encryption_enabled=True, encryption_key=key)).encode("x", bound_to=OWNER)

    reader = make_codec(config(encryption_enabled=False, encryption_key=key))

    assert reader.decode(blob, bound_to=OWNER) == "x"
    assert reader.encode("x", bound_to=OWNER)[0] == 0x10


@pytest.mark.parametrize("key", ["your-secret-key-here", "c2hvcnQ=", "ключ"])
def test_a_wrong_key_is_refused_with_the_way_to_make_one_and_without_the_key(key: str) -> None:
    with pytest.raises(ConfigError, match=r"TRACE_ENCRYPTION_KEY.*keys generate") as refusal:
        make_codec(config(encryption_enabled=True, encryption_key=key))

    assert key not in str(refusal.value)


def test_keys_do_not_show_in_a_repr() -> None:
    assert KEY.secret.decode() not in repr(KEY)


def test_a_small_body_is_compressed_to_what_is_its_own() -> None:
    names = ("gen_ai.operation.name", "gen_ai.request.model", "gen_ai.usage.input_tokens")
    body = serialize({"kind": "client", "attributes": dict.fromkeys(names, "one of its own")})
    codec, packed = compress(body, Compression.ZSTD)

    assert codec is Compression.ZSTD_SMALL
    assert len(packed) < len(body) / 2 < len(compress(body, Compression.GZIP)[1])
    assert decompress(packed, codec) == body
    assert compress(body * 50, Compression.ZSTD)[0] is Compression.ZSTD


def test_the_dictionary_stays_as_stores_were_written_with_it() -> None:
    assert hashlib.sha256(SPAN_FIELDS).hexdigest()[:16] == "a5fb37ac767823d8"


@pytest.mark.parametrize("codec", [Compression.ZSTD, Compression.GZIP])
def test_a_bomb_is_refused(codec: Compression, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = compress(bytes(1_000_000), codec)[1]
    monkeypatch.setattr(compress_stage, "LARGEST_BYTES", 999_999)

    with pytest.raises(StoreError, match="damaged"):
        decompress(bomb, codec)


def test_small_and_incompressible_content_stays_as_it_is() -> None:
    assert compress(b"a" * 100, Compression.ZSTD)[0] is Compression.NONE
    assert compress(bytes(range(256)), Compression.GZIP)[0] is Compression.NONE


def test_threads_may_share_a_codec() -> None:
    codec = Codec(encrypt_with=KEY)
    values = [{"n": number, "text": "x" * number} for number in range(200)]

    with ThreadPoolExecutor(8) as threads:
        blobs = list(threads.map(lambda value: codec.encode(value, bound_to=OWNER), values))
        back = list(threads.map(lambda blob: codec.decode(blob, bound_to=OWNER), blobs))

    assert values == back


def test_cryptography_is_loaded_only_for_encryption() -> None:
    program = (
        "import sys; from agent_inspector.config import TraceConfig;"
        "from agent_inspector.pipeline import make_codec, make_redactor; c = TraceConfig(); make_redactor(c);"
        "codec = make_codec(c); codec.decode(codec.encode('x', bound_to=b''), bound_to=b'');"
        "print('cryptography' in sys.modules)"
    )

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
