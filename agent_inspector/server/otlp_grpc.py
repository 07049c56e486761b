"""The OTLP receiver over gRPC: listens on a plain socket, and loads gRPC when the first client connects.

gRPC costs 0.1 s and 20 MB, which a server that nobody speaks gRPC to shall not pay. The first client's
connection is lost in the change; exporters try again within a second. Only this machine is listened to.
"""

from __future__ import annotations

import hmac
import logging
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from agent_inspector.errors import StoreError
from agent_inspector.server.access import AccessPolicy
from agent_inspector.server.otlp import MAX_INFLATED_BYTES, Receiver, Work
from otel_bridge.otlp import BodyTooLarge, MalformedBody
from otel_bridge.record import SinkUnavailable

if TYPE_CHECKING:
    import grpc

HOST: Final = "127.0.0.1"
_TYPE: Final = "application/x-protobuf"
_PREFIX: Final = "opentelemetry.proto.collector"
_MOST_AT_ONCE: Final = 2
_MOST_WAITING: Final = 32
_STOP_WITHIN_S: Final = 1.0

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
        server = _start(receiver, policy, port)
    except (ImportError, RuntimeError) as error:
        _log.warning("OTLP over gRPC is off: %s", error)
        return
    select.select([stopped], [], [])
    server.stop(_STOP_WITHIN_S).wait()


def _start(receiver: Receiver, policy: AccessPolicy, port: int) -> grpc.Server:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (as gRPC itself)

    import grpc  # noqa: PLC0415 (see the module's docstring)

    services = {
        f"{_PREFIX}.trace.v1.TraceService": receiver.keep_traces,
        f"{_PREFIX}.logs.v1.LogsService": receiver.keep_logs,
        f"{_PREFIX}.metrics.v1.MetricsService": receiver.drop_metrics,
    }
    server = grpc.server(
        ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="agent-inspector-grpc"),
        handlers=[
            grpc.method_handlers_generic_handler(
                service, {"Export": grpc.unary_unary_rpc_method_handler(_export(work, policy))}
            )
            for service, work in services.items()
        ],
        maximum_concurrent_rpcs=_MOST_WAITING,
        options=[
            ("grpc.so_reuseport", 0),
            # Bounds what arrives, and what it unpacks to.
            ("grpc.max_receive_message_length", MAX_INFLATED_BYTES),
        ],
    )
    server.add_insecure_port(f"{HOST}:{port}")
    server.start()
    return server


def _export(work: Work, policy: AccessPolicy) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    """Make the handler of one service, from request body to answer body."""
    import grpc  # noqa: PLC0415 (see the module's docstring)

    def export(body: bytes, context: grpc.ServicerContext) -> bytes:
        if policy.key_required and not _has_key(context, policy):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "API key required")
        try:
            return work(body, _TYPE)
        except BodyTooLarge as error:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, str(error))
        except MalformedBody as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except (StoreError, SinkUnavailable) as error:
            context.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        raise AssertionError("abort raises")

    return export


def _has_key(context: grpc.ServicerContext, policy: AccessPolicy) -> bool:
    for name, value in context.invocation_metadata():
        given = value if isinstance(value, bytes) else value.encode()
        if name == "authorization":
            kind, _, given = given.partition(b" ")
            given = given.strip() if kind.lower() == b"bearer" else b""
        elif name != "x-api-key":
            continue
        if policy.api_key is not None and hmac.compare_digest(given, policy.api_key):
            return True
    return False
