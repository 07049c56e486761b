"""Checks of what is installed beside us: SQLite, other distributions, instrumentations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, entry_points, packages_distributions
from typing import Final

from agent_inspector.diagnosis.checks import Check, ok
from agent_inspector.store import sqlite_version

OURS: Final = "agent-inspector-otel"
_SOUND_SQLITE: Final = (3, 51, 3)
"""From here on, resetting the write-ahead log beside another connection cannot damage the file."""
_INSTRUMENTATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "openai": ("opentelemetry-instrumentation-genai-openai", "opentelemetry-instrumentation-openai-v2",
               "opentelemetry-instrumentation-openai", "openinference-instrumentation-openai"),
    "anthropic": ("opentelemetry-instrumentation-genai-anthropic", "opentelemetry-instrumentation-anthropic",
                  "openinference-instrumentation-anthropic"),
    "langchain-core": ("opentelemetry-instrumentation-genai-langchain", "opentelemetry-instrumentation-langchain",
                       "openinference-instrumentation-langchain"),
    "openai-agents": ("opentelemetry-instrumentation-genai-openai-agents",
                      "opentelemetry-instrumentation-openai-agents", "openinference-instrumentation-openai-agents"),
    "google-genai": ("opentelemetry-instrumentation-google-genai", "openinference-instrumentation-google-genai"),
    "llama-index-core": ("openinference-instrumentation-llama-index", "opentelemetry-instrumentation-llamaindex"),
    "crewai": ("openinference-instrumentation-crewai", "opentelemetry-instrumentation-crewai"),
    "dspy": ("openinference-instrumentation-dspy",),
    "smolagents": ("openinference-instrumentation-smolagents",),
    "agno": ("openinference-instrumentation-agno", "opentelemetry-instrumentation-agno"),
}  # fmt: skip
"""Libraries that say nothing by themselves, and what makes them speak, best first."""


def check_installation() -> list[Check]:
    """Look at the packages of this Python."""
    return [_sqlite(), _clash(), _distributions(), *_instrumentations()]


def _sqlite() -> Check:
    version = sqlite_version()
    shown = ".".join(map(str, version))
    if version >= _SOUND_SQLITE:
        return ok("sqlite", f"SQLite {shown}.")
    return Check(
        "sqlite",
        "warning",
        f"SQLite {shown} can damage a file when its write-ahead log is reset while another process opens it.",
        "Use a Python that is built with SQLite 3.51.3 or newer; until then back up: agent-inspector backup FILE.",
    )


def _clash() -> Check:
    others = sorted({name for name in packages_distributions().get("agent_inspector", []) if name != OURS})
    if not others:
        return ok("distribution", "No other package installs a module named agent_inspector.")
    return Check(
        "distribution",
        "problem",
        f"{', '.join(others)} installs the module agent_inspector, too: whichever came last is imported.",
        f"pip uninstall {' '.join(others)}, then pip install --force-reinstall {OURS}.",
    )


def _distributions() -> Check:
    names = sorted({point.name for point in entry_points(group="opentelemetry_distro")})
    if names == ["agent_inspector"]:
        return ok("distro", "Ours is the only OpenTelemetry distribution.")
    return Check(
        "distro",
        "warning",
        f"OpenTelemetry distributions: {', '.join(names) or 'none'}; opentelemetry-instrument loads the first it finds.",
        "export OTEL_PYTHON_DISTRO=agent_inspector OTEL_PYTHON_CONFIGURATOR=agent_inspector; `agent-inspector run` does it.",
    )


def _instrumentations() -> Iterator[Check]:
    for library, packages in _INSTRUMENTATIONS.items():
        if not _is_installed(library):
            continue
        found = [package for package in packages if _is_installed(package)]
        if found:
            yield ok(f"instrumentation {library}", f"{library} is instrumented by {', '.join(found)}.")
        else:
            yield Check(
                f"instrumentation {library}",
                "warning",
                f"{library} is installed, and nothing that records it.",
                f"pip install {packages[0]}",
            )


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
