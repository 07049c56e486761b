"""Replay: a program runs again while recorded model and tool answers are served back to it, offline."""

from agent_inspector.replay.reading import read_tape
from agent_inspector.replay.server import ReplayServer
from agent_inspector.replay.tape import Tape

__all__ = ["ReplayServer", "Tape", "read_tape"]
