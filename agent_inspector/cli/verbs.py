"""The table of verbs, and how a verb's module is loaded only when the verb is used.

`agent-inspector --help` then costs the same however much a verb needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

VERBS: Final[Mapping[str, str]] = {
    "init": "Create the store, and say where it is.",
    "run": "Run a program and record what its agents do, without changing its code.",
    "server": "Serve the web UI and the API on this machine.",
    "runs": "List recorded runs, newest first.",
    "show": "Show one run step by step.",
    "why": "Say why a run came out as it did, with the evidence.",
    "diff": "Compare two runs: where they part, and what differs.",
    "search": "Search steps by what was said in them.",
    "replay": "Run a program again on the recorded answers of models and tools.",
    "test-from": "Write a test that asserts what the agent did in a run.",
    "mcp": "Serve runs to a coding agent by the Model Context Protocol.",
    "stats": "Show the store in numbers.",
    "tail": "Follow runs as they happen.",
    "export": "Write runs with everything that was recorded to a file.",
    "import": "Read runs from a file into the store.",
    "delete": "Delete runs with everything that was recorded of them.",
    "prune": "Remove old runs, by age and by the size of the store.",
    "vacuum": "Give the space of deleted runs back to the disk.",
    "reindex": "Read everything stored again, by today's dialects and prices.",
    "check": "Read everything that is stored, and say what is damaged.",
    "backup": "Copy the whole store to a file.",
    "restore": "Put the content of a backup in the place of the store's.",
    "redact": "Show what redaction removes from a text, a file or a run.",
    "keys": "Make, list or rotate encryption keys.",
    "doctor": "Find what stands in the way of recording, and the fix.",
    "conformance": "Judge how recorded OTLP traffic of agents is read.",
    "config": "Show the settings in force, and where each comes from.",
}
"""Every verb with its line in the list; `agent_inspector.cli.<verb>` holds a function of the same name."""

_FUNCTIONS: Final[Mapping[str, str]] = {"import": "import_runs", "test-from": "from_run"}
"""Verbs whose name no function can have."""

_OPTIONS_BY_VERB: Final[Mapping[str, dict[str, Any]]] = {
    # Everything after the program's name belongs to the program.
    "run": {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
    "replay": {"allow_extra_args": True},
    "doctor": {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
    "test-from": {"allow_extra_args": True},
}


class Verb(TyperCommand):
    """A verb that is known by name and by its line in the list, until it is used."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return load_verb(self.name or "").make_context(info_name, args, parent=parent, **extra)


class VerbGroup(TyperGroup):
    """The command itself, with all its verbs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, line in VERBS.items():
            self.add_command(Verb(name, callback=None, help=line))


def load_verb(name: str) -> Any:
    """Import a verb's module and return its command."""
    known_as = _FUNCTIONS.get(name, name)
    function = getattr(import_module(f"agent_inspector.cli.{known_as}"), known_as)
    verb = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    verb.command(name, context_settings=_OPTIONS_BY_VERB.get(name))(function)
    command = typer.main.get_command(verb)
    command.name = name
    return command
