"""What a review of the engine found, each shown by what a bookkeeper would have seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from tests.support.rules import applies, spares
from tests.support.settling import settles, writes
from tests.support.shop import INVOICES, PAYMENTS, Shop
from vtiger_xero.engine.actions import Pair
from vtiger_xero.engine.candidates import MatchInput
from vtiger_xero.engine.conditions import Context, Proposal, refuse
from vtiger_xero.engine.links import Link, LinkState, XeroHead
from vtiger_xero.engine.lookups import empty_lookups
from vtiger_xero.engine.mapping.heads import Keys
from vtiger_xero.engine.matching import candidates
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import Head, Module, Side

D = Decimal
NOW = datetime(2026, 11, 2, tzinfo=timezone.utc)


# Money that a currency's decimals would have changed in silence


@pytest.fixture
def yen(shop: Shop) -> str:
    """An invoice of Xero over 100 yen, in the CRM too."""
    shop.books.add_currency("JPY", "Yen")
    line = shop.xero_line("100", TaxType="NONE")
    invoice = shop.xero_invoice(line, CurrencyCode="JPY", CurrencyRate=D("90"))
    shop.sync()
    return invoice


def received(shop: Shop, invoice: str) -> Decimal:
    return D(shop.here(INVOICES, invoice).fields["received"])


@applies("P4-cents")
def test_a_payment_that_the_crm_would_round_is_skipped(shop: Shop, yen: str) -> None:
    shop.books.pay_invoice(yen, "10.50")
    entry = shop.skip(PAYMENTS)
    assert "10.50 JPY in Xero and would be 11 in the CRM" in entry.reason
    assert shop.stage.records(PAYMENTS) == []
    assert received(shop, yen) == 0


@spares("P4-cents")
def test_a_payment_of_whole_yen_comes(shop: Shop, yen: str) -> None:
    shop.books.pay_invoice(yen, "10")
    shop.goes_through(PAYMENTS)
    assert received(shop, yen) == 10


@applies("P4-credit")
def test_a_credit_that_the_crm_would_round_is_skipped(shop: Shop, yen: str) -> None:
    shop.books.apply_credit_note(yen, "10.50")
    assert "10.50 JPY in Xero and would be 11 in the CRM" in shop.skip(INVOICES).reason
    assert received(shop, yen) == 0


@spares("P4-credit")
def test_a_credit_of_whole_yen_counts(shop: Shop, yen: str) -> None:
    shop.books.apply_credit_note(yen, "10")
    shop.goes_through(INVOICES)
    assert received(shop, yen) == 10


def dinars(shop: Shop) -> str:
    shop.books.add_currency("KWD", "Dinar")
    return shop.invoice(shop.line("100"), taxes=(), currency="KWD", conversion_rate=D("0.5"))


@applies("P3-cents")
def test_a_payment_that_xero_would_round_is_not_sent(shop: Shop) -> None:
    shop.pay(dinars(shop), "10.125")
    shop.refuses("The payment is 10.125", "two decimals", module=PAYMENTS)


@spares("P3-cents")
def test_a_payment_of_two_decimals_goes_whatever_its_currency_has(shop: Shop) -> None:
    shop.pay(dinars(shop), "10.12")
    shop.goes_through(PAYMENTS)


# Deletions


def test_an_invoice_trashed_with_its_payment_is_void_in_xero_after_the_same_run(
    shop: Shop,
) -> None:
    invoice = shop.invoice()
    payment = shop.pay(invoice, "3")
    settles(shop)
    at_xero = shop.partner(INVOICES, invoice)
    shop.crm.trash(PAYMENTS, payment)
    shop.crm.trash(INVOICES, invoice)
    shop.sync()
    assert shop.books.invoices[at_xero].status == "VOIDED"
    assert writes(shop.sync()) == []


def test_an_invoice_held_fast_by_a_payment_is_void_once_that_is_gone_in_xero(
    shop: Shop,
) -> None:
    invoice = shop.invoice()
    settles(shop)
    at_xero = shop.partner(INVOICES, invoice)
    paid = shop.books.pay_invoice(at_xero, "3")
    shop.sync()
    (payment,) = shop.stage.records(PAYMENTS)
    shop.books.reconcile_payment(paid.payment_id)
    shop.crm.trash(PAYMENTS, payment.name)
    shop.crm.trash(INVOICES, invoice)
    assert {each.rule for each in shop.sync().entries} == {"G9"}
    shop.books.delete_payment(paid.payment_id)
    shop.sync()
    assert shop.books.invoices[at_xero].status == "VOIDED"


# Matching


def test_a_void_invoice_is_not_taken_for_another_customers_of_the_same_number() -> None:
    gone = head("gone", "N-1", "VOIDED")
    other = head("other", "N-1", "AUTHORISED", "kea|NZD|7.00")
    assert partners(gone, other) == {"INV1": "gone", None: "other"}


def test_a_void_invoice_that_was_entered_anew_is_that_one() -> None:
    gone = head("gone", "N-1", "VOIDED")
    assert partners(gone, replace(gone, id="new", status="AUTHORISED")) == {"INV1": "new"}


def test_invoices_without_a_number_are_nobodys_heirs() -> None:
    gone = head("gone", "", "DELETED")
    assert partners(gone, replace(gone, id="new", status="DRAFT")) == {"INV1": "gone", None: "new"}


def head(xero_id: str, number: str, status: str, mark: str = "moa|NZD|5.00") -> XeroHead:
    return XeroHead(xero_id, number, "", status, NOW, pending=True, marks=(mark,))


def partners(*heads: XeroHead) -> dict[str | None, str | None]:
    link = Link(INVOICES, "INV1", "gone", LinkState.WAITING)
    ours = [Head("INV1", NOW, {})]
    world = MatchInput(ours, heads, [link], lambda head: Keys(""), spec_of(INVOICES).rule)
    return {each.crm_name: each.xero_id for each in candidates(world, list(Side))}


# Costs


def test_whose_invoice_it_is_does_not_take_a_look_at_every_customer() -> None:
    class Counted(dict[str, str]):
        walks = 0

        def __iter__(self) -> Iterator[str]:
            Counted.walks += 1
            return super().__iter__()

    known = Counted({f"contact {number}": f"ACC{number}" for number in range(3)})
    lookups = replace(empty_lookups(), organizations=known)
    context = Context(lookups.settings, lookups.reference, lookups=lookups)
    before = Counted.walks
    values = {"organization_name": "contact 1"}
    proposal = Proposal(INVOICES, Side.CRM, Pair(None, None), values, frozenset(values))
    assert refuse(proposal, context) is None
    assert Counted.walks == before


# What nobody chose stays as it was agreed on


def accounts(shop: Shop, invoice: str) -> list[str]:
    return [line["AccountCode"] for line in shop.wire(invoice)["LineItems"]]


def test_another_account_in_the_settings_moves_no_revenue_of_old_invoices(shop: Shop) -> None:
    edited, paid = shop.invoice(), shop.invoice()
    settles(shop)
    settings = shop.stage.settings
    shop.stage.settings = replace(settings, sales_account=shop.stage.account("260"))
    shop.edit(INVOICES, edited, subject="Nuts")
    shop.pay(paid, "1")
    later = shop.invoice()
    settles(shop)
    assert [accounts(shop, each) for each in (edited, paid, later)] == [["200"], ["200"], ["260"]]


def test_another_account_of_a_product_moves_no_revenue_of_old_invoices(shop: Shop) -> None:
    invoice = shop.invoice()
    settles(shop)
    shop.edit(Module.PRODUCTS, shop.bolt, xero_sales_account=shop.stage.account("260"))
    shop.edit(INVOICES, invoice, subject="Nuts")
    settles(shop)
    assert accounts(shop, invoice) == ["200"]


def test_an_account_that_somebody_chooses_for_a_line_travels(shop: Shop) -> None:
    invoice = shop.invoice()
    settles(shop)
    (row,) = shop.field(INVOICES, invoice, "items")
    chosen = {**row, "xero_sales_account": shop.stage.account("260")}
    shop.edit(INVOICES, invoice, items=(chosen,))
    settles(shop)
    assert accounts(shop, invoice) == ["260"]


def test_another_account_for_payments_is_no_change_of_those_that_were_sent(shop: Shop) -> None:
    payment = shop.pay(shop.invoice(), "3")
    settles(shop)
    settings = shop.stage.settings
    shop.stage.settings = replace(settings, payment_account=shop.stage.account("091"))
    shop.edit(PAYMENTS, payment, description="cheque")
    shop.goes_through(PAYMENTS)


def test_a_line_of_charges_keeps_its_id_when_it_stands_alone_no_longer(shop: Shop) -> None:
    lines = [shop.xero_line(price, Description="Charges", TaxType="NONE") for price in ("5", "6")]
    theirs = shop.xero_invoice(*lines)
    settles(shop)
    name = shop.here(INVOICES, theirs).name
    before = {line.get("LineAmount"): line["LineItemID"] for line in shop.wire(name)["LineItems"]}
    first, second = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=({**first, "quantity": D(0)}, second))
    shop.goes_through(INVOICES)
    after = {line.get("LineAmount"): line["LineItemID"] for line in shop.wire(name)["LineItems"]}
    assert after[6] == before[6]
