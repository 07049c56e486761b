"""The command `agent-inspector`: one module for each verb, loaded when the verb is used."""

from agent_inspector.cli.entry import main

__all__ = ["main"]
