"""TraceConfig: every setting, where its value comes from, and the one configuration in force.

Precedence, highest first: an explicit argument, a `TRACE_*` environment variable, the configuration
file, the profile's preset (`TRACE_PROFILE`, or `TraceConfig.production()` and its like), the default.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal

from agent_inspector import environment as env
from agent_inspector.config_file import read_config_file
from agent_inspector.errors import ConfigError
from agent_inspector.sources import Profile, Source, look_up, profile_in_force

DEFAULT_REDACT_KEYS: Final = (
    "password", "api_key", "secret", "credential", "access_key", "private_key",
    "auth_token", "session_token", "authorization", "bearer",
)  # fmt: skip


def _setting(name: str, variable: str, parse: env.Parser[Any], default: Any) -> Any:
    """Declare a field whose default is looked up when a TraceConfig is made; a callable default is called."""
    return field(
        default_factory=lambda: look_up(name, variable, parse, default).value,
        metadata={"env": variable, "parse": parse, "default": default},
    )


def default_db_path() -> str:
    """Return the store's path in the user's data directory, whatever the working directory is."""
    # Asked only where it is needed: it costs 7 ms at import.
    import platformdirs  # noqa: PLC0415

    return str(Path(platformdirs.user_data_dir("agent-inspector", appauthor=False)) / "agent_inspector.db")


def default_key_file() -> str:
    """Return the path of the key file in the user's configuration directory."""
    import platformdirs  # noqa: PLC0415 (as above)

    return str(Path(platformdirs.user_config_dir("agent-inspector", appauthor=False)) / "encryption.keys")


