"""Loading: a run out of the store as a ReadRun; messages that a call shares with the one before are let go of at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent_inspector.errors import NotFound
from agent_inspector.model import Json
from agent_inspector.query.evidence.deltas import Given, compare, continues, role_of, same_length
from agent_inspector.query.evidence.run import ReadRun, ReadStep
from agent_inspector.store import RunRow, SpanRow, SpanStore
from otel_bridge import semconv
from otel_bridge.dialects import Memo, Payload, unpack
from otel_bridge.dialects.errors import find_failure
from otel_bridge.record import SpanRecord

_PAGE_STEPS: Final = 200
_DEEPEST: Final = 1000
_SHORTEST_CUT: Final = 64
_CUT_MARKS: Final = "<cut: too large>"
_CUT_END: Final = " more characters]"
_RATIOS: Final = ("sampling.ratio", "SampleRate", "sample_rate")


def load_run(store: SpanStore, trace_id: str) -> ReadRun:
    """Read a whole run.

    Raises:
        NotFound: there is no such run.
        KeyMissing: its content is encrypted with a key that is not at hand.
    """
    run = store.read_run(trace_id)
    if run is None:
        raise NotFound(f"There is no run {trace_id!r}; it may have been pruned.")
    rows = store.read_spans(trace_id)
    return to_read_run(run, rows, _records(store, trace_id, rows))


def to_read_run(
    run: RunRow, rows: Sequence[SpanRow], records: Iterator[tuple[SpanRow, SpanRecord | None]]
) -> ReadRun:
    """Put rows and their records together, in order of start."""
    reader = _Reader({row.span_id: row for row in rows})
    return ReadRun(
        id=run.trace_id,
        name=run.name,
        status=run.status,
        steps=[reader.read(row, record) for row, record in records],
        root_id=run.root_span_id,
        dropped_spans=run.dropped_spans,
    )


def _records(
    store: SpanStore, trace_id: str, rows: Sequence[SpanRow]
) -> Iterator[tuple[SpanRow, SpanRecord | None]]:
    for start in range(0, len(rows), _PAGE_STEPS):
        page = rows[start : start + _PAGE_STEPS]
        records = store.read_records(trace_id, [row.span_id for row in page])
        for row in page:
            yield row, records.get(row.span_id)


class Conversations:
    """The last messages of every conversation, so that a call is kept as what is new in it."""

    def __init__(self) -> None:
        self._of_step: dict[tuple[str | None, str | None], tuple[str, Sequence[Json]]] = {}
        self._of_name: dict[str | None, tuple[str, Sequence[Json]]] = {}
        self._tools: Sequence[Json] = ()

    def take(self, step: SpanRow, agent: tuple[str | None, str | None], messages: Sequence[Json]) -> Given:
        """Return what is new in a call's messages."""
        before = self._of_step.get(agent)
        if before is None:
            before = self._of_name.get(agent[1])
            if before is not None and not _begin_alike(before[1], messages):
                before = None
        self._of_step[agent] = self._of_name[agent[1]] = step.span_id, messages
        if before is None:
            return Given(None, list(enumerate(messages)), len(messages))
        return _given(before[0], before[1], messages)

    def share_tools(self, tools: Sequence[Json]) -> Sequence[Json]:
        """Return the same list for equal tools, so that memory holds it once."""
        if tools and self._tools != tools:
            self._tools = tools
        return self._tools if tools else ()


def _given(previous: str, before: Sequence[Json], messages: Sequence[Json]) -> Given:
    same = same_length(before, messages)
    if same == len(before):
        return Given(previous, list(enumerate(messages[same:], same)), len(messages))
    gone = _slid_by(before, messages, same)
    if gone is not None:
        kept = len(before) - gone
        new = list(enumerate(messages[kept:], kept))
        return Given(previous, new, len(messages), removed=gone, compacted=True)
    changes = compare(before, messages, key=id)
    if not continues(before, messages, changes):
        return Given(previous, list(enumerate(messages)), len(messages))
    new = [
        (change.index, messages[change.index])
        for change in changes
        if change.index is not None and change.what != "same"
    ]
    gone = sum(len(change.previous) for change in changes if change.what in ("removed", "compacted"))
    summary = next((change.index for change in changes if change.what == "compacted"), None)
    return Given(previous, new, len(messages), removed=gone, compacted=gone > 0, summary=summary)


def _slid_by(before: Sequence[Json], messages: Sequence[Json], same: int) -> int | None:
    """Return how many messages after the first `same` a window has left behind; None where that is not all that happened.

    Most long runs keep a window of their conversation, and comparing message by message is the dearest part of reading them.
    """
    if same >= len(messages):
        return None
    first = messages[same]
    start = next((index for index in range(same + 1, len(before)) if before[index] is first), None)
    if start is None or role_of(first) == "system":
        return None
    kept = before[start:]
    return start - same if list(messages[same : same + len(kept)]) == list(kept) else None


