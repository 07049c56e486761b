"""Headers: credentials as HTTP carries them, in text and under a key: authorization schemes and cookies."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from agent_inspector.pipeline.redaction.names import Verdict, judge
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern, pattern_rule
from agent_inspector.pipeline.redaction.values import is_opaque, is_placeholder, is_plausible

_COOKIE_LINE: Final = compile_pattern(
    r"(?im)(?:^|[\s\"'`{,])(?:set-)?cookies?2?[\"'`]{0,2}[ \t]*[:=][ \t]*[\"'`]?([A-Za-z0-9_.$%-]+=[^\r\n\"'`]*)"
)
_COOKIE: Final = re.compile(rb"([^\s=;,\"']{1,128})=\"?([^;\s\"',]{1,8192})")
_COOKIE_FLAGS: Final = {"path", "domain", "expires", "max-age", "samesite", "priority", "version", "comment"}
_AUTHORIZATION: Final = compile_pattern(
    r"(?i)(?:\b|_)(?:proxy-?)?authori[sz]ation[\"'`\])]{0,3}[ \t]*[:=][ \t]*[\"'`]?((?:[A-Za-z][\w-]*[ \t]+)?[^\s\"'`,;<>{}$%]{4,})"
)
_DIGEST: Final = r"(?i)\b(?:response|cnonce|nonce|signature|oauth_signature|oauth_token|credential)=\"?([A-Za-z0-9+/=%_-]{16,})"


def find_cookies(view: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Find the secret ones among `name=value; name=value`: `theme=dark` stays."""
    for match in _COOKIE.finditer(view, start, len(view) if end is None else end):
        name, value = as_text(match[1]), as_text(match[2])
        if name.lower() not in _COOKIE_FLAGS and _is_secret_cookie(name, value):
            yield Finding(*match.span(2), "cookie")


def _is_secret_cookie(name: str, value: str) -> bool:
    if is_placeholder(value):
        return False
    named = judge(name) in (Verdict.STRONG, Verdict.WEAK) or "sess" in name.lower() or "sid" in name.lower()
    return is_opaque(value, 10) or (named and is_plausible(value))


def _find_cookie_lines(view: bytes) -> Iterator[Finding]:
    for match in _COOKIE_LINE.finditer(view):
        yield from find_cookies(view, *match.span(1))


def _find_authorization(view: bytes) -> Iterator[Finding]:
    for match in _AUTHORIZATION.finditer(view):
        start, end = match.span(1)
        value = view[start:end]
        start = max(start, end - len(value.split()[-1]))
        if _is_credential(as_text(view[start:end])):
            yield Finding(start, end, "authorization")


def _is_credential(value: str) -> bool:
    return is_plausible(value, 6) and "(" not in value


def _is_basic(value: str) -> bool:
    """Tell whether this is the base64 of `user:password`."""
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in decoded and decoded.isascii() and as_text(decoded).isprintable()


RULES: Final = (
    Rule("cookie", r"(?i)cookies?2?[\"'`]{0,2}[ \t]*[:=][ \t]*[\"'`]?[a-z0-9_.$%-]+=", _find_cookie_lines),
    Rule("authorization", r"(?i)authori[sz]ation[\"'`\])]{0,3}[ \t]*[:=]", _find_authorization),
    pattern_rule(
        "bearer",
        r"(?i)\b(?:bearer|ssws|negotiate|splunk|geniekey)[ \t]+\"?([A-Za-z0-9._~+/=:|-]{8,})",
        trigger=r"(?i)\b(?:bearer|ssws|negotiate|splunk|geniekey)[ \t]+\"?[A-Za-z0-9._~+/=:|-]{8}",
        accepts=lambda value: is_opaque(value, 10),
    ),
    pattern_rule(
        "basic",
        r"(?i)\bbasic[ \t]+([A-Za-z0-9+/_-]{8,}={0,2})",
        trigger=r"(?i)\bbasic[ \t]+[A-Za-z0-9+/_-]{8}",
        accepts=_is_basic,
    ),
    pattern_rule(
        "authorization",
        rf"(?i)\b(?:digest|aws4-hmac-sha256|oauth|hawk|signature)\b[^\r\n]*?{_DIGEST[4:]}",
        trigger=r"(?i)\b(?:digest |aws4-hmac-sha256 |oauth |hawk |signature )[^\r\n]*=",
    ),
    pattern_rule(
        "authorization",
        r"(?i)\bAWS4-HMAC-SHA256[^\r\n]*Signature=([0-9a-f]{32,})",
        trigger=r"(?i)AWS4-HMAC-SHA256[^\r\n]*Signature=",
    ),
)
