"""What left a run or a step: an exception as an outcome and as the conventions' exception event."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from opentelemetry.trace import Status, StatusCode

from agent_inspector.trace.freeze import safe_text
from otel_bridge import clock, semconv

if TYPE_CHECKING:
    from opentelemetry.trace import Span

Outcome: TypeAlias = Literal["completed", "failed", "cancelled"]

_CANCELLATIONS: Final = (KeyboardInterrupt, SystemExit, GeneratorExit)
_NAMELESS: Final = ("builtins", "__main__")
"""Modules that say nothing about a class to a person."""
_LONGEST_STACK: Final = 64_000


@dataclass(frozen=True, slots=True)
class Failure:
    """An error in words."""

    type: str
    message: str
    stack_trace: str | None = None

    def event_attributes(self) -> dict[str, str]:
        """Return the attributes of the `exception` event."""
        attributes = {semconv.EXCEPTION_TYPE: self.type, semconv.EXCEPTION_MESSAGE: self.message}
        if self.stack_trace:
            attributes[semconv.EXCEPTION_STACKTRACE] = self.stack_trace
        return attributes


def outcome_of(exception: BaseException | None) -> Outcome:
    """Say what it means that this left a run: Ctrl-C, exit and cancellation are not failures."""
    if exception is None:
        return "completed"
    if isinstance(exception, _CANCELLATIONS) or _is_task_cancellation(exception):
        return "cancelled"
    return "failed"


def _is_task_cancellation(exception: BaseException) -> bool:
    # Importing asyncio costs 27 ms; who was cancelled by it has imported it.
    asyncio = sys.modules.get("asyncio.exceptions")
    return asyncio is not None and isinstance(exception, asyncio.CancelledError)


def describe(exception: BaseException) -> Failure:
    """Put an exception into words, also one whose own `__str__` raises."""
    kind = type(exception)
    name = kind.__qualname__ if kind.__module__ in _NAMELESS else f"{kind.__module__}.{kind.__qualname__}"
    try:
        message = safe_text(str(exception), 8000)
    except BaseException as problem:  # noqa: BLE001  (a user's __str__ may raise anything, SystemExit included)
        message = f"<its text cannot be read: {type(problem).__name__}>"
    try:
        stack = "".join(traceback.format_exception(exception))[-_LONGEST_STACK:]
        stack = stack.encode("utf-8", "backslashreplace").decode("utf-8")
    except BaseException:  # noqa: BLE001  (as above)
        stack = None
    return Failure(name, message, stack)


def failure_of(problem: object) -> Failure:
    """Put whatever the caller calls an error into words."""
    # type(), not isinstance(): that one asks the object for its __class__, which is user code.
    if type(problem) is Failure:
        return problem
    if issubclass(type(problem), BaseException):
        return describe(problem)  # type: ignore[arg-type]  # narrowed
    return Failure("Error", safe_text(problem, 8000))


def mark_failed(span: Span, failure: Failure | None, outcome: Outcome = "failed") -> None:
    """Put a failure on a span: its exception event always, an error status unless it was only cancelled."""
    if failure is not None:
        span.add_event(semconv.EXCEPTION_EVENT, failure.event_attributes(), clock.now_ns())
    if outcome == "failed":
        span.set_status(Status(StatusCode.ERROR, failure.message if failure else None))
        if failure is not None:
            span.set_attribute(semconv.ERROR_TYPE, failure.type)
