"""Numbers are given once; two records of one thing may become one, and the sync hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import frappe.client
import pytest
from frappe.model.rename_doc import update_document_title

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, PRODUCT, Shop, figures
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.crm.lock import run_lock
from vtiger_xero.engine.links import Answer, Link, LinkState, MatchAnswer
from vtiger_xero.engine.records import Module
from xero_simulator import Simulator

SERVICE, ORGANIZATION = "Vtiger Service", "Vtiger Organization"


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


def service(shop: Shop) -> str:
    return str(shop.insert(SERVICE, service_name=unique("Help")).name)


def modified(doctype: str, name: str) -> Any:
    return frappe.db.get_value(doctype, name, "modified")


def merge(doctype: str, old: str, new: str) -> None:
    frappe.rename_doc(doctype, old, new, merge=True)
    assert not frappe.db.exists(doctype, old)


def test_no_number_is_changed(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100))
    held = {
        ORGANIZATION: shop.organization,
        PRODUCT: shop.bolt,
        SERVICE: service(shop),
        INVOICE: invoice.name,
        PAYMENT: shop.pay(invoice, 5).name,
    }
    for doctype, name in held.items():
        with pytest.raises(frappe.ValidationError, match="cannot be changed"):
            frappe.rename_doc(doctype, name, "MINE")


@pytest.mark.parametrize("kind", [PRODUCT, SERVICE])
def test_a_merged_item_leaves_its_link_and_changes_its_invoices(shop: Shop, kind: str) -> None:
    make = shop.product if kind == PRODUCT else lambda _: service(shop)
    old, new = make("Old"), make("New")
    theirs = shop.invoice(shop.line(1, item_type=kind, item_name=old)).name
    other = shop.invoice(shop.line(1, item_type=kind, item_name=new)).name
    journal = SiteJournal("tenant")
    journal.save_link(Link(Module.PRODUCTS, new, "x"))
    journal.save_link(Link(Module.PRODUCTS, old, "x", duplicate_of=new))
    assert set(frappe.get_all("Xero Link", pluck="link_doctype")) == {kind}
    before = [modified(INVOICE, theirs), modified(INVOICE, other), modified(kind, new)]
    merge(kind, old, new)
    assert [link.crm_name for link in journal.links(Module.PRODUCTS)] == [new]
    assert frappe.get_doc(INVOICE, theirs).items[0].item_name == new
    assert modified(INVOICE, theirs) > before[0]
    assert modified(INVOICE, other) == before[1]
    assert modified(kind, new) > before[2]


def test_a_merged_organization_changes_its_invoices(shop: Shop) -> None:
    other = shop.insert(ORGANIZATION, organization_name=unique("Other")).name
    invoice = shop.invoice(shop.line(1)).name
    before = modified(INVOICE, invoice)
    merge(ORGANIZATION, shop.organization, other)
    assert frappe.db.get_value(INVOICE, invoice, "organization_name") == other
    assert modified(INVOICE, invoice) > before


def test_a_merged_invoice_brings_its_payments_and_gives_back_its_stock(shop: Shop) -> None:
    old, new = (shop.invoice(shop.line(100), status="Approved") for _ in range(2))
    payment = shop.pay(old, 30)
    before = modified(PAYMENT, payment.name)
    assert shop.stock() == 98
    merge(INVOICE, old.name, new.name)
    assert figures(new) == (30, 70, "Partially Paid")
    assert frappe.db.get_value(PAYMENT, payment.name, "related_to") == new.name
    assert modified(PAYMENT, payment.name) > before
    assert shop.stock() == 99


def test_a_merged_payment_counts_once(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    old, new = (shop.pay(invoice, 30) for _ in range(2))
    assert figures(invoice) == (60, 40, "Partially Paid")
    merge(PAYMENT, old.name, new.name)
    assert figures(invoice) == (30, 70, "Partially Paid")


# What no ledger could mean


def refused(doctype: str, old: str, new: str, said: str) -> None:
    """By every way that Frappe has to merge."""
    for way in (
        lambda: frappe.rename_doc(doctype, old, new, merge=True),
        lambda: frappe.client.rename_doc(doctype, old, new, merge=True),
        lambda: update_document_title(doctype=doctype, docname=old, name=new, merge=True),
    ):
        with pytest.raises(frappe.ValidationError, match=said):
            way()
    assert frappe.db.exists(doctype, old)
    assert frappe.db.exists(doctype, new)


def test_invoices_of_two_customers_are_two(shop: Shop) -> None:
    other = shop.insert(ORGANIZATION, organization_name=unique("Other")).name
    old = shop.invoice(shop.line(100), status="Approved")
    new = shop.invoice(shop.line(100), status="Approved", organization_name=other)
    shop.pay(old, 30)
    refused(INVOICE, old.name, new.name, "A payment of one customer cannot count on an invoice")
    assert figures(old) == (30, 70, "Partially Paid")
    assert figures(new) == (0, 100, "Approved")
    merge(ORGANIZATION, other, shop.organization)
    merge(INVOICE, old.name, new.name)
    assert figures(new) == (30, 70, "Partially Paid")


def test_invoices_in_two_currencies_are_two(shop: Shop) -> None:
    given = {"status": "Approved", "conversion_rate": 2}
    old, new = (shop.invoice(shop.line(9), currency=each, **given) for each in ("USD", "EUR"))
    refused(INVOICE, old.name, new.name, "is in USD and .* in EUR")


def test_a_credit_invoice_is_no_invoice(shop: Shop) -> None:
    one, other = (shop.invoice(shop.line(9), status=each) for each in ("Credit Invoice", "Sent"))
    refused(INVOICE, one.name, other.name, "is a credit invoice")
    refused(INVOICE, other.name, one.name, "is a credit invoice")


def test_payments_move_to_no_invoice_that_takes_none(shop: Shop) -> None:
    old = shop.invoice(shop.line(100), status="Approved")
    new = shop.invoice(shop.line(100), status="Cancel")
    pending = shop.pay(old, 30, "Pending")
    frappe.db.savepoint("unmerged")
    merge(INVOICE, old.name, new.name)
    frappe.db.rollback(save_point="unmerged")
    pending.reload().update({"payment_status": "Received"}).save()
    refused(INVOICE, old.name, new.name, "has payments, but .* cannot have any")


def test_payments_of_two_invoices_are_two(shop: Shop) -> None:
    one, other = (shop.invoice(shop.line(100), status="Approved") for _ in range(2))
    old, new = (shop.pay(each, 30) for each in (one, other))
    refused(PAYMENT, old.name, new.name, "One payment cannot belong to two invoices")
    assert (figures(one)[0], figures(other)[0]) == (30, 30)


def test_payments_over_two_amounts_are_two(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    old, new = (shop.pay(invoice, amount) for amount in (30, 40))
    refused(PAYMENT, old.name, new.name, "over 30.00 and .* over 40.00")


def pairs(shop: Shop) -> dict[str, tuple[Module, str, str]]:
    """Two records of each kind that could be one."""
    invoices = [shop.invoice(shop.line(100), status="Approved") for _ in range(2)]
    others = [shop.insert(ORGANIZATION, organization_name=unique("One")).name for _ in range(2)]
    return {
        ORGANIZATION: (Module.ORGANIZATIONS, *others),
        PRODUCT: (Module.PRODUCTS, shop.product("Old"), shop.product("New")),
        SERVICE: (Module.PRODUCTS, service(shop), service(shop)),
        INVOICE: (Module.INVOICES, *(each.name for each in invoices)),
        PAYMENT: (Module.PAYMENTS, *(shop.pay(invoices[0], 30).name for _ in range(2))),
    }


KINDS = [ORGANIZATION, PRODUCT, SERVICE, INVOICE, PAYMENT]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_two_in_xero_stays_two(shop: Shop, kind: str) -> None:
    module, old, new = pairs(shop)[kind]
    journal = SiteJournal("tenant")
    for name in (old, new):
        journal.save_link(Link(module, name, f"x-{name}", LinkState.IN_SYNC))
    refused(kind, old, new, f"“{old}” and “{new}” are two .* in Xero")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_gone_in_xero_keeps_no_two_apart(shop: Shop, kind: str) -> None:
    module, old, new = pairs(shop)[kind]
    journal = SiteJournal("tenant")
    journal.save_link(Link(module, old, "x-old", LinkState.GONE))
    journal.save_link(Link(module, new, "x-new", LinkState.IN_SYNC))
    merge(kind, old, new)
    assert [(each.crm_name, each.xero_id) for each in journal.links(module)] == [(new, "x-new")]
    assert journal.answers(module) == []


@pytest.mark.parametrize("kind", KINDS)
def test_who_stays_takes_over_what_the_other_one_was_in_xero(shop: Shop, kind: str) -> None:
    """Else it would come back from there, as a new record."""
    module, old, new = pairs(shop)[kind]
    journal = SiteJournal("tenant")
    journal.save_link(Link(module, old, "x-old", LinkState.IN_SYNC))
    journal.save_link(Link(module, new, None))
    merge(kind, old, new)
    assert journal.links(module) == []
    (answer,) = journal.answers(module)
    assert (answer.pair, answer.answer) == ((new, "x-old"), Answer.ONE)


def test_a_duplicate_that_stays_is_the_one_in_xero(shop: Shop) -> None:
    module, old, new = pairs(shop)[ORGANIZATION]
    third = shop.insert(ORGANIZATION, organization_name=unique("One")).name
    journal = SiteJournal("tenant")
    journal.save_link(Link(module, old, "x", LinkState.IN_SYNC))
    for name in (new, third):
        journal.save_link(Link(module, name, "x", LinkState.IN_SYNC, duplicate_of=old))
    merge(ORGANIZATION, old, new)
    (link,) = journal.links(module)
    assert (link.crm_name, link.duplicate_of) == (third, new)
    (answer,) = journal.answers(module)
    assert answer.pair == (new, "x")


def test_a_duplicate_that_goes_takes_nothing_along(shop: Shop) -> None:
    module, old, new = pairs(shop)[ORGANIZATION]
    journal = SiteJournal("tenant")
    journal.save_link(Link(module, new, "x", LinkState.IN_SYNC))
    journal.save_link(Link(module, old, "x", LinkState.IN_SYNC, duplicate_of=new))
    journal.save_answer(MatchAnswer(module, old, "y", Answer.TWO))
    merge(ORGANIZATION, old, new)
    (link,) = journal.links(module)
    assert (link.crm_name, link.duplicate_of) == (new, None)
    assert journal.answers(module) == [], "what was said of the other one ends with it"


def test_nothing_is_merged_under_a_run(shop: Shop) -> None:
    """It would find a record gone that it has read, and take the deletion to Xero."""
    module, old, new = pairs(shop)[ORGANIZATION]
    journal = SiteJournal("tenant")
    journal.save_link(Link(module, old, "x", LinkState.IN_SYNC))
    with run_lock("tenant"):
        refused(ORGANIZATION, old, new, "A sync is running")
    merge(ORGANIZATION, old, new)


def test_nothing_is_said_of_a_record_that_a_person_may_not_edit(shop: Shop) -> None:
    _, old, new = pairs(shop)[INVOICE]
    frappe.db.set_value(INVOICE, new, "currency", "USD")
    frappe.set_user(new_person("Website Manager"))
    with pytest.raises(frappe.PermissionError) as error:
        frappe.rename_doc(INVOICE, old, new, merge=True)
    assert "USD" not in str(error.value)


def test_an_organization_is_never_its_own_member(shop: Shop) -> None:
    _, old, new = pairs(shop)[ORGANIZATION]
    frappe.get_doc(ORGANIZATION, new).update({"member_of": old}).save()
    merge(ORGANIZATION, old, new)
    assert not frappe.db.get_value(ORGANIZATION, new, "member_of")


def test_what_was_merged_is_one_after_the_next_run(xero: Simulator, world: SiteWorld) -> None:
    old = world.insert(organization_name=unique("Ridgeway"), primary_phone="123")
    run_now()
    new = world.insert(organization_name=unique("Ridgeway Limited"))
    frappe.db.commit()
    merge(ORGANIZATION, old, new)
    frappe.db.commit()
    run_now()
    (contact,) = xero.organisation.contacts.values()
    held = frappe.get_doc(ORGANIZATION, new)
    assert (contact.name, held.xero_state) == (held.organization_name, "In Sync")
    assert held.primary_phone == "123", "what it lacked is filled, and wiped nowhere"
    assert frappe.get_all(ORGANIZATION, pluck="name") == [new]
