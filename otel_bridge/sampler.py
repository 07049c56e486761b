"""RunSampler: which runs are recorded, decided once at the root and the same in every process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState, format_trace_id, get_current_span
from opentelemetry.util.types import Attributes

__all__ = ["Decide", "Sampler", "SamplerInForce", "keep_share", "sample_runs"]

Decide: TypeAlias = Callable[[str, str, Attributes], bool]
"""Takes the trace id (32 hex digits), the root's name and its attributes; True records the run."""


class RunSampler(Sampler):
    """Asks a plain function about each root; spans below a root follow it, as under the SDK's ParentBased."""

    def __init__(self, decide: Decide) -> None:
        self._decide = decide

    def should_sample(  # noqa: PLR0913  (the SDK's signature)
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        parent = get_current_span(parent_context).get_span_context()
        # A root that starts inside of a run becomes a step of it.
        is_inside = not parent.is_valid and get_current_span().is_recording()
        keep = (
            parent.trace_flags.sampled
            if parent.is_valid
            else is_inside or self._keeps_root(trace_id, name, attributes)
        )
        decision = Decision.RECORD_AND_SAMPLE if keep else Decision.DROP
        return SamplingResult(decision, attributes if keep else None, parent.trace_state)

    def _keeps_root(self, trace_id: int, name: str, attributes: Attributes) -> bool:
        try:
            return self._decide(format_trace_id(trace_id), name, attributes)
        except Exception:  # noqa: BLE001  (a sampler that fails must not cost the user a run)
            return True

    def get_description(self) -> str:
        return "RunSampler"


class SamplerInForce(Sampler):
    """Asks whichever sampler is in force now: a provider keeps for good the one that it was made with."""

    def __init__(self) -> None:
        self.current: Sampler = RunSampler(lambda trace_id, name, attributes: True)

    def should_sample(  # noqa: PLR0913  (the SDK's signature)
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        return self.current.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return self.current.get_description()


def sample_runs(decide: Decide) -> Sampler:
    """Return a sampler by which every span follows its run's root."""
    return RunSampler(decide)


def keep_share(rate: float) -> Decide:
    """Return a decision that keeps this share of runs, by the lower 64 bits of the trace id.

    It is the rule of the SDK's TraceIdRatioBased, so that processes which share a trace agree.
    """
    bound = round(rate * 2**64)
    return lambda trace_id, name, attributes: int(trace_id[16:], 16) < bound
