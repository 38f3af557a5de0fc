"""The rules for payments (P1 to P4): each where it bites and where not."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from tests.support.agreement import disagreements
from tests.support.rules import applies, spares
from tests.support.shop import DAY, INVOICES, PAYMENTS, Shop
from tests.support.stage import counts
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal


@pytest.fixture
def invoice(shop: Shop) -> str:
    name = shop.invoice()
    shop.sync()
    return name


def refused(shop: Shop, *words: str) -> None:
    entry = shop.skip(PAYMENTS)
    for each in words:
        assert each in entry.reason, entry.reason
    assert entry.remedy
    assert len(shop.books.payments) == 0


@applies("P1")
@pytest.mark.parametrize("status", ["Pending", "In Progress", "Failure", "Paid", "Refunded"])
def test_only_money_that_was_received_is_sent(shop: Shop, invoice: str, status: str) -> None:
    shop.pay(invoice, "5", payment_status=status)
    refused(shop, status)


@applies("P1-invoice")
def test_only_for_invoices_that_are_approved_or_paid(shop: Shop) -> None:
    draft = shop.invoice(status="Created")
    payment = shop.pay(draft, "5")
    shop.edit(INVOICES, draft, status="Created")
    refused(shop, f"The invoice \u201c{draft}\u201d is Created")
    shop.edit(INVOICES, draft, status="Approved")
    shop.goes_through(PAYMENTS)
    assert shop.partner(PAYMENTS, payment)


@spares("P1", "P1-invoice", "P3", "P3-account", "P3-approved")
def test_a_received_payment_goes_to_its_invoice_with_all_it_says(shop: Shop, invoice: str) -> None:
    account = shop.stage.account("091")
    payment = shop.pay(invoice, "4.50", xero_account=account, reference="Chq 7")
    shop.goes_through(PAYMENTS)
    held = shop.books.payments[shop.partner(PAYMENTS, payment)]
    assert (held.amount, held.day, held.reference) == (D("4.50"), DAY, "Chq 7")
    assert held.account_id == account
    assert shop.wire(invoice)["AmountDue"] == D("7.00")
    assert disagreements(shop.stage) == []


def test_a_payment_without_a_reference_goes_under_its_number(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "4.50")
    shop.sync()
    assert shop.books.payments[shop.partner(PAYMENTS, payment)].reference == payment
    assert shop.sync().writes == 0


@applies("P2")
def test_a_change_of_a_sent_payment_stays_here_with_the_way_out(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "4")
    shop.sync()
    shop.edit(PAYMENTS, payment, amount=D(5))
    entry = shop.skip(PAYMENTS)
    assert "payments cannot be changed there" in entry.reason
    assert "Delete the payment in Xero" in entry.remedy
    assert [each.amount for each in shop.books.payments.values()] == [D(4)]


@applies("P2")
def test_the_number_that_stands_in_for_a_reference_is_no_change(shop: Shop) -> None:
    """Of a payment that came from Xero without one: nobody typed anything there."""
    paid = shop.books.pay_invoice(shop.xero_invoice(), "4")
    shop.sync()
    payment = shop.here(PAYMENTS, paid.payment_id).name
    shop.edit(PAYMENTS, payment, payment_status="Pending")
    assert "payments cannot be changed there: Payment Status stays" in shop.skip(PAYMENTS).reason
    shop.edit(PAYMENTS, payment, payment_status="Received", reference="typed")
    assert "payments cannot be changed there: Reference stays" in shop.skip(PAYMENTS).reason


@applies("P2")
def test_a_payment_deleted_in_xero_is_pending_here_and_free(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "4")
    shop.sync()
    shop.books.delete_payment(shop.partner(PAYMENTS, payment))
    report = shop.sync()
    assert counts(report, PAYMENTS)["CRM Updated"] == 1
    assert shop.field(PAYMENTS, payment, "payment_status") == "Pending"
    assert shop.field(INVOICES, invoice, "received") == 0
    assert all(link.crm_name != payment or not link.xero_id for link in links(shop))
    shop.edit(PAYMENTS, payment, payment_status="Received", amount=D(5))
    shop.goes_through(PAYMENTS)
    assert shop.wire(invoice)["AmountPaid"] == D(5)


def links(shop: Shop) -> list[object]:
    return list(shop.stage.journal.links(PAYMENTS))


@spares("P2")
def test_a_note_on_a_sent_payment_is_nobodys_business(shop: Shop, invoice: str) -> None:
    payment = shop.pay(invoice, "4")
    shop.sync()
    shop.edit(PAYMENTS, payment, description="paid at the counter", payment_mode="Cash")
    shop.goes_through(PAYMENTS)


@applies("P3")
def test_two_payments_of_one_run_cannot_both_take_what_is_left(shop: Shop, invoice: str) -> None:
    shop.pay(invoice, "8")
    shop.pay(invoice, "8")
    entry = shop.skip(PAYMENTS)
    assert "only 3.50 is outstanding" in entry.reason
    assert shop.wire(invoice)["AmountPaid"] == D(8)


@applies("P3-account")
@pytest.mark.parametrize("code", ["200", "610"])
def test_an_account_that_takes_no_payments_is_skipped(shop: Shop, invoice: str, code: str) -> None:
    shop.pay(invoice, "4", xero_account=shop.stage.account(code))
    refused(shop, "cannot receive payments", code)


@applies("P3-account")
def test_no_account_anywhere_is_said(shop: Shop, invoice: str) -> None:
    shop.stage.set(payment_account="")
    shop.pay(invoice, "4")
    refused(shop, "No bank account is chosen")


@applies("P3-approved")
def test_a_payment_waits_until_xero_has_approved_the_invoice(shop: Shop) -> None:
    modules = {each: ModuleSettings(enabled=each is not INVOICES) for each in Module}
    draft = shop.invoice(status="Created")
    shop.sync()
    shop.edit(INVOICES, draft, status="Approved")
    shop.stage.set(modules=modules)
    shop.pay(draft, "4")
    refused(shop, "in Xero is DRAFT")


@applies("P3-invoice")
def test_a_payment_waits_until_its_invoice_is_in_xero(shop: Shop) -> None:
    name = shop.invoice(due_date=None)
    shop.pay(name, "4")
    refused(shop, name, "is not in Xero yet")


@applies("P3-locked")
def test_a_payment_in_a_locked_period_is_skipped(shop: Shop, invoice: str) -> None:
    shop.books.lock_period(datetime(2026, 11, 30, tzinfo=timezone.utc))
    shop.pay(invoice, "4")
    refused(shop, "locked in Xero up to 2026-11-30")


@spares("P3-locked")
def test_a_payment_after_the_locked_period_goes(shop: Shop, invoice: str) -> None:
    shop.books.lock_period(datetime(2026, 10, 31, tzinfo=timezone.utc))
    shop.pay(invoice, "4")
    shop.goes_through(PAYMENTS)


@applies("P4")
def test_a_payment_of_xero_comes_as_received_and_moves_the_invoice(
    shop: Shop, invoice: str
) -> None:
    paid = shop.books.pay_invoice(shop.partner(INVOICES, invoice), "4", reference="Bank 12")
    shop.sync()
    payment = shop.here(PAYMENTS, paid.payment_id).fields
    assert (payment["payment_status"], payment["related_to"]) == ("Received", invoice)
    assert (payment["amount"], payment["reference"]) == (D(4), "Bank 12")
    fields = shop.get(INVOICES, invoice).fields
    assert (fields["received"], fields["balance"]) == (D(4), D("7.50"))
    assert fields["status"] == "Partially Paid"


@applies("P4")
def test_credits_count_as_received_and_are_named_in_the_log(shop: Shop, invoice: str) -> None:
    theirs = shop.partner(INVOICES, invoice)
    shop.books.apply_credit_note(theirs, "3")
    shop.books.apply_overpayment(theirs, "2")
    shop.books.apply_prepayment(theirs, "1")
    report = shop.sync()
    fields = shop.get(INVOICES, invoice).fields
    assert (fields["received"], fields["balance"]) == (D(6), D("5.50"))
    (entry,) = [e for e in report.entries if e.module is INVOICES and e.crm_name == invoice]
    for word in ("credit note", "overpayment", "prepayment"):
        assert word in entry.reason, entry.reason
    assert shop.sync().writes == 0


@spares("P4")
def test_a_payment_of_a_bill_stays_in_xero(shop: Shop) -> None:
    line = shop.xero_line(AccountCode="300", TaxType="INPUT2")
    bill = shop.xero_invoice(line, Type="ACCPAY", InvoiceNumber="BILL 1")
    shop.books.pay_invoice(bill)
    shop.goes_through(PAYMENTS)
    assert shop.stage.records(PAYMENTS) == []


@applies("P4-invoice")
def test_a_payment_waits_until_its_invoice_is_in_the_crm(shop: Shop) -> None:
    shop.crm.customize(INVOICES, "sales_order", reqd=1)
    theirs = shop.xero_invoice(InvoiceNumber="INV-4")
    shop.books.pay_invoice(theirs)
    entry = shop.skip(PAYMENTS)
    assert entry.reason == "The invoice \u201cINV-4\u201d of this payment is not in the CRM."


@spares("P4-invoice")
def test_invoice_and_payment_of_xero_come_in_one_run(shop: Shop) -> None:
    theirs = shop.xero_invoice(InvoiceNumber="INV-4")
    shop.books.pay_invoice(theirs)
    shop.goes_through(PAYMENTS)
    assert shop.here(INVOICES, theirs).fields["status"] == "Paid"


def test_where_payments_do_not_come_all_that_was_paid_counts_as_received(shop: Shop) -> None:
    modules = {each: ModuleSettings(enabled=each is not PAYMENTS) for each in Module}
    shop.stage.set(modules=modules)
    name = shop.invoice()
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name), "4")
    shop.sync()
    fields = shop.get(INVOICES, name).fields
    assert (fields["received"], fields["balance"]) == (D(4), D("7.50"))
    assert fields["status"] == "Partially Paid"
    assert shop.sync().writes == 0
