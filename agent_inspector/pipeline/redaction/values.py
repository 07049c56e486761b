"""What a value looks like: placeholder, code, prose, known id or random; alone owns these judgements.

Every pattern here is bounded and matched at one place, so Python's own `re` is safe.
"""

from __future__ import annotations

import re
from typing import Final

from agent_inspector.pipeline.redaction.marker import without_markers
from agent_inspector.pipeline.redaction.names import Verdict, judge_label

_PLACEHOLDER: Final = re.compile(
    r"""(?ix)
    [*•·.x#_\-\s?]+ | <[^>]*>? | \$\{.* | \$\(.* | \$\$?[a-z_][\w:.]* | %[a-z_]\w*% | \{\{.* | \{[^{}"'\s]*\}? | \{[^{}"']*\} | \#\{.*
    | \[[a-z _-]+\] | %\(?\w*\)?[sdr] | @\w+@ | __\w+__ | :[a-z_]+
    | none|null|nil|undefined|true|false|yes|no|on|off|n/a|na|tbd|todo|unset|unknown|empty|default|optional|required
    | invalid|expired|missing|wrong|incorrect|valid|not[ _-]?set|hidden|masked|omitted|removed|filtered|withheld
    | disabled|enabled|include|same-origin|omit|void|self|this|any|string|str|text|number|integer|int|float|bool
    | boolean|bytes|object|array|optional\[.*|secretstr|varchar.*|char\(.*|list\[.*|dict\[.*|unauthorized|denied
    | (?:your|my|the|some|an?|insert|enter|put|add|use|paste|replace|set|new|old|test)[ _-](?:[a-z]+[ _-])*
      (?:here|password|passwd|pwd|secret|key|token|apikey|value|credential|credentials|passphrase)s?(?:[ _-]here)?
    | change[ _-]?(?:me|this|it)!* | (?:sk|pk|key|token|api|secret|ghp)[-_](?:x+|\.+|\*+|your.*|test|here|example)
    | .*(?:\.\.\.|…|\*\*\*\*|xxxxx|XXXXX) | (?:.*[^a-z])?example(?:[ _-]?(?:key|token|secret|password))?
    | .*placeholder.* | \w*EXAMPLE(?:KEY)? | redacted | \(?(?:redacted|hidden|empty|none|secret)\)?
    """
)
_REFERENCE: Final = re.compile(
    r"(?i)(?:os\.(?:environ|getenv)|process\.env|env\.|env:|import\.meta|getenv|vault:|op://|secret://|secrets?[.\[/]"
    r"|arn:aws|projects/[^/]+/secrets|ssm:|keyring:|keychain:|/run/secrets|file:|\w+\.(?:env|environ|config|settings)\b)"
)
_CODE: Final = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:[.?]{1,2}|::|->)[A-Za-z_$][\w$]*)*[(\[]|\([A-Za-z_]\w*[.(]|(?:self|this|cls|config|settings|args|os|request|req|ctx|app|props|params)[.\[]"
    r"|[a-z_$]{1,24}(?:\.[A-Za-z_]\w*)+$|(?:new|await|lambda|function|return|not|and|or|if|else|in|is|yield|async|typeof)$"
    r"|[A-Za-z]*(?:_+(?:[A-Za-z]+|\d{1,4})){2,}_*$|_*[a-z]+(?:_[a-z]+)+$|[A-Z]+(?:_[A-Z]+)+$|[{\[]|=>|&&|\|\||//|/\*"
)
_CAMEL_CASE: Final = re.compile(r"_?[A-Za-z][a-z]+(?:\d{0,4}[A-Z][a-z]{2,})+\d{0,4}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z_$.-]*")
_HARMLESS_SHAPE: Final = re.compile(
    r"""(?ix)
    (?:https?|s3|gs|file|wss?|data|urn|arn):.* | [~.]{0,2}/[^+=]*
    | [+-]?[\d.,:%\s/-]+ | \d{4}-\d\d-\d\d[t ][\d:.+z-]+ | v?\d+(?:\.\d+)+[\w.+-]*
    | (?:sha\d+|md5|blake\w+)[:=-].* | \[redacted.* | \[withheld.*
    | (?:call|chatcmpl|cmpl|toolu|srvtoolu|msg|run|resp|thread|asst|req|fp|evt|file|batch|ft|gen|org|proj|rs|fc|ws|vs
      |step|item|user|cus|sub|pi|ch|in|price|prod|acct|inv|ord|order|job|task|trace|span|sess|session|conv|doc|chunk
      |node|event|agent|tool|obs|project|ws|wrk|team|pod|svc|vol|snap|ami|eni|sg|subnet|vpc|rtb|igw|i|modelcmpl)
      [-_:][\w.:-]+
    | [\w.-]+\.(?:png|jpe?g|gif|svg|pdf|csv|json|parquet|txt|md|py|js|ts|html?|css|ya?ml|toml|xml|zip|gz|tar|log|sql|docx?|xlsx?)
    """
)
UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX: Final = re.compile(r"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_SEGMENTS: Final = re.compile(r"[A-Za-z0-9]+")
_VERSIONED: Final = re.compile(r"v?\d+[a-z]{1,3}\d?|[a-z]{1,12}\d{1,4}", re.IGNORECASE)
_CASE_TURNS: Final = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_STOP_WORDS: Final = re.compile(
    r"(?i)\b(?:your|the|is|are|must|please|enter|at|to|for|of|with|a|an|this|not|from|and|or|be|it)\b"
)


def is_placeholder(value: str) -> bool:
    """Tell whether the value only stands for a secret: `${KEY}`, `<token>`, `YOUR_API_KEY`, `[REDACTED:...]`."""
    bare = without_markers(value).strip().strip("\"'`,;")
    return not bare or (len(bare) < 300 and bool(_PLACEHOLDER.fullmatch(bare) or _REFERENCE.match(bare)))


def is_code(value: str) -> bool:
    """Tell whether an unquoted value reads as program text: a call, an index, an attribute."""
    return bool(_CODE.match(value)) or is_name(value)


def is_camel_case(value: str) -> bool:
    """Tell whether the value is made of capitalised words, as identifiers are: `parseBase64Url`."""
    return bool(_CAMEL_CASE.fullmatch(value))


def is_name(value: str) -> bool:
    """Tell whether the value is itself the name of a secret: `api_key=api_key`, `env="OPENAI_API_KEY"`."""
    return bool(_IDENTIFIER.fullmatch(value)) and judge_label(value) is not Verdict.UNKNOWN


def is_prose(value: str) -> bool:
    """Tell whether the value is a sentence rather than a secret."""
    return value.count(" ") >= 2 and bool(_STOP_WORDS.search(value))


def is_opaque(value: str, shortest: int = 12) -> bool:
    """Tell whether the value looks random, as tokens do; words, paths, dates, versions and known ids do not."""
    if len(value) < shortest or len(value) > 20_000 or any(char.isspace() for char in value[:200]):
        return False
    if _HARMLESS_SHAPE.fullmatch(value) or is_placeholder(value):
        return False
    return is_random(value)


def is_hex(value: str) -> bool:
    """Tell whether the value is all hexadecimal, like a digest."""
    return bool(_HEX.fullmatch(value))


def is_random(value: str) -> bool:
    """Tell whether letters and digits are mixed as only chance does."""
    segments = _SEGMENTS.findall(value[:2000])
    mixed = [text for text in segments if _is_mixed(text)]
    if any(len(text) >= 8 for text in mixed) or sum(map(len, mixed)) >= 12:
        return True
    if len(segments) >= 3 and len(segments[0]) >= 4 and len({len(text) for text in segments}) == 1:
        return any(not text.isalpha() and not text.isdigit() for text in segments)  # ABCD1-EF2GH-IJ3KL
    letters = max(segments, key=len, default="")
    return len(letters) >= 16 and len(_CASE_TURNS.findall(letters)) * 6 >= len(letters)


def _is_mixed(text: str) -> bool:
    return not text.isalpha() and not text.isdigit() and len(text) >= 4 and not _VERSIONED.fullmatch(text)


def is_plausible(value: str, shortest: int = 4) -> bool:
    """Tell whether the value could be a password that a person chose: it holds more than a plain word."""
    if len(value) < shortest or is_placeholder(value) or is_prose(value):
        return False
    if any(char.isdigit() for char in value):
        return True
    inner = value[1:-1]
    has_symbol = any(not char.isalnum() and char not in "-_'.,/ " for char in inner)
    return (
        has_symbol
        or (bool(_CASE_TURNS.search(value)) and len(value) >= 8)
        or (len(value) >= 24 and " " not in value)
    )
