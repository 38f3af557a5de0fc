"""Promises on Payments: an invoice's Received, Balance and Status follow, each exactly once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.mapping.doctypes import INVOICE
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import CrmRecord

from .shop import Shop, ShopPromises, rows
from .world import INVOICES, PAYMENTS, head, head_names, read, require_box


def _approved(shop: Shop, price: int = 100) -> CrmRecord:
    return shop.invoice(shop.line(price), status="Approved")


class PaymentPromises(ShopPromises):
    """What comes in is seen on the invoice at once."""

    def test_payments_move_received_balance_and_status(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        first = shop.pay(invoice, 30)
        assert shop.figures(invoice) == (30, 70, "Partially Paid")
        second = shop.pay(invoice, 70)
        assert shop.figures(invoice) == (100, 0, "Paid")
        shop.update(second, payment_status="Failure")
        assert shop.figures(invoice) == (30, 70, "Partially Paid")
        shop.update(first, amount=Decimal(45))
        assert shop.figures(invoice) == (45, 55, "Partially Paid")
        shop.world.crm.delete(PAYMENTS, first.name)
        assert shop.figures(invoice) == (0, 100, "Approved")

    @pytest.mark.parametrize("status", ["Pending", "In Progress", "Failure", "Paid", "Refunded"])
    def test_only_what_was_received_counts(self, shop: Shop, status: str) -> None:
        invoice = _approved(shop)
        payment = shop.pay(invoice.name, 30, status)
        assert shop.read(invoice.name) == invoice
        shop.update(payment, payment_status="Received")
        assert shop.figures(invoice.name) == (30, 70, "Partially Paid")

    def test_a_payment_that_moves_counts_at_its_new_invoice_alone(self, shop: Shop) -> None:
        one, other = _approved(shop).name, _approved(shop).name
        payment = shop.pay(one, 100)
        shop.update(payment, related_to=other)
        assert shop.figures(one) == (0, 100, "Approved")
        assert shop.figures(other) == (100, 0, "Paid")

    def test_a_persons_payment_counts_as_well(self, shop: Shop) -> None:
        invoice, world = _approved(shop).name, shop.world
        payment = world.insert(
            PAYMENTS, related_to=invoice, amount=Decimal(40), payment_status="Received"
        )
        assert shop.figures(invoice) == (40, 60, "Partially Paid")
        world.edit(payment, PAYMENTS, amount=Decimal(100))
        assert shop.figures(invoice) == (100, 0, "Paid")
        world.trash(payment, PAYMENTS)
        assert shop.figures(invoice) == (0, 100, "Approved")

    def test_a_payment_is_a_new_version_of_its_invoice(self, shop: Shop) -> None:
        invoice = _approved(shop)
        payment = shop.pay(invoice.name, 30)
        paid = shop.read(invoice.name)
        assert paid.modified > invoice.modified
        assert (rows(paid, "items"), rows(paid, "taxes")) == (
            rows(invoice, "items"),
            rows(invoice, "taxes"),
        )
        with pytest.raises(RecordChanged):
            shop.update(invoice, subject="Nuts")
        shop.update(payment, reference="as before")
        assert shop.read(invoice.name) == paid

    def test_money_comes_in_whatever_the_invoice_lacks(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.world.make_mandatory("customer_no", INVOICE)
        shop.pay(invoice, 100)
        assert shop.figures(invoice) == (100, 0, "Paid")

    def test_what_xero_received_otherwise_counts_too(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.pay(invoice, 30)
        shop.update(shop.read(invoice), received_otherwise=Decimal(70))
        assert shop.figures(invoice) == (100, 0, "Paid")

    def test_what_the_customer_pays_to_the_tax_office_is_not_due(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.update(shop.read(invoice), cis_deduction=Decimal(20))
        assert shop.figures(invoice) == (0, 80, "Approved")
        payment = shop.pay(invoice, 30)
        assert shop.figures(invoice) == (30, 50, "Partially Paid")
        shop.update(payment, amount=Decimal(80))
        assert shop.figures(invoice) == (80, 0, "Paid")

    def test_a_rounding_counts_until_a_person_changes_the_total(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.update(shop.read(invoice), rounding=Decimal("0.05"))
        assert shop.figures(invoice) == (0, Decimal("100.05"), "Approved")
        shop.world.edit(invoice, INVOICES, subject="Other words", rounding=Decimal(7))
        assert shop.figures(invoice) == (0, Decimal("100.05"), "Approved")
        shop.world.edit(invoice, INVOICES, items=(shop.line(50),))
        assert shop.figures(invoice) == (0, 50, "Approved")
        assert shop.read(invoice).fields["rounding"] == 0

    def test_a_new_line_on_a_paid_invoice_leaves_it_partially_paid(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.pay(invoice, 100)
        paid = shop.read(invoice)
        shop.update(paid, items=(*rows(paid, "items"), shop.line(50)))
        assert shop.figures(invoice) == (100, 50, "Partially Paid")

    def test_a_status_that_somebody_chose_is_theirs(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.pay(invoice, 30)
        shop.update(shop.read(invoice), status="Overdue")
        shop.update(shop.read(invoice), subject="Nuts")
        assert shop.figures(invoice) == (30, 70, "Overdue")

    def test_a_cancelled_invoice_stays_cancelled(self, shop: Shop) -> None:
        invoice = shop.invoice(shop.line(100), status="Cancel").name
        shop.pay(invoice, 100)
        assert shop.figures(invoice) == (100, 0, "Cancel")

    def test_a_cancelled_invoice_owes_nothing_until_it_is_one_again(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        shop.update(shop.read(invoice), status="Cancel")
        assert shop.figures(invoice) == (0, 0, "Cancel")
        shop.update(shop.read(invoice), status="Approved")
        assert shop.figures(invoice) == (0, 100, "Approved")

    def test_organization_and_currency_are_the_invoices(self, shop: Shop) -> None:
        invoice = shop.invoice(shop.line(100), currency="JPY", conversion_rate=Decimal(89)).name
        payment = shop.pay(invoice, "5.4")
        found = {key: payment.fields[key] for key in ("organization_name", "currency", "amount")}
        assert found == {"organization_name": shop.organization, "currency": "JPY", "amount": 5}
        assert payment.fields["payment_no"] == payment.name
        assert payment == read(shop.world, payment.name, PAYMENTS)

    @pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
    def test_a_payment_of_nothing_is_refused_and_leaves_nothing(
        self, shop: Shop, amount: str
    ) -> None:
        invoice = _approved(shop)
        before = head_names(shop.world, PAYMENTS)
        with pytest.raises(RecordRefused, match="more than 0"):
            shop.pay(invoice.name, amount)
        assert head_names(shop.world, PAYMENTS) == before
        assert shop.read(invoice.name) == invoice

    def test_a_refused_change_moves_no_money(self, shop: Shop) -> None:
        invoice = _approved(shop).name
        payment = shop.pay(invoice, 30)
        before = shop.read(invoice)
        for broken in ({"amount": Decimal(0)}, {"related_to": "INV-no-such"}):
            with pytest.raises(RecordRefused):
                shop.update(payment, **broken)
        assert read(shop.world, payment.name, PAYMENTS) == payment
        assert shop.read(invoice) == before

    def test_an_invoice_with_payments_is_not_deleted(self, shop: Shop) -> None:
        invoice = _approved(shop)
        payment = shop.pay(invoice.name, 5, "Pending")
        with pytest.raises(RecordRefused) as refusal:
            shop.world.crm.delete(INVOICES, invoice.name)
        assert invoice.name in refusal.value.reason
        assert shop.read(invoice.name) == invoice
        assert shop.stock() == 99
        shop.world.crm.delete(PAYMENTS, payment.name)
        shop.world.crm.delete(INVOICES, invoice.name)
        assert shop.stock() == 100

    def test_a_head_of_a_payment_carries_text(self, shop: Shop) -> None:
        invoice = _approved(shop, 20_000).name
        made = shop.world.crm.create(
            PAYMENTS,
            {
                "related_to": invoice,
                "amount": Decimal("10000"),
                "payment_date": "2026-02-28",
                "payment_status": "Received",
            },
        )
        keys = dict(head(shop.world, made.name, PAYMENTS).keys)
        assert keys.keys() == set(spec_of(PAYMENTS).head_fields)
        assert keys.pop("amount").startswith("10000")
        assert keys == {
            "payment_no": made.name,
            "related_to": invoice,
            "payment_date": "2026-02-28",
            "reference": "",
            "payment_status": "Received",
            "xero_account": "",
            "do_not_sync": "",
        }

    def test_a_payment_may_be_kept_out(self, shop: Shop) -> None:
        require_box(shop.world, shop.pay(_approved(shop).name, 30).name, PAYMENTS)

    def test_what_a_payment_must_have(self, shop: Shop) -> None:
        found = {each.field for each in shop.world.crm.mandatory_fields(PAYMENTS)}
        assert {"related_to", "amount"} <= found
        assert not {"payment_date", "payment_status", "assigned_to"} & found
