"""Checks of what is recorded: losses, orphans, lost context, and what other backends would cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent_inspector.diagnosis.checks import Check, ok
from agent_inspector.errors import KeyMissing, StoreError
from agent_inspector.store import RunRow, RunSelection, SpanStore
from otel_bridge.losses import COPIES

_MOST_RUNS: Final = 50
_MOST_SPANS: Final = 500
_TEMPO_ATTRIBUTE_BYTES: Final = 2048
"""Tempo's `distributor.max_attribute_bytes`, where nothing else is set: longer values are cut."""
_JAEGER_MESSAGE_BYTES: Final = 4 * 2**20
"""What Jaeger's gRPC receiver takes at once, where nothing else is set; a span above it never arrives."""
_LONE_KINDS: Final = ("llm", "tool", "embedding")
_FEW: Final = 3


@dataclass(slots=True)
class _Seen:
    """What the latest runs showed."""

    runs: int = 0
    spans: int = 0
    orphans: int = 0
    lone: int = 0
    dropped: int = 0
    long: int = 0
    huge: int = 0
    names: list[str] = field(default_factory=list)


def check_store(store: SpanStore) -> list[Check]:
    """Look at the latest runs of a store."""
    seen = _Seen()
    try:
        for run in store.read_runs(RunSelection(limit=_MOST_RUNS)):
            _look(store, run, seen)
    except KeyMissing:
        raise
    except StoreError as problem:
        return [Check("recorded", "problem", str(problem), "See what can be saved: agent-inspector check")]
    losses = {reason: count for reason, count in store.read_totals(0).losses.items() if count}
    copies = {reason: losses.pop(reason) for reason in sorted(COPIES & losses.keys())}
    return [_recorded(seen), _lost(losses), *_unsent(copies), *_tree(seen), *_cuts(seen)]


def _look(store: SpanStore, run: RunRow, seen: _Seen) -> None:
    rows = store.read_spans(run.trace_id, limit=_MOST_SPANS)
    known = {row.span_id for row in rows}
    seen.runs += 1
    seen.spans += len(rows)
    if len(rows) < _MOST_SPANS and run.root_span_id is None:
        seen.orphans += sum(row.parent_id is not None and row.parent_id not in known for row in rows)
    shown = [row for row in rows if not row.framework]
    if len(shown) == 1 and shown[0].kind in _LONE_KINDS:
        seen.lone += 1
        seen.names.append(run.name)
    for record in store.read_records(run.trace_id, [row.span_id for row in rows]).values():
        sizes = [_bytes(value) for value in record.attributes.values()]
        seen.dropped += record.dropped_attributes
        seen.long += sum(size > _TEMPO_ATTRIBUTE_BYTES for size in sizes)
        seen.huge += sum(sizes) > _JAEGER_MESSAGE_BYTES


def _bytes(value: object) -> int:
    return len(value.encode("utf-8", "replace")) if isinstance(value, str) else 0


def _recorded(seen: _Seen) -> Check:
    if seen.spans:
        return ok("recorded", f"The latest {seen.runs:,} runs have {seen.spans:,} spans.")
    return Check(
        "recorded",
        "warning",
        "The store holds no run.",
        "agent-inspector run -- python app.py, or send OTLP to the server: agent-inspector server",
    )


def _lost(losses: Mapping[str, int]) -> Check:
    if not losses:
        return ok("losses", "No span was lost.")
    return Check(
        "losses",
        "warning",
        f"Spans were lost: {_told(losses)}.",
        "Where it says queue_full, raise TRACE_QUEUE_SIZE and TRACE_QUEUE_BYTES; otherwise see agent-inspector stats.",
    )


def _unsent(copies: Mapping[str, int]) -> Iterator[Check]:
    if copies:
        yield Check(
            "fan-out",
            "warning",
            f"Copies of spans did not reach an OTLP destination: {_told(copies)}. The spans are whole here.",
            "Look whether the destination is up and keeps pace; where it says fan_out_queue_full, raise"
            " OTEL_BSP_MAX_QUEUE_SIZE.",
        )


def _told(losses: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in losses.items())


def _tree(seen: _Seen) -> Iterator[Check]:
    if seen.orphans:
        yield Check(
            "orphans",
            "warning",
            f"{seen.orphans:,} spans have a parent that never came: their process sends it elsewhere, or was killed.",
            "Send the spans of every process here; see docs/otlp.md.",
        )
    else:
        yield ok("orphans", "Every span of these runs hangs in its tree.")
    if seen.lone >= _FEW:
        names: Sequence[str] = list(dict.fromkeys(seen.names))[:_FEW]
        yield Check(
            "context",
            "warning",
            f"{seen.lone:,} runs are a single call ({', '.join(names)}): the context was lost, or nothing is around it.",
            "Start the program with agent-inspector run, or put the work into `with trace.run(...)`.",
        )


def _cuts(seen: _Seen) -> Iterator[Check]:
    if seen.dropped:
        yield Check(
            "limits",
            "warning",
            f"{seen.dropped:,} attributes were thrown out by the limit of a tracer provider.",
            "export OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=4096",
        )
    if seen.long:
        yield Check(
            "tempo",
            "warning",
            f"Tempo would cut {seen.long:,} attributes at its 2,048 bytes; they are whole here.",
            "Set distributor.max_attribute_bytes in Tempo, or send the structure only: TRACE_FAN_OUT_CONTENT=structure",
        )
    if seen.huge:
        yield Check(
            "jaeger",
            "warning",
            f"Jaeger would refuse {seen.huge:,} spans above its 4 MiB for a gRPC message.",
            "Start Jaeger with a larger --collector.otlp.grpc.max-message-size, or send over HTTP.",
        )
