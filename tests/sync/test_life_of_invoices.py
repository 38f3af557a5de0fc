"""What happens to an invoice in its life: edits on both sides, cancelling, payments, settings.

Most of these were found by an attack on the engine; each was a loss or a lie before it was a
promise.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.support.settling import settles, writes
from tests.support.shop import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Shop,
    item_tax,
)
from tests.support.stage import skipped
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy, ModuleSettings
from xero_simulator.faults import Fault

D = Decimal


@pytest.fixture
def invoice(shop: Shop) -> str:
    """One that both sides have: two bolts at 10.00, one nut at 5.00."""
    nut = shop.product("NUT", "Nut")
    name = shop.invoice(shop.line("10", "2"), shop.line("5", item_name=nut))
    settles(shop)
    return name


def rows(shop: Shop, invoice: str) -> list[dict[str, Any]]:
    return [dict(each) for each in shop.field(INVOICES, invoice, "items")]


def put(shop: Shop, invoice: str, *items: dict[str, Any], **fields: Any) -> None:
    shop.edit(INVOICES, invoice, items=tuple(items), **fields)


def sent(shop: Shop, invoice: str) -> list[dict[str, Any]]:
    """Xero's lines as its screen would send them again."""
    keys = ("LineItemID", "ItemCode", "Description", "Quantity", "UnitAmount", "AccountCode")
    lines = shop.wire(invoice)["LineItems"]
    return [{key: each[key] for key in (*keys, "TaxType") if key in each} for each in lines]


def total(shop: Shop, invoice: str) -> Decimal:
    """Of both sides, which are the same."""
    ours, theirs = shop.field(INVOICES, invoice, "grand_total"), shop.wire(invoice)["Total"]
    assert ours == theirs
    return D(ours)


# Lines


def test_a_discount_is_given_changed_and_taken_back(shop: Shop, invoice: str) -> None:
    totals = []
    for percent, amount in (("10", "0"), ("0", "3.33"), ("25", "0"), ("0", "0")):
        first, *others = rows(shop, invoice)
        first |= {"discount_percent": D(percent), "discount_amount": D(amount)}
        put(shop, invoice, first, *others)
        settles(shop)
        totals.append(total(shop, invoice))
    assert totals == [D("26.45"), D("24.92"), D("23.00"), D("28.75")]


def test_lines_change_places_come_and_go(shop: Shop, invoice: str) -> None:
    first, second = rows(shop, invoice)
    put(shop, invoice, second, first)
    settles(shop)
    assert [each["ItemCode"] for each in shop.wire(invoice)["LineItems"]] == ["NUT", "BOLT"]
    taxes = (*shop.field(INVOICES, invoice, "taxes"), item_tax("GST", 9))
    put(shop, invoice, *rows(shop, invoice), shop.line("1.99", "1.5", line_no=9), taxes=taxes)
    settles(shop)
    assert total(shop, invoice) == D("32.19")
    left = [each for each in rows(shop, invoice) if each["line_no"] == 9]
    kept = [tax for tax in shop.field(INVOICES, invoice, "taxes") if tax["line"] == 9]
    put(shop, invoice, *left, taxes=tuple(kept))
    settles(shop)
    assert total(shop, invoice) == D("3.44")


def test_a_line_that_loses_its_product_loses_the_item_at_xero(shop: Shop, invoice: str) -> None:
    shop.xero_invoice()  # its line names no item: the product ?????? is made for it
    settles(shop)
    placeholder = next(
        r.name for r in shop.stage.records(PRODUCTS) if r.fields["product_name"] == "??????"
    )
    first, *others = rows(shop, invoice)
    put(shop, invoice, {**first, "item_name": placeholder}, *others)
    settles(shop)
    assert [each.get("ItemCode") or "" for each in shop.wire(invoice)["LineItems"]] == ["", "NUT"]


def test_two_products_of_one_code_stay_on_their_lines(shop: Shop) -> None:
    twin = shop.product("bolt", "Bolt, blue")
    name = shop.invoice(shop.line(), shop.line(item_name=twin))
    settles(shop)
    edited = [{**each, "Quantity": 7} for each in sent(shop, name)]
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=edited)
    settles(shop)
    assert [each["item_name"] for each in rows(shop, name)] == [shop.bolt, twin]


# Cancelling


def test_who_cancels_and_edits_in_one_go_keeps_the_edit(shop: Shop, invoice: str) -> None:
    shop.edit(INVOICES, invoice, status="Cancel", subject="Wrong customer")
    report = settles(shop)
    assert writes(report) == [("XERO", "Updated", invoice)]
    assert shop.field(INVOICES, invoice, "subject") == "Wrong customer"
    assert shop.wire(invoice)["Status"] == "VOIDED"


