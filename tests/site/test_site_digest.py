"""The notices of each morning, e-mails by a person's choice, and no bell for what one watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.shop import Shop
from tests.site.test_site_bell import heard, run
from tests.site.web import new_person
from vtiger_xero.api.running import run_status
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.install import add_notifications
from vtiger_xero.runs import digest, jobs
from vtiger_xero.runs.notifying import DIGEST, FAILURES
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Fault, Simulator


@pytest.fixture(autouse=True)
def _mails() -> Iterator[None]:
    """A site that can send: its mails wait in the queue."""
    account = frappe.get_doc(
        {
            "doctype": "Email Account",
            "email_account_name": "Test",
            "email_id": "office@example.com",
            "enable_outgoing": 1,
            "default_outgoing": 1,
            "smtp_server": "localhost",
            "no_smtp_authentication": 1,
        }
    )
    account.flags.ignore_validate = True
    account.insert(ignore_if_duplicate=True)
    frappe.db.delete("Email Queue")
    frappe.db.commit()
    yield
    frappe.db.rollback()
    frappe.db.delete("Email Queue")
    frappe.db.delete("Email Queue Recipient")
    account.flags.ignore_permissions = True
    frappe.delete_doc("Email Account", account.name, force=True)
    frappe.local.outgoing_email_account = {}  # Frappe remembers it for the length of a request
    frappe.db.commit()


def mailed() -> list[str]:
    return frappe.get_all("Email Queue Recipient", pluck="recipient", order_by="creation")


def choose(person: str, **boxes: int) -> None:
    frappe.db.set_value("Notification Settings", person, boxes)
    frappe.db.commit()


def test_a_run_that_somebody_watches_to_its_end_rings_no_bell(xero: Simulator) -> None:
    person = new_person("Xero User")
    frappe.set_user(person)
    name = jobs._new_run(jobs.SYNC, frappe.db.get_single_value("Xero Settings", "tenant_id"))
    frappe.db.commit()
    run_status(name, watched=True)
    jobs.run_sync(name, jobs.SYNC)
    frappe.set_user("Administrator")
    assert heard(person) == []


def test_a_failure_is_mailed_to_whoever_has_not_switched_that_off(xero: Simulator) -> None:
    one, other = new_person("Xero Manager"), new_person("Xero Manager")
    choose(other, **{FAILURES: 0})
    assert frappe.db.get_value("Notification Settings", one, FAILURES) == 1
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    run(jobs.SCHEDULE)
    assert mailed() == [one]
    assert len(heard(other)) == 1


def test_a_site_that_cannot_send_keeps_the_bell(xero: Simulator) -> None:
    frappe.db.set_value("Email Account", "Test", "default_outgoing", 0)
    person = new_person("Xero Manager")
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    run(jobs.SCHEDULE)
    assert (mailed(), len(heard(person))) == ([], 1)


def test_what_waits_for_a_decision_rings_once_and_is_mailed_to_whoever_chose_it(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, quiet = new_person("Xero User"), new_person("Xero User")
    choose(reader, **{DIGEST: 1})
    monkeypatch.setattr(digest, "count_conflicts", lambda: 2)
    monkeypatch.setattr(digest, "count_matches", lambda: 1)
    digest.send_digest()
    digest.send_digest()
    text = "Xero: 2 conflicts and 1 possible matches wait for a decision."
    assert heard(reader) == heard(quiet) == [(text, "/app/xero-conflicts")]
    assert mailed() == [reader, reader], "each morning, as long as it waits"
    monkeypatch.setattr(digest, "count_conflicts", lambda: 3)
    digest.send_digest()
    assert len(heard(quiet)) == 2


def test_a_morning_with_nothing_to_say_is_quiet(xero: Simulator) -> None:
    person = new_person("Xero Manager")
    choose(person, **{DIGEST: 1})
    digest.send_digest()
    assert (heard(person), mailed()) == ([], [])


@pytest.mark.parametrize(("days", "bells"), [(40, 0), (9, 0), (10, 1), (3, 1), (1, 1)])
def test_a_connection_that_nobody_uses_is_announced_before_it_ends(
    xero: Simulator, days: int, bells: int
) -> None:
    manager, user = new_person("Xero Manager"), new_person("Xero User")
    used = CLOCK.now() - timedelta(days=60 - days) + timedelta(hours=1)
    SiteTokens().save(Tokens("access", "refresh", used))
    digest.send_digest()
    assert len(heard(manager)) == bells
    assert heard(user) == []
    assert all("the connection ends on" in subject for subject, _ in heard(manager))


def test_runs_that_failed_since_yesterday_are_in_the_mail(xero: Simulator) -> None:
    person = new_person("Xero Manager")
    choose(person, **{DIGEST: 1, FAILURES: 0})
    xero.faults.add(Fault.forbidden(path="api.xro", times=None))
    run(jobs.SCHEDULE)
    digest.send_digest()
    assert mailed() == [person]


def test_a_site_without_a_connection_hears_nothing() -> None:
    person = new_person("Xero Manager")
    digest.send_digest()
    assert heard(person) == []


def test_the_notifications_for_invoices_are_there_and_switched_off() -> None:
    add_notifications()
    names = ["Vtiger Invoice Overdue", "Vtiger Invoice Paid"]
    rows = frappe.get_all(
        "Notification", {"name": ["in", names]}, ["name", "enabled", "is_standard"]
    )
    assert sorted(row.name for row in rows) == names
    assert {(row.enabled, row.is_standard) for row in rows} == {(0, 0)}


def test_a_person_switches_the_notification_of_a_paid_invoice_on() -> None:
    """Frappe 15 rings the bell, too; 16 does one of the two."""
    person = new_person("Xero User")
    shop = Shop()
    notification = frappe.get_doc("Notification", "Vtiger Invoice Paid")
    notification.enabled = 1
    notification.save()
    frappe.flags.in_test = True  # no worker is to ring
    try:
        invoice = shop.invoice(shop.line(100), status="Approved", assigned_to=person)
        shop.pay(invoice, 100)
    finally:
        frappe.flags.in_test = False
        notification.db_set("enabled", 0)
        frappe.clear_cache()
    assert mailed() == [person]
    assert {subject for subject, _ in heard(person)} <= {f"Invoice {invoice.name} is paid"}


def test_a_person_switches_the_notification_of_an_overdue_invoice_on() -> None:
    shop = Shop()
    notification = frappe.get_doc("Notification", "Vtiger Invoice Overdue")
    days = {"invoice_date": add_days(nowdate(), -30), "due_date": add_days(nowdate(), -1)}
    late = shop.invoice(shop.line(100), status="Approved", **days)
    paid = shop.invoice(shop.line(100), status="Approved", **days)
    shop.pay(paid, 100)
    found = [each.name for each in notification.get_documents_for_today()]
    assert late.name in found
    assert paid.name not in found
