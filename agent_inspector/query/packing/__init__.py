"""Evidence packs: what is known of why a run came out as it did, within a limit of tokens."""

from agent_inspector.query.packing.choosing import find_failed_run
from agent_inspector.query.packing.packs import pack_evidence
from agent_inspector.query.packing.texts import pack_text

__all__ = ["find_failed_run", "pack_evidence", "pack_text"]