def test_nothing_is_said_of_what_is_cancelled_on_both_sides(shop: Shop, invoice: str) -> None:
    shop.edit(INVOICES, invoice, status="Cancel")
    settles(shop)
    shop.edit(INVOICES, invoice, subject="typed later")
    assert settles(shop).entries == []
    assert shop.field(INVOICES, invoice, "subject") == "typed later"


def test_an_edit_of_an_invoice_voided_meanwhile_is_told_once(shop: Shop, invoice: str) -> None:
    shop.edit(INVOICES, invoice, subject="typed")
    shop.books.void_invoice(shop.partner(INVOICES, invoice))
    assert [each.rule for each in skipped(settles(shop), INVOICES)] == ["I10"]
    assert skipped(shop.sync(), INVOICES) == []
    assert shop.field(INVOICES, invoice, "status") == "Cancel"


def test_a_cancelled_invoice_is_voided_as_soon_as_its_payment_is_gone(
    shop: Shop, invoice: str
) -> None:
    payment = shop.pay(invoice, "5")
    settles(shop)
    shop.edit(INVOICES, invoice, status="Cancel")
    assert "payment" in shop.skip(INVOICES).reason
    shop.crm.trash(PAYMENTS, payment)
    settles(shop)
    assert shop.wire(invoice)["Status"] == "VOIDED"


def test_a_deletion_that_xero_refuses_says_what_to_do_first(shop: Shop, invoice: str) -> None:
    shop.books.pay_invoice(shop.partner(INVOICES, invoice), "5")
    shop.crm.trash(INVOICES, invoice)
    entry = shop.skip(INVOICES)
    assert entry.remedy.startswith("Remove these in Xero and void the invoice there")


# Refusals and their reasons


def test_a_refusal_is_not_told_with_the_reason_of_another_skip(shop: Shop, invoice: str) -> None:
    poison = Fault.batch_refused(containing="Poison", times=None)
    shop.stage.xero.faults.add(poison)
    shop.edit(INVOICES, invoice, subject="Poison")
    assert shop.skip(INVOICES).rule == "refused"
    shop.stage.xero.faults.clear()
    shop.edit(INVOICES, invoice, overall_discount_amount=D(5))
    assert shop.skip(INVOICES).rule == "I3"
    shop.edit(INVOICES, invoice, overall_discount_amount=D(0))
    settles(shop)
    assert shop.wire(invoice)["Reference"] == "Poison"


def test_a_customer_archived_in_xero_is_found_before_sending(shop: Shop, invoice: str) -> None:
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    shop.stage.set(deletions=False)
    shop.books.archive_contact(contact)
    late = shop.invoice()
    entry = shop.skip(INVOICES)
    assert (entry.rule, "archived" in entry.reason) == ("I1-contact", True)
    shop.books.restore_contact(contact)
    shop.goes_through()
    assert shop.partner(INVOICES, late)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (ORGANIZATIONS, "Set the Sync Direction of Organizations"),
        (PRODUCTS, "Set the Sync Direction of Products/Services"),
    ],
)
def test_the_remedy_names_the_module_that_keeps_an_invoice_waiting(
    shop: Shop, module: Module, words: str
) -> None:
    one_way = ModuleSettings(direction=Direction.TO_CRM)
    shop.stage.set(modules={**{each: ModuleSettings() for each in Module}, module: one_way})
    shop.invoice()
    assert words in shop.skip(INVOICES).remedy


# Who else has a say


def test_both_edit_lines_and_the_policy_decides_to_the_cent(shop: Shop) -> None:
    totals = {}
    for policy in (ConflictPolicy.XERO, ConflictPolicy.CRM):
        shop.stage.set(deletions=True, conflicts=policy)
        name = shop.invoice()
        settles(shop)
        put(shop, name, {**rows(shop, name)[0], "quantity": D(5)})
        edited = [{**each, "UnitAmount": "1.005"} for each in sent(shop, name)]
        shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=edited)
        settles(shop)
        totals[policy] = total(shop, name)
    assert totals == {ConflictPolicy.XERO: D("1.16"), ConflictPolicy.CRM: D("57.50")}


def test_an_invoice_approved_in_xero_takes_the_edit_of_its_draft(shop: Shop) -> None:
    name = shop.invoice(status="Created")
    settles(shop)
    put(shop, name, {**rows(shop, name)[0], "quantity": D(4)})
    shop.books.approve_invoice(shop.partner(INVOICES, name))
    settles(shop)
    assert (shop.field(INVOICES, name, "status"), total(shop, name)) == ("Approved", D("46.00"))


def test_a_number_that_stands_in_for_the_subject_follows_a_new_number(shop: Shop) -> None:
    xero_id = shop.xero_invoice(InvoiceNumber="A-1")
    settles(shop)
    shop.books.edit_invoice(xero_id, InvoiceNumber="A-2")
    settles(shop)
    fields = shop.here(INVOICES, xero_id).fields
    assert (fields["invoice_no"], fields["subject"]) == ("A-2", "A-2")
    assert shop.books.invoices[xero_id].reference == ""
