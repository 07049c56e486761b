"""Launching: how a program is started so that what its agents do is recorded, without changing its code."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from agent_inspector.errors import InspectorError


def instrumented(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which OpenTelemetry records into our store."""
    ours = {"OTEL_PYTHON_DISTRO": "agent_inspector", "OTEL_PYTHON_CONFIGURATOR": "agent_inspector"}
    return {"OTEL_TRACES_EXPORTER": "agent_inspector", **environment, **ours}


def program_name(arguments: list[str]) -> str:
    """Return what a person calls the program: its script, its module, or the command itself."""
    for place, argument in enumerate(arguments):
        if argument == "-m" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.endswith(".py"):
            return Path(argument).name
    return Path(arguments[0]).name


def find_instrument() -> str:
    """Return `opentelemetry-instrument` of this very Python environment, whatever PATH says."""
    found = shutil.which("opentelemetry-instrument", path=str(Path(sys.executable).parent))
    if found is None:
        raise InspectorError(
            "The command opentelemetry-instrument is missing beside this Python; "
            "install it with: pip install opentelemetry-instrumentation."
        )
    return found
