"""Contents of a translated span: what went in and came out, as messages or as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from otel_bridge import semconv
from otel_bridge.dialects import messages
from otel_bridge.dialects.memo import Memo
from otel_bridge.dialects.parts import read_content as read_parts
from otel_bridge.dialects.reading import Json, Shape, StepKind
from otel_bridge.dialects.shapes import SHAPED, shape_of
from otel_bridge.dialects.values import as_list, as_map, first, is_list, parse_json, text
from otel_bridge.record import Attributes

_VALUES: Final[Mapping[StepKind, tuple[str, str]]] = {
    "tool": (semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT),
    "memory": (semconv.MEMORY_QUERY, semconv.MEMORY_RECORDS),
    "retrieval": (semconv.RETRIEVAL_QUERY, semconv.RETRIEVAL_DOCUMENTS),
}
"""Where steps of this kind keep what went in and came out, before the general names."""


_STORED_INPUT: Final = "gen_ai.input.messages_ref"
_STORED_OUTPUT: Final = "gen_ai.output.messages_ref"
"""Addresses of files that hold the messages which the span itself does not."""
_TOOL_WRAPS: Final = ("toolSpec", "data")
_QUESTIONS: Final = ("input", "question", "query", "prompt", "task", "message", "text")
_GEMINIS: Final = ("content", "new_message")
_CREW_RESULT: Final = "raw"
"""What CrewAI's tasks gave, beside all about the task and its messages."""
_ANSWERS: Final = ("output", "answer", "response", "result", "final_output", "content", "text")
"""Under which frameworks pass what was asked and answered around."""


_CONTENTS: Final = frozenset(("content", "page_content"))
"""Under one of which a record or a document says what it does, be it nothing."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The first words of what went in and came out."""

    asked: str | None
    answered: str | None
    calls: list[str]
    finish_reason: str | None
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Content:
    """What went in and came out: messages, plain values, or both; None where there is nothing."""

    questions: list[Json] | None
    answers: list[Json] | None
    finish_reason: str | None
    """Why the first answer ended, from its attribute or from the messages themselves."""
    went_in: Json
    came_out: Json


def read_brief(attributes: Attributes, kind: StepKind) -> Brief:
    """Read the last thing that the user said and what was answered, else the first words of whatever there is."""
    written = attributes.get(semconv.OUTPUT_MESSAGES)
    answers = messages.as_messages(written, "assistant") if written else None
    said = messages.parts(answers) if answers else ()
    asked, answered = None, messages.words_of(said)
    if attributes.get(semconv.INPUT_MESSAGES):
        given = attributes[semconv.INPUT_MESSAGES]
        asked = messages.words_of(messages.parts(messages.last_message(given, "user")))
        # Some write the results of tools as said by the user, who said something else before.
        asked = asked or messages.last_words(given, "user")
    if asked is None:
        given = _raw_in(attributes, kind)
        asked = _words(given, parse_json(given), _QUESTIONS, "user")
    brought = _raw_out(attributes, kind) if answered is None or kind in SHAPED else None
    value = parse_json(brought)
    if answered is None:
        answered = _words(brought, value, _ANSWERS, "assistant")
    return Brief(
        asked,
        answered,
        messages.tool_calls(said) if said else [],
        _finish_reason(attributes, answers),
        shape_of(brought, value, kind) if kind in SHAPED else None,
    )


def read_content(attributes: Attributes, kind: StepKind, memo: Memo | None = None) -> Content:
    """Read what went in and came out of a step of this kind."""
    questions = messages.as_messages(attributes.get(semconv.INPUT_MESSAGES), "user", memo)
    answers = messages.as_messages(attributes.get(semconv.OUTPUT_MESSAGES), "assistant", memo)
    return Content(
        questions=questions if messages.say_anything(questions) else None,
        answers=answers if messages.say_anything(answers) else None,
        finish_reason=_finish_reason(attributes, answers),
        went_in=_structure(_raw_in(attributes, kind)),
        came_out=_structure(_raw_out(attributes, kind)),
    )


def _raw_in(attributes: Attributes, kind: StepKind) -> Json:
    name = _VALUES[kind][0] if kind in _VALUES else semconv.INPUT_VALUE
    return first(attributes, name, semconv.INPUT_VALUE, _STORED_INPUT)


