"""Skipped by cause: one thing to mend for many records, and all of them tried again."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.queueing import Queue
from tests.site.shop import Shop
from tests.site.web import new_person
from tests.site.world import SiteWorld, customize
from tests.site.xero import run_now
from vtiger_xero import cards
from vtiger_xero.api import (
    cause_records,
    causes,
    count_skipped,
    record_state,
    retry_cause,
    sync_records,
)
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.views import causes as left_out
from xero_simulator import Simulator


def too_long(world: SiteWorld, many: int) -> list[str]:
    """Organizations with names that Xero does not take."""
    names = [world.insert(organization_name=unique("Long " + "n" * 260)) for _ in range(many)]
    run_now()
    return names


def test_records_of_one_cause_stand_together(xero: Simulator, world: SiteWorld) -> None:
    names = too_long(world, 3)
    (cause,) = causes()
    assert (cause["module"], cause["count"], cause["hidden"]) == ("Organizations", 3, 0)
    assert cause["cause"] and cause["remedy"]
    assert [each["name"] for each in cause["records"]] == names
    first = cause["records"][0]
    assert (first["doctype"], first["xero_id"], first["xero_address"]) == (ORGANIZATION, None, "")
    assert first["title"].startswith("Long ")
    assert first["reason"] == frappe.db.get_value("Xero Link", {"crm_name": names[0]}, "reason")
    assert cards.skipped()["value"] == 3


def test_the_cause_with_most_records_comes_first(xero: Simulator, world: SiteWorld) -> None:
    customize("industry", "reqd", "1", "Check")
    titles = [unique("Idle") for _ in range(2)]
    for title in titles:
        xero.organisation.add_contact_in_xero(Name=title)
    customize("industry", "reqd", "0", "Check")
    (name,) = too_long(world, 1)
    customize("industry", "reqd", "1", "Check")
    for title in [*titles, unique("Idle")]:
        xero.organisation.add_contact_in_xero(Name=f"{title} again")
    run_now()
    many, one = causes()
    assert (many["count"], one["count"]) == (3, 1)
    assert one["records"][0]["name"] == name
    theirs = {each["title"]: each for each in many["records"]}[f"{titles[0]} again"]
    assert theirs["name"] is None
    assert theirs["xero_id"] in theirs["xero_address"]


def test_a_long_list_comes_page_by_page(
    xero: Simulator, world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = too_long(world, 4)
    monkeypatch.setattr(left_out, "_FIRST", 2)
    (cause,) = causes()
    assert [each["name"] for each in cause["records"]] == names[:2]
    page = cause_records(cause["key"], 2, 100)
    assert page["total"] == 4
    assert [each["name"] for each in page["rows"]] == names[2:]


def test_a_record_of_two_reasons_is_in_two_causes(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    both = world.insert(organization_name=unique("Long 5 < 6 " + "n" * 260))
    (long,) = too_long(world, 1)
    held = {each["cause"]: each for each in causes()}
    assert {tuple(r["name"] for r in each["records"]) for each in held.values()} == {
        (both,),
        (both, long),
    }
    assert cards.skipped()["value"] == 2, "records, not causes"
    (brackets,) = (each for text, each in held.items() if "< or >" in text)
    assert brackets["remedy"] == "Remove < and > from Organization Name."
    run = retry_cause(brackets["key"])
    frappe.db.commit()
    chosen = json.loads(frappe.db.get_value("Xero Sync Run", run, "chosen"))
    assert chosen["names"] == {"Organizations": [both]}


def test_what_is_mended_is_tried_again_and_goes_over(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    first, second = too_long(world, 2)
    (cause,) = causes()
    title = unique("Short")
    world.edit(first, organization_name=title)
    other = world.insert(organization_name=unique("Other"))
    run = retry_cause(cause["key"])
    frappe.db.commit()
    chosen = frappe.db.get_value("Xero Sync Run", run, "chosen")
    assert json.loads(chosen)["names"] == {"Organizations": sorted([first, second])}
    assert queue.runs[0]["retry"] is True
    assert queue.carry_out() == "Completed"
    assert xero.organisation.contacts.active_named(title)
    states = [frappe.db.get_value(ORGANIZATION, n, "xero_state") for n in (first, second, other)]
    assert states == ["In Sync", "Skipped", "Not Linked"]
    (left,) = causes()
    assert (left["key"], left["count"]) == (cause["key"], 1), "the same cause has the same key"


def test_what_xero_alone_has_is_tried_again_too(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    title = unique("Idle")
    customize("industry", "reqd", "1", "Check")
    xero.organisation.add_contact_in_xero(Name=title)
    run_now()
    (cause,) = causes()
    customize("industry", "reqd", "0", "Check")
    retry_cause(cause["key"])
    frappe.db.commit()
    assert queue.carry_out() == "Completed"
    assert frappe.db.exists(ORGANIZATION, {"organization_name": title})
    assert causes() == []


def test_a_cause_that_is_gone_is_said_to_be_gone(xero: Simulator, queue: Queue) -> None:
    for door in (retry_cause, cause_records):
        with pytest.raises(frappe.ValidationError, match="Reload the page"):
            door("none")
    assert queue.runs == []


def test_records_that_one_may_not_read_are_counted_and_no_more(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    seen, hidden = too_long(world, 2)
    person = new_person("Xero User")
    permission = {"user": person, "allow": ORGANIZATION, "for_value": seen}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(person)
    (cause,) = causes()
    assert (cause["count"], cause["hidden"]) == (2, 1)
    assert [each["name"] for each in cause["records"]] == [seen]
    page = cause_records(cause["key"])
    assert (page["total"], [each["name"] for each in page["rows"]]) == (1, [seen])
    assert hidden not in str(cause)
    run = retry_cause(cause["key"])
    chosen = frappe.db.get_value("Xero Sync Run", run, "chosen")
    assert json.loads(chosen)["names"] == {"Organizations": [seen]}
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


def test_excluded_records_and_conflicts_are_no_causes(xero: Simulator, world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Out"), do_not_sync=1)
    run_now()
    assert causes() == []
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "Excluded"


def test_a_hundred_causes_take_a_handful_of_statements(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    too_long(world, 6)
    causes()
    counted.clear()
    found: Any = causes()
    assert found[0]["count"] == 6
    assert len(counted) <= 6


def _waiting_shop() -> tuple[Shop, Any, Any]:
    """A product without a code, an invoice of it, a payment of the invoice; all are skipped."""
    shop = Shop()
    form = frappe.get_doc("Xero Settings")
    account = frappe.db.get_value("Xero Account", {"code": "200"})
    bank = frappe.db.get_value("Xero Account", {"code": "090"})
    for row in form.modules:
        row.enable_sync = 1
    form.update({"sales_account": account, "payment_account": bank, "number_as_code": 0})
    form.save()
    invoice = shop.invoice(
        shop.line(10), status="Approved", invoice_date="2026-03-01", due_date="2026-03-21"
    )
    payment = shop.pay(invoice, 5, payment_date="2026-03-02")
    frappe.db.commit()
    run_now()
    return shop, invoice, payment


def test_what_only_waits_for_another_record_stands_with_that_one(
    xero: Simulator, in_new_zealand: None
) -> None:
    shop, invoice, payment = _waiting_shop()
    (cause,) = causes()
    assert [each["name"] for each in cause["records"]] == [shop.bolt]
    assert {each["name"] for each in cause["waiting"]} == {invoice.name, payment.name}
    assert (cause["count"], cause["waits"], count_skipped()) == (1, 2, 3)


def test_once_it_is_fixed_they_are_tried_again_together(
    xero: Simulator, in_new_zealand: None, queue: Queue
) -> None:
    shop, invoice, payment = _waiting_shop()
    (cause,) = causes()
    frappe.get_doc("Vtiger Product", shop.bolt).update({"part_number": unique("B")[:30]}).save()
    frappe.db.commit()
    retry_cause(cause["key"])
    assert queue.carry_out() == "Completed"
    for document in (invoice, payment):
        assert frappe.db.get_value(document.doctype, document.name, "xero_state") == "In Sync"
    assert causes() == []


def test_a_record_with_two_reasons_is_counted_once(xero: Simulator, in_new_zealand: None) -> None:
    shop, _, _ = _waiting_shop()
    frappe.db.set_value("Vtiger Product", shop.bolt, "product_name", "n" * 120)
    frappe.get_doc("Vtiger Product", shop.bolt).save()
    frappe.db.commit()
    run_now()
    assert [each["count"] for each in causes()] == [1, 1]
    assert count_skipped() == 3  # with the invoice and the payment that wait


def test_the_invoice_names_the_record_that_must_be_fixed_first(
    xero: Simulator, in_new_zealand: None
) -> None:
    shop, invoice, payment = _waiting_shop()
    (first,) = record_state("Vtiger Invoice", invoice.name)["first"]
    assert (first["doctype"], first["name"]) == ("Vtiger Product", shop.bolt)
    assert first["reason"] == "Part Number is empty. Xero requires a code."
    (before,) = record_state("Vtiger Payment", payment.name)["first"]
    assert before["name"] == invoice.name
    assert record_state("Vtiger Product", shop.bolt)["first"] is None


def test_a_reason_of_before_the_record_was_saved_is_marked_as_old(
    xero: Simulator, in_new_zealand: None, queue: Queue
) -> None:
    shop, invoice, _ = _waiting_shop()
    assert not record_state("Vtiger Product", shop.bolt)["is_old"]
    frappe.get_doc("Vtiger Product", shop.bolt).update({"part_number": unique("B")[:30]}).save()
    frappe.db.commit()
    product = record_state("Vtiger Product", shop.bolt)
    assert (product["state"], product["is_old"]) == ("Waiting", True)
    sync_records("Vtiger Product", [shop.bolt])
    assert queue.carry_out() == "Completed"
    assert not record_state("Vtiger Product", shop.bolt)["is_old"]
    assert record_state("Vtiger Invoice", invoice.name)["first"] == []


def test_a_save_that_asks_for_a_run_says_so(xero: Simulator, in_new_zealand: None) -> None:
    shop, _, _ = _waiting_shop()
    for on_save in (0, 1):
        frappe.get_doc("Xero Settings").update({"on_save": on_save}).save()
        document = frappe.get_doc("Vtiger Product", shop.bolt)
        document.update({"part_number": unique("B")[:30]}).save()
        frappe.db.commit()
        assert record_state("Vtiger Product", shop.bolt)["awaits_run"] is bool(on_save)
