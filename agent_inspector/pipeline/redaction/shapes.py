"""Shapes: secrets known by their form alone, whoever issued them: keys in PEM, JWT, password hashes, wallets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

from agent_inspector.pipeline.redaction.formats import read_formats
from agent_inspector.pipeline.redaction.rules import Finding, Rule, compile_pattern, pattern_rule
from agent_inspector.pipeline.redaction.values import is_placeholder, is_random

_BEGIN: Final = compile_pattern(
    r"-----?[ ]?BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?[ ]?-----?|PuTTY-User-Key-File-\d:|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
)
_END: Final = compile_pattern(
    r"-----?[ ]?END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?[ ]?-----?|Private-MAC: ?[0-9a-f]*"
)
# What may stand between BEGIN and a missing END: base64, its line breaks (escaped, quoted, indented) and key headers.
_BODY: Final = compile_pattern(
    r"(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/=]{1,15}(?:[\s\\\"',+]|$)|[\s\\\"'+,>|.*#-]|(?:Proc-Type|DEK-Info|Comment|Version|Hash|Encryption|Public-Lines|Private-Lines)\b[^\r\n]*|\.\.\.|…)+"
)
_ORPHAN: Final = r"(?:^|\n)[ \t>\"']*((?:[A-Za-z0-9+/]{60,80}[ \t\"'+,\\]*\r?\n[ \t>\"']*){2,}[A-Za-z0-9+/=]*)[ \t\"'+,\\]*\r?\n?[ \t>\"']*-----END [A-Z ]*PRIVATE KEY"
_LONG_RUN: Final = re.compile(r"[A-Za-z0-9]{14,}")
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _find_private_keys(view: bytes) -> Iterator[Finding]:
    at, ends = 0, True
    while begin := _BEGIN.search(view, at):
        end = _END.search(view, begin.end()) if ends else None
        ends = end is not None
        following = _BEGIN.search(view, begin.end())
        if end and (following is None or end.start() < following.start()):
            at = end.end()
        else:
            body = _BODY.match(view, begin.end())
            at = body.end() if body else begin.end()
        if at > begin.end():
            yield Finding(begin.start(), at, "private_key")


def _is_wallet_key(value: str) -> bool:
    """Check the double SHA-256 at the end of a Bitcoin wallet import key."""
    number = 0
    for char in value:
        number = number * 58 + _BASE58.index(char)
    raw = number.to_bytes(38, "big").lstrip(b"\0") if number.bit_length() <= 304 else b""
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:] != b""


def _format_rules() -> Iterator[Rule]:
    for shape in read_formats():
        accepts: Any = _is_random_enough if shape.is_lettered else None
        yield pattern_rule(shape.name, shape.pattern, trigger=shape.trigger, accepts=accepts, hint=shape.hint)


def _is_random_enough(value: str) -> bool:
    if is_placeholder(value):
        return False
    return is_random(value) or any(
        not run.islower() and not run.isupper() for run in _LONG_RUN.findall(value)
    )


_KEY_WORDS: Final = r"(?i:seed|mnemonic|recovery|backup|secret|wallet|passphrase)[ _-]?(?i:phrase|words?|passphrase)?[\"'`]?[^\n\"']{0,40}?(?:[:=]|\bis\b)[ \t\n\"'`]*"
RULES: Final = (
    Rule("private_key", r"-----?[ ]?BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File|BEGIN SSH2 ENCRYPTED", _find_private_keys),
    pattern_rule("private_key", _ORPHAN, trigger=r"-----END [A-Z ]*PRIVATE KEY"),
    pattern_rule("jwt", r"(?:\b|_)(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3})", trigger=r"eyJ[A-Za-z0-9_-]{8}[A-Za-z0-9_-]*\.[A-Za-z0-9_-]"),
    pattern_rule("password_hash", r"(\$(?:2[abxy]|argon2(?:id|i|d)|5|6|1|y|apr1|pbkdf2[a-z0-9-]*|scrypt|7)\$[A-Za-z0-9./$=,+_-]{20,})", trigger=r"\$(?:2[abxy]|argon2(?:id|i|d)|5|6|1|y|apr1|pbkdf2[a-z0-9-]*|scrypt|7)\$[A-Za-z0-9./$=,+_-]{6}"),
    pattern_rule("password_hash", r"(\bpbkdf2_sha\d+\$\d+\$[A-Za-z0-9+/=$]{20,}|\{(?:SSHA|SHA|SMD5|CRYPT)\d*\}[A-Za-z0-9+/=$.]{20,})", trigger=r"pbkdf2_sha|\{(?:SSHA|SHA|SMD5|CRYPT)"),
    pattern_rule("totp_seed", r"(?i)otpauth://[^\s\"'<>]*?secret=([A-Z2-7]{10,}=*)", trigger=r"(?i)otpauth://"),
    pattern_rule("wallet_key", rf"\b([5KL][{_BASE58}]{{50,51}})\b", trigger=rf"\b[5KL][{_BASE58}]{{12}}", accepts=_is_wallet_key),
    pattern_rule("seed_phrase", rf"{_KEY_WORDS}((?:[a-z]{{3,8}}[ ,]{{1,2}}){{11,23}}[a-z]{{3,8}})\b", trigger=r"(?i)(?:seed|mnemonic|recovery|backup|secret|wallet|passphrase)[ _-]?(?:phrase|words?|passphrase)?[\"'`]?[^\n\"']*(?:[:=]|\bis\b)"),
    pattern_rule("wifi_password", r"WIFI:[^\r\n]*?\bP:((?:[^;\\]|\\.){4,63});", trigger=r"WIFI:"),
)  # fmt: skip
FORMATS: Final = tuple(_format_rules())
