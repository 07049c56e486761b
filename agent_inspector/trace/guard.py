"""The border between the facade and the traced program: nothing of ours is ever raised across it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger("agent_inspector")
_said: set[str] = set()


def say_once(key: str, message: str, *args: object) -> None:
    """Log a warning the first time only; it must hold no payload."""
    if key not in _said:
        _said.add(key)
        _log.warning(message, *args)


def harmless(call: Callable[P, R]) -> Callable[P, R | None]:
    """Make a call return None instead of raising; the first failure of each kind is logged."""

    @functools.wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return call(*args, **kwargs)
        except Exception as problem:  # noqa: BLE001  (this is the border)
            kind = type(problem).__name__
            say_once(
                f"{call.__qualname__}:{kind}", "%s could not record a step: %s.", call.__qualname__, kind
            )
            return None

    return guarded
