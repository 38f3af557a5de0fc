"""What stays in Xero until a person does something is logged once, with a remedy that works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.rules import applies, spares
from tests.support.settling import settles
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop, open_shop
from tests.support.stage import skipped
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.report import Entry


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        settles(shop)
        yield shop


def told_once(shop: Shop) -> dict[str, Entry]:
    """By rule: what the next run logs, and those after it do not; it stays on the link."""
    report = shop.sync()
    found = {e.rule: e for module in (INVOICES, PAYMENTS) for e in skipped(report, module)}
    assert all(entry.reason for entry in found.values())
    for options in ({}, {"retry": True}):
        again = shop.sync(**options)
        assert [e for module in (INVOICES, PAYMENTS) for e in skipped(again, module)] == []
    held = {
        link.rule: (link.reason, link.state)
        for module in (INVOICES, PAYMENTS)
        for link in shop.stage.journal.links(module)
        if link.rule in found
    }
    assert held == {r: (e.reason, LinkState.SKIPPED) for r, e in found.items()}
    foreseen = [plan.counts for plan in shop.stage.preview()]
    assert not any(foreseen)
    return found


@applies("I1-archived", "P4-left")
def test_old_invoices_of_archived_customers_and_their_payments(shop: Shop) -> None:
    moa = shop.contact("Moa Ltd")
    invoice = shop.xero_invoice(contact=moa)
    payment = shop.books.pay_invoice(invoice).payment_id
    shop.books.archive_contact(moa)
    assert set(told_once(shop)) == {"I1-archived", "P4-left"}
    shop.books.restore_contact(moa)
    settles(shop)
    assert shop.here(INVOICES, invoice) and shop.here(PAYMENTS, payment)


@applies("I1-deleted")
def test_new_invoices_of_a_customer_that_was_deleted_here(shop: Shop) -> None:
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    shop.stage.set(deletions=False)
    shop.crm.trash(ORGANIZATIONS, shop.customer)
    shop.sync()
    invoice = shop.xero_invoice(contact=contact)
    payment = shop.books.pay_invoice(invoice).payment_id
    assert set(told_once(shop)) == {"I1-deleted", "P4-left"}
    shop.add(ORGANIZATIONS, organization_name="Kea Ltd")
    settles(shop)
    assert shop.here(INVOICES, invoice) and shop.here(PAYMENTS, payment)


@applies("P4-deleted")
def test_payments_of_an_invoice_that_was_deleted_here(shop: Shop) -> None:
    name = shop.invoice()
    settles(shop)
    invoice = shop.partner(INVOICES, name)
    shop.stage.set(deletions=False)
    shop.crm.trash(INVOICES, name)
    shop.sync()
    shop.books.pay_invoice(invoice)
    found = told_once(shop)
    assert set(found) == {"P4-deleted"}
    assert found["P4-deleted"].remedy == ""


@spares("I1-archived", "I1-deleted", "P4-deleted", "P4-left")
def test_customers_that_are_here_keep_nothing_back(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    kea = shop.partner(ORGANIZATIONS, shop.customer)
    invoice = shop.xero_invoice(contact=kea)
    payment = shop.books.pay_invoice(invoice).payment_id
    shop.books.archive_contact(kea)
    shop.sync()
    assert shop.here(INVOICES, invoice) and shop.here(PAYMENTS, payment)


def test_an_item_whose_product_was_deleted_here_says_what_helps(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    shop.crm.trash(PRODUCTS, shop.bolt)
    shop.sync()
    invoice = shop.xero_invoice(shop.xero_line(ItemCode="BOLT"))
    assert "Enter a product with that code" in shop.skip(INVOICES).remedy
    shop.product("BOLT", "Bolt")
    settles(shop)
    assert shop.here(INVOICES, invoice)
