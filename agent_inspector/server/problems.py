"""How a failure becomes an answer: one status and one sentence for each kind, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from agent_inspector.errors import InspectorError, KeyMissing, NotFound, StoreError, StoreUnavailable
from agent_inspector.server.answers import JsonAnswer, Problem

_STATUS_BY_ERROR: Final[Sequence[tuple[type[InspectorError], int]]] = (
    (NotFound, 404),
    (KeyMissing, 409),
    (StoreUnavailable, 503),
    (StoreError, 503),
    (InspectorError, 400),
)

_DETAIL_BY_STATUS: Final[Mapping[int, str]] = {
    404: "Nothing is served at this path; /docs lists what is.",
    405: "This path does not accept the request's method; /docs lists what it accepts.",
}

_DOCUMENTED: Final[Mapping[int, str]] = {
    400: "The request is malformed.",
    401: "An API key is required.",
    403: "The API key is wrong, or the request comes from another site.",
    404: "There is no such run or step.",
    409: "The content is encrypted with a key that is not at hand.",
    421: "The request names a host that this server does not answer to.",
    422: "A parameter has a value that cannot be used.",
    503: "The store cannot be read now.",
}

PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": description} for status, description in _DOCUMENTED.items()
}
"""What the OpenAPI document says of failures; the same for every path below /v1."""


def answer_problems(app: FastAPI) -> None:
    """Let the application answer every foreseen failure with a `Problem`."""
    app.add_exception_handler(InspectorError, _answer_inspector_error)
    app.add_exception_handler(StarletteHTTPException, _answer_http_exception)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)


def _answer_inspector_error(request: Request, error: Exception) -> JsonAnswer:
    status = next(status for kind, status in _STATUS_BY_ERROR if isinstance(error, kind))
    return _problem(status, str(error))


def _answer_http_exception(request: Request, error: Exception) -> JsonAnswer:
    if not isinstance(error, StarletteHTTPException):
        raise error
    detail = error.detail
    if not isinstance(error, HTTPException):  # raised by the routing, not by us
        detail = _DETAIL_BY_STATUS.get(error.status_code, detail)
    answer = _problem(error.status_code, detail)
    answer.headers.update(error.headers or {})
    return answer


def _answer_invalid_request(request: Request, error: Exception) -> JsonAnswer:
    if not isinstance(error, RequestValidationError):
        raise error
    return _problem(422, "; ".join(_sentence_of(problem) for problem in error.errors()) + ".")


def _sentence_of(problem: Mapping[str, Any]) -> str:
    """Say which parameter is wrong and why, without repeating its value: it may be long or hostile."""
    name = ".".join(str(part) for part in problem["loc"][1:]) or "The request"
    return f"{name}: {problem['msg']}"


def _problem(status: int, detail: str) -> JsonAnswer:
    return JsonAnswer(Problem(detail), status_code=status)
