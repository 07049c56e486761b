"""Secrets that an agent says are in no file and in no copy, whichever way they came in (S23, S33)."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otel_bridge.otlp import decompress
from tests.faults.planted import PLANTED
from tests.faults.programs import Program

FORMATS = ("json", "otlp", "md", "html")
FACADE = """
    from tests.faults.planted import PLANTED
    import agent_inspector
    texts = [planted.value for planted in PLANTED.values() if isinstance(planted.value, str)]
    with trace.run(f"deploy: {texts[0]}", user_id=texts[1], session_id=texts[2]) as run:
        for name, planted in PLANTED.items():
            value = planted.value
            run.llm("model", [{"role": "user", "content": value if isinstance(value, str) else repr(value)}], str(value))
            run.tool("tool", {"given": value}, {"got": value})
            run.tool("tool", value, value)
            run.memory_write("memory", value)
            run.error("Failure", str(value), str(value))
        run.final(texts)
    try:
        with trace.run("raises"):
            raise ValueError("; ".join(texts))
    except ValueError: pass
    assert trace.flush()
    import shutil
    shutil.copy(os.environ["TRACE_DB_PATH"] + "-wal", "live-wal")  # the log goes when the program ends
"""
FOREIGN = """
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from tests.faults.planted import PLANTED
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("foreign")
    for name, planted in PLANTED.items():
        text = planted.value if isinstance(planted.value, str) else json.dumps(planted.value, default=lambda value: value.decode())
        with tracer.start_as_current_span(f"says {text}") as span:
            span.set_attribute("gen_ai.operation.name", "execute_tool")
            span.set_attribute("gen_ai.tool.call.arguments", text)
            span.set_attribute("gen_ai.input.messages", json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]}]))
            span.add_event("said", {"text": text})
            if isinstance(planted.value, dict):
                for key, value in planted.value.items(): span.set_attribute(key, value)
    provider.shutdown()
"""


@pytest.fixture
def bodies() -> Iterator[tuple[str, list[bytes]]]:
    """An OTLP endpoint, and what it was sent."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(decompress(body, self.headers.get("content-encoding", ""), limit=2**26))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


def command(program: Program, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "agent_inspector", *arguments],
        env=program.environment,
        cwd=program.folder,
        capture_output=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done


def files(program: Program) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in program.folder.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name != "program.py"}


def leaks(places: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (name, place)
        for name, planted in PLANTED.items()
        for place, content in places.items()
        if planted.tell.encode() in content
    ]


def exported(program: Program) -> dict[str, bytes]:
    for form in FORMATS:
        command(program, "export", "--all", "--format", form, "-o", f"export.{form}")
    command(program, "backup", "copy.db")
    shown = [command(program, *words).stdout for words in (["runs"], ["show", "--all"], ["search", "login"])]
    return {**files(program), "terminal": b"".join(shown)}


def test_there_are_36() -> None:
    assert len(PLANTED) == 36
    assert len({planted.tell for planted in PLANTED.values()}) == 36


def test_none_of_36_secrets_is_in_any_file_or_copy(program: Program, bodies: tuple[str, list[bytes]]) -> None:
    program.environment["TRACE_COMPRESSION_ENABLED"] = "false"
    ended = program.run(FACADE, {"OTEL_EXPORTER_OTLP_ENDPOINT": bodies[0]})

    places = exported(program)

    sent = b"".join(bodies[1])
    assert len(places["live-wal"]) > 100_000
    assert (len(sent) > 10_000, b"[REDACTED" in sent) == (True, True)
    assert {"store.db", "live-wal", "copy.db", *(f"export.{form}" for form in FORMATS)} <= set(places)
    assert all(b"[REDACTED" in places[f"export.{form}"] for form in FORMATS)
    assert leaks({**places, "OTLP": sent, "logs": (ended.output + ended.errors).encode()}) == []
    assert program.count_steps() == 5 * 36 + 4


def test_none_of_36_secrets_that_come_by_otlp_is_in_any_file_or_log(program: Program) -> None:
    program.environment |= {
        "TRACE_COMPRESSION_ENABLED": "false",
        "TRACE_LOG_PATH": str(program.folder / "log.txt"),
    }
    arguments = ["server", "--port", "0", "--otlp-port", "0", "--otlp-grpc-port", "0", "--log-level", "DEBUG"]
    with subprocess.Popen(
        [sys.executable, "-m", "agent_inspector", *arguments],
        env=program.environment, cwd=program.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout
        url = [server.stdout.readline() for _ in range(2)][1].split()[1].removesuffix("docs")
        program.run(FOREIGN, {"OTEL_EXPORTER_OTLP_ENDPOINT": url})
        places = files(program)
        server.terminate()
        told = "".join(server.communicate(timeout=30))

    assert "store.db-wal" in places
    assert stat.S_IMODE((program.folder / "log.txt").stat().st_mode) == 0o600
    assert program.count_steps() == 36
    assert leaks({**exported(program), **places, "server": told.encode()}) == []


def test_every_file_is_private_under_an_empty_umask(program: Program) -> None:
    umask = os.umask(0)
    try:
        program.environment |= {"TRACE_DB_PATH": str(program.folder / "new" / "store.db")}
        program.run('with trace.run("agent"): trace.tool("tool", {}, 1)')
        command(program, "export", "--all", "-o", "new/export.json")
        command(program, "backup", "new/copy.db")
        command(program, "keys", "generate")
        command(program, "init", "--profile", "debug")
    finally:
        os.umask(umask)
    files = [path for path in program.folder.rglob("*") if path.is_file() and path.name != "program.py"]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}

    assert {"store.db", "export.json", "copy.db", "config.json", "encryption.keys"} <= set(modes)
    assert set(modes.values()) == {0o600}
    folders = [program.folder / "new", program.folder / "configuration" / "agent-inspector"]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]
    assert json.loads((program.folder / "new" / "export.json").read_text())["total"] == 1
