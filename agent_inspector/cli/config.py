"""`agent-inspector config`: the settings in force, and where each can be set; secrets are never shown."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Annotated, Any, Final

import typer

from agent_inspector.cli.init import encryption_of
from agent_inspector.cli.tables import draw_table
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import Profile, TraceConfig, get_config

_SECRETS: Final = frozenset({"api_key", "encryption_key"})
_MASK: Final = "********"


def config(
    show: Annotated[bool, typer.Option("--show", help="Show every setting.")] = False,
    profile: Annotated[
        Profile | None, typer.Option(help="Show what this profile would give, and how to make it last.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every setting as JSON, for programs.")
    ] = False,
) -> None:
    """Show the settings in force. Keys are masked.

    A setting comes from its TRACE_* environment variable, else from the profile (TRACE_PROFILE), else from its default.
    """
    settings = get_config() if profile is None else TraceConfig.for_profile(profile)
    if as_json:
        say_json(masked(settings))
        return
    if show:
        _print_all(settings)
    else:
        _print_brief(settings)
    if profile is not None:
        say(f"To use this profile: export TRACE_PROFILE={profile.value}")


def masked(settings: TraceConfig) -> dict[str, Any]:
    """Return every setting, with secrets replaced."""
    return {
        name: _MASK if name in _SECRETS and value else value for name, value in settings.to_dict().items()
    }


def _print_brief(settings: TraceConfig) -> None:
    compression = f"{settings.compression_codec}, level {settings.compression_level}"
    say(f"Store:        {visible(settings.db_path)}")
    say(f"Sample rate:  {settings.sample_rate:g}" + (", failed runs only" if settings.only_on_error else ""))
    say(f"Encryption:   {encryption_of(settings)}")
    say(f"Compression:  {compression if settings.compression_enabled else 'off'}")
    say(f"Server:       {visible(settings.api_host)}:{settings.api_port}, API key {_key_state(settings)}")
    say("Every setting: agent-inspector config --show")


def _print_all(settings: TraceConfig) -> None:
    values = masked(settings)
    variables = {item.name: str(item.metadata["env"]) for item in fields(settings)}
    rows = [(name, variables[name], _source(variables[name]), _written(values[name])) for name in values]
    draw_table(("setting", "environment variable", "from", "value"), rows)


def _source(variable: str) -> str:
    return (
        "environment"
        if variable in os.environ
        else "profile"
        if os.environ.get("TRACE_PROFILE")
        else "default"
    )


def _written(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or "-"
    return str(value)


def _key_state(settings: TraceConfig) -> str:
    if settings.api_key_required:
        return "required"
    return "set, but asked for only beyond this machine" if settings.api_key else "not required"
