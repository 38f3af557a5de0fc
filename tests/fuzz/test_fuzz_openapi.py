"""Schemathesis walks Xero's OpenAPI description against the simulator: no call may break it.

Only in `make reliability`, and only where Xero's description and schemathesis are at hand.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.reliability.figures import note
from tests.simulator.client import OPENAPI_FILE, Client
from vtiger_xero.simulator import Simulator
from vtiger_xero.simulator.application import ENDPOINTS

schemathesis = pytest.importorskip("schemathesis", reason="left out: schemathesis is not here")
if not OPENAPI_FILE.exists():
    pytest.skip("left out: Xero's OpenAPI description is not here", allow_module_level=True)

pytestmark = [pytest.mark.reliability, pytest.mark.timeout(3600)]
ENOUGH = 10_000_000
EXAMPLES = 5  # of each operation; to make one up takes longer than to answer it


def plain(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"[<{].*?[>}]", "*", path)


ROUTES = {plain(each.path) for each in ENDPOINTS}


@pytest.fixture(scope="module")
def xero() -> Iterator[Simulator]:
    limits = {"minute_limit": ENOUGH, "day_limit": ENOUGH, "app_minute_limit": ENOUGH}
    with Simulator(seed=1, **limits) as simulator:  # type: ignore[arg-type]
        yield simulator


@functools.cache
def document() -> dict[str, Any]:
    """Xero's description, of what the simulator has."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(OPENAPI_FILE.read_text("utf-8"), loader)
    found["paths"] = {k: v for k, v in found["paths"].items() if plain(k) in ROUTES}
    return found


schema = schemathesis.openapi.from_dict(document())


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_call_of_xeros_description_breaks_the_simulator(case: Any, xero: Simulator) -> None:
    sent = Client(xero).http.headers
    headers = {each: str(sent[each]) for each in ("Authorization", "xero-tenant-id", "Accept")}
    answer = case.call(base_url=f"{xero.url}/api.xro/2.0", headers=headers)
    note("fuzzing", tried=1)
    assert answer.status_code < 500 or answer.status_code == 501, (case.method, case.path)
