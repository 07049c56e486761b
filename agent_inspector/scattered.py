"""Scattered runs: traces that arrive apart and belong to one run, and the steps that they become of it.

What `otel_bridge.adoption` does where spans are made is done here from what they say of themselves: the
root of a trace links to a span of another one, or it begins inside of an agent's run of the same
conversation. Either counts between spans of one and the same resource only, and an agent's own root is
always a run of its own. Runs of one conversation that follow each other stay apart: they are its turns.
"""

from __future__ import annotations

from collections import ChainMap, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from agent_inspector.model import StepKind
from agent_inspector.store import Place, SpanStore
from otel_bridge import semconv
from otel_bridge.dialects import read
from otel_bridge.record import Attributes, LogRecord, SpanRecord

K = TypeVar("K")
V = TypeVar("V")

_MOST: Final = 4096
"""Traces that are remembered; what belongs to an older one is a run of its own."""
_MOST_OF_SESSION: Final = 64
_PARTS: Final = {"llm", "tool", "embedding", "retrieval", "memory", "handoff", "guardrail", "framework"}
"""Kinds of roots that are never a run by themselves where an agent's is around."""
_DEEPEST: Final = 64
_OURS: Final = "agent_inspector"
"""The facade knows itself which run a span belongs to."""


@dataclass(frozen=True, slots=True)
class _Root:
    """What the first span of a trace says of where the trace belongs."""

    trace_id: str
    span_id: str
    start_ns: int
    end_ns: int | None
    origin: int
    session: str | None
    kind: StepKind
    links: tuple[tuple[str, str], ...]

    def holds(self, other: _Root) -> bool:
        """Whether this is an agent's run, and the other a part of one that begins while it goes on."""
        return (
            self.kind == "agent"
            and other.kind in _PARTS
            and self.start_ns <= other.start_ns <= (self.end_ns or 0)
        )


@dataclass(frozen=True, slots=True)
class Gathered:
    """Spans to write, at their places; and what is to be remembered and removed once they are written."""

    records: list[SpanRecord]
    places: Mapping[str, Place] = field(default_factory=dict)
    stale: Sequence[str] = ()
    """Runs whose spans are among the records, as steps of another one."""
    logs: Mapping[str, Sequence[LogRecord]] = field(default_factory=dict)


