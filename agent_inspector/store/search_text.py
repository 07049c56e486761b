"""Search text: what of a span can be searched for, and how texts and questions become words.

The index and the scan both go by these functions, so that they find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from agent_inspector.json_text import to_json
from otel_bridge.dialects import Payload, unpack
from otel_bridge.dialects.errors import find_failure
from otel_bridge.record import SpanRecord

_HASH_BYTES: Final = 12
_PHRASE: Final = re.compile(r'"([^"]+)"')
# Chinese, Japanese and Korean are written without spaces: there, each character is a word. A longer run of
# letters than any word, such as encoded bytes, is cut.
_CJK: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]{{1,64}}")
_ASCII_WORD: Final = re.compile(r"[0-9a-z]{1,64}")
_SPACED: Final = bytes(ord(chr(byte).lower()) if chr(byte).isalnum() else 32 for byte in range(128)) + bytes(
    128
)
"""What each byte of an ASCII text becomes, so that its words stand between spaces."""
_AS_RUNS: Final = bytes(32 if byte == 32 else 97 for byte in range(256))
_TOO_LONG: Final = b"a" * 65
_AROUND: Final = 80


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody searches for: every word, as the beginning of one, and every phrase as it stands."""

    words: Sequence[str]
    phrases: Sequence[str]


def ask(text: str) -> Question:
    """Read a question; `"words in quotes"` are a phrase."""
    phrases = [_fold(phrase) for phrase in _PHRASE.findall(text)]
    return Question(tuple(dict.fromkeys(words_of(text))), tuple(phrase for phrase in phrases if phrase))


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    return spaced(text).split()


def spaced(text: str) -> str:
    """Return the words of a text, in order and perhaps more than once, with spaces between them and nothing else."""
    folded = text if text.isascii() else _fold(text)
    return _spaced_ascii(folded) if folded.isascii() else " ".join(_WORD.findall(folded))


def _spaced_ascii(text: str) -> str:
    """Do what the pattern of a word does in a twentieth of the time."""
    words = text.encode("ascii").translate(_SPACED)
    if _TOO_LONG in words.translate(_AS_RUNS):
        return " ".join(_ASCII_WORD.findall(text.lower()))
    return words.decode("ascii")


def answers(texts: Sequence[str], question: Question) -> bool:
    """Whether these texts, taken together, hold what is searched for."""
    words = {word for text in texts for word in words_of(text)}
    if not all(_begins_any(word, words) for word in question.words):
        return False
    return all(any(phrase in _fold(text) for text in texts) for phrase in question.phrases)


def snippet_of(texts: Sequence[str], question: Question) -> str:
    """Return some words around the first place that is searched for, on one line."""
    wanted = [*question.phrases, *question.words]
    for part in wanted:
        for text in texts:
            at = text.casefold().find(part)
            if at >= 0:
                return _cut(text, at, at + len(part))
    return _cut(texts[0], 0, 0) if texts else ""


def hash_of(text: str) -> bytes:
    """Return what a text is known by within its run."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Texts:
    """What of a span can be searched for, one text for each message or value."""

    own: Sequence[str]
    """Answers, arguments, results and errors: what this span added."""
    carried: Sequence[str]
    """What went into a model: a conversation, most of which earlier spans have carried already."""

    def fresh(self, known: Container[bytes]) -> list[str]:
        """Return the texts that count for this span: its own, and those carried that are not known by their hash."""
        carried = (text for text in self.carried if hash_of(text) not in known)
        return list(dict.fromkeys([*carried, *self.own]))

    def all(self) -> list[str]:
        """Return every text once."""
        return list(dict.fromkeys([*self.carried, *self.own]))


def texts_of(record: SpanRecord) -> Texts:
    """Return what of a span can be searched for."""
    payload = unpack(record)
    failure = find_failure(record)
    own = [_message_text(message) for message in payload.output_messages or ()]
    own += [_text(value) for value in (payload.input_value, payload.output_value) if value is not None]
    own += [str(part) for part in (failure.type, failure.message, payload.stack_trace) if part]
    carried = [_message_text(message) for message in _carried(payload)]
    return Texts([text for text in own if text], [text for text in carried if text])


def _carried(payload: Payload) -> Iterator[Any]:
    yield from payload.system_instructions or ()
    yield from payload.input_messages or ()


def _message_text(message: Any) -> str:
    parts = message.get("parts") if isinstance(message, Mapping) else None
    if not isinstance(parts, Iterable) or isinstance(parts, str):
        parts = [message]
    return "\n".join(_part_text(part) for part in parts)


def _part_text(part: Any) -> str:
    content = part.get("content") if isinstance(part, Mapping) else None
    return content if isinstance(content, str) else _text(part)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value).decode("utf-8")


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _begins_any(beginning: str, words: set[str]) -> bool:
    return beginning in words or any(word.startswith(beginning) for word in words)


def _cut(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    words = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{words}{'…' if last < len(text) else ''}"
