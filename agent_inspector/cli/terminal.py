"""What reaches the terminal: text of traces made harmless, JSON plain, tables and times easy to read.

Nothing else in the command prints.
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from typing import Any, Final

from agent_inspector.json_text import to_json

_HIDDEN: Final = (
    *range(0x00, 0x20),
    *range(0x7F, 0xA0),  # DEL and C1, which holds another ESC
    0xAD,
    0x061C,
    *range(0x200B, 0x2010),  # zero-width characters and marks of direction
    *range(0x2028, 0x202F),  # line separators, and overrides of direction
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),  # tag characters: text that a model reads and a person does not see
)
_VISIBLE: Final = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}" for code in _HIDDEN}
_VISIBLE_LINES: Final = {**_VISIBLE, 0x09: "\t", 0x0A: "\n"}


def visible(text: str, *, keep_lines: bool = False) -> str:
    r"""Return the text with every character that could steer a terminal or deceive the eye written out, as `\x1b`."""
    shown = text.translate(_VISIBLE_LINES if keep_lines else _VISIBLE)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")  # lone surrogates


def print_any_character() -> None:
    """Write out what the terminal's encoding lacks, rather than fail on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str = "") -> None:
    """Print one line; text of traces must have gone through `visible`."""
    sys.stdout.write(line + "\n")


def say_json(value: Any) -> None:
    """Print a value as JSON for a program, with nothing around it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(to_json(value, indent=True) + b"\n")
    sys.stdout.buffer.flush()


def moment(time_ms: int | None) -> str:
    """Write a time as a person reads it, in the local time zone."""
    if time_ms is None:
        return "-"
    try:
        return datetime.fromtimestamp(time_ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):  # a clock that was far off
        return str(time_ms)


def duration(ms: float | None) -> str:
    """Write a duration shortly: `12 ms`, `3.4 s`, `2 min 05 s`."""
    if ms is None:
        return "-"
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds:02d} s"


def size(count: float) -> str:
    """Write a number of bytes shortly: `512 B`, `3.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def money(usd: float | None) -> str:
    """Write a cost: `$0.0123`; `-` when it is unknown."""
    return "-" if usd is None else f"${usd:.4f}"
