"""Playing: each recording goes through intake into an empty store, and its reading is judged."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from agent_inspector.config import TraceConfig
from agent_inspector.conformance.corpus import Corpus, Recording
from agent_inspector.conformance.runs import judge_runs, judge_timeline
from agent_inspector.conformance.scores import Report, Score
from agent_inspector.conformance.steps import StepJudge
from agent_inspector.errors import NotFound
from agent_inspector.intake import Intake
from agent_inspector.model import StepReading
from agent_inspector.pipeline import make_redactor
from agent_inspector.query import get_run, list_session_runs, read_steps
from agent_inspector.store import SpanStore, open_store
from otel_bridge.otlp import decode_logs, decode_traces

_JSON: Final = "application/json"


def play(
    corpus: Corpus, config: TraceConfig, progress: Callable[[int, int], None] = lambda done, total: None
) -> Report:
    """Judge every recording, in stores of its own that are gone afterwards; redaction as configured."""
    redact = make_redactor(config)
    scores: dict[str, Score] = {}
    for done, recording in enumerate(corpus):
        score = scores.setdefault(recording.dialect, Score())
        with _empty_store(config) as store:
            _take_in(recording, Intake(store, redact))
            _judge(recording, store, score)
        progress(done + 1, len(corpus))
    return Report(scores)


@contextmanager
def _empty_store(config: TraceConfig) -> Iterator[SpanStore]:
    with tempfile.TemporaryDirectory(prefix="agent-inspector-") as folder:
        fresh = replace(config, db_path=str(Path(folder) / "runs.db"), search_index=False)
        with closing(open_store(fresh)) as store:
            yield store


def _take_in(recording: Recording, intake: Intake) -> None:
    for body in recording.requests:
        intake.take_spans(decode_traces(body, _JSON).records)
    for body in recording.log_requests:
        intake.take_logs(decode_logs(body, _JSON))


def _judge(recording: Recording, store: SpanStore, score: Score) -> None:
    expected, place = recording.expected, recording.place
    traces = {record.trace_id for body in recording.requests for record in decode_traces(body, _JSON).records}
    if not traces:
        timeline = expected.get("log_timeline") or []
        session = next((entry["session"] for entry in timeline if entry.get("session")), "")
        judge_timeline(timeline, _session_steps(store, session), score, place)
        return
    steps: list[StepReading] = []
    runs = {}
    for trace_id in sorted(traces):
        try:
            steps += read_steps(store, trace_id)
            run = get_run(store, trace_id)
        except NotFound:
            continue
        runs[run.id] = run
    by_id = {step.span_id: step for step in reversed(steps)}
    judge = StepJudge(place, expected["spans"], by_id, score)
    judge.judge(unlisted_are_noise=bool(expected.get("unlisted_are_noise")))
    judge_runs(expected["run"], list(runs.values()), score, place)


def _session_steps(store: SpanStore, session: str) -> Sequence[StepReading]:
    try:
        run_ids = list_session_runs(store, session)
    except NotFound:
        return []
    return [step for run_id in run_ids for step in read_steps(store, run_id)]
