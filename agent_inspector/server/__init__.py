"""The HTTP server: the API, the web UI and live updates, for this machine only unless told otherwise."""

from agent_inspector.server.app import create_app

__all__ = ["create_app"]
