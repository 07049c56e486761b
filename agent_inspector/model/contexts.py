"""What a model call was given, compared with the call before it; and where its values came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent_inspector.model.words import Json


@dataclass(frozen=True, slots=True)
class MessageChange:
    """One message of this call, or of the call before, and what became of it."""

    change: Literal["same", "added", "removed", "rewritten", "compacted"]
    """`compacted`: a message that stands for several earlier ones."""
    index: int | None
    """Its place in `Content.input_messages` of this call; None if it is gone."""
    previous_indexes: Sequence[int]
    """Where it stood in the call before; several for a compaction, none if it is new."""
    message: Json
    """As it is now; None if it is gone."""
    previous: Json
    """As it was, where it was removed or rewritten; else None."""


ContextPart: TypeAlias = Literal["system", "tools", "history", "tool_results", "retrieved", "new"]


@dataclass(frozen=True, slots=True)
class ContextShare:
    """How much of the context one part takes."""

    part: ContextPart
    characters: int
    tokens: int | None
    """Shared out of the provider's count of input tokens, by characters; None where the provider gave none."""
    estimated: bool
    """True unless the provider itself counted this part."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """The context of one model call."""

    step_id: str
    previous_step_id: str | None
    """The last model call of the same agent; None for its first."""
    previous_step_number: int | None
    changes: Sequence[MessageChange]
    """In the order of this call, removed ones where they stood."""
    shares: Sequence[ContextShare]
    input_tokens: int | None
    sentence: str = ""
    """What became of the messages, such as `History compacted: 9 messages replaced by a summary; 1 message added.`"""


ValueKind: TypeAlias = Literal["id", "number", "path", "url", "name", "text"]


@dataclass(frozen=True, slots=True)
class ValueSource:
    """An earlier place that holds a value."""

    step_id: str
    step_number: int
    place: str
    """JSON pointer into the step's `Content`."""
    quote: str
    """Words around it, cut to 120 characters."""
    exact: bool
    """False where it stands there in another form, such as `1,234.50` for `1234.5`."""


@dataclass(frozen=True, slots=True)
class TracedValue:
    """One value in arguments or an answer, and the earlier places that hold it."""

    place: str
    """JSON pointer into the step's `Content`."""
    start: int
    """Where it begins in the text at `place`, in characters."""
    end: int
    text: str
    kind: ValueKind
    verdict: Literal["appears", "no_source", "exempt", "contradicted"]
    """`exempt`: the tool's schema allows it by name, or it is a constant such as true or 0."""
    sources: Sequence[ValueSource]
    """Nearest first, at most 20."""


@dataclass(frozen=True, slots=True)
class StepProvenance:
    """Where the values of one step came from."""

    step_id: str
    values: Sequence[TracedValue]
