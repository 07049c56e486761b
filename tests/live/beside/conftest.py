"""Programs recorded here and by other vendors at once; `.ci/live` makes their environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.collector import Collector


@pytest.fixture
def backend() -> Iterator[Collector]:
    """Take what the other vendor's exporter sends."""
    collector = Collector()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()
