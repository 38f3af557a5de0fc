"""The reconciliation's three answers: equal, equal as far as linked, different."""

from __future__ import annotations

from decimal import Decimal

from tests.support.shop import INVOICES, Shop
from vtiger_xero.engine.reconciliation import (
    Reconciliation,
    Verdict,
    headline,
    reconcile,
    verdict_text,
)
from vtiger_xero.engine.records import Direction, Module, Side


def compared(shop: Shop) -> Reconciliation:
    stage = shop.stage
    return reconcile(stage.crm, stage.journal, Module, settings=stage.settings)


def test_ledgers_agree_where_nothing_is_left_out(shop: Shop) -> None:
    shop.pay(shop.invoice(), "5.00")
    shop.xero_invoice()  # its line names no item: the product that stands for it is no record
    shop.sync()
    found = compared(shop)
    assert (found.verdict, verdict_text(found)) == (Verdict.AGREE, "Both ledgers agree.")
    (invoices, payments) = found.totals
    assert (invoices.crm, invoices.xero, invoices.difference) == (Decimal("23"), Decimal("23"), 0)
    assert (payments.crm, payments.xero, payments.crm_only) == (5, 5, 0)


def test_linked_records_alone_agree_where_invoices_are_in_one_ledger_only(shop: Shop) -> None:
    shop.invoice()
    shop.sync()
    shop.invoice(shop.line("100"), items_total=0, taxes=[], status="Credit Invoice")
    shop.tax("Gone", "7")
    taxed = [{"applies_to": "Item", "line": 1, "tax": "Gone"}]
    shop.invoice(shop.line("2000"), taxes=taxed)
    shop.sync()
    found = compared(shop)
    assert found.verdict is Verdict.LINKED_AGREE
    assert found.records_left_out == 2
    (total,) = found.totals
    assert (total.module, total.currency) == (INVOICES, "NZD")
    assert (total.difference, total.only_in(Side.CRM), total.only_in(Side.XERO)) == (2140, 2140, 0)
    assert headline(found) == ("Linked records agree", "2 not in Xero")
    assert verdict_text(found) == (
        "Linked records agree \u00b7 2 not in Xero. In one ledger only: Invoices 2,140.00 NZD in "
        "Vtiger CRM."
    )


def test_money_of_two_currencies_is_never_added_up(shop: Shop) -> None:
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    contact = shop.contact()
    shop.xero_invoice(contact=contact)
    shop.xero_invoice(shop.xero_line("20"), contact=contact, CurrencyCode="USD")
    shop.sync()
    found = {each.currency: each.xero_only for each in compared(shop).totals}
    assert found == {"NZD": Decimal("11.50"), "USD": Decimal("23.00")}


def test_ledgers_do_not_agree_where_a_linked_total_differs(shop: Shop) -> None:
    name = shop.invoice(shop.line("24.33"))
    shop.sync()
    shop.stage.set(Direction.TO_XERO)
    shop.books.type_total(shop.partner(INVOICES, name), "28.00")
    shop.sync()
    found = compared(shop)
    assert found.verdict is Verdict.DIFFER
    assert verdict_text(found) == "The ledgers do not agree \u00b7 1 with differences."
    total = next(each for each in found.drifts if each.what == "Grand Total")
    assert (total.crm, total.xero) == (Decimal("27.98"), Decimal("28.00"))
    assert "In Xero a user adjusted the total by a rounding of 0.02." in total.reason
