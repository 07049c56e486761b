"""What every test shares: no time limits of hypothesis, and an environment without settings of the developer's."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is not a failure: nothing in the suite is judged by time.
settings.register_profile("inspector", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("inspector")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take away TRACE_*, OTEL_* and context variables and the configuration file: only what a test sets shall count."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "configuration"))
    for name in list(os.environ):
        if name.startswith(("TRACE_", "OTEL_")) or name in ("TRACEPARENT", "TRACESTATE", "BAGGAGE"):
            monkeypatch.delenv(name)
