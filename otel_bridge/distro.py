"""The distribution: what `opentelemetry-instrument` loads, with defaults that keep everything local.

`agent_inspector.wiring` gives these two classes their recorder, so that this package knows no store.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.instrumentation.distro import BaseDistro  # type: ignore[attr-defined]  # untyped upstream
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.trace.sampling import Sampler

from otel_bridge.exporter import SinkSpanExporter
from otel_bridge.fanout import FanOut
from otel_bridge.processor import RecordingProcessor
from otel_bridge.succession import leave_place

NAME: Final = "agent_inspector"
"""Our name in every entry point group, and in OTEL_TRACES_EXPORTER."""

DEFAULTS: Final[Mapping[str, str]] = {
    "OTEL_TRACES_EXPORTER": NAME,
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_PYTHON_CONFIGURATOR": NAME,
    # The specification's default; the SDK would take gRPC, which costs 70 ms and 30 MB more.
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    # The current instrumentations take this word; "true" would mean none.
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
    # The SDK's limit of 128 throws out the oldest attribute, which may say what the span is.
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "4096",
    "OTEL_SPAN_EVENT_COUNT_LIMIT": "4096",
}
"""What the distribution sets where the user set nothing. The stock default sends to a collector that
is not there and so delays every exit by 8 to 10 seconds."""


_OTHER_PLACES: Final = (
    ("OTEL_METRICS_EXPORTER", "opentelemetry.metrics._internal", "_METER_PROVIDER"),
    ("OTEL_LOGS_EXPORTER", "opentelemetry._logs._internal", "_LOGGER_PROVIDER"),
)


class InspectorDistro(BaseDistro):  # type: ignore[misc]  # as above
    """Sets the defaults; a value of the user's always wins."""

    # Singletons are looked up through the MRO: without this, a base made earlier would be returned.
    _instance = None

    def _configure(self, **kwargs: Any) -> None:
        for name, value in DEFAULTS.items():
            os.environ.setdefault(name, value)

    def load_instrumentor(self, entry_point: Any, **kwargs: Any) -> None:
        """Switch on one instrumentation, without any upload of its own to a vendor."""
        if entry_point.name == "openai_agents":
            kwargs["disable_openai_trace_export"] = True
        super().load_instrumentor(entry_point, **kwargs)


class InspectorConfigurator(_OTelSDKConfigurator):
    """Sets the SDK up so that the recorder stands first and every OTLP exporter behind its redactor."""

    _instance = None

    @abstractmethod
    def recorder(self) -> tuple[RecordingProcessor, FanOut, Sampler]:
        """Return the process's recorder."""

    @abstractmethod
    def configured(self) -> None:
        """Note that the recorder is on the global provider now."""

    def _configure(self, **kwargs: Any) -> None:
        if os.environ.get("OTEL_CONFIG_FILE"):
            # A configuration file replaces everything that could be passed here; the post_instrument
            # hook joins the provider that it makes.
            super()._configure(**kwargs)  # type: ignore[no-untyped-call]  # untyped upstream
            return
        processor, fan_out, sampler = self.recorder()
        if not os.environ.get("OTEL_TRACES_SAMPLER"):
            kwargs.setdefault("sampler", sampler)
        super()._configure(  # type: ignore[no-untyped-call]  # untyped upstream
            span_processors=[processor],
            export_span_processor=lambda exporter: _behind_the_redactor(exporter, fan_out),
            **kwargs,
        )
        self.configured()
        _leave_unused_places()


def _leave_unused_places() -> None:
    """Let the application set its own providers of metrics and logs, where ours would export nothing."""
    for variable, module, name in _OTHER_PLACES:
        if os.environ.get(variable) == "none":
            leave_place(module, name)


class _Nothing(SpanProcessor):
    """Stands where the SDK wants a processor for an exporter that the recorder feeds by itself."""

    def on_end(self, span: ReadableSpan) -> None:
        return


def _behind_the_redactor(exporter: SpanExporter, fan_out: FanOut) -> SpanProcessor:
    if not isinstance(exporter, SinkSpanExporter):
        fan_out.add(exporter)
    return _Nothing()
