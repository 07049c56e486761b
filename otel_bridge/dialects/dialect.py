"""Dialect and Translation: how one vendor's spans are recognised, and what they say in today's terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from otel_bridge.dialects.errors import Failure
from otel_bridge.dialects.reading import Outcome, StepKind
from otel_bridge.record import Attributes, AttributeValue, SpanRecord


@dataclass(frozen=True, slots=True)
class Translation:
    """A span in the names of today's GenAI conventions, and what those have no name for.

    Every field but `attributes` is a hint: None leaves the matter to the conventions' reader.
    """

    attributes: Attributes
    """Under the names of `otel_bridge.semconv`; JSON may be given as text or as structure."""
    kind: StepKind | None = None
    type: str | None = None
    """The facade's event type, where it does not follow from the kind."""
    title: str | None = None
    """What a person calls the step, where the name of its agent, model or tool does not say it best."""
    framework: bool = False
    """Plumbing, or a phantom of a step that another span tells better: folded away, not counted."""
    failure: Failure | None = None
    """The error, where status and exception event do not tell it; setting it makes the step a failed one."""
    outcome: Outcome | None = None
    pending_of: str | None = None
    """This span only announces the one with this span id."""
    tells_parent: bool = False
    """Its failure and its usage are those of the nearest step around it that is shown."""
    response_id: str | None = None
    """The model provider's id of the answer, where it is not in `gen_ai.response.id`."""
    extra: Attributes = field(default_factory=dict)
    """Metadata that the caller attached, for display, beside that in `semconv.METADATA`."""
    parameters: AttributeValue = None
    """Request settings beside those in `gen_ai.request.*`: a map, or its JSON text."""


def always(_record: SpanRecord) -> bool:
    """Claim every span."""
    return True


@dataclass(frozen=True, slots=True)
class Dialect:
    """One vendor's way to write spans."""

    name: str
    translate: Callable[[SpanRecord], Translation]
    """Never raises, whatever the types of the attributes."""
    scopes: tuple[str, ...] = ()
    """Names of instrumentation scopes; one that ends in `*` stands for all names that begin so."""
    marks: tuple[str, ...] = ()
    """Attribute keys of which any one gives the dialect away, under whatever scope."""
    speaks: Callable[[SpanRecord], bool] = always
    """Decides between dialects that share a scope or a mark; asked only of spans with one of them."""
