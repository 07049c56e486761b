"""Mode: whether a replay runs this process; asked once, when the facade is loaded."""

from __future__ import annotations

import os
from typing import Final

REPLAY_VARIABLE: Final = "AGENT_INSPECTOR_REPLAY"
"""Where the recording is served: an address of this machine. Only `agent-inspector replay` sets it, for its program."""

IS_REPLAY: Final = REPLAY_VARIABLE in os.environ
