"""Inspection: who provides tracers in this process, at which limits, and which instrumentations are on."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

from opentelemetry import trace

_INSTRUMENTORS = "opentelemetry_instrumentor"


def inspect_process() -> dict[str, Any]:
    """Return what is in force now, as JSON; private names of the SDK are read where there is no other way."""
    provider = trace.get_tracer_provider()
    real = getattr(provider, "provider", provider)  # Logfire wraps the SDK's own
    limits = getattr(real, "_span_limits", None)
    return {
        "provider": f"{type(provider).__module__}.{type(provider).__qualname__}",
        "max_span_attributes": getattr(limits, "max_span_attributes", None),
        "max_attribute_length": getattr(limits, "max_span_attribute_length", None),
        "instrumented": sorted(point.name for point in entry_points(group=_INSTRUMENTORS) if _is_on(point)),
    }


def _is_on(point: Any) -> bool:
    """Ask the instrumentation itself, which is one object a process; never import one that is not loaded."""
    module = sys.modules.get(point.module)
    made = getattr(getattr(module, point.attr, None), "_instance", None)
    return bool(getattr(made, "is_instrumented_by_opentelemetry", False))
