"""A bare connection, for what an HTTP client would not send or would not wait for."""

from __future__ import annotations

import socket
from types import TracebackType
from urllib.parse import urlsplit


class RawConnection:
    """Sends bytes to a server, and reads what comes back; every wait is bounded."""

    def __init__(self, url: str, *, timeout_s: float = 10) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        assert address.port is not None
        self.host = address.netloc
        self._socket = socket.create_connection((address.hostname, address.port), timeout_s)
        self.received = b""

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def get(self, path: str) -> None:
        self.send(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())

    def read_until(self, expected: bytes) -> bytes:
        """Read on until these bytes have come; fails when the connection ends first."""
        while expected not in self.received:
            data = self._socket.recv(65536)
            assert data, self.received
            self.received += data
        return self.received

    def read_to_end(self) -> bytes:
        """Read until the server closes the connection."""
        while True:
            try:
                data = self._socket.recv(65536)
            except ConnectionResetError:
                return self.received
            if not data:
                return self.received
            self.received += data
