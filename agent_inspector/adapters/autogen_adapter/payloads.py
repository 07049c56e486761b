"""AutoGen's logged events as plain facts: who sent it, what a message says, what a model answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_UNIQUE: Final = re.compile(r"_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_OUTPUT_TOPIC: Final = "output_topic"
NOT_SERIALIZED: Final = "Message could not be serialized"


def agent_name(agent_id: str | None) -> str | None:
    """Return the name in an id such as `alice_02797e14-67c4-4dea-80c7-b209bdacdcc6/...`."""
    return _UNIQUE.sub("", agent_id.split("/")[0]) if agent_id else None


def is_sent(event: Mapping[str, Any]) -> bool:
    """Whether this is the sending of a message; its delivery is logged too, once for each receiver."""
    stage, kind = str(event.get("delivery_stage")), str(event.get("kind"))
    return stage.endswith("SEND") and not kind.endswith("RESPOND")


def is_shown(event: Mapping[str, Any]) -> bool:
    """Whether a team shows this message to whoever runs it: each message of its agents once."""
    return agent_name(event.get("receiver")) == _OUTPUT_TOPIC


def is_of_team(event: Mapping[str, Any]) -> bool:
    """Whether a team sent this; agents outside of one have plain names."""
    ids = (event.get("sender"), event.get("receiver"))
    return any(_UNIQUE.search(str(one).split("/")[0]) for one in ids if one)


def messages_of(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the messages in the payload of a team's event."""
    payload = read_payload(event)
    if isinstance(payload, Mapping):
        for message in [payload.get("message"), *(payload.get("messages") or ())]:
            if isinstance(message, Mapping):
                yield message


def is_task(event: Mapping[str, Any]) -> bool:
    """Whether the event gives a team what it is to work on."""
    payload = read_payload(event)
    return isinstance(payload, Mapping) and bool(payload.get("messages"))


def read_payload(event: Mapping[str, Any]) -> Any:
    """Return the payload of a message; one that is not JSON as it is."""
    payload = event.get("payload")
    try:
        return json.loads(payload) if isinstance(payload, str) else payload
    except ValueError:
        return payload


def read_response(response: Any) -> tuple[Any, dict[str, Any]]:
    """Return what a model answered, and about it model, id and finish reason, from any client's response."""
    if not isinstance(response, Mapping):
        return response, {}
    choices = response.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
    message = first.get("message") or response.get("message") or response
    about = {
        "finish_reason": first.get("finish_reason") or _any(response, "finish_reason", "stop_reason"),
        "response_model": response.get("model"),
        "response_id": response.get("id"),
    }
    return _answer(message), {name: value for name, value in about.items() if value is not None}


def _answer(message: Any) -> Any:
    if not isinstance(message, Mapping):
        return message
    content, tool_calls = message.get("content"), message.get("tool_calls")
    # A result of AutoGen's own has its calls as content: [{"id", "name", "arguments"}].
    if isinstance(content, list) and content and all(_is_call(part) for part in content):
        content, tool_calls = None, content
    return [{"role": "assistant", "content": content, "tool_calls": tool_calls or []}]


def _is_call(part: Any) -> bool:
    return isinstance(part, Mapping) and {"name", "arguments"} <= part.keys()


def _any(mapping: Mapping[str, Any], *names: str) -> Any:
    return next((mapping[name] for name in names if mapping.get(name) is not None), None)
