"""Failures: a recorded error of a model call, as the HTTP answer that makes a client raise it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agent_inspector.model import Json, StepError

_STATUS_BY_WORD: Final[Mapping[str, int]] = {
    "ratelimit": 429,
    "authentication": 401,
    "permission": 403,
    "notfound": 404,
    "badrequest": 400,
    "unprocessable": 422,
    "conflict": 409,
    "overloaded": 529,
    "internalserver": 500,
}
"""By what the class of the client's exception is called."""
_STATUS: Final = re.compile(r"\b([45]\d\d)\b")
_OTHERWISE: Final = 500


def failure_of(error: StepError) -> tuple[int, Json]:
    """Return the status and the body that a client raises this error for."""
    kind = re.sub(r"[^a-z]", "", (error.type or "").lower())
    named = next((status for word, status in _STATUS_BY_WORD.items() if word in kind), None)
    stated = _STATUS.search(f"{error.type or ''} {(error.message or '')[:100]}")
    status = named or (int(stated.group(1)) if stated else _OTHERWISE)
    words = {"type": error.type or "error", "message": error.message or "It failed in the recorded run."}
    return status, {"type": "error", "error": words}