def _begin_alike(before: Sequence[Json], messages: Sequence[Json]) -> bool:
    """Whether both conversations open with the same words, the system prompt aside."""
    openings = [
        next((m for m in listed if not (isinstance(m, Mapping) and m.get("role") == "system")), None)
        for listed in (before, messages)
    ]
    return openings[0] is not None and openings[0] == openings[1]


class _Reader:
    """Reads the steps of one run, in order."""

    def __init__(self, rows: Mapping[str, SpanRow]) -> None:
        self._rows = rows
        self._agents: dict[str, tuple[str | None, str | None]] = {}
        self._conversations = Conversations()
        self._memo = Memo()

    def read(self, row: SpanRow, record: SpanRecord | None) -> ReadStep:
        agent_step, agent = self._agent_around(row)
        fields: dict[str, Any] = {}
        if record is not None:
            fields = self._content(row, record, (agent_step, agent))
        failure = find_failure(record) if record is not None else None
        return ReadStep(
            id=row.span_id,
            number=row.number,
            kind=row.kind,
            name=row.facts.get("name") or "",
            parent_id=row.parent_id,
            type=row.type,
            status=row.status,
            start_ns=row.start_ns,
            end_ns=row.end_ns,
            instant=row.instant,
            agent=agent,
            agent_step=agent_step,
            model=row.model,
            tool=row.tool,
            tokens=row.tokens,
            counted=row.counted,
            cost_usd=row.cost_usd,
            framework=row.framework,
            error_type=row.facts.get("error_type"),
            error_message=(failure and failure.message) or row.facts.get("error_message"),
            **fields,
        )

    def _agent_around(self, row: SpanRow) -> tuple[str | None, str | None]:
        """Return the nearest agent step around a step, and the name of the agent that takes the step."""
        around: tuple[str | None, str | None] = (None, None)
        parent = self._rows.get(row.parent_id or "")
        if parent is not None:
            around = self._agents.get(parent.span_id) or self._look_up(parent)
        found = around[0], row.agent or around[1]
        inner = (row.span_id, row.agent or row.facts.get("name")) if row.kind == "agent" else found
        self._agents[row.span_id] = inner
        return found

    def _look_up(self, parent: SpanRow) -> tuple[str | None, str | None]:
        """Find the agent around a step that began after its child, as clocks of several processes have it."""
        row: SpanRow | None = parent
        for _ in range(_DEEPEST):
            if row is None:
                break
            if row.kind == "agent":
                return row.span_id, row.agent or row.facts.get("name")
            row = self._rows.get(row.parent_id or "")
        return None, parent.agent

    def _content(
        self, row: SpanRow, record: SpanRecord, agent: tuple[str | None, str | None]
    ) -> dict[str, Any]:
        payload = unpack(record, self._memo)
        fields: dict[str, Any] = {
            "finish_reason": payload.finish_reason,
            "parameters": payload.parameters,
            "output_messages": payload.output_messages or (),
            "system_instructions": payload.system_instructions or (),
            "tool_definitions": self._conversations.share_tools(payload.tool_definitions or ()),
            "redactions": record.redactions,
            "dropped_attributes": record.dropped_attributes + record.dropped_events + record.dropped_links,
            "truncated": _truncated(record),
            "sampling_ratio": _ratio(record),
        }
        if payload.input_messages and not row.framework:
            fields["given"] = self._given(row, agent, payload, is_cut=fields["truncated"] > 0)
        return fields | _values(payload)

    def _given(
        self, row: SpanRow, agent: tuple[str | None, str | None], payload: Payload, *, is_cut: bool
    ) -> Given:
        messages = payload.input_messages or ()
        if row.kind == "llm" and not is_cut:
            return self._conversations.take(row, agent, messages)
        return Given(None, list(enumerate(messages)), len(messages))


def _values(payload: Payload) -> dict[str, Any]:
    return {
        "tool_call_id": payload.tool_call_id,
        "tool_arguments": payload.tool_arguments,
        "tool_result": payload.tool_result,
        "input_value": payload.input_value,
        "output_value": payload.output_value,
    }


def _truncated(record: SpanRecord) -> int:
    """Count the values that a limit of size has cut: ours says so, and JSON that others have cut has no end."""
    attributes = record.attributes
    stated = 1 if attributes.get(semconv.TRUNCATED) else 0
    texts = [text for text in attributes.values() if type(text) is str and len(text) >= _SHORTEST_CUT]
    return stated + sum(map(_is_cut, texts))


def _is_cut(text: str) -> bool:
    if text.startswith(('{"', "[{", '["')):
        return not text.rstrip().endswith(("}", "]")) or _CUT_MARKS in text
    return text.endswith(_CUT_END)


def _ratio(record: SpanRecord) -> float | None:
    for name in _RATIOS:
        value = record.attributes.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1:
            return float(value)
    return None
