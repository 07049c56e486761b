"""Checks of settings and variables that keep spans or their content from being recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent_inspector.config import TraceConfig
from agent_inspector.diagnosis.checks import Check, ok

_OFF: Final = ("false", "0", "no", "off", "no_content")
_LIMITS: Final = ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT")
_LENGTHS: Final = ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")
_FEWEST: Final = 1000
_CONTENT: Final[Mapping[str, tuple[str, ...]]] = {
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": _OFF,
    "TRACELOOP_TRACE_CONTENT": _OFF,
    "OPENINFERENCE_HIDE_INPUTS": ("true",),
    "OPENINFERENCE_HIDE_OUTPUTS": ("true",),
}
"""Variables of instrumentations, and the values at which they leave content out."""


def check_settings(config: TraceConfig, environment: Mapping[str, str]) -> list[Check]:
    """Look at what is set."""
    found = [
        *_switches(environment),
        *_limits(environment),
        *_content(environment),
        *_choices(config),
    ]
    return found or [ok("settings", "Nothing that is set keeps anything from being recorded.")]


def _switches(environment: Mapping[str, str]) -> Iterator[Check]:
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        yield Check("sdk", "problem", "OTEL_SDK_DISABLED turns OpenTelemetry off.", "unset OTEL_SDK_DISABLED")
    exporters = environment.get("OTEL_TRACES_EXPORTER")
    if exporters and "agent_inspector" not in exporters:
        yield Check(
            "exporter",
            "problem",
            f"OTEL_TRACES_EXPORTER is {exporters!r}: under opentelemetry-instrument nothing comes into the store.",
            f"export OTEL_TRACES_EXPORTER=agent_inspector,{exporters}",
        )
    sampler = environment.get("OTEL_TRACES_SAMPLER", "")
    if sampler and "always_on" not in sampler:
        yield Check(
            "sampler",
            "warning",
            f"OTEL_TRACES_SAMPLER is {sampler!r}: some runs are not recorded.",
            "unset OTEL_TRACES_SAMPLER",
        )


def _limits(environment: Mapping[str, str]) -> Iterator[Check]:
    for name in _LIMITS:
        value = environment.get(name, "")
        if value.isdigit() and int(value) < _FEWEST:
            yield Check(
                "limits",
                "warning",
                f"{name} is {value}: the oldest attributes of a long conversation are thrown out.",
                f"export {name}=4096",
            )
    for name in _LENGTHS:
        if environment.get(name, "").isdigit():
            yield Check(
                "limits",
                "warning",
                f"{name} is {environment[name]}: longer messages are cut, and are no JSON any more.",
                f"unset {name}",
            )


def _content(environment: Mapping[str, str]) -> Iterator[Check]:
    for name, values in _CONTENT.items():
        if environment.get(name, "").strip().lower() in values:
            yield Check(
                "content",
                "warning",
                f"{name} is {environment[name]!r}: messages are not captured.",
                f"unset {name}",
            )


def _choices(config: TraceConfig) -> Iterator[Check]:
    if config.withholds_content:
        yield Check(
            "encryption",
            "problem",
            "Encryption is on and there is no key: content is withheld.",
            "agent-inspector keys generate",
        )
    if config.sample_rate < 1:
        yield Check(
            "sample rate",
            "warning",
            f"{config.sample_rate:.0%} of the runs are recorded.",
            "export TRACE_SAMPLE_RATE=1",
        )
