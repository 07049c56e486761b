"""Where the value of a setting comes from: the one place that knows the order of precedence below an argument.

An environment variable, else the configuration file, else the profile's preset, else the default.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from agent_inspector.config_file import as_text, config_path, read_config_file

_log = logging.getLogger("agent_inspector")

Source: TypeAlias = Literal["environment", "file", "profile", "default"]


class Profile(str, Enum):
    """A preset of settings for one kind of use."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEBUG = "debug"


PRESETS: Final[Mapping[Profile, Mapping[str, Any]]] = {
    Profile.PRODUCTION: {"sample_rate": 0.01, "encryption_enabled": True, "log_level": "WARNING"},
    Profile.DEVELOPMENT: {"sample_rate": 0.5, "compression_level": 3, "log_level": "INFO"},
    Profile.DEBUG: {"sample_rate": 1.0, "compression_enabled": False, "log_level": "DEBUG"},
}
"""What each profile changes; everything else keeps its default."""


class Found(NamedTuple):
    """A value, and which source it is from."""

    value: Any
    source: Source


_profile_in_force: ContextVar[Profile | None] = ContextVar("agent_inspector_profile", default=None)
_warned: set[tuple[str, str]] = set()


def look_up(name: str, variable: str, parse: Callable[[str], Any], default: Any) -> Found:
    """Return the value of a setting, its bounds checked; a text that cannot be used warns once, and the next source decides."""
    below = _preset(name, default)
    file = read_config_file()
    if name in file:
        place = f"{name} in {config_path()}"
        below = _parsed(place, variable, as_text(file[name]), parse, Found(below.value, "file"), below)
    text = os.environ.get(variable)
    if text is None:
        return below
    return _parsed(variable, variable, text, parse, Found(below.value, "environment"), below)


@contextmanager
def profile_in_force(profile: Profile) -> Iterator[None]:
    """Let this profile decide, whatever the environment and the file say of profiles."""
    token = _profile_in_force.set(profile)
    try:
        yield
    finally:
        _profile_in_force.reset(token)


def chosen_profile() -> Profile | None:
    """Return the profile in force: the one that code asked for, else `TRACE_PROFILE`, else that of the file."""
    named = _profile_in_force.get() or _profile_of("TRACE_PROFILE", os.environ.get("TRACE_PROFILE"))
    if named:
        return named
    written = read_config_file().get("profile")
    return _profile_of(f"profile in {config_path()}", as_text(written)) if written else None


def _preset(name: str, default: Any) -> Found:
    profile = chosen_profile()
    if profile and name in PRESETS[profile]:
        return Found(PRESETS[profile][name], "profile")
    return Found(default() if callable(default) else default, "default")


def _parsed(  # noqa: PLR0913 (a text, where it stands, and what holds without it)
    place: str, variable: str, text: str, parse: Callable[[str], Any], found: Found, below: Found
) -> Found:
    try:
        return Found(parse(text), found.source)
    except ValueError as problem:
        _warn_once(place, variable, text, str(problem), below.value)
        return below


def _profile_of(place: str, text: str | None) -> Profile | None:
    if not text:
        return None
    try:
        return Profile(text.strip().lower())
    except ValueError:
        _warn_once(place, "TRACE_PROFILE", text, "one of production, development, debug", "no profile")
        return None


def _warn_once(place: str, variable: str, text: str, problem: str, used: object) -> None:
    if (place, text) not in _warned:
        _warned.add((place, text))
        shown = "its value" if "KEY" in variable else repr(text)
        _log.warning("%s: %s is not %s; using %r instead.", place, shown, problem, used)
