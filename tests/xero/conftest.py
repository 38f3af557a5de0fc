from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.xero.support import Desk, desk_at
from vtiger_xero.simulator import Simulator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=1) as running:
        yield running


@pytest.fixture
def desk(simulator: Simulator) -> Desk:
    return desk_at(simulator)
