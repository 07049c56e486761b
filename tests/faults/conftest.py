"""Programs for the fault tests; the slow ones run only where `-m` asks for them (`make faults`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.programs import Program


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr:
        return
    here = Path(__file__).parent
    slow = [item for item in items if here in item.path.parents and item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)
