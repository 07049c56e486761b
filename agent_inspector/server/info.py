"""`GET /v1/info`: what the web UI tells about this server: where its store is, how it is kept, where spans are received."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request

from agent_inspector.config import TraceConfig, default_db_path
from agent_inspector.server.answers import JsonAnswer
from agent_inspector.server.problems import PROBLEM_RESPONSES
from agent_inspector.version import __version__

router = APIRouter(prefix="/v1", tags=["stats"], responses=PROBLEM_RESPONSES)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What this server is and how it was set up; no secret is in it."""

    version: str
    store_path: str
    default_store: bool
    """Programs of this user record there as well, unless `TRACE_DB_PATH` says otherwise."""
    encrypted: bool
    """New content is encrypted."""
    compression: str | None
    search_index: bool
    """Words of new steps go into an index; else a search reads contents, newest first."""
    retention_days: int | None
    retention_max_bytes: int | None
    redaction_patterns: int
    """Patterns of the user's own, beside the built-in rules."""
    otlp_http: str | None
    """Where spans are received over HTTP besides this server's own port; null where nothing listens."""
    otlp_grpc: str | None


def info_of(config: TraceConfig, *, otlp_http: str | None = None, otlp_grpc: str | None = None) -> ServerInfo:
    """Derive what is told from the configuration, and from what is listened on."""
    return ServerInfo(
        version=__version__,
        store_path=_short(Path(config.db_path)),
        default_store=config.db_path == default_db_path(),
        encrypted=config.encryption_enabled,
        compression=config.compression_codec if config.compression_enabled else None,
        search_index=config.search_index and not config.encryption_enabled,
        retention_days=config.retention_days,
        retention_max_bytes=config.retention_max_bytes,
        redaction_patterns=len(config.redact_patterns),
        otlp_http=otlp_http,
        otlp_grpc=otlp_grpc,
    )


@router.get("/info", response_model=ServerInfo)
async def read_info(request: Request) -> JsonAnswer:
    """Read how this server was set up. It asks the store nothing, so a damaged store can be told of."""
    return JsonAnswer(request.app.state.info)


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(path)
