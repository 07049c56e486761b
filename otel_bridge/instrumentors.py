"""Instrumentors: switch on the SDKs that record themselves with OpenTelemetry, but only once they are asked.

OpenTelemetry loads these by the entry points in pyproject.toml, under any distribution, unless
OTEL_PYTHON_DISABLED_INSTRUMENTATIONS names them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection
from typing import Any, Final

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]  # untyped upstream
from wrapt import register_post_import_hook

_log = logging.getLogger("agent_inspector")
_CONTENT_VARIABLE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CONTENT_ON_SPANS: Final = ("SPAN_ONLY", "SPAN_AND_EVENT")


class PydanticAIInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # untyped upstream
    """Has every agent of Pydantic AI record itself; what the program chooses by itself later replaces it."""

    _instance = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return ("pydantic-ai-slim >= 0.1",)

    def _instrument(self, **kwargs: Any) -> None:
        # Importing Pydantic AI takes a second: only programs that use it shall wait for that.
        register_post_import_hook(_record_pydantic_ai, "pydantic_ai")

    def _uninstrument(self, **kwargs: Any) -> None:
        register_post_import_hook(lambda module: module.Agent.instrument_all(False), "pydantic_ai")


def _record_pydantic_ai(module: Any) -> None:
    """Switch the agents on, with messages where OpenTelemetry's own instrumentations would record them."""
    try:
        content = os.environ.get(_CONTENT_VARIABLE, "").upper() in _CONTENT_ON_SPANS
        module.Agent.instrument_all(module.InstrumentationSettings(include_content=content))
    except Exception as problem:  # noqa: BLE001  (this runs inside an import of the user's program)
        _log.warning("Agents of Pydantic AI are not recorded: %s: %s", type(problem).__name__, problem)
