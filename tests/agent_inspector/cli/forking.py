"""The command in processes that are forked from one which has imported everything: a tenth of what starting Python costs.

python -m tests.agent_inspector.cli.forking reads a request a line, and answers each with the exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from agent_inspector.cli.verbs import VERBS, load_verb


class Forker:
    """Runs `agent-inspector` as `subprocess.run` does; for as long as the `with` block lasts."""

    def __enter__(self) -> Forker:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *problem: object) -> None:
        self._process.communicate()

    def run(
        self, arguments: list[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run the command in this folder, with this environment and nothing on standard input."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out, err = folder / ".stdout", folder / ".stderr"
        request = {"arguments": arguments, "environment": dict(environment), "folder": str(folder)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        told = [path.read_text(encoding="utf-8") for path in (out, err)]
        for path in (out, err):
            path.unlink()
        return subprocess.CompletedProcess(arguments, code, *told)


def _be_the_command(request: Mapping[str, Any]) -> NoReturn:
    from agent_inspector.cli import main

    os.chdir(request["folder"])
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, ".stdout", 0), (2, ".stderr", 0)):
        os.dup2(os.open(name, flags or os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["agent-inspector", *request["arguments"]]
    code: object = 1
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _serve() -> None:
    for verb in VERBS:
        load_verb(verb)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be_the_command(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
