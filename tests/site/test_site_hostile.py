"""Hostile text in records is text everywhere: no piece of SQL, and no piece of HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.site.conftest import SITE
from tests.site.queueing import choose
from tests.site.shop import Shop
from tests.site.test_site_records import a_sales_account
from tests.site.web import Caller, new_person, served
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.simulator import Simulator

MARK = "<img src=x onerror=alert(7)>"
NAMES = [
    "'; drop table `tabVtiger Organization`; -- ",
    '" or "1"="1',
    "%s %(name)s {0} {{ 7*7 }}",
    "\\' or 1=1 -- ",
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(SITE) as address:
        yield address


@pytest.fixture
def xero() -> Iterator[Simulator]:
    with simulated_xero(minute_limit=1000) as simulator:
        connect(simulator)
        yield simulator


def organization(**fields: Any) -> str:
    made = frappe.get_doc({"doctype": "Vtiger Organization", **fields}).insert()
    frappe.db.commit()
    return str(made.name)


def test_text_that_looks_like_sql_goes_over_and_comes_back_as_it_is(xero: Simulator) -> None:
    for name in NAMES:
        organization(organization_name=name, billing_city=name)
        xero.organisation.add_contact_in_xero(Name=f"Xero {name}", TaxNumber=name[:20])
    assert run_now().status == "Completed"
    assert run_now().status == "Completed"
    theirs = {each.name for each in xero.organisation.contacts.in_order()}
    ours = set(frappe.get_all("Vtiger Organization", pluck="organization_name"))
    for name in NAMES:
        tidy = " ".join(name.split())
        assert tidy in theirs
        assert f"Xero {tidy}" in ours
    assert frappe.db.count("Vtiger Organization") >= 2 * len(NAMES)


def test_what_the_site_says_of_a_record_holds_no_html_of_it(
    xero: Simulator, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages, the bell, comments and runs are shown as HTML by Frappe itself."""
    choose(conflicts="Ask")
    name = organization(organization_name=f"Kea {MARK}", billing_city="Napier")
    frappe.get_doc("Vtiger Organization", name).update({"organization_name": "Kea"}).save()
    organization(organization_name=f"Weka {MARK}")  # Xero takes no such name: it is skipped
    run_now()
    (contact,) = (each for each in xero.organisation.contacts.in_order() if each.name == "Kea")
    address_there = {"AddressType": "POBOX", "City": MARK}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address_there])
    frappe.get_doc("Vtiger Organization", name).update({"billing_city": f"B {MARK}"}).save()
    frappe.db.commit()
    run_now()
    assert MARK not in _shown_as_html()
    manager = Caller(address, new_person("Xero Manager")).sign_in()
    for door, given in (
        ("sync_now", {"module": MARK}),
        ("sync_records", {"doctype": "Vtiger Organization", "names": f'["{MARK}"]'}),
        ("run_status", {"run": MARK}),
        ("apply_plan", {"run": MARK}),
        ("retry_cause", {"key": MARK}),
        ("choose_organisation", {"tenant": MARK}),
        ("sync_records", {"doctype": MARK, "names": "[1]"}),
    ):
        said = manager.call(door, **given).json()
        assert MARK not in str(said.get("_server_messages", "")), door


@pytest.mark.parametrize("account", [{"type": "BANK"}, {"status": "ARCHIVED"}])
def test_an_account_that_is_refused_is_named_as_text(account: dict[str, str]) -> None:
    """Its title is Xero's text, and the sentence is shown as HTML."""
    held = a_sales_account(Shop(), title=MARK, **account)
    with pytest.raises(frappe.ValidationError) as refused:
        frappe.get_doc("Xero Settings").update({"sales_account": held}).save()
    assert MARK not in str(refused.value)
    assert "&lt;img" in str(refused.value)


def _shown_as_html() -> str:
    shown = (
        ("Comment", "content"),
        ("Notification Log", "subject"),
        ("Xero Sync Run", "message"),
        ("Error Log", "method"),
    )
    return "\n".join(str(frappe.get_all(doctype, pluck=field)) for doctype, field in shown)


def test_the_pages_data_comes_as_data(xero: Simulator, address: str) -> None:
    """What a door gives is JSON, which no browser takes for a page, whatever stands in it."""
    organization(organization_name=f"Weka {MARK}")
    run = run_now()
    person = Caller(address, new_person("Xero User", "Sales User")).sign_in()
    given = {"run": run.name, "module": "Organizations", "side": "Xero", "operation": "Skipped"}
    for door in ("sync_entries", "causes", "sync_log", "conflicts", "last_runs"):
        answer = person.call(door, **(given if door == "sync_entries" else {}))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
    csv = person.call("download_entries", "GET", **given)
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in csv.headers["Content-Disposition"]
