from collections.abc import Iterator

import pytest

from tests.simulator.client import Client
from xero_simulator import Simulator


@pytest.fixture
def xero() -> Iterator[Simulator]:
    """A Xero whose limits are out of the way."""
    with Simulator(seed=1, minute_limit=9_000, day_limit=9_000) as simulator:
        yield simulator


@pytest.fixture
def client(xero: Simulator) -> Client:
    """An app that was let into the demo company."""
    return Client(xero)
