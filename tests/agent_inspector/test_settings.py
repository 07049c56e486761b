"""Every setting by its variable, argument and preset, and what each does to what is recorded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from agent_inspector import (
    Profile,
    Trace,
    TraceConfig,
    get_config,
    get_trace,
    query,
    set_config,
    set_trace,
    trace,
)
from agent_inspector.errors import ConfigError
from agent_inspector.model import Run, RunFilter
from agent_inspector.store import open_store

FERNET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

SETTINGS: Mapping[str, tuple[str, str, Any]] = {
    "sample_rate": ("TRACE_SAMPLE_RATE", "0.25", 0.25),
    "only_on_error": ("TRACE_ONLY_ON_ERROR", "yes", True),
    "queue_size": ("TRACE_QUEUE_SIZE", "77", 77),
    "queue_bytes": ("TRACE_QUEUE_BYTES", "4096", 4096),
    "batch_size": ("TRACE_BATCH_SIZE", "5", 5),
    "batch_timeout_ms": ("TRACE_BATCH_TIMEOUT", "70", 70),
    "block_on_run_end": ("TRACE_BLOCK_ON_RUN_END", "1", True),
    "run_end_block_timeout_ms": ("TRACE_RUN_END_BLOCK_TIMEOUT", "90", 90),
    "propagate": ("TRACE_PROPAGATE", "off", False),
    "redact_keys": ("TRACE_REDACT_KEYS", "ticket, shoe_size", ["ticket", "shoe_size"]),
    "redact_patterns": ("TRACE_REDACT_PATTERNS", r"\bT-\d{3,4}\b,zinc", [r"\bT-\d{3,4}\b", "zinc"]),
    "redact_entropy": ("TRACE_REDACT_ENTROPY", "true", True),
    "encryption_enabled": ("TRACE_ENCRYPTION_ENABLED", "true", True),
    "encryption_key": ("TRACE_ENCRYPTION_KEY", FERNET_KEY, FERNET_KEY),
    "encryption_key_file": ("TRACE_ENCRYPTION_KEY_FILE", "/keys", "/keys"),
    "encryption_cipher": ("TRACE_ENCRYPTION_CIPHER", "AES-256-GCM", "aes-256-gcm"),
    "db_path": ("TRACE_DB_PATH", "/tmp/mine.db", "/tmp/mine.db"),
    "retention_days": ("TRACE_RETENTION_DAYS", "7", 7),
    "retention_max_bytes": ("TRACE_RETENTION_MAX_BYTES", "1000000", 1_000_000),
    "search_index": ("TRACE_SEARCH_INDEX", "no", False),
    "prices_file": ("TRACE_PRICES_FILE", "/prices.json", "/prices.json"),
    "fan_out": ("TRACE_FAN_OUT", "http://127.0.0.1:4318", ["http://127.0.0.1:4318"]),
    "fan_out_content": ("TRACE_FAN_OUT_CONTENT", "structure", "structure"),
    "api_host": ("TRACE_API_HOST", "localhost", "localhost"),
    "api_port": ("TRACE_API_PORT", "9000", 9000),
    "otlp_port": ("TRACE_OTLP_PORT", "0", 0),
    "otlp_grpc_port": ("TRACE_OTLP_GRPC_PORT", "0", 0),
    "api_enabled": ("TRACE_API_ENABLED", "false", False),
    "api_key_required": ("TRACE_API_KEY_REQUIRED", "true", True),
    "api_key": ("TRACE_API_KEY", "hush", "hush"),
    "api_cors_origins": ("TRACE_API_CORS_ORIGINS", "http://a.test,http://b.test", ["http://a.test", "http://b.test"]),
    "ui_enabled": ("TRACE_UI_ENABLED", "false", False),
    "ui_path": ("TRACE_UI_PATH", "/look", "/look"),
    "compression_enabled": ("TRACE_COMPRESSION_ENABLED", "0", False),
    "compression_codec": ("TRACE_COMPRESSION_CODEC", "gzip", "gzip"),
    "compression_level": ("TRACE_COMPRESSION_LEVEL", "9", 9),
    "log_level": ("TRACE_LOG_LEVEL", "warning", "WARNING"),
    "log_path": ("TRACE_LOG_PATH", "/tmp/log.txt", "/tmp/log.txt"),
}  # fmt: skip
"""By setting: its variable, a text for it, and the value that the text means; none is a default."""
NEEDS: Mapping[str, Mapping[str, str]] = {"api_key_required": {"TRACE_API_KEY": "hush"}}


def test_the_table_has_every_setting() -> None:
    assert set(SETTINGS) == {item.name for item in fields(TraceConfig)}
    defaults = TraceConfig()
    assert [name for name, (_, _, value) in SETTINGS.items() if getattr(defaults, name) == value] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_a_variable_sets_its_setting_and_an_argument_wins_over_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    default = getattr(TraceConfig(), name)
    variable, text, value = SETTINGS[name]
    for needed, needed_text in NEEDS.get(name, {}).items():
        monkeypatch.setenv(needed, needed_text)
    monkeypatch.setenv(variable, text)

    assert getattr(TraceConfig(), name) == value
    assert getattr(TraceConfig.debug(), name) == value
    if default is not None:
        assert getattr(TraceConfig(**{name: default}), name) == default


@pytest.mark.parametrize("text", ["", "0"])
@pytest.mark.parametrize("name", ["retention_max_bytes", "retention_days"])
def test_an_empty_limit_is_none(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(SETTINGS[name][0], text)

    assert getattr(TraceConfig(), name) is None


@pytest.mark.parametrize("text", ["true", "1", "yes", "on", "TRUE", "Yes"])
def test_a_switch_is_on_in_many_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TRACE_ONLY_ON_ERROR", text)

    assert TraceConfig().only_on_error


BAD: Mapping[str, tuple[Any, ...]] = {
    "sample_rate": (-0.1, 1.1, float("nan")),
    "queue_size": (0, -1),
    "batch_size": (0,),
    "compression_level": (0, 10),
    "log_level": ("LOUD",),
    "compression_codec": ("rar",),
    "encryption_cipher": ("rot13",),
    "api_port": (-1, 65536),
    "retention_days": (-1,),
    "batch_timeout_ms": (0,),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_an_argument_that_cannot_be_used_is_a_value_error(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name) as raised:
        TraceConfig(**{name: value})

    assert isinstance(raised.value, ConfigError)


def test_a_required_key_that_is_not_there_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="TRACE_API_KEY"):
        TraceConfig(api_key_required=True)


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "production": {
        "sample_rate": 0.01,
        "compression_enabled": True,
        "encryption_enabled": True,
        "log_level": "WARNING",
    },
    "development": {
        "sample_rate": 0.5,
        "compression_enabled": True,
        "encryption_enabled": False,
        "log_level": "INFO",
    },
    "debug": {
        "sample_rate": 1.0,
        "compression_enabled": False,
        "encryption_enabled": False,
        "log_level": "DEBUG",
    },
}
"""What the README of koladilip/ai-agent-inspector says of its presets."""


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_had_by_method_enumeration_and_variable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = [
        getattr(TraceConfig, name)(),
        TraceConfig.for_profile(Profile(name)),
        TraceConfig.for_profile(name),
    ]
    monkeypatch.setenv("TRACE_PROFILE", name)
    made.append(TraceConfig())

    assert [{key: getattr(config, key) for key in PRESETS[name]} for config in made] == [PRESETS[name]] * 4
    assert TraceConfig(sample_rate=0.9).sample_rate == 0.9


def test_there_are_three_presets() -> None:
    assert [profile.value for profile in Profile] == list(PRESETS)


def test_a_configuration_survives_its_dictionary_and_its_json(tmp_path: Path) -> None:
    config = TraceConfig(
        **{name: value for name, (_, _, value) in SETTINGS.items()} | {"db_path": str(tmp_path / "mine.db")}
    )

    assert TraceConfig.from_dict(config.to_dict()) == config
    assert TraceConfig.from_json(config.to_json()) == config
    assert set(json.loads(config.to_json())) == set(SETTINGS)
    assert TraceConfig.from_dict({"sample_rate": 0.5, "unheard_of": 1}).sample_rate == 0.5


def test_rules_of_redaction_can_be_added() -> None:
    config = TraceConfig(redact_keys=["Ticket"], redact_patterns=[r"\bT-\d+\b"])
    for _ in range(2):
        config.add_redaction_key("shoe")
        config.add_redaction_pattern("zinc")

    assert config.get_redaction_keys_set() == {"ticket", "shoe"}
    assert [pattern.pattern for pattern in config.get_redaction_patterns_compiled()] == [r"\bT-\d+\b", "zinc"]
    assert TraceConfig().redact_keys != config.redact_keys


def test_the_configuration_in_force_is_the_one_that_was_set(tmp_path: Path) -> None:
    config = TraceConfig(db_path=str(tmp_path / "mine.db"))
    set_config(config)

    assert get_config() is config
    assert trace.config is config
    assert get_trace().config is config


# What the settings do


Configure = Callable[..., TraceConfig]


@pytest.fixture
def configured(tmp_path: Path) -> Configure:
    def configure(**settings: Any) -> TraceConfig:
        given: dict[str, Any] = {"db_path": str(tmp_path / "store.db"), "batch_timeout_ms": 20} | settings
        config = TraceConfig(**given)
        set_config(config)
        return config

    return configure


def runs(config: TraceConfig) -> list[Run]:
    assert trace.flush()
    store = open_store(config)
    found = list(query.list_runs(store, RunFilter(), limit=1000, descending=False).runs)
    store.close()
    return found


def content(config: TraceConfig, run: Run) -> str:
    store = open_store(config)
    told = [
        query.event_data(query.get_step(store, run.id, step.id)) for step in query.list_steps(store, run.id)
    ]
    store.close()
    return str(told)


def bytes_of(config: TraceConfig) -> bytes:
    return b"".join(path.read_bytes() for path in Path(config.db_path).parent.glob("store.db*"))


def test_a_share_of_runs_is_recorded(configured: Configure) -> None:
    config = configured(sample_rate=0.3)
    for number in range(400):
        with trace.run(f"run {number}") as run:
            run.tool("tool", {}, number)

    assert 60 <= len(runs(config)) <= 180
    assert {run.step_count for run in runs(config)} == {2}


def test_only_runs_in_which_something_failed_are_kept(configured: Configure) -> None:
    config = configured(only_on_error=True, sample_rate=0.0)
    for number in range(4):
        with trace.run(f"run {number}"):
            trace.tool("tool", {}, 1, error="broken" if number == 2 else None)

    assert [run.name for run in runs(config)] == ["run 2"]


def test_keys_and_patterns_of_ones_own_are_removed(configured: Configure) -> None:
    config = configured(redact_keys=["shoe_size"], redact_patterns=[r"\bT-\d{3,4}\b"])
    with trace.run("agent"):
        trace.tool("buy", {"shoe_size": "fortythree", "colour": "red"}, "see T-1234 and T-12")
    kept = content(config, runs(config)[0])

    assert "fortythree" not in kept
    assert "T-1234" not in kept
    assert "T-12" in kept
    assert "red" in kept


@pytest.mark.parametrize("cipher", ["fernet", "aes-256-gcm"])
def test_content_is_encrypted_and_read_back(configured: Configure, cipher: str) -> None:
    config = configured(
        encryption_enabled=True,
        encryption_key=FERNET_KEY,
        encryption_cipher=cipher,
        compression_enabled=False,
    )
    with trace.run("agent"):
        trace.tool("buy", {"colour": "vermilion"}, "crimson")

    assert "vermilion" in content(config, runs(config)[0])
    assert b"vermilion" not in bytes_of(config)
    assert b"crimson" not in bytes_of(config)


@pytest.mark.parametrize(
    ("settings", "in_clear"),
    [
        ({"compression_enabled": False}, True),
        ({"compression_codec": "gzip"}, False),
        ({"compression_level": 9}, False),
    ],
)
def test_content_is_compressed_as_asked(
    configured: Configure, settings: dict[str, Any], in_clear: bool
) -> None:
    config = configured(**settings, search_index=False)
    text = " ".join(f"word{number}" for number in range(300))
    probes = [f"word{number} word{number + 1} " for number in range(100, 290)]  # page borders may cut a few
    with trace.run("agent"):
        trace.tool("read", {}, text)
    (run,) = runs(config)
    stored = bytes_of(config)

    assert text in content(config, run)
    assert (sum(probe.encode() in stored for probe in probes) > 100) == in_clear
    assert any(
        probes[0].encode() in inflated(stored[at:])
        for at in range(len(stored))
        if stored[at : at + 3] == b"\x1f\x8b\x08"
    ) == (settings.get("compression_codec") == "gzip")


def inflated(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(start)
    except zlib.error:
        return b""


def test_a_full_queue_counts_what_it_refuses(configured: Configure) -> None:
    config = configured(queue_size=5, batch_size=5, batch_timeout_ms=60_000)
    with trace.run("agent") as run:
        for number in range(5000):
            run.tool("tool", {}, number)
    (stored,) = runs(config)
    store = open_store(config)
    lost = query.get_stats(store).dropped_spans
    store.close()

    assert stored.step_count + sum(lost.values()) == 5001


def test_the_end_of_a_run_waits_for_room(configured: Configure) -> None:
    config = configured(queue_size=5, batch_size=5, block_on_run_end=True, run_end_block_timeout_ms=20_000)
    for number in range(20):
        with trace.run(f"run {number}") as run:
            for _ in range(50):
                run.tool("tool", {}, number)

    assert {run.status for run in runs(config)} == {"completed"}
    assert len(runs(config)) == 20


def test_a_run_and_a_trace_can_have_a_configuration_of_their_own(
    configured: Configure, tmp_path: Path
) -> None:
    config = configured()
    other = TraceConfig(db_path=str(tmp_path / "other.db"), batch_timeout_ms=20)
    with trace.run("usual"):
        trace.tool("tool", {}, 1)
    with trace.run("elsewhere", config=other) as run:
        assert run.config == other
    with Trace(other).run("of its own"):
        pass

    assert [run.name for run in runs(other)] == ["elsewhere", "of its own"]
    assert [run.name for run in runs(config)] == ["usual"]


def test_another_default_trace_records_what_the_module_is_called_with(
    configured: Configure, tmp_path: Path
) -> None:
    configured()
    other = TraceConfig(db_path=str(tmp_path / "other.db"), batch_timeout_ms=20)
    usual = get_trace()
    set_trace(Trace(other))
    try:
        with trace.run("agent"):
            trace.final("done")
        trace.shutdown(timeout_ms=5000)
        with trace.run("after shutdown"):
            trace.final("done")

        assert [run.name for run in runs(other)] == ["agent", "after shutdown"]
    finally:
        set_trace(usual)
