"""Pairs: a name, a separator and a value in any text, from `.env` to YAML, program text and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from agent_inspector.pipeline.redaction.judgement import is_secret_assigned, is_secret_told
from agent_inspector.pipeline.redaction.names import Verdict, judge, judge_label
from agent_inspector.pipeline.redaction.personal import match_personal
from agent_inspector.pipeline.redaction.reading import Value, read_value
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern
from agent_inspector.pipeline.redaction.values import is_opaque, is_plausible

_ANYWHERE: Final = (
    "pass|pwd|psw|secret|token|key|auth_|authori|authen|oauth|cred|cookie|bearer|jwt|psk|sess|csrf|xsrf|cvv|cvc2?|ssn"
    "|social|account|acct|routing|iban|card|birth|licen[cs]e|insurance|mnemonic|phrase|pepper|kennwort|contrase|senha"
    "|wachtwoord|пароль|密码|口令|パスワード|비밀번호|haslo|hasło|heslo|parola|jelsz[oó]|lozinka|salasana|phone|mobile|whatsapp|msisdn|aadhaa?r"
    "|personnummer|medicare|medical|steuer|codice|konto|patient|telefon|电话|手机|電話"
)
_WHOLE_WORDS: Final = (
    "auth|pw|rootpw|pin|otp|sid|sas|dsn|sin|tin|itin|cc|ccn|no|id|pat|pan|aba|rut|nie|dni|cpf|cnpj|nif|bsn|nhs|tel|fax|dob|csc|cvn|salt"
    "|seed|verifier|code|codes|record|number|numbers|num|answer|puk|tan|born|amex|visa|mastercard|bsb|clabe|pesel|nino|tfn|mrn|curp"
    "|rrn|nric|hetu|cell|mdp|passe|mfa|2fa|totp|sig|insee|nir|ahv|cuit|dl|ein|nin|me at|on|number is"
)
STEMS: Final = rf"{_ANYWHERE}|\b(?:{_WHOLE_WORDS})\b"
"""Part of a pattern: what any name worth judging has in it."""
_NAME: Final = (
    rf"([A-Za-z0-9_.$@\x80-\xff-]*(?:{_ANYWHERE})[A-Za-z0-9_.\x80-\xff-]*"
    rf"|(?:\b|_)(?:[A-Za-z0-9]+[_.-])*(?:{_WHOLE_WORDS})(?:[_-]?\d)?\.?)"
)
# Spaces stand here too: in the view, each undone escape leaves some.
_CLOSE: Final = r"""[ \t]{0,8}[#"'`*_\])>}]{0,4}"""
_SPACE: Final = r"[ \t]*(?:\([^()\n]{0,24}\)[ \t]*)?"
# A type has few digits: `password: azlYdjJRbVo=` ends in padding, and is no annotated default.
_TYPED: Final = r":[ \t]*[A-Za-z_][A-Za-z_.]*\d{0,2}[A-Za-z]?(?:\[[A-Za-z0-9_., |]*\])?(?:[ \t]*\|[ \t]*[A-Za-z]+)?\??[ \t]*="
_ASSIGNS: Final = rf"{_TYPED}|:=|[!=]={{1,2}}|=>?|\?=|\+="
_TELLS: Final = (
    r"::?|->|\xe2\x86\x92|\xef\xbc\x9a|\||,|\(|\t|(?:-|\xe2\x80[\x93\x94]) "
    r"|(?:is|was|are|equals|ist|est|es|set to|to|is now|was set to|should be|will be|to be)[ \t:]"
)
_PAIR: Final = compile_pattern(rf"(?i){_NAME}{_CLOSE}{_SPACE}(?:({_ASSIGNS})|({_TELLS}))")
_ANY_PAIR: Final = compile_pattern(rf"(?i)(?:{_NAME[1:-1]}){_CLOSE}{_SPACE}(?:{_ASSIGNS}|{_TELLS})")
"""The same without groups."""
_FILLED: Final = compile_pattern(
    rf"(?i){_NAME}(?: [a-z'\x80-\xff]+){{1,7}}(?: ?\([^()\n]{{0,24}}\))?(?:[ ]*(?:[:=]|\xef\xbc\x9a)| (?:is|was))[ \t*`\"']"
)
_SPACED: Final = compile_pattern(rf"(?i){_NAME}#?[ \t]+(?:#[ \t]*)?[\"'`(]?[^\s\"'`<>,;:=()0-9]*[0-9]")
_REVERSED: Final = compile_pattern(
    rf"(?i)(?:^|[\s\"'`(:])([^\s\"'`<>()]*[0-9][^\s\"'`<>()]*)[\"'`]?(?: is| as| for|,)? (?:your|the|my|our|his|her|their|this|a)"
    rf" ((?:[a-z0-9_-]+ ){{0,3}}{_NAME})"
)
_BEFORE: Final = re.compile(rb"(?:[A-Za-z0-9\x80-\xff'.]+[ _-]){1,3}$")
_JOINERS: Final = (b" ", b"_", b"-")
_UNSURE: Final = (Verdict.UNKNOWN, Verdict.WEAK, Verdict.HARMLESS)
_LONGEST_KNOWN: Final = 128
"""What is matched of a longer text is no name, and is not kept."""
_LOOK_BACK: Final = 48
_JUDGED: Final = 512
"""So many bytes of a value tell what it is."""
_LINE_STARTS: Final = frozenset((b"", b"export", b"set", b"env", b"+", b"-", b"arg", b"declare -x"))
_OTHER_CELL: Final = (b"|", b",", b"(", b"\t")


class _Label(NamedTuple):
    """What announces a value."""

    name: str
    verdict: Verdict
    operator: bytes | None = None
    """What stands between the two, unless it assigns."""
    told: bool = True
    """Told in prose or YAML, not assigned."""

    @property
    def is_telling(self) -> bool:
        return self.verdict is not Verdict.UNKNOWN and self.verdict is not Verdict.HARMLESS


def _label_at(view: bytes, start: int, end: int) -> _Label:
    name = as_text(view[start:end]).strip("._-$@")
    verdict = judge(name)
    if verdict in _UNSURE and view[start - 1 : start] in _JOINERS:
        before = _BEFORE.search(view, max(0, start - _LOOK_BACK), start)
        if before:
            name = as_text(before[0]) + name
            verdict = judge_label(name)
    return _Label(name, verdict)


def _find_pairs(view: bytes) -> Iterator[Finding]:
    covered = 0
    for match in _ANY_PAIR.finditer(view):
        start, end = match.span()
        form = _form_of(view[start:end]) if start >= covered else None
        if form is None or (not form.is_telling and view[start - 1 : start] not in _JOINERS):
            continue
        pair = _Pair(
            start,
            start + form.name_length,
            None if form.assigns is None else start + form.assigns,
            form.tells,
            end,
        )
        label = _label_at(view, start, pair.name_end)
        if not label.is_telling or _is_elsewhere(view, pair):
            continue
        # As program text and prose write it:
        spaced = pair.assigns is not None and view[pair.assigns - 1 : pair.assigns].isspace()
        label = _Label(label.name, label.verdict, pair.tells, told=spaced or pair.assigns is None)
        for finding in _judge(view, label, _read_after(view, pair)):
            covered = finding.end
            yield finding


class _Form(NamedTuple):
    """What is told by a name and an operator alone, wherever they stand."""

    name_length: int
    assigns: int | None
    """Where the operator begins that assigns."""
    tells: bytes | None
    is_telling: bool
    """The name is, even without what stands before it."""


def _form_of(pair: bytes) -> _Form:
    """Take a match apart: to find it with its groups takes twice as long, and the same few names come again."""
    return _known_form(pair) if len(pair) <= _LONGEST_KNOWN else _read_form(pair)


def _read_form(pair: bytes) -> _Form:
    match = _PAIR.match(pair)
    end, assigns = match.end(1), match.start(2)
    telling = _label_at(pair, 0, end).is_telling
    return _Form(end, assigns if assigns >= 0 else None, match.group(3), telling)


_known_form: Final = lru_cache(maxsize=8192)(_read_form)


class _Pair(NamedTuple):
    """Where a name stands, and what comes between it and its value."""

    start: int
    name_end: int
    assigns: int | None
    """Where the operator stands that assigns."""
    tells: bytes | None
    end: int


def _read_after(view: bytes, pair: _Pair) -> Value:
    whole_line = _is_assignment_line(view, pair)
    same_line = pair.tells in _OTHER_CELL or b")" in view[pair.name_end : pair.end]
    return read_value(view, pair.end, whole_line=whole_line, same_line=same_line)


def _is_elsewhere(view: bytes, pair: _Pair) -> bool:
    """Tell whether the name belongs to a definition, a URL, a type union, an ARN, or to cookies, judged one by one."""
    before = view[max(0, pair.start - 9) : pair.start]
    if before.endswith((b"://", b"def ", b"class ", b"function ", b"import ")):
        return True
    if pair.tells == b"|" and not (_line_before(view, pair.start) or b"").startswith(b"|"):
        return True
    if pair.tells == b":" and before.endswith(b":"):
        return True
    return b"cookie" in view[pair.start : pair.name_end].lower() and b"=" in _ahead(
        view, pair.end, _LOOK_BACK
    )


def _ahead(view: bytes, at: int, length: int) -> bytes:
    """Return what stands here, up to an empty line: what comes after it may be another text."""
    return view[at : at + length].partition(b"\n\n")[0]


def _line_before(view: bytes, start: int) -> bytes | None:
    """Return what stands before this place on its line, or None when that is long."""
    before = view[max(0, start - _LOOK_BACK) : start]
    _, newline, line = before.rpartition(b"\n")
    return line.strip() if newline or start <= _LOOK_BACK else None


def _is_assignment_line(view: bytes, pair: _Pair) -> bool:
    """Tell whether this is `NAME=value` at the start of a line, as in an environment file, without spaces."""
    at = pair.assigns
    if at is None or view[at - 1 : at].isspace() or view[pair.end : pair.end + 1].isspace():
        return False
    line = _line_before(view, pair.start)
    return line is not None and line.lower() in _LINE_STARTS


def _judge(view: bytes, label: _Label, value: Value) -> Iterator[Finding]:
    is_call = label.operator in (b"(", b",") and not value.quoted
    personal = 0 if is_call else match_personal(label.verdict, as_text(_ahead(view, value.start, 64)))
    if personal:
        yield Finding(value.start, value.start + personal, label.verdict.value)
        return
    text = as_text(view[value.start : min(value.end, value.start + _JUDGED)])
    if label.operator in _OTHER_CELL and (is_call or not _stands_out(text)):
        return
    if _is_secret(label, text, value):
        yield Finding(value.start, value.end, "key")


def _is_secret(label: _Label, text: str, value: Value) -> bool:
    if label.told and not value.quoted:
        return is_secret_told(label.verdict, label.name, text)
    knows_no_code = value.quoted or (value.whole_line and any(map(str.isdigit, text)))
    return is_secret_assigned(label.verdict, label.name, text, bare=not knows_no_code)


def _stands_out(text: str) -> bool:
    """Tell whether a neighbour in a list, a table or a call is more than another word."""
    symbols = sum(not char.isalnum() and char not in "_-./: " for char in text)
    return is_opaque(text, 8) or (symbols > 0 and is_plausible(text, 6))


def _find_filled(view: bytes) -> Iterator[Finding]:
    for match in _FILLED.finditer(view):
        (start, name_end), end = match.span(1), match.end()
        last = view[name_end:end].strip(b" \t:=*`\"'").rpartition(b" ")[2].lower()
        if last not in _ASPECTS:
            yield from _judge_loosely(view, _label_at(view, start, name_end), end - 1)


def _find_spaced(view: bytes) -> Iterator[Finding]:
    for match in _SPACED.finditer(view):
        start, end = match.span(1)
        yield from _judge_loosely(view, _label_at(view, start, end), _after_sign(view, end))


def _after_sign(view: bytes, at: int) -> int:
    """Step over the `#` of `Passport # 533380006`."""
    while view[at : at + 1] in (b" ", b"#", b"\t"):
        at += 1
    return at


def _find_reversed(view: bytes) -> Iterator[Finding]:
    for match in _REVERSED.finditer(view):
        name = as_text(match[2])
        label = _Label(name, judge_label(name))
        if label.verdict is not Verdict.PHONE:
            yield from _judge_loosely(view, label, match.start(1))


def _judge_loosely(view: bytes, label: _Label, at: int) -> Iterator[Finding]:
    """Judge a value that only stands near its label: a password must then hold digits and letters."""
    if not label.is_telling:
        return
    value = read_value(view, at)
    text = as_text(view[value.start : value.end])
    mixed = len(text) >= 6 and any(map(str.isdigit, text)) and any(not char.isdigit() for char in text)
    if label.verdict is not Verdict.STRONG or mixed:
        yield from _judge(view, label, value)


_ASPECTS: Final = frozenset(
    b"algorithm policy length type name count format hint field rotation version status id expiry expires url file path"
    b" strength method hash prefix age".split()
)
"""`password hash algorithm: argon2` speaks about a secret."""
_ENDING: Final = rf"(?:(?:{_ANYWHERE})[A-Za-z0-9_.\x80-\xff-]*|(?:\b|_)(?:{_WHOLE_WORDS})(?:[_-]?\d)?\.?)"
"""A name from its stem on: with what stands before it, the trigger would need more states."""
_ANY_STEM: Final = rf"(?:{_ANYWHERE}|(?:\b|_)(?:{_WHOLE_WORDS})(?:\b|_))"
RULES: Final = (
    Rule("key", rf"(?i){_ENDING}{_CLOSE}{_SPACE}(?:{_ASSIGNS}|{_TELLS})", _find_pairs, is_local=True),
    Rule("key", rf"(?i){_ANY_STEM}[a-z0-9_.-]*(?: [a-z'\x80-\xff]+)+[ )]*(?:[:=]|\xef\xbc\x9a| is| was)", _find_filled, is_local=True),
    Rule("key", rf"(?i){_ANY_STEM}[a-z0-9_.-]*#?[ \t]+(?:#[ \t]*)?[\"'`(]?[^\s\"'`<>,;:=()0-9]*[0-9]", _find_spaced, is_local=True),
    Rule("key", rf"(?i)[0-9][^\s\"'`<>()]*[\"'`]?(?: is| as| for|,)? (?:your|the|my|our|his|her|their|this|a) [a-z0-9_ -]*{_ANY_STEM}", _find_reversed, is_local=True),
)  # fmt: skip