class Scattered:
    """Where traces belong; its owner lets only one thread in at a time."""

    def __init__(self, store: SpanStore) -> None:
        self._store = store
        self._origins: OrderedDict[str, int] = OrderedDict()
        self._roots: OrderedDict[str, _Root] = OrderedDict()
        """Roots that have links or a session, by trace."""
        self._conversations: OrderedDict[tuple[int, str], list[str]] = OrderedDict()
        """The last traces of each conversation and resource."""
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._awaited: OrderedDict[str, list[str]] = OrderedDict()
        """Traces that link to one that has not come yet, by that one."""

    def gather(self, fresh: Sequence[SpanRecord]) -> Gathered:
        """Put new spans where they belong, and with them stored ones that turn out to belong there too."""
        roots = self._note(fresh)
        places = dict(self._known({record.trace_id for record in fresh}))
        found = self._find(roots, {record.trace_id for record in fresh}, places)
        if not places and not found:
            return Gathered(list(fresh))
        moved = [record for trace_id in found for record in self._stored(trace_id)]
        known = places | found
        logs = {trace_id: self._logs_of(trace_id) for trace_id in found}
        records = [_placed(record, known) for record in (*moved, *fresh)]
        return Gathered(records, found, list(dict.fromkeys(record.trace_id for record in moved)), logs)

    def settle(self, gathered: Gathered) -> None:
        """Remember the places of what was written, and remove what was written in other places before."""
        if not gathered.places:
            return
        self._store.keep_places(gathered.places)
        for trace_id, place in gathered.places.items():
            for follower, before in self._places.items():
                if before.run_id == trace_id:
                    self._places[follower] = before._replace(run_id=place.run_id)
            _keep(self._places, trace_id, place)
        if gathered.stale:
            self._store.delete_runs(gathered.stale, force=True)
        for trace_id, logs in gathered.logs.items():
            if logs:
                renamed = self.rename(logs)
                self._store.keep_logs(renamed)
                self._store.claim_logs(renamed, gathered.places[trace_id].run_id)

    def rename(self, logs: Sequence[LogRecord]) -> list[LogRecord]:
        """Return log records with the trace of the run that their own belongs to."""
        places = self._known({log.trace_id for log in logs if log.trace_id})
        if not places:
            return list(logs)
        found = ((log, places.get(log.trace_id or "")) for log in logs)
        return [replace(log, trace_id=place.run_id) if place else log for log, place in found]

    def _note(self, fresh: Sequence[SpanRecord]) -> list[_Root]:
        """Remember which traces have come, from where, and what their roots say."""
        origins: dict[int, int] = {}
        roots = []
        for record in fresh:
            origin = origins.get(id(record.resource))
            if origin is None:
                origin = origins[id(record.resource)] = _hash(record.resource)
            if record.trace_id not in self._origins:
                _keep(self._origins, record.trace_id, origin)
            if record.parent_id is None and record.scope_name != _OURS:
                root = _root_of(record, origin)
                if root.links or root.session:
                    self._remember(root)
                    roots.append(root)
        return sorted(roots, key=lambda root: root.start_ns)

    def _remember(self, root: _Root) -> None:
        _keep(self._roots, root.trace_id, root)
        if root.session:
            conversation = root.origin, root.session
            others = [each for each in self._conversations.get(conversation, ()) if each != root.trace_id]
            _keep(self._conversations, conversation, [*others[-_MOST_OF_SESSION:], root.trace_id])

    def _in_conversation(self, root: _Root) -> list[_Root]:
        traces = self._conversations.get((root.origin, root.session or ""), ())
        return [self._roots[trace_id] for trace_id in traces if trace_id in self._roots]

    def _known(self, traces: set[str]) -> Mapping[str, Place]:
        known = {trace_id: self._places[trace_id] for trace_id in traces if trace_id in self._places}
        missing = traces - known.keys()
        return {**known, **self._store.read_places(missing)} if missing else known

    def _find(
        self, roots: Sequence[_Root], traces: set[str], places: Mapping[str, Place]
    ) -> dict[str, Place]:
        """Decide for each new root, and for those that waited for what has come now, where its trace belongs."""
        found: dict[str, Place] = {}
        for root in (*roots, *self._no_longer_waiting(traces)):
            if root.trace_id in places or root.trace_id in found:
                continue
            for below, (trace_id, span_id) in self._offers(root):
                run_id = _run_of(trace_id, ChainMap(found, self._places))
                if run_id != below:
                    _move(found, below, Place(run_id, span_id))
        return found

    def _offers(self, root: _Root) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield which trace belongs below which span: this root's own, or, if it is an agent's, those inside of it."""
        if root.kind != "agent":
            around = self._linked(root) or self._around(root)
            if around is not None:
                yield root.trace_id, around
            return
        for other in self._in_conversation(root):
            if root.holds(other) and other.trace_id not in self._places:
                yield other.trace_id, (root.trace_id, root.span_id)

    def _linked(self, root: _Root) -> tuple[str, str] | None:
        for trace_id, span_id in root.links:
            if trace_id == root.trace_id:
                continue
            if trace_id not in self._origins:
                _keep(self._awaited, trace_id, [*self._awaited.get(trace_id, ()), root.trace_id])
            elif self._origins[trace_id] == root.origin:
                return trace_id, span_id
        return None

    def _around(self, root: _Root) -> tuple[str, str] | None:
        holders = (other for other in self._in_conversation(root) if other.holds(root))
        return next(((other.trace_id, other.span_id) for other in holders), None)

    def _no_longer_waiting(self, traces: set[str]) -> Iterator[_Root]:
        for trace_id in traces & self._awaited.keys():
            for waiting in self._awaited.pop(trace_id):
                if waiting in self._roots:
                    yield self._roots[waiting]

    def _stored(self, trace_id: str) -> Iterable[SpanRecord]:
        rows = self._store.read_spans(trace_id)  # all: the run that they leave is deleted
        return self._store.read_records(trace_id, [row.span_id for row in rows]).values() if rows else ()

    def _logs_of(self, trace_id: str) -> Sequence[LogRecord]:
        return self._store.read_logs([trace_id], ()) if self._store.has_logs() else ()


def _root_of(record: SpanRecord, origin: int) -> _Root:
    reading = read(record)
    return _Root(
        record.trace_id,
        record.span_id,
        record.start_ns,
        record.end_ns,
        origin,
        reading.session_id,
        reading.kind,
        links=tuple((link.trace_id, link.span_id) for link in record.links),
    )


def _placed(record: SpanRecord, places: Mapping[str, Place]) -> SpanRecord:
    place = places.get(record.trace_id)
    if place is None:
        return record
    own = record.attributes.get(semconv.TRACE_ID, record.trace_id)
    return replace(
        record,
        trace_id=place.run_id,
        parent_id=record.parent_id or place.parent_id,
        attributes={**record.attributes, semconv.TRACE_ID: own},
    )


def _run_of(trace_id: str, places: Mapping[str, Place]) -> str:
    for _ in range(_DEEPEST):
        if trace_id not in places:
            break
        trace_id = places[trace_id].run_id
    return trace_id


def _move(found: dict[str, Place], trace_id: str, place: Place) -> None:
    """Take a trace to its place, and with it those that were to go below it."""
    for other, before in found.items():
        if before.run_id == trace_id:
            found[other] = before._replace(run_id=place.run_id)
    found[trace_id] = place


def _hash(resource: Attributes) -> int:
    return hash(tuple(sorted((name, str(value)) for name, value in resource.items())))


def _keep(table: OrderedDict[K, V], key: K, value: V) -> None:
    table[key] = value
    if len(table) > _MOST:
        table.popitem(last=False)
