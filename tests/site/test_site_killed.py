"""A worker that is killed under a running job: on the site, too, nothing is lost or doubled.

A real process, a real SIGKILL at a chosen moment of its talk with Xero; then another run.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.reliability.figures import note
from tests.site.shop import Shop, item_tax
from tests.site.test_site_workers import worker
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.records import Module
from vtiger_xero.runs import jobs
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Fault, Simulator
from xero_simulator.answers import Answer, ConnectionDropped
from xero_simulator.faults import Match

ORGANIZATIONS = 30
COUNTED = ("created", "updated", "deleted")
APPROVED = {"status": "Approved", "invoice_date": "2026-03-01", "due_date": "2026-03-21"}


@dataclass
class Job:
    """The running job's process, once there is one."""

    pid: int = 0

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def committed(job: Job, match: Match, skip: int) -> Fault:
    """Xero has done it, and its answer is read by nobody."""

    def leaving(answer: Answer) -> Answer:
        job.kill()
        return answer

    return Fault("kill", match, skip=skip, leaving=leaving)


def lost(job: Job, match: Match, skip: int) -> Fault:
    """Sent, and lost on the way."""

    def arriving(clock: object) -> None:
        job.kill()
        raise ConnectionDropped

    return Fault("kill", match, skip=skip, arriving=arriving)


MOMENTS = {
    "before Xero saw the first contacts": (lost, Match("PUT", "/Contacts"), 0),
    "Xero committed the first contacts": (committed, Match("PUT", "/Contacts"), 0),
    "before Xero saw the invoices": (lost, Match("PUT", "/Invoices"), 0),
    "Xero committed the invoices": (committed, Match("PUT", "/Invoices"), 0),
    "Xero committed the payments": (committed, Match("PUT", "/Payments"), 0),
    "a page of contacts read": (committed, Match("GET", "/Contacts"), 0),
    "during the refresh of the tokens": (committed, Match("POST", "/connect/token"), 0),
}


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero(minute_limit=1000) as simulator:
        connect(simulator)
        settings = frappe.get_doc("Xero Settings")
        settings.set("modules", [{"module": each.value, "enable_sync": 1} for each in Module])
        for field, code in (("sales_account", "200"), ("payment_account", "090")):
            settings.set(field, frappe.db.get_value("Xero Account", {"code": code}))
        settings.save()
        frappe.db.commit()
        yield simulator


def trade(xero: Simulator) -> tuple[list[str], list[str]]:
    """New organizations, invoices and payments of the CRM; names and numbers to look for."""
    shop = Shop()
    frappe.db.set_value("Vtiger Product", shop.bolt, {"part_number": unique("B")[:30]})
    tax = item_tax(frappe.db.get_value("Vtiger Tax", {"xero_tax_type": "OUTPUT2"}))
    titles = [unique("Killed") for _ in range(ORGANIZATIONS)]
    for title in titles:
        frappe.get_doc({"doctype": "Vtiger Organization", "organization_name": title}).insert()
    numbers = [unique("KILL").replace(" ", "-") for _ in range(4)]
    for number in numbers:
        invoice = shop.invoice(shop.line(10, 3), taxes=[tax], invoice_no=number, **APPROVED)
        for _ in range(2):  # payments that nobody can tell apart
            shop.pay(invoice, 5, payment_date="2026-03-02")
    for n in range(3):
        xero.organisation.add_contact_in_xero(Name=unique(f"Theirs {n}"))
    frappe.db.commit()
    return titles, numbers


def expired() -> None:
    """The next call begins with a refresh."""
    store = SiteTokens()
    old = store.load()
    past = CLOCK.now() - timedelta(minutes=1)
    store.save(Tokens(old.access_token, old.refresh_token, past, old.scopes))
    frappe.db.commit()


def killed(xero: Simulator, job: Job) -> bool:
    run = jobs._new_run(jobs.SYNC, frappe.get_doc("Xero Settings").tenant_id)
    frappe.db.commit()
    work = f"from vtiger_xero.runs import jobs; jobs.run_sync({run!r}, jobs.SYNC)"
    process: subprocess.Popen[str] = worker(xero, work)
    job.pid = process.pid
    said, _ = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), said
    return process.returncode != 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_next_run_ends_what_a_killed_worker_began(xero: Simulator, moment: str) -> None:
    titles, numbers = trade(xero)
    expired()
    job = Job()
    fault, match, skip = MOMENTS[moment]
    xero.faults.add(fault(job, match, skip))
    assert killed(xero, job)
    xero.faults.clear()
    frappe.db.rollback()
    ended = run_now(retry=True)
    assert ended.status == "Completed", ended.message
    assert _writes(run_now()) == 0
    books = xero.organisation
    names = Counter(each.name for each in books.contacts.in_order())
    assert {title: names[title] for title in titles} == dict.fromkeys(titles, 1)
    held = Counter(each.number for each in books.invoices.values())
    assert {number: held[number] for number in numbers} == dict.fromkeys(numbers, 1)
    paid = [each.amount_paid for each in books.invoices.values() if each.number in numbers]
    assert paid == [10] * len(numbers)
    assert frappe.db.count("Xero Outbox") == 0
    note("crashes", kills=1, trials=1, lost=0, doubled=0)


def _writes(run: Any) -> int:
    done = [f"{side}_{deed}" for side in ("crm", "xero") for deed in COUNTED]
    logs = frappe.get_all("Xero Sync Log", {"run": run.name}, done)
    return sum(int(row[each] or 0) for row in logs for each in done)
