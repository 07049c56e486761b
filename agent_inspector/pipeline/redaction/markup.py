"""Markup: names and values that stand apart: XML and HTML, `name:`/`value:` pairs, tables and CSV columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from agent_inspector.pipeline.redaction.judgement import is_secret_assigned, is_secret_told
from agent_inspector.pipeline.redaction.names import Verdict, judge
from agent_inspector.pipeline.redaction.personal import is_personal
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern

_ELEMENT: Final = compile_pattern(
    r"<(?:[A-Za-z0-9_.-]+:)?([A-Za-z][A-Za-z0-9_.-]{1,60})(?:\s[^<>]{0,200})?>\s{0,40}(?:<!\[CDATA\[)?([^<>]+?)(?:\]\]>|<|$)"
)
_NAMED: Final = compile_pattern(
    r"(?i)\b(?:name|key|id|field|header|variable|var|param|parameter|property|label|option|env|secret_?name|type)"
    r"[\"'`]?\s{0,3}(?:[:=]|=>)\s{0,3}[\"'`]?([A-Za-z][A-Za-z0-9_. -]{1,60}?)[\"'`]?[ \t]*(?:[,;/>|-]|\\?\s)[\s,;{}|-]{0,60}"
    r"[\"'`]?(?:value|val|content|data|default|secret|text|string_?value)[\"'`]?\s{0,3}(?:[:=]|=>)\s{0,3}[\"'`]?([^\s\"'`<>,;]{3,})"
)
_VARIABLE: Final = compile_pattern(
    r"(?i)\bvariable\s+\"([A-Za-z0-9_-]{1,60})\"\s*\{[^{}]{0,400}?\bdefault\s*=\s*\"([^\"\r\n]{3,})\""
)
_PLIST: Final = compile_pattern(
    r"(?i)(?:<key>|(?:name|key|id)=[\"'])([A-Za-z][\w .-]{1,60})(?:</key>|[\"'][^<>]{0,80}>)\s{0,40}(?:<(?:string|value)>)?([^<>\s]{3,})</"
)
_FORM_PART: Final = compile_pattern(
    r"(?i)form-data; name=\"([^\"\r\n]{1,80})\"[ \t]*\r?\n(?:[^\r\n]+\r?\n)?[ \t]*\r?\n([^\r\n]{3,})"
)
_TAG: Final = compile_pattern(r"(?i)<(?:input|meta|option|param|property|add|entry)\b([^<>]{1,1000})>")
_ATTRIBUTE: Final = re.compile(rb"([\w:.-]{1,40})\s{0,3}=\s{0,3}[\"']([^\"'<>]{0,4096})[\"']")
_INSERT: Final = compile_pattern(
    r"(?i)\binsert\s+into\s+[^\s(]+\s*\(([^()]{1,1000})\)\s*values\s*((?:\([^()]{1,1000}\)[\s,]*)+)"
)
_ROW: Final = re.compile(rb"\(([^()]*)\)")
_SEPARATORS: Final = (b"|", b"\t", b",", b";", "│".encode())
_BORDERED: Final = (b"|", "│".encode())
_COLUMN_NAME: Final = re.compile(r"[A-Za-z][\w .#-]{0,31}")
_MOST_COLUMNS: Final = 40
_RULE_LINE: Final = frozenset(b"-+=:| \t\xe2\x94\x80\x82\xbc")


def _find(pattern: Any) -> Callable[[bytes], Iterator[Finding]]:
    def find(view: bytes) -> Iterator[Finding]:
        for match in pattern.finditer(view):
            if _is_secret_named(as_text(match[1]), as_text(match[2]).strip()):
                start = match.start(2)
                yield Finding(start, start + len(match[2].rstrip()), "key")

    return find


def _is_secret_named(name: str, value: str) -> bool:
    verdict = judge(name)
    if verdict in (Verdict.UNKNOWN, Verdict.HARMLESS):
        return False
    return is_secret_assigned(verdict, name, value, bare=False) or is_personal(verdict, value)


def _find_attributes(view: bytes) -> Iterator[Finding]:
    """Find `value` in tags whose `name`, `type` or `key` is secret, in any order of attributes."""
    for tag in _TAG.finditer(view):
        attributes = {match[1].lower(): match for match in _ATTRIBUTE.finditer(view, *tag.span(1))}
        names = [
            as_text(attributes[key][2]) for key in (b"name", b"type", b"key", b"id") if key in attributes
        ]
        for value in (attributes.get(b"value"), attributes.get(b"content")):
            if value and any(_is_secret_named(name, as_text(value[2])) for name in names):
                yield Finding(*value.span(2), "key")


def _find_inserted(view: bytes) -> Iterator[Finding]:
    """Find the values of secret columns in `INSERT INTO t (name, password) VALUES (...)`."""
    for match in _INSERT.finditer(view):
        columns = [as_text(name).strip(' `"[]\r\n') for name in match[1].split(b",")]
        for row in _ROW.finditer(view, *match.span(2)):
            offset = row.start(1)
            for name, cell in zip(columns, row[1].split(b","), strict=False):
                value = cell.strip().strip(b"'\"")
                if value and _is_secret_named(name, as_text(value)):
                    start = offset + cell.index(value)
                    yield Finding(start, start + len(value), "column")
                offset += len(cell) + 1


def _find_columns(view: bytes) -> Iterator[Finding]:
    """Find the cells below a header such as `password`, in CSV, Markdown and database output."""
    done = 0
    for hint in _HEADER_HINT.finditer(view):
        start = view.rfind(b"\n", 0, hint.start() + 1) + 1
        end = _line_end(view, max(start, hint.start() + 1))
        if start < done or not _begins_table(view[max(0, start - _LOOK_BACK) : start]):
            continue
        header, done = _read_header(view[start:end].strip()), end
        if header is not None:
            yield from _find_rows(view, end, header)


def _find_rows(view: bytes, at: int, header: _Header) -> Iterator[Finding]:
    while at < len(view):
        end = _line_end(view, at)
        line = view[at:end]
        if not line.strip():
            return
        if not _RULE_LINE.issuperset(line.strip()):
            yield from _find_cells(line, header, at)
        at = end


def _line_end(view: bytes, at: int) -> int:
    return view.find(b"\n", at) + 1 or len(view)


def _begins_table(before: bytes) -> bool:
    """Tell whether a line that follows this text may be a table's first."""
    previous = before.rstrip(b"\n").rpartition(b"\n")[2].strip() if not before.endswith(b"\n\n") else b""
    return not previous or previous.startswith((b"```", b"#", b"+-")) or previous.endswith(b":")


