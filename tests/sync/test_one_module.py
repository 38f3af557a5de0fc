"""A run of one module alone leaves the others alone, and decides as a run of all would."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, Shop
from tests.sync.test_life_of_payments import pay_in_xero
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.engine.run_filter import RunFilter


def sync_only(shop: Shop, module: Module) -> Report:
    return shop.stage.sync(run_filter=RunFilter(module))


def test_an_invoice_waits_for_a_product_that_this_run_leaves_out(shop: Shop) -> None:
    """Not so that it goes without a code, as where the administrator switched products off."""
    nameless = shop.product("", "No code")
    shop.invoice(shop.line(item_name=nameless))
    shop.sync()
    assert not shop.books.invoices
    entry = shop.skip(INVOICES, sync_only(shop, INVOICES))
    assert "is not in Xero yet" in entry.reason
    assert entry.remedy.startswith("Sync Products/Services too")
    assert not shop.books.invoices


def test_a_payment_of_xero_is_no_credit_where_payments_come_in_another_run(shop: Shop) -> None:
    invoice = shop.invoice()
    shop.sync()
    pay_in_xero(shop, invoice, "4")
    sync_only(shop, INVOICES)
    assert shop.get(INVOICES, invoice).fields["received_otherwise"] == 0
    shop.sync()
    fields = shop.get(INVOICES, invoice).fields
    assert (fields["received_otherwise"], fields["received"]) == (0, Decimal(4))


@pytest.mark.parametrize("module", Module)
def test_only_that_module_is_in_the_log(shop: Shop, module: Module) -> None:
    shop.invoice()
    logs = sync_only(shop, module).logs
    assert {log.module for log in logs} == {module}


def test_a_module_that_is_off_stays_off(shop: Shop) -> None:
    off = {each: shop.stage.settings.of(each) for each in Module if each is not PRODUCTS}
    shop.stage.settings = replace(shop.stage.settings, modules=off)
    nothing = sync_only(shop, PRODUCTS)
    assert not nothing.logs
    assert nothing.header.status is RunStatus.FAILED
    assert nothing.header.message.startswith("Xero Settings do not enable Products/Services.")
    assert {log.module for log in sync_only(shop, ORGANIZATIONS).logs} == {ORGANIZATIONS}


def test_a_payment_names_its_invoice_as_people_do_and_its_figures_in_cents(shop: Shop) -> None:
    invoice = shop.invoice(invoice_no="A-77")
    shop.sync()
    shop.pay(invoice, "11.5")
    shop.sync()
    shop.pay(invoice, "1")
    entry = shop.skip(PAYMENTS)
    assert (
        "The payment is 1.00, but only 0.00 is outstanding on the invoice \u201cA-77\u201d"
        in entry.reason
    )
