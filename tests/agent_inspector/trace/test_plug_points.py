"""Exporters and samplers of the user's own: what they are given, when, and what their failures cost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_inspector import CompositeExporter, Exporter, ReadStore, Sampler, Trace, TraceConfig, trace
from tests.agent_inspector.trace.conftest import Recorded


class Collecting:
    """An exporter that keeps what it is given, and can be told to fail."""

    def __init__(self, journal: list[str] | None = None, *, name: str = "", failing: str = "") -> None:
        self.events: list[dict[str, Any]] = []
        self._journal = journal if journal is not None else []
        self._name, self._failing = name, failing

    def _note(self, what: str) -> None:
        self._journal.append(f"{what} {self._name}".strip())
        if what == self._failing:
            raise RuntimeError(what)

    def initialize(self) -> None:
        self._note("initialize")

    def export_batch(self, events: list[dict[str, Any]]) -> None:
        self._note("export_batch")
        self.events += events

    def shutdown(self) -> None:
        self._note("shutdown")


class Deciding:
    """A sampler that keeps runs by name and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, TraceConfig]] = []

    def should_sample(self, run_id: str, run_name: str, config: TraceConfig) -> bool:
        self.asked.append((run_id, run_name, config))
        if run_name == "odd":
            raise RuntimeError(run_name)
        return run_name.startswith("support")


def record(mine: Trace, name: str = "agent") -> str:
    with mine.run(name, user_id="u1") as run:
        run.llm("gpt-4", "my password is hunter2secret", "r", prompt_tokens=3)
        run.tool("login", {"password": "hunter2secret"}, {"ok": True})
        run.final("done")
    assert mine.flush()
    return run.run_id


def test_an_exporter_takes_the_steps_in_place_of_the_store(recorded: Recorded) -> None:
    journal: list[str] = []
    exporter = Collecting(journal)
    run_id = record(Trace(exporter=exporter))

    assert [event["type"] for event in exporter.events] == [
        "llm_call",
        "tool_call",
        "final_answer",
        "run_end",
    ]
    assert {event["run_id"] for event in exporter.events} == {run_id}
    assert journal[0] == "initialize"
    assert journal.count("initialize") == 1
    assert recorded.runs() == []


def test_an_exporter_is_given_whole_events_without_secrets(recorded: Recorded) -> None:
    exporter = Collecting()
    record(Trace(exporter=exporter))
    llm, tool, final, end = exporter.events

    assert "hunter2secret" not in json.dumps(exporter.events)
    assert (llm["model"], llm["prompt_tokens"], llm["status"]) == ("gpt-4", 3, "completed")
    assert (tool["tool_name"], tool["tool_result"]) == ("login", {"ok": True})
    assert final["answer"] == "done"
    assert (end["run_status"], end["user_id"], end["run_name"]) == ("completed", "u1", "agent")
    assert {llm["parent_event_id"], tool["parent_event_id"], final["parent_event_id"]} == {end["event_id"]}


def test_several_exporters_get_every_batch_whatever_one_of_them_does(
    recorded: Recorded, caplog: pytest.LogCaptureFixture
) -> None:
    journal: list[str] = []
    exporters = [
        Collecting(journal, name="a"),
        Collecting(journal, name="b", failing="export_batch"),
        Collecting(journal, name="c"),
    ]
    composite = CompositeExporter(exporters)
    record(Trace(exporter=composite))
    composite.shutdown()

    assert [len(exporter.events) for exporter in exporters] == [4, 0, 4]
    assert journal[:3] == ["initialize a", "initialize b", "initialize c"]
    assert journal[-3:] == ["shutdown c", "shutdown b", "shutdown a"]
    assert "hunter2secret" not in caplog.text


def test_a_composite_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CompositeExporter([])


@pytest.mark.parametrize("failing", ["initialize", "export_batch", "shutdown"])
def test_an_exporter_that_fails_never_reaches_the_program(recorded: Recorded, failing: str) -> None:
    mine = Trace(exporter=Collecting(failing=failing))
    with mine.run("agent") as run:
        run.tool("tool", {}, 1)
    mine.flush(2000)
    mine.shutdown(2000)


def test_a_sampler_decides_by_id_name_and_configuration(recorded: Recorded) -> None:
    sampler = Deciding()
    exporter = Collecting()
    mine = Trace(recorded.config, exporter, sampler)
    kept = record(mine, "support_call")
    left_out = record(mine, "other_call")

    assert {event["run_id"] for event in exporter.events} == {kept}
    assert [(run_id, name) for run_id, name, _ in sampler.asked] == [
        (kept, "support_call"),
        (left_out, "other_call"),
    ]
    assert sampler.asked[0][2] == recorded.config


def test_a_sampler_works_with_the_store_too(recorded: Recorded) -> None:
    mine = Trace(sampler=Deciding())
    for name in ("support_call", "other_call", "odd"):
        record(mine, name)

    assert [run.name for run in recorded.runs()] == ["support_call", "odd"]


def test_what_a_user_writes_satisfies_the_protocols() -> None:
    assert isinstance(Collecting(), Exporter)
    assert isinstance(Deciding(), Sampler)
    assert isinstance(CompositeExporter([Collecting()]), Exporter)
    assert {name for name in vars(ReadStore) if not name.startswith("_")} == {
        *("get_stats", "list_runs", "get_run", "get_run_steps", "get_run_timeline", "get_step_data")
    }


def test_exporters_and_samplers_of_opentelemetry_are_taken_too(recorded: Recorded) -> None:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

    exporter = InMemorySpanExporter()
    record(Trace(exporter=exporter))

    assert [span.name for span in exporter.get_finished_spans()] == [
        "chat gpt-4",
        "execute_tool login",
        "final_answer",
        "invoke_agent agent",
    ]
    left_out = InMemorySpanExporter()
    record(Trace(exporter=left_out, sampler=ALWAYS_OFF))
    assert left_out.get_finished_spans() == ()
    assert trace.get_active_context() is None
