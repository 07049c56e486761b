"""The rules of who may ask: pure functions from a request's head to a refusal, or to nothing.

They close the doors through which a web page reaches a local server: DNS rebinding (Host), requests
forged from another site (Origin, Sec-Fetch-Site), and a missing or guessed API key.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from agent_inspector.config import TraceConfig

MAX_BODY_BYTES: Final = 8 * 2**20
"""Largest request body, as it arrives."""

LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_GUARDED_PATHS: Final = ("/v1",)
_OWN_SITE: Final = {"same-origin", "none"}


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """What a server lets in, as configured."""

    hosts: frozenset[str]
    """Host names without port, lower-case; IPv6 addresses in brackets."""
    origins: frozenset[str]
    """Further web origins whose pages may read the API; `*` means all."""
    api_key: bytes | None
    key_required: bool
    any_address: bool = False
    """Bound to every interface: any literal IP address is ours. A rebinding attack needs a name."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What is known of a request before its body is read."""

    method: str
    path: str
    scheme: str
    port: int | None
    """The port of the socket that it came in by."""
    headers: Mapping[str, Sequence[bytes]]
    """Values by lower-case name, in order."""

    def only(self, name: str) -> str | None:
        """Return a header's value; of a header given twice, an empty text, which no rule accepts."""
        values = self.headers.get(name, ())
        if len(values) > 1:
            return ""
        return values[0].decode("latin-1") if values else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    detail: str


def policy_of(config: TraceConfig) -> AccessPolicy:
    """Derive the rules from the configuration. A server beyond loopback always asks for the key."""
    host = _bracketed(config.api_host.strip().lower())
    wildcard = host in {"0.0.0.0", "[::]"}
    named = {socket.gethostname().lower()} if wildcard else {host}
    return AccessPolicy(
        hosts=LOOPBACK_HOSTS | named,
        origins=frozenset(origin.rstrip("/").lower() for origin in config.api_cors_origins),
        api_key=config.api_key.encode() if config.api_key else None,
        key_required=config.api_key_required or not is_loopback(config.api_host),
        any_address=wildcard,
    )


def is_loopback(host: str) -> bool:
    """Tell whether only programs of this machine can reach a server bound to this host."""
    if host.strip().lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip().strip("[]")).is_loopback
    except ValueError:
        return False


def find_refusal(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    """Return the first reason to refuse the request, or None."""
    refusals = (check(head, policy) for check in _CHECKS)
    return next((refusal for refusal in refusals if refusal), None)


def is_foreign_origin_allowed(origin: str | None, policy: AccessPolicy) -> bool:
    """Tell whether pages of another origin may read the answer. `*` counts only behind an API key."""
    if not origin:
        return False
    return origin.lower() in policy.origins or ("*" in policy.origins and policy.key_required)


def _check_target(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    if head.path.startswith("/"):
        return None
    return Refusal(400, "The request must name a path that begins with '/', not a whole address.")


def _check_host(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    if len(head.headers.get("host", ())) != 1:
        return Refusal(400, "The request must carry exactly one Host header.")
    if _is_our_host((head.only("host") or "").lower(), head, policy):
        return None
    return Refusal(
        421,
        "This server does not answer to the host name in the request; open it at 127.0.0.1 or localhost "
        "with its own port, or name the host in TRACE_API_HOST.",
    )


def _check_origin(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    origin = head.only("origin")
    ours = f"{head.scheme}://{head.only('host')}".lower()
    if origin is None or origin.lower() == ours or is_foreign_origin_allowed(origin, policy):
        return None
    return Refusal(
        403, "Pages of other sites may not use this server; list their origin in TRACE_API_CORS_ORIGINS."
    )


def _check_fetch_site(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    site = head.only("sec-fetch-site")
    if site is None or site in _OWN_SITE or _is_top_level_navigation(head):
        return None
    if is_foreign_origin_allowed(head.only("origin"), policy):
        return None
    return Refusal(403, "This server answers its own pages only, and the request came from another site.")


def _check_length(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    length = head.only("content-length")
    if length is None:
        return None
    if not (length.isascii() and length.isdigit()):
        return Refusal(400, "The Content-Length header must be one whole number.")
    if len(length) <= 18 and int(length) <= MAX_BODY_BYTES:
        return None
    return Refusal(413, too_large())


def _check_key(head: RequestHead, policy: AccessPolicy) -> Refusal | None:
    if not policy.key_required or not _is_guarded(head.path):
        return None
    given = _given_key(head)
    if given is None:
        return Refusal(401, "API key required")
    if policy.api_key is not None and hmac.compare_digest(given, policy.api_key):
        return None
    return Refusal(403, "Invalid API key")


_CHECKS: Final[Sequence[Callable[[RequestHead, AccessPolicy], Refusal | None]]] = (
    _check_target,
    _check_host,
    _check_origin,
    _check_fetch_site,
    _check_length,
    _check_key,
)


def too_large() -> str:
    """Return the sentence for a body beyond `MAX_BODY_BYTES`."""
    return (
        f"The request body is larger than {MAX_BODY_BYTES // 2**20} MiB, the most that is accepted at once."
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_our_host(host: str, head: RequestHead, policy: AccessPolicy) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name:
        name, port = host, ""
    if _is_configured_site(host, policy):
        return True
    if policy.any_address and _is_address(name):
        return True
    expected = {str(head.port)} | ({""} if head.port == 80 else set())
    return name in policy.hosts and port in expected


def _is_configured_site(host: str, policy: AccessPolicy) -> bool:
    # A reverse proxy in front passes its own name on; listing that origin names it as trusted.
    return any(urlsplit(origin).netloc == host for origin in policy.origins if "://" in origin)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_top_level_navigation(head: RequestHead) -> bool:
    return (
        head.method in {"GET", "HEAD"}
        and head.only("sec-fetch-mode") == "navigate"
        and head.only("sec-fetch-dest") == "document"
    )


def _is_guarded(path: str) -> bool:
    return any(path == guarded or path.startswith(f"{guarded}/") for guarded in _GUARDED_PATHS)


def _given_key(head: RequestHead) -> bytes | None:
    key = head.headers.get("x-api-key")
    if key:
        return key[0]
    for value in head.headers.get("authorization", ()):
        kind, _, token = value.partition(b" ")
        if kind.lower() == b"bearer":
            return token.strip()
    return None
