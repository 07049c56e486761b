"""The OTLP receiver over gRPC: listens on a plain socket, and loads gRPC when the first client connects.

gRPC costs 0.1 s and 20 MB, which a server that nobody speaks gRPC to shall not pay. The first client's
connection is lost in the change; exporters try again within a second. Only this machine is listened to.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import select
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

from agent_inspector.errors import StoreError
from agent_inspector.server.access import MAX_BODY_BYTES, AccessPolicy
from agent_inspector.server.guard import BODY_TIMEOUT_S
from agent_inspector.server.receiver import Busy, Receiver, Work
from otel_bridge.otlp import BodyTooLarge, MalformedBody
from otel_bridge.record import SinkUnavailable

if TYPE_CHECKING:
    import grpc.aio

    Context: TypeAlias = grpc.aio.ServicerContext[AsyncIterator[bytes], bytes]
    Export: TypeAlias = Callable[[AsyncIterator[bytes], Context], Coroutine[None, None, bytes]]

HOST: Final = "127.0.0.1"
_TYPE: Final = "application/x-protobuf"
_PREFIX: Final = "opentelemetry.proto.collector"
_MOST_CALLS: Final = 1024
"""Calls that have begun, those included whose body does not come."""
_STOP_WITHIN_S: Final = 1.0
_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MAX_BODY_BYTES),
    # The receiver unpacks, within the bounds that it has for HTTP.
    ("grpc.per_message_decompression", 0),
    ("grpc.server_handshake_timeout_ms", 10_000),
    ("grpc.max_connection_idle_ms", 300_000),
)
_PACKED: Final = ((b"\x1f\x8b", "gzip"), (b"\x78", "deflate"))
"""How a packed message begins; that of none of the three services can."""

_log = logging.getLogger(__name__)


@contextmanager
def grpc_receiver(receiver: Receiver, policy: AccessPolicy, port: int) -> Iterator[None]:
    """Receive over gRPC while the block runs; port 0 is off, and a busy port is one warning."""
    listener = _listen(port) if port else None
    if listener is None:
        yield
        return
    stop, stopped = socket.socketpair()
    worker = threading.Thread(
        target=_serve, args=(listener, stopped, receiver, policy), daemon=True, name="agent-inspector-grpc"
    )
    worker.start()
    try:
        yield
    finally:
        stop.close()
        worker.join(_STOP_WITHIN_S * 2)
        stopped.close()


def _listen(port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(16)
    except OSError as error:
        listener.close()
        _log.warning("OTLP over gRPC is off: port %d on %s cannot be had (%s).", port, HOST, error.strerror)
        return None
    return listener


def _serve(listener: socket.socket, stopped: socket.socket, receiver: Receiver, policy: AccessPolicy) -> None:
    """Wait for a client, then let gRPC have the port until the server stops."""
    with listener:
        port: int = listener.getsockname()[1]
        ready, _, _ = select.select([listener, stopped], [], [])
    if stopped in ready:
        return
    try:
        asyncio.run(_keep_serving(stopped, receiver, policy, port))
    except (ImportError, RuntimeError) as error:
        _log.warning("OTLP over gRPC is off: %s", error)


async def _keep_serving(stopped: socket.socket, receiver: Receiver, policy: AccessPolicy, port: int) -> None:
    import grpc.aio  # noqa: PLC0415 (see the module's docstring)

    services = {
        f"{_PREFIX}.trace.v1.TraceService": receiver.keep_traces,
        f"{_PREFIX}.logs.v1.LogsService": receiver.keep_logs,
        f"{_PREFIX}.metrics.v1.MetricsService": receiver.drop_metrics,
    }
    server = grpc.aio.server(
        handlers=[
            grpc.method_handlers_generic_handler(
                # On the wire the same as a single message, which gRPC would wait for in a thread, for ever.
                service,
                {"Export": grpc.stream_unary_rpc_method_handler(_export(receiver, work, policy))},
            )
            for service, work in services.items()
        ],
        maximum_concurrent_rpcs=_MOST_CALLS,
        options=_OPTIONS,
    )
    server.add_insecure_port(f"{HOST}:{port}")
    await server.start()
    await asyncio.to_thread(select.select, [stopped], [], [])
    await server.stop(_STOP_WITHIN_S)


def _export(receiver: Receiver, work: Work, policy: AccessPolicy) -> Export:
    """Make the handler of one service, from request body to answer body."""
    from grpc import StatusCode  # noqa: PLC0415 (see the module's docstring)

    async def export(messages: AsyncIterator[bytes], context: Context) -> bytes:
        if policy.key_required and not _has_key(context, policy):
            await context.abort(StatusCode.UNAUTHENTICATED, "API key required")
        try:
            body = await asyncio.wait_for(anext(messages, b""), BODY_TIMEOUT_S)
            with receiver.arriving() as count:
                count(len(body))
                return await receiver.answer(work, body, _TYPE, _encoding_of(body))
        except (Busy, SinkUnavailable, StoreError) as error:
            await context.abort(StatusCode.UNAVAILABLE, str(error) or "Too much is waiting to be stored.")
        except asyncio.TimeoutError:
            await context.abort(StatusCode.DEADLINE_EXCEEDED, "The message took too long to arrive.")
        except BodyTooLarge as error:
            await context.abort(StatusCode.RESOURCE_EXHAUSTED, str(error))
        except MalformedBody as error:
            await context.abort(StatusCode.INVALID_ARGUMENT, str(error))
        raise AssertionError("abort raises")

    return export


def _encoding_of(body: bytes) -> str:
    return next((name for beginning, name in _PACKED if body.startswith(beginning)), "")


def _has_key(context: Context, policy: AccessPolicy) -> bool:
    for name, value in context.invocation_metadata() or ():
        given = value if isinstance(value, bytes) else value.encode()
        if name == "authorization":
            kind, _, given = given.partition(b" ")
            given = given.strip() if kind.lower() == b"bearer" else b""
        elif name != "x-api-key":
            continue
        if policy.api_key is not None and hmac.compare_digest(given, policy.api_key):
            return True
    return False
