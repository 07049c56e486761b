"""What happens to a span between the agent and the disk: redact, serialize, compress, encrypt; one file per stage."""

from agent_inspector.pipeline.codec import Codec, make_codec
from agent_inspector.pipeline.redact import explain, make_redactor, redact_value

__all__ = ["Codec", "explain", "make_codec", "make_redactor", "redact_value"]
