"""User and session of a run, carried on the OpenTelemetry context to every span below it.

They travel under a private context key, not as baggage: instrumented HTTP clients send baggage to
whatever server they talk to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opentelemetry.context import Context, create_key, get_value, set_value

from otel_bridge import semconv

_KEY: Final = create_key("agent-inspector-identity")


def with_identity(context: Context, *, user_id: str | None, session_id: str | None) -> Context:
    """Return a context below which spans belong to this user and session; None keeps what is there."""
    found = dict(identity_of(context))
    if user_id is not None:
        found[semconv.USER_ID] = user_id
    if session_id is not None:
        found[semconv.SESSION_ID] = session_id
    return set_value(_KEY, found, context) if found else context


def identity_of(context: Context | None) -> Mapping[str, str]:
    """Return the attributes that say whose spans these are."""
    found = get_value(_KEY, context)
    return found if isinstance(found, dict) else {}
