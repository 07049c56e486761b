"""Where log lines go while the command runs: sentences to the terminal, everything to a file when there is one."""

from __future__ import annotations

import logging
import os
from enum import Enum
from pathlib import Path
from typing import Final

from agent_inspector.cli.terminal import visible
from agent_inspector.errors import InspectorError

_FILE_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class LogLevel(str, Enum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class SentenceFormatter(logging.Formatter):
    """One line for a record: no traceback, and nothing that could steer the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return f"agent-inspector: {visible(record.getMessage())}"


def log_to_terminal(level: str = "WARNING") -> None:
    """Print our own log lines from this level on as sentences; with DEBUG, whole tracebacks, too."""
    handler = logging.StreamHandler()
    if level != "DEBUG":
        handler.setFormatter(SentenceFormatter())
    _replace_handlers(handler, level)


def log_to_file(path: str, level: str) -> None:
    """Write log lines to a file beside the terminal; only its owner may read it.

    Raises:
        InspectorError: the file cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        stream = open(descriptor, "a", encoding="utf-8")  # noqa: SIM115, PTH123 (lives as long as the process)
    except OSError as error:
        raise InspectorError(f"The log file {Path(path)} cannot be written: {error.strerror}.") from error
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(_FILE_FORMAT))
    logging.getLogger().addHandler(handler)
    logging.getLogger("agent_inspector").setLevel(level)


def quiet_web_server(level: str) -> None:
    """Let uvicorn speak of real failures only, unless everything is asked for."""
    is_verbose = level == "DEBUG"
    logging.getLogger("uvicorn.error").setLevel("DEBUG" if is_verbose else "ERROR")
    logging.getLogger("uvicorn.access").setLevel("INFO" if is_verbose else "WARNING")


def _replace_handlers(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, SentenceFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    logging.getLogger("agent_inspector").setLevel(level)
