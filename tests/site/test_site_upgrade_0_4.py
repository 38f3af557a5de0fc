"""From 0.3 to 0.4: what a site had stays, what is new is filled in, and nothing syncs anew."""

from __future__ import annotations

import json

import frappe
from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs

from tests.contract.world import unique
from tests.site import hostile
from tests.site.test_site_trade import synced, xero
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.api import causes
from vtiger_xero.crm.stored_text import from_stored, text_columns
from vtiger_xero.patches.v0_4 import (
    clear_cancelled_balances,
    delete_prepared_reports,
    fill_in_keys,
    fill_in_messages,
    fill_in_taxes,
    move_scheduled_job,
    secure_texts,
)
from xero_simulator import Simulator

__all__ = ["xero"]  # the fixture

INVOICE, ITEM, DOCUMENT = "Vtiger Invoice", "Vtiger Invoice Item", "Xero Document"


def as_it_was_in_0_3() -> None:
    """The tables have the new columns by now; what stands in them is of before."""
    new = {
        "Xero Document": (
            "details",
            "figures",
            "booking",
            "title_key",
            "number_key",
            "refers_to_id",
        ),
        "Xero Link": ("possible", "crm_version"),
        "Xero Watermark": ("mapping_seen",),
    }
    for doctype, fields in new.items():
        frappe.db.set_value(doctype, {"name": ["!=", ""]}, dict.fromkeys(fields))
    frappe.db.set_value(INVOICE, {"name": ["!=", ""]}, {"total_tax": 0}, update_modified=False)
    frappe.db.set_value(ITEM, {"name": ["!=", ""]}, {"no_taxes": 0}, update_modified=False)
    frappe.db.commit()


def upgrade() -> None:
    for patch in (fill_in_keys, fill_in_taxes, clear_cancelled_balances):
        patch.execute()
    frappe.db.commit()


