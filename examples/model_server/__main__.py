"""`python -m examples.model_server`: the model server on its own, for any program that speaks to OpenAI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from threading import Event


def main() -> None:
    # Run with -m, the repository is on the path; the examples import each other from their own folder.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from model_server.server import DEFAULT_LATENCY_MS, ModelServer

    parser = argparse.ArgumentParser(prog="python -m examples.model_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any free port")
    parser.add_argument("--latency-ms", type=float, default=DEFAULT_LATENCY_MS, help="before each answer")
    options = parser.parse_args()
    with ModelServer(options.port, options.latency_ms) as server:
        print(server.base_url, flush=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