class _Header(NamedTuple):
    separator: bytes
    width: int
    secret: Mapping[int, str]
    """Names of the secret columns by their place."""


def _read_header(line: bytes) -> _Header | None:
    for separator in _SEPARATORS:
        cells = line.split(separator)
        names = [as_text(cell).strip(" \"'`*") for cell in cells]
        inner = names[1:-1] if separator in _BORDERED and not (names[0] or names[-1]) else names
        if 2 <= len(cells) <= _MOST_COLUMNS and all(map(_COLUMN_NAME.fullmatch, inner)):
            secret = {place: name for place, name in enumerate(names) if _is_secret_name(name)}
            return _Header(separator, len(cells), secret) if secret else None
    return None


def _find_cells(line: bytes, header: _Header, offset: int) -> Iterator[Finding]:
    cells = line.split(header.separator)
    if len(cells) != header.width and (len(cells) < header.width or header.separator in _BORDERED):
        return
    for place, cell in enumerate(cells):
        value = cell.strip().strip(b"\"'`*")
        if place in header.secret and value and _is_secret_cell(header.secret[place], as_text(value)):
            start = offset + cell.index(value)
            yield Finding(start, start + len(value), "column")
        offset += len(cell) + len(header.separator)


def _is_secret_name(name: str) -> bool:
    return bool(name) and judge(name) not in (Verdict.UNKNOWN, Verdict.HARMLESS)


def _is_secret_cell(name: str, value: str) -> bool:
    verdict = judge(name)
    return is_secret_told(verdict, name, value) or is_personal(verdict, value)


_STEMS: Final = "pass|pwd|secret|token|key|auth|cred|cvv|cvc|ssn|social|iban|account|card|pin|phone|mobile|birth|dob|psk|licen|medical|mrn"
_HEADER_HINT_PATTERN: Final = rf"(?i)(?:^|[\n|,;\t]|│)[ \t\"'*`]*[a-z0-9_ .-]*(?:{_STEMS}|sort.code|routing)[a-z0-9_ .-]*[ \t\"'*`]*(?:[|,;\t\n]|│)"
_HEADER_HINT: Final = compile_pattern(_HEADER_HINT_PATTERN)
_LOOK_BACK: Final = 200
RULES: Final = (
    Rule("key", rf"(?i)<[a-z0-9_.:-]*(?:{_STEMS})[a-z0-9_.-]*(?:\s[^<>]*)?>(?:[^<]|<!)", _find(_ELEMENT)),
    Rule("key", rf"(?i)(?:name|key|id|field|header|variable|var|param|parameter|property|label|option|env|type)[\"'`]?\s*(?:[:=]|=>)\s*[\"'`]?[a-z0-9_. -]*(?:{_STEMS})[a-z0-9_. -]*[\"'`]?[ \t]*(?:[,;/>|-]|\\?\s)[\s,;{{}}|-]*[\"'`]?(?:value|val|content|data|default|secret|text|string_?value)", _find(_NAMED)),
    Rule("key", rf"(?i)(?:<key>|(?:name|key|id)=[\"'])[\w .-]*(?:{_STEMS})", _find(_PLIST)),
    Rule("key", rf"(?i)<(?:input|meta|option|param|property|add|entry)\b[^<>]*(?:{_STEMS})", _find_attributes),
    Rule("column", r"(?i)\binsert\s+into\s[^()]*\([^()]*\)\s*values", _find_inserted),
    Rule("key", rf"(?i)variable\s+\"[a-z0-9_-]*(?:{_STEMS})", _find(_VARIABLE)),
    Rule("key", r"(?i)form-data; name=", _find(_FORM_PART)),
    Rule("column", _HEADER_HINT_PATTERN, _find_columns, is_local=True),
)  # fmt: skip
