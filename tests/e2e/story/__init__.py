"""A store as an engineer has one after some days: a support desk that failed, one that did not, and others."""

from tests.e2e.story.store import FAILED, PASSED, SILENT, WORKING, fill

__all__ = ["FAILED", "PASSED", "SILENT", "WORKING", "fill"]
