"""Which model the examples speak to: the one in your environment or `examples/.env`, else a local script."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from model_server.server import DEFAULT_LATENCY_MS, ModelServer

_ENV_FILE: Final = Path(__file__).with_name(".env")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and how to ask it."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    temperature: float
    timeout_s: float
    models: Mapping[str, str]
    """The agents that have a model of their own."""

    def model_for(self, agent: str) -> str:
        return self.models.get(agent, self.model)


def open_endpoint() -> Endpoint:
    """Return the configured model, or start the model server and return that."""
    # An empty variable counts as set: `OPENAI_API_KEY= python examples/…` asks for the local script.
    settings = {**_read_env_file(_ENV_FILE), **os.environ}
    api_key, base_url = settings.get("OPENAI_API_KEY"), settings.get("OPENAI_BASE_URL")
    model = settings.get("OPENAI_MODEL") or "gpt-4o-mini"
    if api_key:
        base_url = base_url or "https://api.openai.com/v1"
    else:
        latency_ms = float(settings.get("MODEL_SERVER_LATENCY_MS") or DEFAULT_LATENCY_MS)
        api_key, base_url = "no-key-needed", ModelServer(latency_ms=latency_ms).start().base_url
        print(f"No OPENAI_API_KEY: a scripted model answers at {base_url}\n", flush=True)
    return Endpoint(
        base_url=base_url,
        api_key=api_key,
        model=model,
        temperature=float(settings.get("OPENAI_TEMPERATURE") or 0.2),
        timeout_s=float(settings.get("OPENAI_TIMEOUT") or 120),
        models={
            name.removeprefix("MODEL_").lower(): value
            for name, value in settings.items()
            if name in ("MODEL_TRIAGE", "MODEL_BILLING", "MODEL_TECHNICAL", "MODEL_MANAGER") and value
        },
    )


def _read_env_file(path: Path) -> Mapping[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip().removeprefix("export ") for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
