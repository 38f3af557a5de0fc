"""xero-node, Xero's own client for Node, drives the simulator: not one of us has written it.

It is not part of the repository. `make xero-node` installs it beside the virtual environment; where
it is elsewhere, XERO_NODE names the folder that has its node_modules.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.client import SCOPES
from xero_simulator import Fault, Simulator

FOLDER = Path(os.environ.get("XERO_NODE", Path(__file__).parents[2] / ".xero-node"))
MODULES = FOLDER / "node_modules"
SCRIPT = Path(__file__).with_name("xero_node.cjs")


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("left out: xero-node against the simulator, for there is no node here")
    if not (MODULES / "xero-node").is_dir():
        pytest.skip("left out: xero-node against the simulator; `make xero-node` installs it")
    return found


@pytest.mark.timeout(120)
def test_xero_node_does_with_the_simulator_what_it_does_with_xero(
    node: str, xero: Simulator
) -> None:
    environment = {**os.environ, "NODE_PATH": str(MODULES), "NO_PROXY": "localhost"}
    script = subprocess.Popen(
        [node, str(SCRIPT), xero.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with script:
        try:
            steps = converse(script, xero)
        finally:
            script.kill()
    assert steps == EXPECTED


def converse(script: subprocess.Popen[str], xero: Simulator) -> dict[str, Any]:
    """Each step's outcome by its name; the consent is given, and the limit reached, in between."""
    assert script.stdin
    assert script.stdout
    assert script.stderr
    steps = {}
    for line in script.stdout:
        found = json.loads(line)
        step = found.pop("step")
        if step == "consent":
            print(xero.consent(found["url"]), file=script.stdin, flush=True)
        elif step == "ready":
            xero.faults.add(Fault.minute_limit(retry_after=9))
            print("go on", file=script.stdin, flush=True)
        else:
            steps[step] = found
    assert script.wait() == 0, script.stderr.read()
    return steps


DUPLICATE = (
    "The contact name Kea Ltd is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
# Ten at 1.2345 less 10 % are 11.11, and 1.67 of GST: a price of four decimals was kept.
EXPECTED: dict[str, dict[str, Any]] = {
    "tokens": {"scope": SCOPES, "hasRefresh": True},
    "refreshed": {"isAnother": True},
    "organisation": {"name": "Demo Company (NZ)", "isDemo": True},
    "item": {"code": "BOLT", "price": 1.2345, "taxType": "OUTPUT2"},
    "invoice": {"total": 12.78, "status": "AUTHORISED", "isOne": True},
    "read": {"due": "2026-12-01T00:00:00.000Z", "price": 1.2345, "rate": 10, "taxType": "OUTPUT2"},
    "changed": {"reference": "PO 7", "total": 12.78},
    "paid": {"amount": 5, "due": 7.78},
    "deleted": {"status": "DELETED"},
    "each": {"statuses": ["ERROR", "OK"], "why": DUPLICATE},
    "refused": {"status": 400, "type": "ValidationException"},
    "page": {"names": ["Tui Ltd"], "count": 2},
    "limited": {"status": 429, "wait": "9", "which": "minute"},
}
