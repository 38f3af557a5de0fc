from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import urllib3

from tests.xero.support import Desk, desk_at
from xero_simulator import Simulator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=1) as running:
        yield running


@pytest.fixture
def desk(simulator: Simulator) -> Desk:
    return desk_at(simulator)


@pytest.fixture
def bodies(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is sent to the API from here on, read as Xero reads it: numbers exactly."""
    sent: list[Any] = []
    real = urllib3.PoolManager.request

    def request(self: Any, method: str, url: str, **options: Any) -> Any:
        if body := options.get("body"):
            sent.append(json.loads(body, parse_float=Decimal))
        return real(self, method, url, **options)

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    return sent
