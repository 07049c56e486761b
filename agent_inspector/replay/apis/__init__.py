"""The APIs through which programs ask models: each writes a recorded answer whole, or as a stream of events."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Final

from agent_inspector.replay.apis import anthropic_messages, chat_completions, responses

APIS: Final[Mapping[str, ModuleType]] = {
    "/chat/completions": chat_completions,
    "/responses": responses,
    "/messages": anthropic_messages,
}
"""By the end of the path."""
