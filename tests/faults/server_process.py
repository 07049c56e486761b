"""A server as a process of its own, on free ports, and what it costs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent_inspector import TraceConfig
from agent_inspector.store import SpanStore, open_store

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ServerProcess:
    """One that is running."""

    process: subprocess.Popen[str]
    url: str
    """Without a slash at its end."""
    grpc_address: str
    path: Path
    """The store's file."""

    @property
    def pid(self) -> int:
        return self.process.pid

    def end(self, number: signal.Signals, *, within_s: float) -> int:
        """Send it a signal, and return what it ends with; fails where it does not end in time."""
        self.process.send_signal(number)
        return self.process.wait(within_s)

    def cpu_s(self) -> float:
        """Return the CPU time of all its threads so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def memory_mb(self) -> float:
        """Return how much memory it holds now."""
        return self._status("VmRSS")

    def peak_mb(self) -> float:
        """Return the most memory it has held since it started, or since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")

    def store(self) -> SpanStore:
        return open_store(TraceConfig(db_path=str(self.path)), read_only=True)

    def disk_bytes(self) -> int:
        """Return the size of all files of the store."""
        return sum(file.stat().st_size for file in self.path.parent.iterdir() if file.is_file())

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        [found] = [line for line in lines if line.startswith(f"{name}:")]
        return int(found.split()[1]) / 1024


@contextmanager
def server_process(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[ServerProcess]:
    """Run a server on a store below the folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TRACE_", "OTEL_"))}
    grpc_port = _free_port()
    path = folder / "store" / "runs.db"
    environment = {
        **clean,
        "TRACE_DB_PATH": str(path),
        "TRACE_OTLP_PORT": "0",
        "TRACE_OTLP_GRPC_PORT": str(grpc_port),
        "PYTHONUNBUFFERED": "1",
        **(settings or {}),
    }
    command = [sys.executable, "-m", "agent_inspector", "server", "--port", "0"]
    log = folder / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(2)]
            url = lines[1].split()[1].removesuffix("/docs")
            yield ServerProcess(process, url, f"127.0.0.1:{grpc_port}", path)
        finally:
            process.terminate()
            try:
                process.wait(10)
            finally:
                process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
