"""Which model the examples ask: what the environment says, then `.env`, then the scripted one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "MODEL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setattr("endpoint._ENV_FILE", tmp_path / ".env")
    return tmp_path / ".env"


def test_a_key_in_the_file_chooses_the_real_model(env_file: Path) -> None:
    from endpoint import open_endpoint

    lines = [
        "# mine",
        "export OPENAI_API_KEY='k-1'",
        "OPENAI_MODEL = big",
        "MODEL_BILLING=small",
        "MODEL_TRIAGE=",
    ]
    env_file.write_text("\n".join(lines), encoding="utf-8")
    endpoint = open_endpoint()

    assert (endpoint.api_key, endpoint.base_url) == ("k-1", "https://api.openai.com/v1")
    assert (endpoint.model_for("billing"), endpoint.model_for("triage")) == ("small", "big")
    assert "k-1" not in repr(endpoint)


def test_the_environment_wins_over_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from endpoint import open_endpoint

    env_file.write_text(
        "OPENAI_API_KEY=k-1\nOPENAI_BASE_URL=http://one/v1\nOPENAI_TIMEOUT=7", encoding="utf-8"
    )
    monkeypatch.setenv("OPENAI_BASE_URL", "http://two/v1")
    endpoint = open_endpoint()

    assert (endpoint.base_url, endpoint.timeout_s) == ("http://two/v1", 7.0)


def test_the_example_file_as_copied_keeps_to_the_scripted_model(env_file: Path) -> None:
    from endpoint import _read_env_file

    settings = _read_env_file(EXAMPLES / ".env.example")
    source = (EXAMPLES / "endpoint.py").read_text(encoding="utf-8")

    assert settings["OPENAI_API_KEY"] == ""
    assert [name for name in settings if f'"{name}"' not in source] == []
