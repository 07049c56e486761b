"""The OTLP receivers over HTTP: `POST /v1/traces`, `/v1/logs` and `/v1/metrics`.

An answer of 200 means that everything accepted is durable. Bodies are bounded as they arrive and as
they unpack; beyond a bounded number of waiting requests exporters are asked to come back.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from agent_inspector.errors import StoreError
from agent_inspector.server.otlp_status import JSON_TYPE, answer_type, refuse
from agent_inspector.server.receiver import Busy, Receiver, Work
from otel_bridge.otlp import BodyTooLarge, MalformedBody, UnsupportedBody, check_content_type
from otel_bridge.record import SinkUnavailable

_BUSY: Final = {"retry-after": "1"}
_UNAVAILABLE: Final = {"retry-after": "5"}

_log = logging.getLogger(__name__)

_ANY_OBJECT: Final[dict[str, Any]] = {"type": "object"}
_BINARY: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_FORMS: Final[dict[str, Any]] = {
    JSON_TYPE: {"schema": _ANY_OBJECT},
    "application/x-protobuf": {"schema": _BINARY},
}
_DOCUMENTED: Final = {
    200: "Everything that was accepted is stored; `partialSuccess` says what was not.",
    400: "The body cannot be read.",
    401: "An API key is required.",
    403: "The API key is wrong, or the request comes from another site.",
    408: "The body took too long to arrive.",
    413: "The body is too large, as it arrives or unpacked.",
    415: "The content type or encoding is not supported.",
    421: "The request names a host that this server does not answer to.",
    429: "Too much is waiting; come back after `Retry-After`.",
    503: "The store cannot be written now; come back after `Retry-After`.",
}
_OPERATION: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        status: {"description": description, "content": _FORMS} for status, description in _DOCUMENTED.items()
    },
    "openapi_extra": {"requestBody": {"required": True, "content": _FORMS}},
}

router = APIRouter(prefix="/v1", tags=["OTLP"])


@router.post("/traces", **_OPERATION)
async def receive_traces(request: Request) -> Response:
    """Receive spans: an ExportTraceServiceRequest of OTLP."""
    receiver = _receiver_of(request)
    return await _answer(request, receiver, receiver.keep_traces)


@router.post("/logs", **_OPERATION)
async def receive_logs(request: Request) -> Response:
    """Receive log records: an ExportLogsServiceRequest of OTLP. Those that tell of a step are kept with it."""
    receiver = _receiver_of(request)
    return await _answer(request, receiver, receiver.keep_logs)


@router.post("/metrics", **_OPERATION)
async def receive_metrics(request: Request) -> Response:
    """Receive metrics of OTLP, and drop them: everything shown here is counted from spans."""
    receiver = _receiver_of(request)
    return await _answer(request, receiver, receiver.drop_metrics)


def _receiver_of(request: Request) -> Receiver:
    receiver: Receiver = request.app.state.receiver
    return receiver


async def _answer(request: Request, receiver: Receiver, work: Work) -> Response:
    content_type = request.headers.get("content-type", "")
    try:
        body = await _receive(request, receiver, work)
    except Busy:
        return refuse(
            429, "Too much is waiting to be stored; send it again in a second.", content_type, _BUSY
        )
    except ClientDisconnect:
        return refuse(400, "The client left before the whole body had arrived.", content_type)
    except HTTPException as error:  # the guard's, while the body arrived
        return refuse(error.status_code, error.detail, content_type, {"connection": "close"})
    except MalformedBody as error:
        return refuse(_status_of(error), str(error), content_type)
    except (StoreError, SinkUnavailable) as error:
        _log.warning("Received data is refused: %s", error)
        return refuse(503, str(error), content_type, _UNAVAILABLE)
    return Response(body, 200, media_type=answer_type(content_type))


async def _receive(request: Request, receiver: Receiver, work: Work) -> bytes:
    """Read the whole body of a request, and have it worked on."""
    content_type = request.headers.get("content-type", "")
    encoding = ", ".join(request.headers.getlist("content-encoding"))
    check_content_type(content_type)
    with receiver.arriving() as count:
        body = bytearray()
        async for part in request.stream():
            count(len(part))
            body += part
        return await receiver.answer(work, bytes(body), content_type, encoding)


def _status_of(error: MalformedBody) -> int:
    if isinstance(error, UnsupportedBody):
        return 415
    return 413 if isinstance(error, BodyTooLarge) else 400
