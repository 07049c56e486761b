"""The one module that knows both ends: it makes the recorder out of pipeline, store and bridge.

OpenTelemetry loads four names from here, by the entry points in pyproject.toml.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.errors import ConfigError
from agent_inspector.exits import store_at_exit
from agent_inspector.pipeline import make_redactor
from agent_inspector.store import SpanStore, open_store
from otel_bridge.content import ContentTable
from otel_bridge.distro import InspectorConfigurator, InspectorDistro
from otel_bridge.exporter import SinkSpanExporter
from otel_bridge.fanout import FanOut, SpanExporter, exporters_from_environment
from otel_bridge.processes import carry_into_processes
from otel_bridge.processor import QueueLimits, RecordingProcessor
from otel_bridge.provider import ProviderLink
from otel_bridge.record import SpanRecord
from otel_bridge.sampler import Sampler, keep_share, sample_runs
from otel_bridge.threads import carry_context

_log = logging.getLogger("agent_inspector")

WITHHELD: Final = "[WITHHELD: no encryption key]"
"""Stands in place of content when encryption is asked for and cannot be had."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """What records the spans of this process."""

    config: TraceConfig
    processor: RecordingProcessor
    fan_out: FanOut
    sampler: Sampler
    link: ProviderLink


_lock = threading.RLock()
_recorder: Recorder | None = None


def ensure_recording(config: TraceConfig) -> ContentTable | None:
    """See to it that spans of the global tracer provider are recorded as this configuration says.

    Returns:
        Where content may be left beside the span; None where it has to be on the span, because the
        provider is somebody else's, whose exporters look for it there.
    """
    recorder = recorder_for(config)
    recorder.link.ensure()
    return recorder.processor.content if recorder.link.is_ours else None


def recorder_for(
    config: TraceConfig, find_exporters: Callable[[], Sequence[SpanExporter]] = exporters_from_environment
) -> Recorder:
    """Return this process's recorder; a changed configuration closes the old one and makes another."""
    global _recorder
    current = _recorder
    if current is not None and current.config is config:
        return current
    with _lock:
        if _recorder is None or _recorder.config != config:
            previous, _recorder = _recorder, _make_recorder(config, find_exporters())
            if previous is not None:
                previous.processor.shutdown()
        return _recorder


def flush(timeout_ms: int) -> bool:
    """Wait until everything recorded so far is stored; False if that took longer."""
    return _recorder is None or _recorder.processor.force_flush(timeout_ms)


def _make_recorder(config: TraceConfig, exporters: Sequence[SpanExporter]) -> Recorder:
    config = replace(config)  # a later change of the caller's object must not look like no change
    store, redact = _open_ends(config)
    fan_out = FanOut(exporters)
    exporter = SinkSpanExporter(store, redact, fan_out=fan_out.processors)
    limits = QueueLimits(
        max_spans=config.queue_size,
        max_bytes=config.queue_bytes,
        batch_size=min(config.batch_size, config.queue_size),
        batch_timeout_ms=config.batch_timeout_ms,
        root_wait_ms=config.run_end_block_timeout_ms if config.block_on_run_end else 0,
    )
    processor = RecordingProcessor(exporter, limits, fan_out)
    sampler = sample_runs(keep_share(config.sample_rate))
    # A provider that somebody else made may not end its processors at exit; shutting down twice does no harm.
    store_at_exit(processor)
    if config.propagate:
        carry_context()
        carry_into_processes(lambda: flush(2000))
    return Recorder(config, processor, fan_out, sampler, ProviderLink(processor, sampler, {}))


def _open_ends(config: TraceConfig) -> tuple[SpanStore, Callable[[SpanRecord], SpanRecord]]:
    """Return the store and what stands before it; without a usable key, content is withheld."""
    if not config.withholds_content:
        try:
            return open_store(config), make_redactor(config)
        except ConfigError as problem:
            _log.warning("Content is withheld: %s", problem)
    else:
        _log.warning(
            "Content is withheld: encryption is on and there is no key; set TRACE_ENCRYPTION_KEY, or turn "
            "encryption off with TRACE_ENCRYPTION_ENABLED=false."
        )
    clear = replace(config, encryption_enabled=False, encryption_key=None)
    return open_store(clear), withhold_content


def withhold_content(record: SpanRecord) -> SpanRecord:
    """Return the span with every text of its content withheld: shape, times and numbers stay."""
    return replace(
        record,
        name=record.name.split(" ", 1)[0],
        attributes={name: _withheld(name, value) for name, value in record.attributes.items()},
        events=[replace(event, attributes={}) for event in record.events],
        links=[replace(link, attributes={}) for link in record.links],
        resource={},
        status_message=None,
    )


_STRUCTURE: Final = ("gen_ai.operation.name", "agent_inspector.event_type", "agent_inspector.outcome")


def _withheld(name: str, value: Any) -> Any:
    return value if isinstance(value, (bool, int, float)) or name in _STRUCTURE else WITHHELD


class LocalSpanExporter(SinkSpanExporter):
    """The exporter named `agent_inspector`: for providers that another distribution sets up.

    Args:
        path: the store's file, as a declarative configuration file may give it; the default is the
            configuration's `db_path`.
    """

    def __init__(self, path: str | None = None) -> None:
        config = replace(get_config(), db_path=path) if path else get_config()
        store, redact = _open_ends(config)
        super().__init__(store, redact)

    def shutdown(self) -> None:
        super().shutdown()
        self.sink.close()


class Distro(InspectorDistro):
    """What `opentelemetry-instrument` loads first."""

    _instance = None


class Configurator(InspectorConfigurator):
    """What `opentelemetry-instrument` sets the SDK up with."""

    _instance = None

    def recorder(self) -> tuple[RecordingProcessor, FanOut, Sampler]:
        # The SDK itself makes the exporters that the environment names, and hands them to the fan-out.
        made = recorder_for(get_config(), find_exporters=tuple)
        return made.processor, made.fan_out, made.sampler

    def configured(self) -> None:
        recorder_for(get_config()).link.mark_present()


def join_after_instrumentation() -> None:
    """Join whatever provider another distribution made; OpenTelemetry calls this under any of them."""
    try:
        ensure_recording(get_config())
    except Exception as problem:  # noqa: BLE001  (this runs while the user's interpreter starts)
        _log.warning("Nothing is recorded: %s: %s", type(problem).__name__, problem)
