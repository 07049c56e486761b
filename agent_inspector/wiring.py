"""The one module that knows both ends: it makes the recorder out of pipeline, store and bridge.

OpenTelemetry loads four names from here, by the entry points in pyproject.toml.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, cast

from opentelemetry.trace import Tracer

from agent_inspector.config import TraceConfig, get_config
from agent_inspector.exits import forget, store_at_exit
from agent_inspector.pipeline import make_redactor
from agent_inspector.probe import probe_if_asked
from agent_inspector.protocols import Exporter, Sampler
from agent_inspector.sinks import EventSink, FailedRunsSink, NoSink
from agent_inspector.vault import open_vault
from agent_inspector.version import __version__
from otel_bridge.destinations import limited, make_exporters
from otel_bridge.distro import InspectorConfigurator, InspectorDistro
from otel_bridge.ended import EndedSpans
from otel_bridge.exporter import SinkSpanExporter
from otel_bridge.fanout import FanOut, SpanExporter, exporters_from_environment
from otel_bridge.holding import HoldBack
from otel_bridge.own_provider import make_provider
from otel_bridge.processes import carry_into_processes
from otel_bridge.processor import QueueLimits, RecordingProcessor
from otel_bridge.provider import ProviderLink
from otel_bridge.record import SpanRecord, SpanSink
from otel_bridge.sampler import Sampler as OtelSampler
from otel_bridge.sampler import SamplerInForce, keep_share, sample_runs
from otel_bridge.semconv import AGENT_NAME
from otel_bridge.threads import carry_context

_log = logging.getLogger("agent_inspector")


@dataclass(frozen=True, slots=True)
class Recorder:
    """What records the spans of this process."""

    config: TraceConfig
    processor: RecordingProcessor
    fan_out: FanOut
    sampler: OtelSampler
    link: ProviderLink


_lock = threading.RLock()
_recorder: Recorder | None = None
_sampler: Final = SamplerInForce()


def _renew_lock() -> None:
    """In a forked child: the thread that held the lock may not be there."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def ensure_recording(config: TraceConfig) -> EndedSpans | None:
    """See to it that spans of the global tracer provider are recorded as this configuration says.

    Returns:
        Who takes steps that are over, and content beside the span; None where steps have to be started
        and ended, with all on the span, because others on the provider look at it too.
    """
    recorder = recorder_for(config)
    recorder.link.ensure()
    provider = recorder.link.own_provider()
    if provider is None:
        return None
    return EndedSpans(recorder.processor, provider, "agent_inspector", __version__)


def recorder_for(
    config: TraceConfig, find_exporters: Callable[[], Sequence[SpanExporter]] = exporters_from_environment
) -> Recorder:
    """Return this process's recorder; a changed configuration closes the old one and makes another."""
    global _recorder
    with _lock:
        if _recorder is None or _recorder.config != config:
            previous, _recorder = _recorder, make_recorder(config, _make_fan_out(config, find_exporters()))
            _sampler.current = _recorder.sampler
            if previous is not None:
                previous.processor.shutdown()
                forget(previous.processor)
        return _recorder


def _make_fan_out(config: TraceConfig, exporters: Sequence[SpanExporter]) -> FanOut:
    """Send to what the environment names, and to the configured destinations, as much as each shall be told."""
    limit = partial(limited, content=config.fan_out_content)
    configured = make_exporters(config.fan_out, config.fan_out_content)
    return FanOut([*map(limit, exporters), *configured], limit)


def flush(timeout_ms: int) -> bool:
    """Wait until everything recorded so far is stored; False if that took longer."""
    return _recorder is None or _recorder.processor.force_flush(timeout_ms)


