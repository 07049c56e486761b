"""Bad settings cost the program nothing, and never put content in clear (S05, S06, S16, S23, S24, S40, S43)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from agent_inspector import TraceConfig, query
from agent_inspector.errors import KeyMissing
from agent_inspector.store import open_store
from tests.faults.programs import Program, Settings

AGENT = """
    calls = Calls()
    with trace.run("agent", user_id="user") as run:
        for number in range(20):
            calls.time(run.llm, "model", [{"role": "user", "content": "MARKERPROMPT"}], "MARKERANSWER")
            calls.time(run.tool, "MARKERTOOL", {"MARKERKEY": "MARKERVALUE"}, {"result": "MARKERRESULT"})
        run.error("MARKERERROR", "MARKERMESSAGE", "MARKERSTACK")
        with trace.step("MARKERSTEP of mine", {"MARKERIN": 1}) as step:
            step.output = "MARKEROUT"
        run.final("MARKERFINAL")
    report(ended=True, **calls.figures())
"""

BAD_SETTINGS = {
    "TRACE_SAMPLE_RATE": "lots",
    "TRACE_QUEUE_SIZE": "-5",
    "TRACE_QUEUE_BYTES": "1e999",
    "TRACE_BATCH_SIZE": "0",
    "TRACE_BATCH_TIMEOUT": "soon",
    "TRACE_RUN_END_BLOCK_TIMEOUT": "9" * 5000,
    "TRACE_REDACT_KEYS": '["unclosed',
    "TRACE_REDACT_PATTERNS": "(unclosed",
    "TRACE_ENCRYPTION_ENABLED": "perhaps",
    "TRACE_API_PORT": "99999999",
    "TRACE_API_KEY_REQUIRED": "true",
    "TRACE_COMPRESSION_CODEC": "rar",
    "TRACE_COMPRESSION_LEVEL": "eleven",
    "TRACE_PROFILE": "chaos",
    "TRACE_LOG_LEVEL": "LOUD",
    "TRACE_RETENTION_DAYS": "-1",
    "TRACE_DB_PATH": "   ",
    "TRACE_PROPAGATE": "\u2603",
}


@pytest.mark.parametrize("variable", BAD_SETTINGS)
def test_a_bad_setting_is_said_once_and_the_program_runs_on(program: Program, variable: str) -> None:
    ended = program.run(AGENT, {variable: BAD_SETTINGS[variable]})
    if variable == "TRACE_DB_PATH":
        (program.path,) = program.folder.rglob("*.db")

    assert ended.figures["ended"]
    assert 1 <= len(ended.complaints) <= 2
    assert "Traceback" not in ended.errors
    if variable != "TRACE_API_KEY_REQUIRED":
        assert [run.status for run in program.runs()] == ["completed"]


def test_content_is_withheld_where_a_redaction_pattern_cannot_be_compiled(program: Program) -> None:
    ended = program.run(AGENT, {"TRACE_REDACT_PATTERNS": r"(?<=a)b"})

    assert "withheld" in ended.errors
    assert program.files_with("MARKER") == []
    assert [run.step_count for run in program.runs()] == [44]


ENCRYPTION: Mapping[str, Settings] = {
    "no key": {},
    "a key that is none": {"TRACE_ENCRYPTION_KEY": "not a key"},
    "a short key": {"TRACE_ENCRYPTION_KEY": base64.urlsafe_b64encode(b"short").decode()},
    "an empty key": {"TRACE_ENCRYPTION_KEY": ""},
    "a good key": {"TRACE_ENCRYPTION_KEY": base64.urlsafe_b64encode(b"k" * 32).decode()},
    "the production profile": {"TRACE_PROFILE": "production", "TRACE_SAMPLE_RATE": "1"},
}


@pytest.mark.parametrize("case", ENCRYPTION)
def test_nothing_is_in_clear_where_encryption_is_asked_for(program: Program, case: str) -> None:
    settings: Settings = {
        "TRACE_COMPRESSION_ENABLED": "false",
        "TRACE_ENCRYPTION_ENABLED": "true",
        **ENCRYPTION[case],
    }
    ended = program.run(AGENT, settings)

    assert ended.figures["ended"]
    assert program.files_with("MARKER") == []
    assert ended.complaints == [] if case == "a good key" else 1 <= len(ended.complaints) <= 2


def test_another_key_leaves_the_store_as_it_is(program: Program) -> None:
    first, second = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"a", b"b"))
    for key in (first, second, first):
        ended = program.run(AGENT, {"TRACE_ENCRYPTION_ENABLED": "true", "TRACE_ENCRYPTION_KEY": key})
        assert ended.complaints == []

    assert program.files_with("MARKER") == []
    with pytest.raises(KeyMissing):
        program.runs()
    for keys, readable in (((first, second), 3), ((second, first), 3), ((second,), None), ((first,), None)):
        config = TraceConfig(db_path=str(program.path), encryption_key=",".join(keys))
        store = open_store(config, read_only=True)
        with pytest.raises(KeyMissing) if readable is None else nullcontext():
            runs = query.list_runs(store).runs
            told = [str(query.list_details(store, run.id)) for run in runs]
            assert ["MARKERPROMPT" in each for each in told] == [True] * 3
        store.close()


@pytest.mark.parametrize("longest_ms", [150, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "([a-zA-Z]+)*$", "(.*a){20}"])
def test_a_pattern_that_explodes_delays_nobody(program: Program, pattern: str, longest_ms: int) -> None:
    ended = program.run(
        """
        calls = Calls()
        with trace.run("agent") as run:
            for length in (30, 3000, 30_000):
                calls.time(run.llm, "model", "a" * length + "!", "a" * length)
            run.tool("after", {}, 1)
        flushed = trace.flush(10_000)
        report(flushed=flushed, **calls.figures())
        """,
        {"TRACE_REDACT_PATTERNS": f'["{pattern}"]'},
    )

    assert ended.figures["flushed"]
    assert ended.figures["max_ms"] <= longest_ms
    assert len(program.all_steps()) == 5


def test_what_is_logged_holds_no_content(program: Program) -> None:
    ended = program.run("""
        import logging
        logging.basicConfig(level=logging.DEBUG)
        from opentelemetry.trace import get_tracer
        secret = "MARKER-hunter2"
        class Poison:
            def __repr__(self): raise RuntimeError(secret)
            __str__ = __eq__ = __bool__ = __repr__
            __hash__ = None
        with trace.run("agent") as run:
            for value in (Poison(), {"password": secret, "it": Poison()}, [secret, "\\ud800"], {secret: {1j}}):
                run.llm("model", value, value)
                run.tool("tool", value, value, note=value)
                run.memory_write("key", value)
                run.error(secret + "\\ud800", value)
                run.task_complete("t", "n", "a", "b", success=value)
            span = get_tracer("test").start_span("span")
            span.set_attribute("object", object())
            span.set_attribute("surrogate", secret + "\\ud800")
            span.set_attribute("mixed", [secret, 1, object()])
            span.add_event("event", {"object": object(), "text": secret + "\\ud800"})
            span.record_exception(ValueError(secret))
            span.end()
            span.set_attribute("late", secret)
        trace.flush()
    """)

    assert "MARKER" not in ended.output + ended.errors
    assert len(program.steps("agent")) >= 10


def unwritable(case: str, folder: Path) -> str:
    blocker = folder / "file"
    blocker.write_text("in the way", encoding="utf-8")
    return {
        "a directory": str(folder),
        "below a file": str(blocker / "store.db"),
        "below /proc": "/proc/agent-inspector/store.db",
        "a name that is too long": str(folder / ("n" * 300)),
        "a device": "/dev/null",
        "not a database": str(blocker),
    }[case]


@pytest.mark.parametrize(
    "case",
    [
        "a directory",
        "below a file",
        "below /proc",
        "a name that is too long",
        "a device",
        "not a database",
    ],
)
def test_a_path_that_cannot_be_written_is_said_once(program: Program, case: str) -> None:
    path = unwritable(case, program.folder)
    ended = program.run(AGENT, {"TRACE_DB_PATH": path})

    assert ended.figures["ended"]
    assert ended.seconds < 30
    assert 1 <= len(ended.complaints) <= 10
    assert "Traceback" not in ended.errors
    assert "MARKER" not in ended.errors


def test_a_missing_directory_is_made(program: Program) -> None:
    path = program.folder / "new" / "deep" / "store.db"
    ended = program.run(AGENT, {"TRACE_DB_PATH": str(path)})

    assert ended.complaints == []
    assert path.stat().st_size > 0


def test_an_import_opens_and_starts_nothing(program: Program) -> None:
    ended = program.run("""
        import resource
        def opened(): return sorted(os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if n.isdigit() and os.path.exists(f"/proc/self/fd/{n}"))
        files = opened()
        report(
            threads=threading.active_count(),
            sockets=[name for name in files if "socket" in name],
            heavy=[name for name in ("opentelemetry.sdk", "sqlite3", "fastapi", "uvicorn", "cryptography", "typer", "grpc", "requests") if name in sys.modules],
        )
    """)

    assert ended.figures == {"threads": 1, "sockets": [], "heavy": []}
    assert not program.path.exists()
    assert [path.name for path in program.folder.iterdir()] == ["program.py"]


@pytest.mark.slow
def test_an_import_adds_at_most_150_ms(program: Program) -> None:
    ended = program.run("""
        import subprocess
        def seconds(code):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            return time.perf_counter() - began
        bare, ours = [min(seconds(code) for _ in range(15)) for code in ("pass", "from agent_inspector import trace")]
        report(added_ms=(ours - bare) * 1000)
    """)
    print(ended.figures)

    assert ended.figures["added_ms"] <= 150


def test_a_store_written_with_content_can_be_read_back(program: Program) -> None:
    """The counterpart of all the above: with good settings, everything is there."""
    program.run(AGENT)
    store = program.store()
    steps = program.steps("agent")
    kept = str([query.event_data(query.get_step(store, step.run_id, step.id)) for step in steps])
    store.close()

    assert all(
        f"MARKER{word}" in kept for word in ("PROMPT", "ANSWER", "TOOL", "VALUE", "RESULT", "OUT", "FINAL")
    )
