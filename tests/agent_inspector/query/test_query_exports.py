"""What is exported is whole and harmless, and what is imported is what was exported, or is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agent_inspector.config import TraceConfig
from agent_inspector.errors import ImportRefused, NotFound
from agent_inspector.query import export_run
from agent_inspector.query.exports import ExportFormat, export_parts
from agent_inspector.query.imports import read_import
from agent_inspector.store import SpanStore, open_store
from otel_bridge.record import SpanEvent, SpanLink, SpanRecord

Make = Callable[..., SpanRecord]
TRACE = f"{1:032x}"
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> ``` \x1b]0;owned\x07 \u202e [a](javascript:b)"
)


def text(*values: str) -> str:
    return json.dumps([{"role": "user", "parts": [{"type": "text", "content": value}]} for value in values])


@pytest.fixture
def filled(store: SpanStore, span: Make) -> SpanStore:
    """A store with one run of every common kind of step."""
    kinds = {
        2: {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.input_tokens": 12,
            "gen_ai.usage.output_tokens": 5,
            "gen_ai.request.temperature": 0.5,
            "gen_ai.input.messages": text("Where is Paris?", HOSTILE),
            "gen_ai.output.messages": text("In France."),
        },
        3: {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": HOSTILE,
            "gen_ai.tool.call.arguments": '{"city": "Paris"}',
            "gen_ai.tool.call.result": '{"sky": "sunny"}',
        },
        4: {
            "agent_inspector.event_type": "memory_write",
            "gen_ai.operation.name": "upsert_memory",
            "gen_ai.memory.record.id": "capital",
            "gen_ai.memory.records": '[{"id": "capital", "content": "Paris"}]',
        },
        5: {"agent_inspector.event_type": "final_answer", "gen_ai.output.messages": text("Paris it is.")},
        6: {
            "agent_inspector.event_type": "task_assignment",
            "agent_inspector.name": "look",
            "agent_inspector.input": '{"task_id": "t1", "task_name": "look"}',
        },
    }
    failure = SpanEvent("exception", 5, {"exception.type": "QuotaError", "exception.message": "no more"})
    store.write(
        [
            span(
                1,
                name="invoke_agent planner",
                end=90,
                attributes={
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.agent.name": "planner",
                    "agent_inspector.event_type": "run_start",
                    "user.id": "ann",
                    "session.id": "s1",
                    "agent_inspector.metadata": '{"ticket": 7}',
                },
                resource={"service.name": "agent"},
                scope_name="scope",
                scope_version="1",
                links=[SpanLink(f"{9:032x}", f"{9:016x}", {"why": "join"})],
            ),
            *(
                span(
                    number,
                    parent=1,
                    start=number,
                    end=number + 3,
                    name=f"step {number}",
                    attributes=attributes,
                )
                for number, attributes in kinds.items()
            ),
            span(7, parent=1, start=7, end=8, status="error", status_message="no more", events=[failure]),
        ]
    )
    return store


def written(store: SpanStore, form: ExportFormat, *run_ids: str, is_list: bool = False) -> str:
    return b"".join(export_parts(store, run_ids or [TRACE], form, is_list=is_list)).decode()


def imported(tmp_path: Path, content: str | bytes) -> list[SpanRecord]:
    path = tmp_path / "file.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_import(path))


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SpanStore]:
    store = open_store(TraceConfig(db_path=str(tmp_path / "second.db")))
    yield store
    store.close()


def test_json_has_the_shape_of_the_api(filled: SpanStore) -> None:
    assert json.loads(written(filled, "json")) == json.loads(json.dumps(export_run(filled, TRACE)))
    several = json.loads(written(filled, "json", TRACE, TRACE, is_list=True))
    assert (several["total"], len(several["runs"])) == (2, 2)
    assert json.loads(b"".join(export_parts(filled, [], "json", is_list=True))) == {"runs": [], "total": 0}


def test_a_run_of_many_pages_is_written_whole(store: SpanStore, span: Make) -> None:
    store.write([span(1), *(span(number, parent=1, start=number) for number in range(2, 452))])

    timeline = json.loads(written(store, "json"))["timeline"]

    assert [step["number"] for step in timeline] == list(range(1, 452))
    assert written(store, "md").count("\n## ") == 451
    assert written(store, "html").count("<details") == 451


def test_otlp_brings_back_every_span_exactly(filled: SpanStore, tmp_path: Path) -> None:
    ids = [row.span_id for row in filled.read_spans(TRACE)]

    records = imported(tmp_path, written(filled, "otlp"))

    assert records == [_as_received(record) for record in filled.read_records(TRACE, ids).values()]


def _as_received(record: SpanRecord) -> SpanRecord:
    """Sequences come back as tuples."""
    fields = {name: getattr(record, name) for name in SpanRecord.__dataclass_fields__}
    return SpanRecord(**fields | {"events": tuple(record.events), "links": tuple(record.links)})


def test_requests_line_by_line_are_read_too(filled: SpanStore, tmp_path: Path) -> None:
    document = json.loads(written(filled, "otlp"))
    lines = [json.dumps({"resourceSpans": [group]}) for group in document["resourceSpans"]]

    assert len(imported(tmp_path, "\n".join(lines) + "\n")) == 7


def test_our_own_json_brings_back_what_a_person_sees(
    filled: SpanStore, second: SpanStore, tmp_path: Path
) -> None:
    second.write(imported(tmp_path, written(filled, "json")))

    before, after = export_run(filled, TRACE), export_run(second, TRACE)
    for name in (
        "id",
        "name",
        "status",
        "user_id",
        "session_id",
        "step_count",
        "tokens",
        "duration_ms",
        "metadata",
    ):
        assert after["run"][name] == before["run"][name], name
    for was, now in zip(before["timeline"], after["timeline"], strict=True):
        same = (
            "id",
            "type",
            "kind",
            "name",
            "status",
            "timestamp",
            "duration_ms",
            "parent_event_id",
            "error_type",
        )
        assert {name: now[name] for name in same} == {name: was[name] for name in same}
    shown = [{name: step["data"].get(name) for name in ("prompt", "response", "tool_args", "tool_result",
              "memory_value", "answer", "task_id", "temperature")} for step in after["timeline"]]  # fmt: skip
    assert shown == [{name: step["data"].get(name) for name in shown[0]} for step in before["timeline"]]


def test_an_export_of_the_original_is_read(second: SpanStore, tmp_path: Path) -> None:
    run_id, root, call = (
        "0b9d1e0e-6a3c-4b58-9d0e-1f2a3b4c5d6e",
        "1" * 8 + "-2222-3333-4444-" + "5" * 12,
        "a" * 8 + "-2222-3333-4444-" + "5" * 12,
    )
    document = {
        "run": {"id": run_id, "name": "planner", "status": "completed", "started_at": 1_700_000_000_000,
                "completed_at": 1_700_000_001_000, "user_id": "ann", "metadata": "{}"},
        "timeline": [
            {"id": root, "run_id": run_id, "timestamp": 1_700_000_000_000, "type": "run_start", "name": "planner",
             "status": "in_progress", "duration_ms": 0, "data": {}, "parent_event_id": None},
            {"id": call, "run_id": run_id, "timestamp": 1_700_000_000_500, "type": "llm_call", "name": "LLM Call",
             "status": "completed", "duration_ms": 20, "parent_event_id": None,
             "data": {"model": "gpt-4o", "prompt": "Hi", "response": "Hello", "prompt_tokens": 1, "completion_tokens": 2}},
        ],
    }  # fmt: skip

    second.write(imported(tmp_path, json.dumps(document)))

    exported = export_run(second, run_id.replace("-", ""))
    assert (exported["run"]["name"], exported["run"]["status"], exported["run"]["duration_ms"]) == (
        "planner",
        "completed",
        1000,
    )
    assert exported["timeline"][1]["data"]["prompt"] == "Hi"
    assert exported["timeline"][1]["parent_event_id"] == exported["timeline"][0]["id"]


def deep(levels: int) -> str:
    return '{"run": ' + '{"a": ' * levels + "1" + "}" * levels + ', "timeline": []}'


def step(**fields: object) -> str:
    whole = {"id": "1" * 16, "timestamp": 1, "type": "custom", "name": "x", "duration_ms": 1, **fields}
    return json.dumps({"run": {"id": fields.pop("run_id", "2" * 32)}, "timeline": [whole]})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "{}",
        "7",
        '{"runs": 7}',
        '{"runs": [7]}',
        '{"run": {}, "timeline": 7}',
        '{"run": {}, "timeline": [7]}',
        '{"runs": []}',
        '{"resourceSpans": 7}',
        '{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "../../etc"}]}]}]}',
        deep(10_000),
        deep(300),
        "[" * 100_000,
        '{"resourceSpans": []}\n{"x": 1}\n',
        step(id="../../etc/passwd"),
        step(id="<script>"),
        step(id=7),
        step(run_id="../" * 10),
        step(run_id="0" * 32),
        step(timestamp="yesterday"),
        step(timestamp=-1),
        step(timestamp=1e300),
        step(duration_ms=-5),
        step(parent_event_id="zz"),
    ],
)
def test_a_hostile_file_is_refused_with_one_sentence(tmp_path: Path, content: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        imported(tmp_path, content)

    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_step_that_stands_twice_in_a_file_is_refused(tmp_path: Path, filled: SpanStore) -> None:
    with pytest.raises(ImportRefused, match="twice"):
        imported(tmp_path, written(filled, "json", TRACE, TRACE, is_list=True))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_inspector.query.imports.files.LARGEST_BYTES", 2**20)

    with pytest.raises(ImportRefused, match="larger than 1 MiB"):
        imported(tmp_path, " " * (2**20 + 1))


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        read_import(tmp_path / "missing.json")
    with pytest.raises(ImportRefused, match="cannot be read"):
        read_import(tmp_path)


class Page(HTMLParser):
    """Collects tags, and attributes that could load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loading: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loading += [
            pair for pair in attrs if pair[0] in ("src", "href", "style") or pair[0].startswith("on")
        ]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_runs_and_loads_nothing_and_shows_hostile_text_as_text(filled: SpanStore) -> None:
    content = written(filled, "html")
    page = Page()
    page.feed(content)

    assert page.tags == {"html", "head", "meta", "title", "style", "body", "h1", "dl", "dt", "dd", "details",
                         "summary", "section", "h3", "pre"}  # fmt: skip
    assert page.loading == []
    assert "default-src 'none'" in content
    assert "url(" not in content
    assert "http" not in re.sub(r'http-equiv="[^"]*"', "", content)
    assert any("<script>alert(1)</script>" in text for text in page.texts)
    assert not {"\x1b", "\x07", "\u202e"} & set(content)


def test_markdown_shows_hostile_text_as_text(filled: SpanStore) -> None:
    content = written(filled, "md")

    headings = [line for line in content.splitlines() if line.startswith("## ")]
    assert len(headings) == 7
    assert not any("<script>" in line and r"\<script" not in line for line in headings)
    assert "````text\n" in content
    assert "Where is Paris?" in content
    assert "QuotaError" in content


@pytest.mark.parametrize("form", ["json", "otlp", "md", "html"])
def test_an_unknown_run_is_not_found_but_one_that_went_meanwhile_is_passed_over(
    filled: SpanStore, form: ExportFormat
) -> None:
    with pytest.raises(NotFound):
        written(filled, form, "f" * 32)
    assert "planner" in written(filled, form, "f" * 32, TRACE, is_list=True)
