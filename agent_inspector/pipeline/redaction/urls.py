"""URLs: credentials inside addresses: the user part, query and fragment parameters, and telling paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

from agent_inspector.pipeline.redaction.judgement import is_secret_under
from agent_inspector.pipeline.redaction.names import Verdict, judge, split_words
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern, pattern_rule
from agent_inspector.pipeline.redaction.values import is_opaque, is_placeholder, is_plausible

# Passwords of databases hold unescaped slashes and at-signs often enough; those of web addresses do not.
_DATABASES: Final = (
    "postgres|postgresql|mysql|mariadb|mongodb|redis|rediss|amqp|amqps|mssql|sqlserver|oracle|clickhouse|cockroachdb"
    "|snowflake|neo4j|bolt|cassandra|kafka|nats|couchbase|influxdb|ldap|ldaps|smtp|smtps|imap|ftp|sftp|ssh|jdbc|odbc"
)
_USERINFO: Final = r"(?i)[a-z][a-z0-9+.-]{1,30}://[^\s/:@\"'`<>?#]*:([^\s/@\"'`<>]{1,512}(?:@[^\s/@\"'`<>]*)*?)@[\[\]A-Za-z0-9._-]"
_DATABASE_USERINFO: Final = rf"(?i)(?:{_DATABASES})[a-z0-9+:]*://[^\s:@\"'`<>]*:([^\s\"'`<>]{{1,512}})@[A-Za-z0-9\[][\w.\[\]:,-]*(?:[/?\s\"'`<>),;]|$)"
_TOKEN_USER: Final = r"(?i)[a-z][a-z0-9+.-]{1,30}://([^\s/:@\"'`<>?#]{16,512})@[\[\]A-Za-z0-9._-]"
_PARAMETER: Final = compile_pattern(r"[?&;#]([A-Za-z0-9_.$\[\]-]{1,64})=([^\s&#\"'`<>\\;,]{4,})")
_URL_NAMES: Final = frozenset(
    {"sig", "signature", "x-amz-signature", "x-goog-signature", "x-ms-signature", "appid", "auth", "sign"}
)
_LONGEST_CODE: Final = 20


def _is_userinfo(password: str) -> bool:
    return not is_placeholder(unquote_plus(password)) and not password.startswith(("//", "{", "$"))


def _find_parameters(view: bytes) -> Iterator[Finding]:
    for match in _PARAMETER.finditer(view):
        name, value = as_text(match[1]), unquote_plus(as_text(match[2]))
        if _is_secret_parameter(name, value):
            yield Finding(match.start(2), match.end(2), "url")


def _is_secret_parameter(name: str, value: str) -> bool:
    lower = name.lower()
    if lower in _URL_NAMES:
        return is_opaque(value, 10) or len(value) >= 32
    if lower in ("code", "ticket", "assertion", "samlresponse", "state"):
        return lower != "state" and is_opaque(value, _LONGEST_CODE)
    if judge(name) is Verdict.WEAK:
        return is_opaque(value, 10) or (
            name.lower() == "token" and is_plausible(value, 10) and any(map(str.isdigit, value))
        )
    return bool(split_words(name)) and is_secret_under(name, value)


def _path_rule(name: str, pattern: str, trigger: str) -> Rule:
    return pattern_rule(name, pattern, trigger=trigger)


RULES: Final = (
    pattern_rule("url_password", _USERINFO, trigger=r"(?i)[a-z]://[^\s/@\"'`<>?#]*:[^\s/\"'`<>]*@", accepts=_is_userinfo),
    pattern_rule("url_password", _DATABASE_USERINFO, trigger=rf"(?i)(?:{_DATABASES})[a-z0-9+:]*://[^\s\"'`<>]*@", accepts=_is_userinfo),
    pattern_rule("url_token", _TOKEN_USER, trigger=r"(?i)[a-z]://[^\s/:@\"'`<>?#]{16,}@", accepts=lambda user: is_opaque(user, 16)),
    Rule("url", r"[?&;#][A-Za-z0-9_.$\[\]-]+=[^\s&#\"'`<>\\;,]{4}", _find_parameters),
    _path_rule("slack_webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/+-]{20,})", r"hooks\.slack"),
    _path_rule("discord_webhook", r"discord(?:app)?\.com/api(?:/v\d+)?/webhooks/\d+/([A-Za-z0-9_-]{30,})", r"/api(?:/v\d+)?/webhooks/\d"),
    _path_rule("teams_webhook", r"(?:webhook\.office|outlook\.office|logic\.azure)[a-z0-9.]*\.com/(?:webhook[a-z0-9]*/|workflows/)([A-Za-z0-9@/-]{32,})", r"\.office[a-z0-9.]*\.com/webhook"),
    _path_rule("telegram_bot_token", r"api\.telegram\.org/(?:file/)?bot([^/\s\"'`<>]{20,})", r"api\.telegram\.org/"),
    _path_rule("webhook", r"hooks\.zapier\.com/hooks/catch/([A-Za-z0-9/_-]{8,})", r"hooks\.zapier\.com/"),
    _path_rule("webhook", r"maker\.ifttt\.com/trigger/[^\s\"'`<>]*?/with/key/([A-Za-z0-9_-]{16,})", r"maker\.ifttt\.com/"),
    _path_rule("webhook", r"(?:hook\.[a-z0-9.]*make\.com|hook\.integromat\.com|[a-z0-9-]+\.m\.pipedream\.net|webhook\.site)/([A-Za-z0-9_-]{16,})", r"(?:make\.com|integromat\.com|webhook\.site)/"),
    _path_rule("webhook", r"chat\.googleapis\.com/v1/spaces/[^\s\"'`<>]*?key=([^\s\"'`<>]{20,})", r"chat\.googleapis\.com/v1/spaces/"),
    _path_rule("rpc_key", r"(?:infura\.io|alchemy\.com|alchemyapi\.io|quiknode\.pro|ankr\.com|chainstack\.com|getblock\.io)/(?:ws/)?(?:v\d/)?(?:[a-z_]+/)?([A-Za-z0-9_-]{20,})", r"(?:infura\.io|alchemy\.com|alchemyapi\.io|quiknode\.pro|ankr\.com|chainstack\.com|getblock\.io)/"),
    _path_rule("signed_path", r"(?i)/(?:token|key|secret|apikey|api_key|access_token|auth|signature|magic|reset|invite|verify|confirm)[/=]([A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]{18,})", r"(?i)/(?:token|key|secret|apikey|api_key|access_token|auth|signature|magic|reset|invite|verify|confirm)[/=][A-Za-z0-9_-]+"),
)  # fmt: skip