def sell(xero: Simulator, tax_type: str) -> str:
    """An invoice of 100 without its tax that was entered in Xero, part paid; its number."""
    books = xero.organisation
    buyer = books.add_contact_in_xero(Name=unique("Buyer"))
    line = {"Description": "Work", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
    invoice = books.add_invoice_in_xero(
        Contact={"ContactID": buyer.contact_id},
        Status="AUTHORISED",
        Date="2026-03-01",
        DueDate="2026-03-21",
        InvoiceNumber=unique("INV-"),
        LineItems=[{**line, "TaxType": tax_type}],
    )
    books.pay_invoice(invoice.document_id, 10)
    return str(invoice.number)


def test_the_first_run_after_an_upgrade_writes_nothing(xero: Simulator, world: SiteWorld) -> None:
    taxed, free = sell(xero, "OUTPUT2"), sell(xero, "NONE")
    synced()
    before = frappe.get_all(INVOICE, fields=["name", "modified"], order_by="name")
    bookings = frappe.get_all(DOCUMENT, fields=["name", "booking"], order_by="name")
    links = frappe.db.count("Xero Link")
    as_it_was_in_0_3()
    for _ in range(2):
        upgrade()
    assert frappe.get_all(DOCUMENT, fields=["name", "booking"], order_by="name") == bookings
    assert all(each.booking for each in bookings)
    assert frappe.db.get_value(INVOICE, {"invoice_no": taxed}, "total_tax") == 15
    untaxed = frappe.db.get_value(INVOICE, {"invoice_no": free})
    assert frappe.get_all(ITEM, {"parent": untaxed}, pluck="no_taxes") == [1]
    assert not any(synced().values())
    assert frappe.get_all(INVOICE, fields=["name", "modified"], order_by="name") == before
    assert frappe.db.count("Xero Link") == links
    states = frappe.get_all(INVOICE, {"invoice_no": ["in", [taxed, free]]}, pluck="xero_state")
    assert states == ["In Sync", "In Sync"]


def test_a_run_that_changes_nothing_changes_no_link_of_a_skipped_record(
    xero: Simulator, world: SiteWorld
) -> None:
    """Nor where 0.3 saved the link, which knew fewer columns: empty ones say nothing new."""
    too_long = world.insert(organization_name=unique("Long " + "n" * 260))
    sell(xero, "OUTPUT2")
    first = run_now()
    assert frappe.db.count("Xero Sync Entry", {"run": first.name, "operation": "Skipped"}) == 1
    empty = dict.fromkeys(("possible", "conflict", "choices", "keeps"))
    frappe.db.set_value("Xero Link", {"name": ["!=", ""]}, empty, update_modified=False)
    frappe.db.set_value("Xero Link", {"messages": ""}, "messages", None, update_modified=False)
    frappe.db.commit()
    before = frappe.get_all("Xero Link", ["name", "modified", "crm_name"], order_by="name")
    assert too_long in {each.crm_name for each in before}
    second = run_now()
    assert frappe.db.count("Xero Sync Entry", {"run": second.name, "operation": "Skipped"}) == 1
    assert frappe.get_all("Xero Link", ["name", "modified", "crm_name"], order_by="name") == before


def test_a_link_that_was_called_in_sync_while_its_figures_differ_says_so(
    xero: Simulator, world: SiteWorld
) -> None:
    number = sell(xero, "OUTPUT2")
    synced()
    name = frappe.db.get_value(INVOICE, {"invoice_no": number})
    frappe.db.set_value(INVOICE, name, {"received": 60, "balance": 55}, update_modified=False)
    as_it_was_in_0_3()
    upgrade()
    assert run_now().status == "Completed"
    state, reason = frappe.db.get_value("Xero Link", {"crm_name": name}, ["state", "reason"])
    assert (state, "60" in reason and "10" in reason) == ("Skipped", True)


def test_a_cancelled_invoice_owes_nothing_after_the_upgrade(world: SiteWorld) -> None:
    customer = world.insert(organization_name=unique("Owed"))
    line = {"item_type": "Vtiger Product", "item_name": _product(), "quantity": 1}
    invoice = frappe.get_doc(
        {
            "doctype": INVOICE,
            "subject": "Old",
            "organization_name": customer,
            "status": "Cancel",
            "items": [{**line, "selling_price": 41}],
        }
    ).insert()
    frappe.db.set_value(INVOICE, invoice.name, "balance", 41, update_modified=False)
    upgrade()
    assert frappe.db.get_value(INVOICE, invoice.name, "balance") == 0


def _product() -> str:
    product = {"doctype": "Vtiger Product", "product_name": unique("Bolt")}
    return str(frappe.get_doc(product).insert().name)


def test_texts_of_before_are_secured_and_nothing_syncs_anew(
    xero: Simulator, world: SiteWorld
) -> None:
    """As the tables hold them since 0.3: what Frappe's cleaning left, and what passed it by."""
    for text in (*hostile.TEXTS, *hostile.PLAIN):
        city = {"AddressType": "POBOX", "City": text}
        xero.organisation.add_contact_in_xero(Name=unique("Old"), Addresses=[city])
        xero.organisation.add_item_in_xero(Code=unique("C")[:30], Name=text[:50])
    synced()
    _as_before_stored_text()
    assert list(hostile.live_texts())
    before = frappe.get_all("Vtiger Organization", ["name", "modified"], order_by="name")
    for _ in range(2):
        secure_texts.execute()
    frappe.db.commit()
    assert list(hostile.live_texts()) == []
    assert frappe.get_all("Vtiger Organization", ["name", "modified"], order_by="name") == before
    assert not any(synced().values())


def _as_before_stored_text() -> None:
    for doctype in frappe.get_all(
        "DocType", {"module": "Vtiger Xero", "issingle": 0}, pluck="name"
    ):
        if columns := list(text_columns(doctype)):
            for row in hostile.all_rows(doctype, columns):
                old = {each: from_stored(row[each]) for each in columns if row[each]}
                if old:
                    frappe.db.set_value(doctype, row["name"], old, update_modified=False)
    frappe.db.commit()


def test_what_was_prepared_of_the_apps_reports_is_deleted() -> None:
    """Frappe would give it to everybody who may open the report."""
    frappe.db.set_value("Report", "Xero Records", "prepared_report", 1)
    made = {"doctype": "Prepared Report", "report_name": "Xero Records", "filters": "{}"}
    old = frappe.get_doc({**made, "name": unique("old"), "status": "Completed"})
    old.db_insert()
    delete_prepared_reports.execute()
    frappe.db.commit()
    assert not frappe.db.exists("Prepared Report", {"report_name": "Xero Records"})
    assert not frappe.db.get_value("Report", "Xero Records", "prepared_report")


def test_a_check_that_a_site_has_stopped_stays_stopped() -> None:
    """The method has another path since 0.4; Frappe would make a new job of it, which runs."""
    job = {"method": "vtiger_xero.runs.automatic.tick"}
    before = {"method": "vtiger_xero.automatic.tick", "stopped": 1}
    frappe.db.set_value("Scheduled Job Type", job, before)
    move_scheduled_job.execute()
    sync_jobs()
    checks = frappe.get_all(
        "Scheduled Job Type", {"method": ["like", "vtiger_xero.%tick"]}, "stopped"
    )
    assert [row.stopped for row in checks] == [1]
    frappe.db.rollback()


def test_what_was_said_before_is_told_and_grouped_as_what_is_said_now(
    xero: Simulator, world: SiteWorld
) -> None:
    """A log of 0.3 has English alone; a sentence that is not recognised stays English."""
    names = [world.insert(organization_name=unique("n").ljust(265, "n")) for _ in range(2)]
    run = run_now().name
    tables = ("Xero Link", "Xero Sync Entry", "Xero Sync Run")
    made = {each: _messages(each) for each in tables}
    (now,) = causes()
    for doctype in tables:
        frappe.db.set_value(doctype, {"name": ["!=", ""]}, "messages", None, update_modified=False)
    own = {"crm_name": names[0], "run": run}
    frappe.db.set_value("Xero Sync Entry", own, "reason", "Somebody's own words.")
    before = frappe.get_all("Xero Link", ["name", "modified"], order_by="name")
    assert len(causes()) == 1 and causes()[0]["key"] != now["key"]
    for _ in range(2):
        fill_in_messages.execute()
    frappe.db.commit()
    assert causes() == [now]
    assert _messages("Xero Link") == made["Xero Link"]
    entries = _messages("Xero Sync Entry")
    odd = frappe.db.get_value("Xero Sync Entry", own)
    assert {**entries, odd: ""} == {**made["Xero Sync Entry"], odd: ""}
    assert "reason" not in json.loads(entries[odd])
    assert frappe.get_all("Xero Link", ["name", "modified"], order_by="name") == before
    run_now()
    assert causes() == [now]


def _messages(doctype: str) -> dict[str, str]:
    rows = frappe.get_all(doctype, fields=["name", "messages"])
    return {row.name: row.messages or "" for row in rows}
