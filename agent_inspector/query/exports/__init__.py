"""Exports: runs as documents of several formats, written part by part, so that a run of any length fits in memory."""

from agent_inspector.query.exports.formats import FORMATS, ExportFormat, export_parts

__all__ = ["FORMATS", "ExportFormat", "export_parts"]
