"""Values: ids, numbers, dates, paths, URLs and names in texts, and the forms in which the same value may stand elsewhere."""

from agent_inspector.query.values.extraction import Value, find_values, whole_value

__all__ = ["Value", "find_values", "whole_value"]
