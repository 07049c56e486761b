"""What tests of agents need: a run that is recorded while a test runs, with assertions on it, and a test written from one."""

from agent_inspector.testing.recorded import RecordedRun
from agent_inspector.testing.recording import SessionRecorder
from agent_inspector.testing.writing import write_test

__all__ = ["RecordedRun", "SessionRecorder", "write_test"]
