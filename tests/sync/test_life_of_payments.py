"""What happens to payments in their lives, and what their invoices have received in the end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.settling import settles, writes
from tests.support.shop import DAY, INVOICES, PAYMENTS, Shop
from tests.support.stage import skipped
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal
OFF = ModuleSettings(enabled=False)


@pytest.fixture
def invoice(shop: Shop) -> str:
    """One over 115.00 that both sides have."""
    name = shop.invoice(shop.line("100"))
    settles(shop)
    return name


def payments(shop: Shop, setting: ModuleSettings) -> None:
    modules = {each: ModuleSettings() for each in Module}
    shop.stage.set(modules={**modules, PAYMENTS: setting})


def pay_in_xero(shop: Shop, invoice: str, amount: str | None = None) -> str:
    return str(shop.books.pay_invoice(shop.partner(INVOICES, invoice), amount).payment_id)


def received(shop: Shop, invoice: str) -> tuple[Decimal, str]:
    return (
        shop.field(INVOICES, invoice, "received"),
        shop.field(INVOICES, invoice, "status"),
    )


def test_a_payment_that_once_stayed_in_xero_still_counts_when_deletions_travel(
    shop: Shop, invoice: str
) -> None:
    """Found on reading: older deletions stay, but only a reconciled one counted as received."""
    shop.stage.set(deletions=False)
    payment = shop.pay(invoice, "40")
    shop.sync()
    shop.crm.trash(PAYMENTS, payment)
    shop.sync()
    shop.stage.set(deletions=True)
    shop.edit(INVOICES, invoice, subject="Other")
    shop.sync()
    assert (statuses(shop), received(shop, invoice)[0]) == (["AUTHORISED"], D(40))
    assert shop.sync().writes == 0


def statuses(shop: Shop) -> list[str]:
    return sorted(each.status for each in shop.books.payments.values())


def test_a_payment_deleted_in_xero_may_be_received_again(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "40")
    settles(shop)
    for _ in range(2):
        shop.books.delete_payment(shop.partner(PAYMENTS, payment))
        settles(shop)
        assert shop.field(PAYMENTS, payment, "payment_status") == "Pending"
        assert received(shop, invoice) == (D(0), "Approved")
        shop.edit(PAYMENTS, payment, payment_status="Received")
        settles(shop)
        assert received(shop, invoice) == (D(40), "Partially Paid")
    assert statuses(shop) == ["AUTHORISED", "DELETED", "DELETED"]


def test_equal_payments_are_all_sent_and_one_of_them_can_go(shop: Shop, invoice: str) -> None:
    first, *_ = [shop.pay(invoice, "10", reference="same") for _ in range(3)]
    settles(shop)
    shop.crm.trash(PAYMENTS, first)
    settles(shop)
    assert statuses(shop) == ["AUTHORISED", "AUTHORISED", "DELETED"]
    assert received(shop, invoice) == (D(20), "Partially Paid")


def test_the_same_payment_entered_on_both_sides_is_one(shop: Shop, invoice: str) -> None:
    xero_id = shop.partner(INVOICES, invoice)
    shop.books.pay_invoice(xero_id, "40", reference="cheque 7", on=DAY)
    shop.pay(invoice, "40", reference="cheque 7", xero_account=shop.stage.account("090"))
    assert writes(settles(shop)) == []
    assert received(shop, invoice) == (D(40), "Partially Paid")


def test_what_xero_keeps_of_a_trashed_payment_counts_as_received(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "40")
    settles(shop)
    shop.books.reconcile_payment(shop.partner(PAYMENTS, payment))
    shop.crm.trash(PAYMENTS, payment)
    assert [each.rule for each in skipped(settles(shop), PAYMENTS)] == ["G9"]
    assert received(shop, invoice) == (D(40), "Partially Paid")


def test_it_counts_no_longer_when_xero_lets_go_of_it(shop: Shop, invoice: str) -> None:
    shop.stage.set(deletions=False)
    payment = shop.pay(invoice, "40")
    settles(shop)
    xero_id = shop.partner(PAYMENTS, payment)
    shop.crm.trash(PAYMENTS, payment)
    settles(shop)
    shop.books.delete_payment(xero_id)
    settles(shop)
    assert received(shop, invoice) == (D(0), "Approved")


# Settings that change


def test_payments_switched_off_and_on_again_count_once(shop: Shop, invoice: str) -> None:
    payments(shop, OFF)
    pay_in_xero(shop, invoice, "15")
    shop.pay(invoice, "20")
    settles(shop)
    assert received(shop, invoice) == (D(35), "Partially Paid")
    payments(shop, ModuleSettings())
    settles(shop)
    assert received(shop, invoice) == (D(35), "Partially Paid")
    assert shop.wire(invoice)["AmountPaid"] == 35


def test_what_went_to_xero_does_not_count_again_when_payments_go_one_way(
    shop: Shop, invoice: str
) -> None:
    payments(shop, ModuleSettings(direction=Direction.TO_XERO))
    pay_in_xero(shop, invoice, "15")
    payment = shop.pay(invoice, "20")
    settles(shop)
    assert received(shop, invoice) == (D(35), "Partially Paid")
    shop.books.delete_payment(shop.partner(PAYMENTS, payment))
    settles(shop)
    assert received(shop, invoice) == (D(15), "Partially Paid")
    payments(shop, ModuleSettings())
    settles(shop)
    assert received(shop, invoice) == (D(15), "Partially Paid")


@pytest.mark.parametrize("others", [Direction.TO_XERO, Direction.BOTH])
def test_where_nothing_comes_back_a_person_sets_free_what_xero_deleted(
    shop: Shop, invoice: str, others: Direction
) -> None:
    """The CRM is not written to, so its payment cannot be set to Pending by the sync (rule P2)."""
    modules = {each: ModuleSettings(direction=others) for each in Module}
    shop.stage.set(modules={**modules, PAYMENTS: ModuleSettings(direction=Direction.TO_XERO)})
    payment = shop.pay(invoice, "40")
    settles(shop)
    shop.edit(PAYMENTS, payment, amount=D(50))
    remedy = shop.skip(PAYMENTS).remedy
    assert remedy.startswith("Delete the payment in Xero, set it to Pending here")
    shop.books.delete_payment(shop.partner(PAYMENTS, payment))
    for _ in range(2):
        entry = shop.skip(PAYMENTS)
        assert (entry.rule, "was deleted in Xero" in entry.reason) == ("P2-deleted", True)
        assert entry.remedy.startswith("Set it to Pending")
    assert shop.field(PAYMENTS, payment, "payment_status") == "Received"
    shop.edit(PAYMENTS, payment, payment_status="Pending")
    settles(shop)
    assert received(shop, invoice) == (D(0), "Approved")
    shop.edit(PAYMENTS, payment, payment_status="Received")
    assert skipped(settles(shop), PAYMENTS) == []
    assert statuses(shop) == ["AUTHORISED", "DELETED"]
    assert shop.wire(invoice)["AmountPaid"] == D(50)
    assert received(shop, invoice) == (D(50), "Partially Paid")


@pytest.mark.parametrize("direction", list(Direction))
def test_credits_count_beside_payments(shop: Shop, invoice: str, direction: Direction) -> None:
    payments(shop, ModuleSettings(direction=direction))
    xero_id = shop.partner(INVOICES, invoice)
    shop.books.apply_credit_note(xero_id, "15")
    shop.books.apply_overpayment(xero_id, "10")
    shop.books.apply_prepayment(xero_id, "5")
    settles(shop)
    assert received(shop, invoice) == (D(30), "Partially Paid")
    pay_in_xero(shop, invoice)
    settles(shop)
    assert received(shop, invoice) == (D(115), "Paid")


def test_a_payment_of_an_invoice_that_is_gone_here_says_so(shop: Shop, invoice: str) -> None:
    number = shop.field(INVOICES, invoice, "invoice_no")
    pay_in_xero(shop, invoice, "10")
    shop.crm.trash(INVOICES, invoice)
    entry = shop.skip(PAYMENTS)
    assert (
        f"The invoice \u201c{number}\u201d of this payment was deleted in the CRM" in entry.reason
    )


def test_the_remedy_of_a_payment_names_the_module_that_is_off(shop: Shop) -> None:
    modules = {each: ModuleSettings() for each in Module}
    shop.stage.set(modules={**modules, INVOICES: OFF})
    shop.pay(shop.invoice(), "5")
    assert shop.skip(PAYMENTS).remedy == "Enable sync for Invoices in Xero Settings."


def test_a_skip_is_told_once_a_run_though_its_invoice_is_looked_at_twice(
    shop: Shop, invoice: str
) -> None:
    shop.pay(invoice, "10")
    settles(shop)
    (row,) = shop.field(INVOICES, invoice, "items")
    shop.edit(INVOICES, invoice, items=({**row, "quantity": D(2)},))
    shop.stage.xero.clock.advance(timedelta(minutes=1))
    shop.pay(invoice, "20", reference="more")
    assert [each.rule for each in skipped(shop.sync(), INVOICES)] == ["I10"]
