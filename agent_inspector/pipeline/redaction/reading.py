"""Reading a value: where it begins and ends in text, once a name or a flag has announced it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LEAD: Final = re.compile(
    rb"[ \t]*(?:[*_]{1,2}[ \t]+|[|>][+-]?[ \t]*(?=\n))?(?:\r?\n[ \t]{0,40}){0,2}(?:[\[(][ ]?(?=[\"']))?"
    rb"(?:[bBrRuUfFN@$]{1,2}(?=[\"'`]))?[*]{0,2}\\?"
)
_WRAPPER: Final = re.compile(
    rb"(?:[A-Za-z_][\w:.]*::from|Some|[\w.]*Secret(?:Str|String)?|String|str|bytes|Password|new [A-Za-z]+)\([ ]?(?=[\"'])"
)
_LEAD_ON_LINE: Final = re.compile(rb"[ \t]*(?:[bBrRuUfFN@$]{1,2}(?=[\"'`]))?[*]{0,2}\\?")
_SCHEME: Final = re.compile(
    rb"(?i)(?:bearer|basic|token|apikey|api-key|jwt|key|negotiate|oauth|ssws|bot|digest|splunk|genie|pass:)[ \t:]+"
)
_BARE: Final = re.compile(rb"[^\s\"'`<>\x00]{1,16384}")
_TO_SPACE: Final = re.compile(rb"[^\s\x00]{1,16384}")
_NEXT_PAIR: Final = re.compile(rb"[;&,|]+[ ]*[A-Za-z_][\w. \[\]-]{0,40}=|;$|&$|,$|&&|\|\||;[ ]*[A-Za-z]+:")
_QUOTES: Final = {b'"': b'"', b"'": b"'", b"`": b"`"}
_CURLY: Final = {b"\xe2\x80\x9c": b"\xe2\x80\x9d", b"\xe2\x80\x98": b"\xe2\x80\x99", b"\xc2\xab": b"\xc2\xbb"}
_CLOSERS: Final = {b")": b"(", b"]": b"[", b"}": b"{"}
_OPENERS: Final = {opening: closing for closing, opening in _CLOSERS.items()}
_LONGEST_WITH_BRACKETS: Final = 512
_LONGEST_QUOTED: Final = 65536


class Value(NamedTuple):
    """A value's place in a text, without its quotes."""

    start: int
    end: int
    quoted: bool
    whole_line: bool = False
    """It is the rest of a line in an environment file, so brackets in it are its own."""


def read_value(view: bytes, at: int, *, whole_line: bool = False, same_line: bool = False) -> Value:
    """Read the value that begins at or shortly after this place, on the next line if need be."""
    lead = (_LEAD_ON_LINE if same_line else _LEAD).match(view, at)
    start = lead.end() if lead else at
    wrapper = _WRAPPER.match(view, start)
    quoted = _read_quoted(view, wrapper.end() if wrapper else start)
    if quoted is not None:
        return _without_scheme(view, quoted)
    scheme = _SCHEME.match(view, start)
    if scheme:
        start = scheme.end()
        return _read_quoted(view, start) or _read_bare(view, start, whole_line=False)
    return _read_bare(view, start, whole_line=whole_line)


def _read_quoted(view: bytes, start: int) -> Value | None:
    opening = view[start : start + 1]
    closing = _QUOTES.get(opening)
    if closing is None:
        for left, right in _CURLY.items():
            if view.startswith(left, start):
                opening, closing = left, right
                break
    if closing is None:
        return None
    start += len(opening) * (3 if view.startswith(opening * 3, start) else 1)
    limit = min(len(view), start + _LONGEST_QUOTED)
    ends = [
        place for place in (view.find(closing, start, limit), view.find(b"\n", start, limit)) if place >= 0
    ]
    end = min(ends, default=limit)
    while end > start and view[end - 1 : end] == b" ":  # what undoing an escaped quote has left
        end -= 1
    return Value(start, end, quoted=True)


def _without_scheme(view: bytes, value: Value) -> Value:
    scheme = _SCHEME.match(view, value.start, value.end)
    return value._replace(start=scheme.end()) if scheme else value


def _read_bare(view: bytes, start: int, *, whole_line: bool) -> Value:
    match = (_TO_SPACE if whole_line else _BARE).match(view, start)
    if match is None:
        return Value(start, start, quoted=False)
    end = _cut_at_next_pair(view, start, match.end())
    if whole_line:
        return Value(start, end, quoted=False, whole_line=True)
    end = _cut_at_closer(view, start, end)
    while end > start and view[end - 1 : end] in (b",", b".", b";", b":", b"!", b"?", b"*", b"\\", b"|"):
        end -= 1
    return Value(start, end, quoted=False)


def _cut_at_next_pair(view: bytes, start: int, end: int) -> int:
    following = _NEXT_PAIR.search(view, start, end)
    return following.start() if following and following.start() > start else end


def _cut_at_closer(view: bytes, start: int, end: int) -> int:
    """Cut at the first bracket that closes one opened before the value."""
    depth = dict.fromkeys(_CLOSERS, 0)
    for place in range(start, min(end, start + _LONGEST_WITH_BRACKETS)):
        char = view[place : place + 1]
        if char in _CLOSERS:
            if depth[char] == 0:
                return place
            depth[char] -= 1
        elif char in _OPENERS:
            depth[_OPENERS[char]] += 1
    return end
