"""Diagnosis: what stands in the way of recording, each with the fix: the installation, the settings, the store, a program."""

from agent_inspector.diagnosis.checks import Check, Verdict
from agent_inspector.diagnosis.installation import check_installation
from agent_inspector.diagnosis.program import check_program
from agent_inspector.diagnosis.recorded import check_store
from agent_inspector.diagnosis.settings import check_settings

__all__ = ["Check", "Verdict", "check_installation", "check_program", "check_settings", "check_store"]