def _raw_out(attributes: Attributes, kind: StepKind) -> Json:
    if kind == "embedding":
        return None  # Vectors tell nobody anything.
    name = _VALUES[kind][1] if kind in _VALUES else semconv.OUTPUT_VALUE
    return first(attributes, name, semconv.OUTPUT_VALUE, _STORED_OUTPUT)


def _finish_reason(attributes: Attributes, answers: list[Json] | None) -> str | None:
    value = parse_json(attributes.get(semconv.FINISH_REASONS))
    if is_list(value):
        value = value[0] if value else None
    if value:
        return str(value)
    told = messages.finish_of(answers)
    written = attributes.get(semconv.OUTPUT_MESSAGES)
    if told or not answers or (isinstance(written, str) and written.startswith("[")):
        return told
    # OpenAI's Responses API says it of the whole answer.
    return text(as_map(written), "status")


def _words(written: Json, value: Json, names: tuple[str, ...], role: str) -> str | None:
    """Return the first words of a value, of those that matter where it is what a framework passes around."""
    value = _updated(value)
    if isinstance(value, dict):
        if isinstance(value.get(_CREW_RESULT), str):
            return messages.preview(value[_CREW_RESULT])
        said = _spoken(value.get("messages"), role) or _told(value, role)
        if said:
            return said
        found = next((value[name] for name in names if isinstance(value.get(name), str)), None)
        written = found or written
    elif is_list(value) and value and all(_has_content(item) for item in value):
        # Records of a memory, or documents: what they say, without their ids and scores.
        contents = [_content_of(item) for item in value]
        written = contents[0] if len(contents) == 1 else contents
    return messages.preview(written)


def _told(value: Mapping[str, Json], role: str) -> str | None:
    """Return the words of a content of Gemini's that an event or a request of its ADK holds."""
    held = (value.get(name) for name in _GEMINIS)
    contents = [content for content in held if isinstance(content, dict) and is_list(content.get("parts"))]
    return messages.words_of(messages.parts(messages.as_messages(contents, role))) if contents else None


def _spoken(said: Json, role: str) -> str | None:
    """Return the last words of this role in a state's messages; a question is no answer to itself."""
    last = messages.last_message(said, role) if is_list(said) else []
    is_question = bool(last) and role == "assistant" and last[0].get("role") == "user"
    return None if is_question else messages.words_of(messages.parts(last))


def _updated(value: Json) -> Json:
    """Return what a node of LangGraph adds to the state, where it returns that as a list of commands."""
    command = value[0] if is_list(value) and value else None
    update = command.get("update") if isinstance(command, dict) and "graph" in command else None
    return update if isinstance(update, dict) else value


def _has_content(item: Json) -> bool:
    return isinstance(item, dict) and not _CONTENTS.isdisjoint(item)


def _content_of(item: Json) -> Json:
    """Return what a record or a document says; the latter in LangChain's word too."""
    return item.get("content", item.get("page_content")) if isinstance(item, dict) else None


def system_instructions(attributes: Attributes) -> list[Json] | None:
    """Return the parts of the system prompt, where it is not among the messages."""
    return list(read_parts(attributes.get(semconv.SYSTEM_INSTRUCTIONS))) or None


def tool_definitions(attributes: Attributes, memo: Memo | None = None) -> list[Json] | None:
    """Return the tools that the model could choose from."""
    written = attributes.get(semconv.TOOL_DEFINITIONS)
    if memo is None:
        return _definitions(written)
    return memo.once(written, _definitions)


def _definitions(written: Json) -> list[Json] | None:
    return [tool for item in as_list(written) for tool in _tools_in(parse_json(item))] or None


def _tools_in(item: Json) -> Sequence[Json]:
    """Return the tools of an item: Gemini declares many in one, Bedrock and Haystack wrap each."""
    if not isinstance(item, dict):
        return (item,)
    declared = as_list(item.get("functionDeclarations") or item.get("function_declarations"))
    return declared or [next((item[name] for name in _TOOL_WRAPS if isinstance(item.get(name), dict)), item)]


def _structure(value: Json) -> Json:
    """Return the structure that a JSON text holds; None where it holds nothing."""
    value = parse_json(value)
    return None if value == [] or value == () else value
