from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.probe.support import Place, a_place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A Demo Company of the simulator."""
    with a_place(tmp_path) as found:
        yield found
