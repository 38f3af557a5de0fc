"""The limits of Xero, shared by all workers of a site through its Redis."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import frappe
import pytest
from redis.exceptions import ConnectionError as Unreachable

from tests.contract.budget import BudgetPromises
from tests.site.conftest import SITE
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.xero import BudgetState

_WORKER = """
import frappe
frappe.init({site!r}, sites_path=".")
frappe.connect()
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.crm.times import CLOCK as clock
store = SiteBudget({tenant!r})
{work}
frappe.destroy()
"""


class SitePlace:
    """The site's Redis; a worker is a process with a connection of its own."""

    def store(self, tenant: str) -> SiteBudget:
        return SiteBudget(tenant)

    def at_once(self, tenant: str, workers: Sequence[str]) -> list[str]:
        running = [
            _started(_WORKER.format(site=SITE, tenant=tenant, work=work)) for work in workers
        ]
        said = [each.communicate(timeout=120)[0] for each in running]
        assert [each.returncode for each in running] == [0] * len(workers), said
        return said


def _started(program: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-c", program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def place() -> SitePlace:
    return SitePlace()


class TestSiteBudget(BudgetPromises):
    pass


def test_a_site_without_redis_calls_xero_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*what: object, **how: object) -> None:
        raise Unreachable

    for name in ("get", "pipeline"):
        monkeypatch.setattr(type(frappe.cache), name, gone)
    store = SiteBudget("t")
    assert store.load() == BudgetState()
    assert store.change(lambda state: BudgetState(day_remaining=7)).day_remaining == 7
