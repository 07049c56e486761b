"""`python -m agent_inspector.server.openapi`: the OpenAPI document on standard output, the same bytes every time."""

from __future__ import annotations

import json
import sys

from agent_inspector.config import TraceConfig
from agent_inspector.server.app import new_app


def openapi_text() -> str:
    """Return the OpenAPI document, sorted and indented, for ui/openapi.json."""
    document = new_app(TraceConfig(api_enabled=True)).openapi()
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_text())
