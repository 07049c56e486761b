"""`agent-inspector init`: create the store, make a profile last, and say what will be recorded and where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from agent_inspector.cli.terminal import say, say_json, visible
from agent_inspector.config import TraceConfig, get_config
from agent_inspector.config_file import config_path, write_config_file
from agent_inspector.sources import Profile
from agent_inspector.store import open_store


def init(
    profile: Annotated[
        Profile | None,
        typer.Option(help="Write this profile into the configuration file, so that it holds from now on."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Create the store, and say where it is and what will be recorded.

    Not needed before recording: the store makes itself at the first run. It does no harm to a store that exists.
    A TRACE_* variable still wins over the configuration file; `config --show` names the source of each value.
    """
    written = None if profile is None else write_config_file({"profile": profile.value})
    config = get_config() if written is None else TraceConfig()
    store = open_store(config)
    try:
        store.write([])
    finally:
        store.close()
    if as_json:
        say_json(_facts(config, profile, written))
        return
    say(f"Store:        {visible(config.db_path)}")
    say(f"Sample rate:  {config.sample_rate:g} ({config.sample_rate:.0%} of runs)")
    say(f"Encryption:   {encryption_of(config)}")
    if written is not None and profile is not None:
        say(f"Profile:      {profile.value}, from now on, in {visible(str(written))}")
        if os.environ.get("TRACE_PROFILE", profile.value) != profile.value:
            say("              but here TRACE_PROFILE wins over it; unset it.")
    say("Next: agent-inspector run -- python your_app.py, then agent-inspector server")


def encryption_of(config: TraceConfig) -> str:
    """Say in a few words whether content is encrypted."""
    if config.withholds_content:
        return (
            "on, but there is no key: content is withheld until there is one (agent-inspector keys generate)"
        )
    return "on" if config.encryption_enabled else "off"


def _facts(config: TraceConfig, profile: Profile | None, written: Path | None) -> dict[str, Any]:
    return {
        "store": config.db_path,
        "sample_rate": config.sample_rate,
        "encryption": encryption_of(config),
        "profile": profile.value if profile else None,
        "configuration_file": str(written or config_path()),
    }