def make_recorder(
    config: TraceConfig, fan_out: FanOut, exporter: object = None, sampler: object = None
) -> Recorder:
    """Make a recorder that is on no provider yet.

    Args:
        config: is copied, so that a later change of the caller's object is seen as a change.
        fan_out: where redacted copies go.
        exporter: takes the store's place: an `Exporter`, or a SpanExporter of OpenTelemetry.
        sampler: decides in place of `sample_rate`: a `Sampler`, or one of OpenTelemetry.
    """
    config = replace(config)
    losses = fan_out.losses
    held = HoldBack(fan_out.processors, losses)
    sink, redact = _open_ends(config, exporter, fan_out, held)
    span_exporter = SinkSpanExporter(
        sink,
        redact,
        losses=losses,
        fan_out=[held] if config.only_on_error else fan_out.processors,
        sink_takes_pieces=exporter is None and not config.only_on_error,
    )
    limits = QueueLimits(
        max_spans=config.queue_size,
        max_bytes=config.queue_bytes,
        batch_size=min(config.batch_size, config.queue_size),
        batch_timeout_ms=config.batch_timeout_ms,
        root_wait_ms=config.run_end_block_timeout_ms if config.block_on_run_end else 0,
    )
    processor = RecordingProcessor(span_exporter, limits, fan_out)
    decider = _sampler_of(config, sampler)
    # A provider that somebody else made may not end its processors at exit; shutting down twice does no harm.
    store_at_exit(processor)
    if config.propagate:
        carry_context()
        carry_into_processes(lambda: flush(2000))
    return Recorder(config, processor, fan_out, decider, ProviderLink(processor, _sampler, {}))


def _sampler_of(config: TraceConfig, sampler: object) -> OtelSampler:
    if isinstance(sampler, OtelSampler):
        return sampler
    if sampler is None:
        return sample_runs(keep_share(1.0 if config.only_on_error else config.sample_rate))
    chosen = cast(Sampler, sampler)
    return sample_runs(
        lambda trace_id, name, attributes: bool(
            chosen.should_sample(trace_id, str((attributes or {}).get(AGENT_NAME, name)), config)
        )
    )


def _open_ends(
    config: TraceConfig, exporter: object, fan_out: FanOut, held: HoldBack
) -> tuple[SpanSink, Callable[[SpanRecord], SpanRecord]]:
    """Return the sink and the redactor before it."""
    if isinstance(exporter, SpanExporter):
        fan_out.add(exporter)
        return NoSink(), make_redactor(config)
    if exporter is not None:
        return EventSink(cast(Exporter, exporter)), make_redactor(config)
    store, redact = open_vault(config)
    return (FailedRunsSink(store, held.decide) if config.only_on_error else store), redact


@dataclass(frozen=True, slots=True)
class PrivateRecorder:
    """A recorder on a provider of its own, which nobody else's spans go through."""

    processor: RecordingProcessor
    tracer: Tracer
    fan_out: FanOut

    def flush(self, timeout_ms: int) -> bool:
        """Wait until everything recorded so far is stored or sent; False if that took longer."""
        began = time.monotonic()
        if not self.processor.force_flush(timeout_ms):
            return False
        return self.fan_out.flush(timeout_ms / 1000 - (time.monotonic() - began))


def make_private(config: TraceConfig, exporter: object, sampler: object) -> PrivateRecorder:
    """Make a recorder for a Trace that has an exporter or a sampler of its own."""
    fan_out = FanOut()
    made = make_recorder(config, fan_out, exporter, sampler)
    provider = make_provider(made.sampler, {})
    provider.add_span_processor(made.processor)
    return PrivateRecorder(made.processor, provider.get_tracer("agent_inspector"), fan_out)


class LocalSpanExporter(SinkSpanExporter):
    """The exporter named `agent_inspector`: for providers that another distribution sets up.

    Args:
        path: the store's file, as a declarative configuration file may give it; the default is the
            configuration's `db_path`.
    """

    def __init__(self, path: str | None = None) -> None:
        config = replace(get_config(), db_path=path) if path else get_config()
        store, redact = open_vault(config)
        super().__init__(store, redact, sink_takes_pieces=True)

    def shutdown(self) -> None:
        super().shutdown()
        self.sink.close()


class Distro(InspectorDistro):
    """What `opentelemetry-instrument` loads first."""

    _instance = None


class Configurator(InspectorConfigurator):
    """What `opentelemetry-instrument` sets the SDK up with."""

    _instance = None

    def recorder(self) -> tuple[RecordingProcessor, FanOut, OtelSampler]:
        # The SDK itself makes the exporters that the environment names, and hands them to the fan-out.
        made = recorder_for(get_config(), find_exporters=tuple)
        return made.processor, made.fan_out, _sampler

    def configured(self) -> None:
        recorder_for(get_config()).link.mark_present()


def join_after_instrumentation() -> None:
    """Join whatever provider another distribution made; OpenTelemetry calls this under any of them."""
    probe_if_asked()
    try:
        ensure_recording(get_config())
    except Exception as problem:  # noqa: BLE001  (this runs while the user's interpreter starts)
        _log.warning("Nothing is recorded: %s: %s", type(problem).__name__, problem)
