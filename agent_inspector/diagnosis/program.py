"""Checks of a program: it runs under instrumentation with a store of its own, and tells what was in force."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from agent_inspector.config import TraceConfig
from agent_inspector.diagnosis.checks import Check, ok
from agent_inspector.diagnosis.recorded import check_store
from agent_inspector.errors import StoreUnavailable
from agent_inspector.launching import find_instrument, instrumented
from agent_inspector.probe import PROBE_VARIABLE
from agent_inspector.store import open_store

_SDK: Final = ("opentelemetry.sdk.trace.TracerProvider", "otel_bridge.own_provider.OwnTracerProvider")
_NONE: Final = "opentelemetry.trace.ProxyTracerProvider"


def check_program(
    arguments: Sequence[str], config: TraceConfig, environment: Mapping[str, str]
) -> list[Check]:
    """Run a program to its end, recording into a store that is gone afterwards, and look at both."""
    with tempfile.TemporaryDirectory(prefix="agent-inspector-") as folder:
        report, db_path = Path(folder, "report.json"), Path(folder, "runs.db")
        started = {**instrumented(environment), PROBE_VARIABLE: str(report), "TRACE_DB_PATH": str(db_path)}
        # What it prints goes to the error stream: what is said of it stays readable for programs.
        done = subprocess.run(
            [find_instrument(), *arguments], env=started, stdout=sys.stderr.fileno(), check=False
        )
        return [
            _ended(done.returncode),
            *_in_force(json.loads(report.read_text(encoding="utf-8")) if report.exists() else None),
            *_stored(replace(config, db_path=str(db_path))),
        ]


def _ended(code: int) -> Check:
    if code == 0:
        return ok("program", "The program ended well.")
    return Check("program", "warning", f"The program ended with exit code {code}.", "See what it printed.")


def _in_force(report: Mapping[str, Any] | None) -> list[Check]:
    if report is None:
        return [
            Check(
                "provider",
                "problem",
                "The program was not instrumented: it is no Python program, or was killed, or starts Python with -I or -S.",
                "Name the Python program itself: agent-inspector doctor -- python app.py",
            )
        ]
    return [
        _provider(report["provider"]),
        _room(report["max_span_attributes"]),
        _active(report["instrumented"]),
    ]


def _provider(name: str) -> Check:
    if name == _NONE:
        return Check(
            "provider",
            "problem",
            "There is no tracer provider: something keeps OpenTelemetry from being set up.",
            "unset OTEL_SDK_DISABLED, and see the warnings that the program printed.",
        )
    whose = "the SDK's" if name in _SDK else f"{name}, which we join"
    return ok("provider", f"The tracer provider is {whose}.")


def _room(most: int | None) -> Check:
    if most is None or most >= 1000:
        return ok("limits", "A span may have as many attributes as it needs.")
    return Check(
        "limits",
        "warning",
        f"The provider keeps {most} attributes of a span, and throws out the oldest.",
        "Make it with span_limits=SpanLimits(max_span_attributes=4096).",
    )


def _active(names: Sequence[str]) -> Check:
    if names:
        return ok("instrumentations", f"Instrumented: {', '.join(names)}.")
    return Check(
        "instrumentations",
        "warning",
        "No instrumentation found a library to instrument.",
        "pip install 'agent-inspector-otel[instrumentations]', or record with the facade.",
    )


def _stored(config: TraceConfig) -> list[Check]:
    try:
        store = open_store(config, read_only=True)
    except StoreUnavailable:
        return [
            Check(
                "recorded",
                "problem",
                "The program recorded nothing.",
                "See the checks of provider and instrumentations.",
            )
        ]
    with closing(store):
        return check_store(store)