@dataclass(kw_only=True)
class TraceConfig:
    """Every setting. `TraceConfig()` reads the environment and the configuration file; an argument overrides them.

    Raises:
        ConfigError: an argument has a value that cannot be used. A bad environment variable only
            warns, and the next source in order of precedence is used.
    """

    sample_rate: float = _setting("sample_rate", "TRACE_SAMPLE_RATE", env.parse_number(0, 1), 1.0)
    """Share of runs that are recorded, 0 to 1; decided by trace id, so the same everywhere."""
    only_on_error: bool = _setting("only_on_error", "TRACE_ONLY_ON_ERROR", env.parse_switch, False)
    """Keep only runs in which something failed."""
    queue_size: int = _setting("queue_size", "TRACE_QUEUE_SIZE", env.parse_whole(1), 8192)
    """Spans that may wait for the export thread; beyond it they are dropped and counted."""
    queue_bytes: int = _setting("queue_bytes", "TRACE_QUEUE_BYTES", env.parse_whole(1024), 64 * 2**20)
    """Bytes of attributes that may wait for the export thread."""
    batch_size: int = _setting("batch_size", "TRACE_BATCH_SIZE", env.parse_whole(1), 512)
    """Spans stored in one transaction."""
    batch_timeout_ms: int = _setting("batch_timeout_ms", "TRACE_BATCH_TIMEOUT", env.parse_whole(1), 500)
    """Longest time a finished span waits before it is stored; what a `kill -9` can cost."""
    block_on_run_end: bool = _setting("block_on_run_end", "TRACE_BLOCK_ON_RUN_END", env.parse_switch, False)
    """Let the end of a run wait for room in a full queue; never inside an event loop."""
    run_end_block_timeout_ms: int = _setting(
        "run_end_block_timeout_ms", "TRACE_RUN_END_BLOCK_TIMEOUT", env.parse_whole(0), 5000
    )
    """Longest such wait."""
    propagate: bool = _setting("propagate", "TRACE_PROPAGATE", env.parse_switch, True)
    """Let threads, thread pools and children of multiprocessing belong to the run that starts them."""
    redact_keys: list[str] = _setting(
        "redact_keys", "TRACE_REDACT_KEYS", env.parse_list, lambda: list(DEFAULT_REDACT_KEYS)
    )
    """Names whose values are always removed, beside the built-in rules."""
    redact_patterns: list[str] = _setting("redact_patterns", "TRACE_REDACT_PATTERNS", env.parse_list, list)
    """Regular expressions (RE2) whose matches are removed, beside the built-in rules."""
    redact_entropy: bool = _setting("redact_entropy", "TRACE_REDACT_ENTROPY", env.parse_switch, False)
    """Remove every long text that looks random, too, whatever stands beside it; it takes some ids and base64 with it."""
    encryption_enabled: bool = _setting(
        "encryption_enabled", "TRACE_ENCRYPTION_ENABLED", env.parse_switch, False
    )
    """Encrypt content at rest. Without a key, content is withheld rather than stored in clear."""
    encryption_key: str | None = _setting("encryption_key", "TRACE_ENCRYPTION_KEY", env.parse_text, None)
    """A Fernet key: 32 random bytes in URL-safe base64. Of several, separated by commas, the first encrypts."""
    encryption_key_file: str | None = _setting(
        "encryption_key_file", "TRACE_ENCRYPTION_KEY_FILE", env.parse_text, None
    )
    """A file of such keys, one on each line; without it, the one that `agent-inspector keys generate` makes."""
    encryption_cipher: Literal["fernet", "aes-256-gcm"] = _setting(
        "encryption_cipher", "TRACE_ENCRYPTION_CIPHER", env.parse_choice("fernet", "aes-256-gcm"), "fernet"
    )
    """How content is encrypted."""
    db_path: str = _setting("db_path", "TRACE_DB_PATH", env.parse_text, default_db_path)
    """The store's file; the default is in the user's data directory."""
    retention_days: int | None = _setting(
        "retention_days", "TRACE_RETENTION_DAYS", env.parse_optional_whole(1), 30
    )
    """Age in days after which `prune` removes a run."""
    retention_max_bytes: int | None = _setting(
        "retention_max_bytes", "TRACE_RETENTION_MAX_BYTES", env.parse_optional_whole(1), None
    )
    """Size above which `prune` removes the oldest runs."""
    search_index: bool = _setting("search_index", "TRACE_SEARCH_INDEX", env.parse_switch, True)
    """Index what is stored for searching; without it, and in encrypted stores, a search reads the content itself."""
    prices_file: str | None = _setting("prices_file", "TRACE_PRICES_FILE", env.parse_text, None)
    """A JSON file of what models cost, asked before the price list: dollars for a million tokens."""
    fan_out: list[str] = _setting("fan_out", "TRACE_FAN_OUT", env.parse_list, list)
    """OTLP destinations of redacted copies: an address each, perhaps with `grpc` or `http/json`, and `structure`."""
    fan_out_content: Literal["full", "structure"] = _setting(
        "fan_out_content", "TRACE_FAN_OUT_CONTENT", env.parse_choice("full", "structure"), "full"
    )
    """What leaves for OTLP destinations that say nothing of their own: all, or nothing that was said."""
    api_host: str = _setting("api_host", "TRACE_API_HOST", env.parse_text, "127.0.0.1")
    """Address that the server binds to."""
    api_port: int = _setting("api_port", "TRACE_API_PORT", env.parse_whole(0, 65535), 8000)
    """Port that the server binds to."""
    otlp_port: int = _setting("otlp_port", "TRACE_OTLP_PORT", env.parse_whole(0, 65535), 4318)
    """Second port that the server binds to, where exporters of OTLP over HTTP send by default; 0 is off."""
    otlp_grpc_port: int = _setting("otlp_grpc_port", "TRACE_OTLP_GRPC_PORT", env.parse_whole(0, 65535), 4317)
    """Port that receives OTLP over gRPC, from this machine only; 0 is off."""
    api_enabled: bool = _setting("api_enabled", "TRACE_API_ENABLED", env.parse_switch, True)
    """Serve `/v1`."""
    api_key_required: bool = _setting("api_key_required", "TRACE_API_KEY_REQUIRED", env.parse_switch, False)
    """Ask every request to `/v1` for the API key."""
    api_key: str | None = _setting("api_key", "TRACE_API_KEY", env.parse_text, None)
    """The key that `X-API-Key` must carry."""
    api_cors_origins: list[str] = _setting("api_cors_origins", "TRACE_API_CORS_ORIGINS", env.parse_list, list)
    """Web origins, beside the server's own, whose pages may read the API; none by default."""
    ui_enabled: bool = _setting("ui_enabled", "TRACE_UI_ENABLED", env.parse_switch, True)
    """Serve the web UI."""
    ui_path: str = _setting("ui_path", "TRACE_UI_PATH", env.parse_text, "/ui")
    """Path below which the web UI is served."""
    compression_enabled: bool = _setting(
        "compression_enabled", "TRACE_COMPRESSION_ENABLED", env.parse_switch, True
    )
    """Compress content in the store."""
    compression_codec: Literal["zstd", "gzip"] = _setting(
        "compression_codec", "TRACE_COMPRESSION_CODEC", env.parse_choice("zstd", "gzip"), "zstd"
    )
    """How content is compressed."""
    compression_level: int = _setting(
        "compression_level", "TRACE_COMPRESSION_LEVEL", env.parse_whole(1, 9), 3
    )
    """Effort, 1 to 9."""
    log_level: str = _setting(
        "log_level", "TRACE_LOG_LEVEL", env.parse_choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"
    )
    """What the server logs, at least."""
    log_path: str | None = _setting("log_path", "TRACE_LOG_PATH", env.parse_text, None)
    """File that the server logs to, beside the terminal."""

    def __post_init__(self) -> None:
        for item in fields(self):
            _check(item.name, item.metadata["parse"], getattr(self, item.name))
        self.db_path = str(Path(self.db_path).expanduser().absolute())
        if self.api_key_required and not self.api_key:
            raise ConfigError("api_key_required is on but there is no api_key; set TRACE_API_KEY.")

    @property
    def withholds_content(self) -> bool:
        """Content must not be stored: encryption is asked for and there is no key."""
        if not self.encryption_enabled or self.encryption_key or self.key_file:
            return False
        return (
            importlib.util.find_spec("keyring") is None
        )  # where there is one, it is asked when the store opens

    @property
    def key_file(self) -> str | None:
        """The file of keys: the one that is named, else the one in the user's configuration directory if it is there."""
        if self.encryption_key_file:
            return self.encryption_key_file
        default = default_key_file()
        return default if Path(default).exists() else None

    @classmethod
    def for_profile(cls, profile: Profile | str, **explicit: Any) -> TraceConfig:
        """Make a configuration of this profile; environment, file and arguments still override its preset."""
        with profile_in_force(Profile(profile)):
            return cls(**explicit)

    @classmethod
    def production(cls, **explicit: Any) -> TraceConfig:
        return cls.for_profile(Profile.PRODUCTION, **explicit)

    @classmethod
    def development(cls, **explicit: Any) -> TraceConfig:
        return cls.for_profile(Profile.DEVELOPMENT, **explicit)

    @classmethod
    def debug(cls, **explicit: Any) -> TraceConfig:
        return cls.for_profile(Profile.DEBUG, **explicit)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TraceConfig:
        """Make a configuration from `to_dict` output; names that are not settings are ignored."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})

    @classmethod
    def from_json(cls, text: str) -> TraceConfig:
        return cls.from_dict(json.loads(text))

    def to_dict(self) -> dict[str, Any]:
        """Return every setting, secrets included."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2)

    def get_redaction_keys_set(self) -> set[str]:
        return {key.lower() for key in self.redact_keys}

    def get_redaction_patterns_compiled(self) -> list[re.Pattern[str]]:
        return [re.compile(pattern) for pattern in self.redact_patterns]

    def add_redaction_key(self, key: str) -> None:
        if key not in self.redact_keys:
            self.redact_keys.append(key)

    def add_redaction_pattern(self, pattern: str) -> None:
        if pattern not in self.redact_patterns:
            self.redact_patterns.append(pattern)


def _check(name: str, parse: env.Parser[Any], value: Any) -> None:
    """Put a value through its own parser, so that an argument obeys the same bounds as the environment."""
    if value is None or isinstance(value, list):
        return
    try:
        parse(str(value))
    except ValueError as problem:
        raise ConfigError(f"{name}={value!r} is not {problem}.") from None


def source_of(name: str) -> Source:
    """Return where the value of a setting comes from when no argument gives it."""
    (item,) = [item for item in fields(TraceConfig) if item.name == name]
    return look_up(name, item.metadata["env"], item.metadata["parse"], item.metadata["default"]).source


def unknown_in_file() -> list[str]:
    """Return the names in the configuration file that are no settings."""
    known = {item.name for item in fields(TraceConfig)} | {"profile"}
    return sorted(set(read_config_file()) - known)


_current: TraceConfig | None = None


def get_config() -> TraceConfig:
    """Return the configuration in force, reading the environment the first time."""
    global _current
    if _current is None:
        _current = TraceConfig()
    return _current


def set_config(config: TraceConfig) -> None:
    """Make this the configuration of every run that starts from now on."""
    global _current
    _current = config
