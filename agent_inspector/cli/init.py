"""`agent-inspector init`: create the store, and say where it is and what will be recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from agent_inspector.cli.terminal import say, visible
from agent_inspector.config import Profile, TraceConfig, get_config
from agent_inspector.store import open_store


def init(
    profile: Annotated[
        Profile | None,
        typer.Option(help="Create it as this profile would, and say how to make the profile last."),
    ] = None,
) -> None:
    """Create the store, and say where it is and what will be recorded.

    Not needed before recording: the store makes itself at the first run. It does no harm to a store that exists.
    """
    config = get_config() if profile is None else TraceConfig.for_profile(profile)
    store = open_store(config)
    try:
        store.write([])
    finally:
        store.close()
    say(f"Store:        {visible(config.db_path)}")
    say(f"Sample rate:  {config.sample_rate:g} ({config.sample_rate:.0%} of runs)")
    say(f"Encryption:   {encryption_of(config)}")
    if profile is not None:
        say(f"To use this profile from now on: export TRACE_PROFILE={profile.value}")
    say("Next: agent-inspector run -- python your_app.py, then agent-inspector server")


def encryption_of(config: TraceConfig) -> str:
    """Say in a few words whether content is encrypted."""
    if config.withholds_content:
        return "on, but there is no key: content is withheld until TRACE_ENCRYPTION_KEY is set"
    return "on" if config.encryption_enabled else "off"
