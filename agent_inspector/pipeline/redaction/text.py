"""Text: one string, redacted in place; alone owns what a string can hide: escapes, JSON, base64 and %-encoding."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from agent_inspector.pipeline.redaction.marker import MARKER_BYTES, mark
from agent_inspector.pipeline.redaction.rules import Finding, compile_pattern

# Whatever is undone is put right-aligned into as many bytes: places in the view are places in the text.
_ESCAPE: Final = re.compile(
    rb"""\\(?:[nrt"'/\\]|u00(?:2[267]|3[cdeCDE])|x(?:2[27]|3[dD]))|&(?:quot|apos|amp|lt|gt|\#(?:34|39|61|x27));"""
)
_PLAIN: Final = {
    rb"\n": b"\n", rb"\"": b'"', rb"\'": b"'", rb"\/": b"/", rb"\u0022": b'"', rb"\u0027": b"'", rb"\u0026": b"&",
    rb"\u003d": b"=", rb"\u003D": b"=", rb"\u003c": b"<", rb"\u003e": b">", rb"\x22": b'"', rb"\x27": b"'", rb"\x3d": b"=",
    b"&quot;": b'"', b"&#34;": b'"', b"&#39;": b"'", b"&#x27;": b"'", b"&apos;": b"'", b"&amp;": b"&", b"&lt;": b"<",
    b"&gt;": b">", b"&#61;": b"=",
}  # fmt: skip
_ESCAPED: Final = {escape: plain.rjust(len(escape)) for escape, plain in _PLAIN.items()}
_SIMPLE: Final = [
    (escape, _ESCAPED.get(escape, b"  ")) for escape in (rb"\n", rb"\"", rb"\r", rb"\t", rb"\'", rb"\/")
]
_FEW_SIGNS: Final = 40
_RARE: Final = re.compile(rb"\\[\\ux]|&")
_BLOB_BYTES: Final = 800
_BLOB_HEAD: Final = 64
"""Of a longer run of base64 only the head is matched: random bytes cost RE2 a new state each."""
_AS_RUNS: Final = bytes(
    97 if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/_-") else 32 for byte in range(256)
)
_BLOB: Final = re.compile(rb"a{%d,}" % _BLOB_BYTES)
_BASE64: Final = compile_pattern(r"(?:[A-Za-z0-9+/_-]{20,}(?:[ ]?\r?\n)?)+[A-Za-z0-9+/_-]*={0,2}")
_SHORTEST_BASE64: Final = b"a" * 20
_LINE_BREAKS: Final = (b"\n", b"\r\n", b" \n", b" \r\n")
_PERCENT_CODE: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_PERCENT: Final = compile_pattern(r"[^\s\"'<>`]*%[0-9A-Fa-f]{2}[^\s\"'<>`]*")
_MEDIA: Final = (
    b"iVBOR",
    b"/9j/",
    b"R0lGOD",
    b"UklGR",
    b"JVBERi",
    b"UEsDB",
    b"SUkqA",
    b"AAAA",
    b"T2dnUw",
    b"H4sI",
    b"Qk",
)
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_WITHOUT_BREAKS: Final = {ord(char): None for char in "\r\n\t"}
_PROBE: Final = 16
_LONGEST_ENCODED: Final = 262_144
_KEPT_IN_URL: Final = "[]:/?&=#@!$,;*'()~-._+ "


class Replacement(NamedTuple):
    """A redacted text and the rules that changed it, once per removed value."""

    text: str
    rules: Sequence[str]


def make_view(data: bytes) -> bytes:
    """Return the text as rules shall see it: escapes undone, markers and blobs blanked, places unchanged."""
    view = data
    signs = view.count(b"\\") + view.count(b"&")
    if signs:
        view = _undo_few(view) if signs <= _FEW_SIGNS else _undo_many(view)
    if b"[REDACTED" in view or b"[WITHHELD" in view:
        view = MARKER_BYTES.sub(lambda match: b"*" * len(match[0]), view)
    return _blank_blobs(view) if len(view) >= _BLOB_BYTES else view


def _undo_few(view: bytes) -> bytes:
    """Undo escapes where they are: to look for where their signs stand costs next to nothing."""
    undone = bytearray(view)
    for sign in (b"\\", b"&"):
        at = view.find(sign)
        while at >= 0:
            escape = _ESCAPE.match(view, at)
            if escape:
                undone[at : escape.end()] = _undo(escape)
            at = view.find(sign, escape.end() if escape else at + 1)
    return bytes(undone)


def _undo_many(view: bytes) -> bytes:
    """Undo the escapes of JSON strings one kind after the other, which is far faster than one by one."""
    if _RARE.search(view):
        return _ESCAPE.sub(_undo, view)
    for escape, plain in _SIMPLE:
        view = view.replace(escape, plain)
    return view


def _undo(escape: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(escape[0]) or b" " * len(escape[0])


def _blank_blobs(view: bytes) -> bytes:
    runs = view.translate(_AS_RUNS)
    if b"a" * _BLOB_BYTES not in runs:
        return view
    blanked = bytearray(view)
    for run in _BLOB.finditer(runs):
        start = run.start() + _BLOB_HEAD
        blanked[start : run.end()] = b"A" * (run.end() - start)
    return bytes(blanked)


def replace_findings(data: bytes, findings: Sequence[Finding]) -> Replacement:
    """Put a marker in place of every finding; of overlapping ones, the union under the most telling rule."""
    pieces: list[bytes] = []
    rules: list[str] = []
    at = 0
    for start, end, rule in merge(data, findings):
        pieces += [data[at:start], mark(rule, data[start:end]).encode()]
        rules.append(rule)
        at = end
    pieces.append(data[at:])
    return Replacement(b"".join(pieces).decode("utf-8", "surrogatepass"), rules)


def merge(data: bytes, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Join overlapping findings, and never cut a character in two."""
    current: Finding | None = None
    for finding in sorted(findings):
        if current is not None and finding.start < current.end:
            if finding.rule == "email":  # the password and host of an address such as `://user:password@host`
                continue
            rule = finding.rule if current.rule == "key" else current.rule
            current = Finding(current.start, max(current.end, finding.end), rule)
            continue
        if current is not None:
            yield _on_characters(data, current)
        current = finding
    if current is not None:
        yield _on_characters(data, current)


def _on_characters(data: bytes, finding: Finding) -> Finding:
    start, end, rule = finding
    while start > 0 and data[start] & 0xC0 == 0x80:
        start -= 1
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    return Finding(start, end, rule)


def holds_encoded(data: bytes, view: bytes) -> bool:
    """Tell whether there is anything for `find_encoded` to read."""
    if b"%" in view and _PERCENT_CODE.search(view):
        return True
    return any(_decode_base64(data[start:end]) is not None for start, end in _runs_of_base64(view))


def _runs_of_base64(view: bytes) -> Iterator[tuple[int, int]]:
    """Yield the places of what may be base64; mostly there is none, which is told in a fraction of the time."""
    runs = view.translate(_AS_RUNS)
    at = runs.find(_SHORTEST_BASE64)
    while at >= 0:
        end = _end_of_run(view, runs, at)
        yield at, end
        at = runs.find(_SHORTEST_BASE64, end)


def _end_of_run(view: bytes, runs: bytes, start: int) -> int:
    """Return where a run ends that matches `_BASE64`; only what goes on after a line break is left to RE2."""
    end = runs.find(b" ", start)
    if end < 0:
        return len(view)
    if view.startswith(_LINE_BREAKS, end):
        return int(_BASE64.match(view, start).end())
    return end + (2 if view.startswith(b"==", end) else view.startswith(b"=", end))


def find_encoded(
    data: bytes, view: bytes, redact: Callable[[str], Replacement]
) -> Iterator[tuple[Finding, str]]:
    """Yield the base64 and %-encoded runs whose plain text holds secrets, each with what to write instead."""
    for start, end in _runs_of_base64(view):
        plain = _decode_base64(data[start:end])
        if plain is not None and (redacted := redact(plain)).rules:
            yield Finding(start, end, redacted.rules[0]), mark(redacted.rules[0], data[start:end])
    if b"%" in view and _PERCENT_CODE.search(view):
        for match in _PERCENT.finditer(view):
            run = data[match.start() : match.end()].decode("utf-8", "replace")
            plain = unquote(run)
            if plain != run and (redacted := redact(plain)).rules:
                yield (
                    Finding(match.start(), match.end(), redacted.rules[0]),
                    quote(redacted.text, safe=_KEPT_IN_URL),
                )


def _decode_base64(run: bytes) -> str | None:
    if len(run) > _LONGEST_ENCODED or run.startswith(_MEDIA):
        return None
    if b"\n" in run or b"\\" in run or b"\r" in run or b" " in run:
        run = b"".join(run.replace(rb"\n", b"\n").split())
    joined = run.translate(_STANDARD).rstrip(b"=")
    try:
        if not binascii.a2b_base64(joined[:_PROBE]).isascii():  # binary content says so at once
            return None
        text = binascii.a2b_base64(joined + b"=" * (-len(joined) % 4)).decode()
    except ValueError:
        return None
    return text if text.translate(_WITHOUT_BREAKS).isprintable() else None
