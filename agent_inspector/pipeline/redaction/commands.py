"""Commands: secrets given to programs: flags, `user:password` arguments, SQL, and the files of old tools."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from agent_inspector.pipeline.redaction.judgement import is_secret_assigned
from agent_inspector.pipeline.redaction.names import Verdict, judge
from agent_inspector.pipeline.redaction.reading import read_value
from agent_inspector.pipeline.redaction.rules import Finding, Rule, as_text, compile_pattern, pattern_rule
from agent_inspector.pipeline.redaction.values import is_code, is_placeholder, is_plausible
from agent_inspector.pipeline.redaction.vocabulary import words

_FLAG: Final = compile_pattern(r"(?:^|[\s\"'`\[,(])--?([A-Za-z][A-Za-z0-9_.-]{2,60})[ \t]+(?:[\"'`]?[^\s-])")
_USER_FLAG: Final = r"(?:^|[\s\"'`])(?:-u|--user|--proxy-user|-U|--userpass|--creds|--auth|-a)[ =]?[\"'`]?[A-Za-z0-9_.@\\-]*[:%]([^\s\"'`]{3,})"
_SHORT_FLAG: Final = compile_pattern(
    r"(?:^|[\s;&|(\"'`])(mysql|twine|mysqldump|mysqladmin|mariadb|mongo|mongosh|mongodump|mongorestore|sshpass|docker|podman|helm|az"
    r"|redis-cli|ldapsearch|ldapadd|ldapmodify|ldapwhoami|unzip|7z|zip|sqlcmd|bcp|psql|influx|rabbitmqadmin|htpasswd|mosquitto_pub"
    r"|mosquitto_sub|curl|skopeo|crane|oc|cf|nomad|snowsql|clickhouse-client|impala-shell|xfreerdp|keytool|openssl|plink|pscp"
    r"|winexe|smbclient|lftp|wget|tar|gpg|kinit|cqlsh|sqlplus|mc|rclone|net|expect)\b([^\r\n]*)"
)
_SHORT_FLAGS: Final = {
    b"redis-cli": rb"-a", b"ldapsearch": rb"-w", b"ldapadd": rb"-w", b"ldapmodify": rb"-w", b"ldapwhoami": rb"-w",
    b"unzip": rb"-P", b"zip": rb"-P", b"sqlcmd": rb"-P", b"bcp": rb"-P", b"mosquitto_pub": rb"-P", b"mosquitto_sub": rb"-P",
    b"plink": rb"-pw", b"pscp": rb"-pw", b"xfreerdp": rb"/p:", b"htpasswd": rb"-[A-Za-z]*b[A-Za-z]*[ ]+\S+[ ]+\S+[ ]", b"openssl": rb"pass:",
}  # fmt: skip
_GLUES_PASSWORD: Final = words(
    "mysql mysqldump mysqladmin mysqlimport mariadb mariadb-dump sshpass mongo mongosh mongodump mongorestore 7z"
)
_DEFAULT_FLAG: Final = rb"-p"
_GLUED_NUMBER: Final = re.compile(rb"\d{1,5}(?::\d{1,5})?(?:/\w+)?")


def _find_flags(view: bytes) -> Iterator[Finding]:
    for match in _FLAG.finditer(view):
        name = as_text(match[1])
        verdict = judge(name)
        if verdict in (Verdict.STRONG, Verdict.WEAK):
            value = read_value(view, match.end(1))
            if is_secret_assigned(
                verdict, name, as_text(view[value.start : value.end]), bare=not value.quoted
            ):
                yield Finding(value.start, value.end, "flag")


def _find_short_flags(view: bytes) -> Iterator[Finding]:
    for match in _SHORT_FLAG.finditer(view):
        flag = _SHORT_FLAGS.get(match[1], _DEFAULT_FLAG)
        pattern = rb"[ \t]" + flag + rb"[ =]?[\"'`]?([^\s\"'`]{3,256})"
        for value in re.compile(pattern).finditer(view, *match.span(2)):
            if _is_argument(value):
                yield Finding(*value.span(1), "flag")


def _is_argument(value: re.Match[bytes]) -> bool:
    text = as_text(value[1])
    return not (
        text.startswith(("-", "/", "."))
        or is_placeholder(text)
        or is_code(text)
        or _GLUED_NUMBER.fullmatch(value[1])
    )


def find_secret_arguments(arguments: Sequence[Any]) -> Iterator[int]:
    """Yield the places of secrets in an argument list: after `--password`, after a lone `-p`, or glued to it."""
    texts = [item if isinstance(item, str) else "" for item in arguments]
    program = texts[0].rsplit("/", 1)[-1] if texts else ""
    for place in range(1, len(texts)):
        flag, value = texts[place - 1], texts[place]
        if (
            _announces(texts, program, flag) and value[:1] not in ("", "-") and not is_placeholder(value)
        ) or (
            program in _GLUES_PASSWORD
            and len(value) > 4
            and value.startswith("-p")
            and not is_placeholder(value[2:])
        ):
            yield place


def _announces(texts: Sequence[str], program: str, flag: str) -> bool:
    if not flag.startswith("-") or "=" in flag or " " in flag or len(flag) > 64:
        return False
    if len(flag) > 3:
        return judge(flag.strip("-")) in (Verdict.STRONG, Verdict.WEAK)
    if flag in ("-p", "-u"):
        return program in (_GLUES_PASSWORD if flag == "-p" else ("curl",)) or (
            flag == "-p" and "login" in texts
        )
    return flag.encode() == _SHORT_FLAGS.get(program.encode())


def _is_chosen_password(value: str) -> bool:
    return is_plausible(value, 6) and any(map(str.isalpha, value)) and not is_code(value)


_QUOTED_SQL: Final = r"(?:N|E)?'([^'\r\n]{1,256})'"
RULES: Final = (
    Rule("flag", r"--?[A-Za-z]*(?i:pass|pwd|secret|token|key|auth|cred|cookie|psk|pat)[A-Za-z0-9_.-]*[ \t]+", _find_flags),
    pattern_rule(
        "flag",
        _USER_FLAG,
        trigger=r"(?:^|[\s\"'`])(?:-u|--user|--proxy-user|-U|--userpass|--creds|--auth|-a)[ =]?[\"'`]?[A-Za-z0-9_.@\\-]*[:%]",
        accepts=lambda value: not is_placeholder(value) and not value.startswith("//") and not value.isdigit(),
    ),
    Rule("flag", r"\b(?:mysql|twine|maria|mongo|sshpass|docker|podman|helm|az|redis-cli|ldap|unzip|7z|zip|sqlcmd|bcp|psql|influx|rabbitmqadmin|htpasswd|mosquitto|skopeo|crane|oc|cf|snowsql|clickhouse|xfreerdp|keytool|openssl|plink|pscp|cqlsh)[^\r\n]*[ \t](?:-p|-P|-a|-w|-b|-pw|/p:|pass:)", _find_short_flags),
    pattern_rule("flag", r"(?i)\bsecrets? (?:set|create|put|add|version)\b[^\r\n]*?(?:--body|--value|--secret-string|--data|--plaintext|-b)[ =][\"']?([^\s\"']{4,})", trigger=r"(?i)\bsecrets? (?:set|create|put|add|version)\b", accepts=lambda value: not is_placeholder(value)),
    pattern_rule("sql_password", rf"(?i)\bidentified (?:with \S+ )?(?:by|as)(?: password)? {_QUOTED_SQL}", trigger=r"(?i)\bidentified "),
    pattern_rule("sql_password", rf"(?i)\bpassword(?: for [^=\r\n]*=[ ]?|[ ]?=[ ]?|[ ]?\([ ]?|[ ]){_QUOTED_SQL}", trigger=r"(?i)\bpassword(?: for [^=\r\n]*=[ ]?|[ ]?=[ ]?|[ ]?\([ ]?|[ ])(?:N|E)?'", accepts=lambda value: not is_placeholder(value)),
    pattern_rule("netrc_password", r"(?i)\b(?:login|user(?:name)?|machine\s+\S+)\s+\S+\s+(?:password|passwd)\s+([^\s\"']+)", trigger=r"(?i)\b(?:login|user(?:name)?)\s+\S+\s+passw", accepts=is_plausible),
    pattern_rule("pgpass_password", r"(?m)^[A-Za-z0-9_.*-]+:(?:\d{2,5}|\*):[A-Za-z0-9_.*-]+:[A-Za-z0-9_.*@-]+:(\S+)\s*$", trigger=r"(?m)^[A-Za-z0-9_.*-]+:(?:\d+|\*):[A-Za-z0-9_.*-]+:[A-Za-z0-9_.*@-]+:\S"),
    pattern_rule("redis_password", r"(?im)^\s*(?:>\s*)?(?:AUTH|requirepass|masterauth)\s+(?:\w+\s+)?([^\s\"']{4,})\s*$", trigger=r"(?i)\b(?:AUTH|requirepass|masterauth)\s+\S", accepts=lambda value: not is_placeholder(value)),
    pattern_rule("private_key", r"(?m)^\s*(?:PrivateKey|PresharedKey)\s*=\s*([A-Za-z0-9+/]{42,}=*)", trigger=r"(?:PrivateKey|PresharedKey)\s*="),
    pattern_rule("flag", r"(?i)\b(?:password|secret) [0578] ([^\s]{4,})", trigger=r"(?i)\b(?:password|secret) [0578] "),
    pattern_rule("flag", r"(?i)\bsnmp[^\r\n]*? community ([^\s]{3,})", trigger=r"(?i) community "),
    pattern_rule("flag", r"(?i)\bConvertTo-SecureString\s+(?:-String\s+)?[\"']([^\"'\r\n$]{3,})[\"']", trigger=r"(?i)ConvertTo-SecureString"),
    pattern_rule("flag", r"(?i)\bnet user \S+ ([^\s/*]{4,})", trigger=r"(?i)\bnet user "),
    pattern_rule("flag", r"(?i)\bchpasswd\s*<<<\s*[\"']?[^\s:\"']+:([^\s\"']{4,})", trigger=r"(?i)chpasswd"),
    pattern_rule("flag", r"\becho\s+[\"']?[^\s:\"']+:([^\s\"'|]{4,})[\"']?\s*\|\s*(?:sudo\s+)?chpasswd", trigger=r"chpasswd"),
    pattern_rule("flag", r"(?i)\b(?:sqlplus|sqlldr|rman|oracle|connect|conn)\b:?\s+(?:-\w+\s+)?[A-Za-z_]\w*/([^\s/@\"']{4,})@[A-Za-z]", trigger=r"(?i)\b(?:sqlplus|sqlldr|rman|oracle|connect|conn)\b"),
    pattern_rule("login", r"(?i)[A-Za-z0-9_+-]@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}[:|;]([^\s\"',;/]{6,})", trigger=r"(?i)[a-z0-9_+-]@[a-z0-9.-]+\.[a-z]+[:|;]", accepts=lambda value: is_plausible(value, 6) and not value.isdigit()),
    pattern_rule("smb_password", r"(?i)\bnet use\b[^\r\n]*?/user:\S+\s+([^\s/]{4,})", trigger=r"(?i)\bnet use\b"),
    pattern_rule("stdin_password", r"\becho\s+(?:-n\s+)?[\"']?([^\s\"'|]{4,128})[\"']?\s*\|\s*(?:sudo\s+-S|docker\s+login|podman\s+login|helm\s+registry|passwd|chpasswd|gh\s+auth|cryptsetup|kinit)", trigger=r"\becho\s+.*\|", accepts=lambda value: not is_placeholder(value)),
    pattern_rule("basic_auth", r"(?i)\b(?:auth|basic_?auth|credentials|HTTPBasicAuth|login|authenticate|connect|sign_?in)\s*[=(]\s*\(?\s*[\"'][^\"'\r\n]{1,64}[\"']\s*,\s*[\"']([^\"'\r\n]{4,128})[\"']", trigger=r"(?i)(?:auth|credentials|login|authenticate|connect|sign_?in)\s*[=(]\s*\(?\s*[\"']", accepts=lambda value: not is_placeholder(value) and any(map(str.isdigit, value))),
    pattern_rule("login", r"(?i)\b(?:creds?|credentials|login|log in)(?: (?:is|are|with|as|using))?[:=]?[ ]+[\"'`(]?[A-Za-z0-9_.@+-]{2,64}(?: ?[/:] ?| and )[\"'`]?([^\s\"'`,;()<>/]{6,128})", trigger=r"(?i)\b(?:cred|login|log in).*[A-Za-z0-9_.@+-](?: ?[/:] ?| and )", accepts=_is_chosen_password),
)  # fmt: skip
