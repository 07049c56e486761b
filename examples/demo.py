"""What `make demo` does: records two real agents against the scripted model, then serves the UI with their runs.

python -m examples.demo [--port 8000] [--record-only]
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from agent_inspector import query
from agent_inspector.config import TraceConfig, default_db_path
from agent_inspector.model import RunFilter
from agent_inspector.store import open_store

EXAMPLES = Path(__file__).parent
STORE = Path(default_db_path()).with_name("demo.db")
"""Apart from the user's own store, so that the demo leaves no trace in it."""


def main() -> None:
    """Record, say where to look, and serve until Ctrl-C."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--port", type=int, default=8000, help="port of the UI; another one if it is taken")
    options.add_argument("--record-only", action="store_true", help="do not serve")
    given = options.parse_args()
    environment = os.environ | {"TRACE_DB_PATH": str(STORE)}
    cli = [sys.executable, "-m", "agent_inspector"]
    subprocess.run([sys.executable, EXAMPLES / "demo_agent.py"], env=environment, check=True)
    subprocess.run(
        [*cli, "run", "--", sys.executable, EXAMPLES / "openai_agent.py"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    if given.record_only:
        return
    port = free_port(given.port)
    server = subprocess.Popen([*cli, "server", "--port", str(port)], env=environment)
    try:
        if answers(port, server):
            url = f"http://127.0.0.1:{port}/ui/runs/{newest_run()}"
            print(f"\nThe agent's run is on screen at {url}\n", flush=True)
        sys.exit(server.wait())
    except KeyboardInterrupt:
        server.wait()


def newest_run() -> str:
    """Return the id of the support desk's run."""
    store = open_store(TraceConfig(db_path=str(STORE)), read_only=True)
    runs = query.list_runs(store, RunFilter(search="support-agent"), limit=1).runs
    return runs[0].id if runs else ""


def free_port(wanted: int) -> int:
    """Return the wanted port, or a free one where somebody listens on it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


def answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server takes connections; False if it has ended instead."""
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    main()
