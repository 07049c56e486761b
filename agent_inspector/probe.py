"""The probe: a program that `agent-inspector doctor` started writes down, as it ends, what is in force in it."""

from __future__ import annotations

import atexit
import json
import os
from pathlib import Path
from typing import Final

from otel_bridge.inspection import inspect_process

PROBE_VARIABLE: Final = "_AGENT_INSPECTOR_PROBE"
"""Names the file, in the environment of the program; not a setting."""


def probe_if_asked() -> None:
    """See to the report at the end of this process, if its environment asks for one."""
    path = os.environ.get(PROBE_VARIABLE)
    if path:
        atexit.register(_write, Path(path), os.getpid())


def _write(path: Path, pid: int) -> None:
    if os.getpid() == pid:  # a forked child knows less than its parent
        path.write_text(json.dumps(inspect_process()), encoding="utf-8")
