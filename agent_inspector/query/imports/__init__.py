"""Imports: files of runs, ours or of any OpenTelemetry tool, back to spans; nothing in a file is trusted."""

from agent_inspector.query.imports.files import read_import

__all__ = ["read_import"]
