"""Several workers at once, and workers that die: real processes on a real site."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest

from tests.contract.world import ORGANIZATIONS, unique
from tests.site.conftest import SITE
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.runs import jobs
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Simulator

_WORKER = """
import frappe
frappe.init({site!r}, sites_path=".")
frappe.connect()
frappe.conf.xero_address = {address!r}
{work}
frappe.destroy()
"""


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero(latency=0.2, minute_limit=1000) as simulator:
        connect(simulator)
        yield simulator


def worker(xero: Simulator, work: str) -> subprocess.Popen[str]:
    program = _WORKER.format(site=SITE, address=xero.url, work=work)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_of_many_workers_one_renews_the_tokens(xero: Simulator) -> None:
    store = SiteTokens()
    old = store.load()
    past = CLOCK.now() - timedelta(minutes=1)
    store.save(Tokens(old.access_token, old.refresh_token, past, old.scopes))
    xero.reset_calls()
    work = "from vtiger_xero.connection.consent import fresh_tokens; fresh_tokens()"
    workers = [worker(xero, work) for _ in range(4)]
    for each in workers:
        said, _ = each.communicate(timeout=60)
        assert each.returncode == 0, said
    assert len([call for call in xero.calls if call.path.endswith("/connect/token")]) == 1
    assert store.load().refresh_token != old.refresh_token


def test_after_a_killed_worker_the_next_run_goes_on_without_duplicates(
    xero: Simulator, world: SiteWorld
) -> None:
    titles = {unique("Killed") for _ in range(120)}
    for title in sorted(titles):
        world.crm.create(ORGANIZATIONS, {"organization_name": title})
    run = jobs._new_run(jobs.SYNC, frappe.get_doc("Xero Settings").tenant_id)
    frappe.db.commit()
    work = f"from vtiger_xero.runs import jobs; jobs.run_sync({run!r}, jobs.SYNC)"
    running = worker(xero, work)
    _wait_for_the_first_write(xero)
    running.kill()
    running.communicate()
    ended = run_now()
    assert ended.status == "Completed", ended.message
    names = Counter(each.name for each in xero.organisation.contacts.in_order())
    assert {title: names[title] for title in titles} == dict.fromkeys(titles, 1)
    assert frappe.db.count("Xero Outbox") == 0
    linked = {"state": "In Sync", "xero_key": ["is", "set"]}
    assert frappe.db.count("Xero Link", linked) >= len(titles)


def _wait_for_the_first_write(xero: Simulator) -> None:
    for _ in range(600):
        if any(call.method == "PUT" for call in xero.calls):
            return
        time.sleep(0.05)
    raise TimeoutError("The worker wrote nothing to Xero.")
