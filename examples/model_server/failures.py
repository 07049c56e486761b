"""The failures that a question can ask for by name, each with the status and body of the real service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from model_server.reply import Reply


@dataclass(frozen=True, slots=True)
class Failure:
    """An error reply, given when the last user message matches the trigger."""

    trigger: str
    status: int
    type: str
    code: str | None
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    passes_on_retry: bool = False


_WAIT: Final = {"retry-after": "1", "retry-after-ms": "50"}

FAILURES: Final[Sequence[Failure]] = (
    Failure(
        trigger=r"rate limit",
        status=429,
        type="requests",
        code="rate_limit_exceeded",
        message="Rate limit reached for requests. Please try again in 50ms.",
        headers=_WAIT,
    ),
    Failure(
        trigger=r"busy hour",
        status=429,
        type="requests",
        code="rate_limit_exceeded",
        message="The engine is currently overloaded, please try again later.",
        headers=_WAIT,
        passes_on_retry=True,
    ),
    Failure(
        trigger=r"server error",
        status=500,
        type="server_error",
        code=None,
        message="The server had an error while processing your request.",
        headers={"retry-after-ms": "50"},
    ),
    Failure(
        trigger=r"whole library",
        status=400,
        type="invalid_request_error",
        code="context_length_exceeded",
        message="This model's maximum context length is 128000 tokens. Please reduce the length of the messages.",
    ),
)


def find_failure(question: str, attempt: int) -> Reply | None:
    """Return the error that this question asks for, if any; `attempt` counts the client's retries from 0."""
    for failure in FAILURES:
        if re.search(failure.trigger, question, re.IGNORECASE):
            if failure.passes_on_retry and attempt > 0:
                return None
            return error_reply(
                failure.status,
                failure.message,
                type=failure.type,
                code=failure.code,
                headers=failure.headers,
            )
    return None


def error_reply(
    status: int,
    message: str,
    *,
    type: str = "invalid_request_error",
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return an error in the one shape that the clients of OpenAI and Anthropic both understand."""
    body = {"type": "error", "error": {"message": message, "type": type, "param": None, "code": code}}
    return Reply(body, status=status, headers=headers or {})
