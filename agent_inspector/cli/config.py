"""`agent-inspector config`: the settings in force, and where each can be set; secrets are never shown."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import fields
from typing import Annotated, Any, Final

import typer

from agent_inspector.cli.init import encryption_of
from agent_inspector.cli.tables import draw_table
from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import TraceConfig, get_config, source_of, unknown_in_file
from agent_inspector.config_file import config_path
from agent_inspector.sources import Profile, profile_in_force

_SECRETS: Final = frozenset({"api_key", "encryption_key"})
_MASK: Final = "********"


def config(
    show: Annotated[bool, typer.Option("--show", help="Show every setting.")] = False,
    profile: Annotated[
        Profile | None, typer.Option(help="Show what this profile would give, and how to make it last.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print every setting as JSON, for programs; with --show its source, too."
        ),
    ] = False,
) -> None:
    """Show the settings in force. Keys are masked.

    A setting comes from its TRACE_* environment variable, else from the configuration file, else from the profile
    (TRACE_PROFILE, else the file's), else from its default. `--show` names the source of each.
    """
    with profile_in_force(profile) if profile else nullcontext():
        settings = get_config() if profile is None else TraceConfig()
        if as_json and show:
            say_json(
                {name: {"value": value, "from": source_of(name)} for name, value in masked(settings).items()}
            )
        elif as_json:
            say_json(masked(settings))
        elif show:
            _print_all(settings)
        else:
            _print_brief(settings)
    for name in unknown_in_file():
        typer.echo(f"agent-inspector: {visible(name)} in {config_path()} is no setting.", err=True)
    if profile is not None and not as_json:
        say(f"To make this profile last: agent-inspector init --profile {profile.value}")


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
    say(f"Settings:     {visible(str(config_path()))}{'' if config_path().exists() else ' (there is none)'}")
    say("Every setting: agent-inspector config --show")


def _print_all(settings: TraceConfig) -> None:
    values = masked(settings)
    variables = {item.name: str(item.metadata["env"]) for item in fields(settings)}
    rows = [(name, variables[name], source_of(name), _written(values[name])) for name in values]
    draw_table(("setting", "environment variable", "from", "value"), rows)


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
