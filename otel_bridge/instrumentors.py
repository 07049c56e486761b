"""Instrumentors: switch on what SDKs record of themselves with OpenTelemetry, but only once they are asked.

OpenTelemetry loads these by the entry points in pyproject.toml, under any distribution, unless
OTEL_PYTHON_DISABLED_INSTRUMENTATIONS names them.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Collection
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]  # untyped upstream
from wrapt import register_post_import_hook

_log = logging.getLogger("agent_inspector")
_CONTENT_VARIABLE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CONTENT_ON_SPANS: Final = ("SPAN_ONLY", "SPAN_AND_EVENT")
_TELL_MODEL: Final = "default_tool_error_function"


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


class OpenAIAgentsErrorsInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # untyped upstream
    """Has tools of the OpenAI Agents SDK say why they failed.

    The SDK hides it from the model, and for that reason from its own trace, wherever a tool keeps the
    default `failure_error_function`: the span says "Error details are redacted", whatever
    `trace_include_sensitive_data` is.
    """

    _instance = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return ("openai-agents >= 0.1",)

    def _instrument(self, **kwargs: Any) -> None:
        register_post_import_hook(_record_tool_errors, "agents.tool")

    def _uninstrument(self, **kwargs: Any) -> None:
        register_post_import_hook(_forget_tool_errors, "agents.tool")


def _record_tool_errors(module: Any) -> None:
    """Note the exception on the tool's span when the SDK asks what to tell the model of it."""
    tell = getattr(module, _TELL_MODEL, None)
    if tell is None or not _wants_content():
        return

    @functools.wraps(tell)
    def note_and_tell(context: Any, error: Exception) -> Any:
        trace.get_current_span().record_exception(error)
        return tell(context, error)

    # The SDK compares a tool's function with this very name, so that the default stays the default.
    setattr(module, _TELL_MODEL, note_and_tell)


def _forget_tool_errors(module: Any) -> None:
    tell = getattr(module, _TELL_MODEL, None)
    setattr(module, _TELL_MODEL, getattr(tell, "__wrapped__", tell))


def _wants_content() -> bool:
    """Whether OpenTelemetry's own instrumentations would record messages."""
    return os.environ.get(_CONTENT_VARIABLE, "").upper() in _CONTENT_ON_SPANS


def _record_pydantic_ai(module: Any) -> None:
    """Switch the agents on, with messages where they are wanted."""
    try:
        module.Agent.instrument_all(module.InstrumentationSettings(include_content=_wants_content()))
    except Exception as problem:  # noqa: BLE001  (this runs inside an import of the user's program)
        _log.warning("Agents of Pydantic AI are not recorded: %s: %s", type(problem).__name__, problem)
