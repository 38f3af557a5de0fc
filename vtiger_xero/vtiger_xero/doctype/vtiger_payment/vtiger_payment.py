"""The DocType Vtiger Payment."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from vtiger_xero.api.checks import is_typed, refusing, warn
from vtiger_xero.engine.money import ZERO, decimals_of, round_amount
from vtiger_xero.engine.saving import (
    Findings,
    PaymentBounds,
    payment_errors,
    payment_warnings,
    require,
)
from vtiger_xero.engine.totals import number, received_amount
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.received import receive
from vtiger_xero.vtiger_xero.numbered import Numbered


class VtigerPayment(Numbered):
    """A payment that was received for an invoice: Xero's payment."""

    def validate(self) -> None:
        """Take organization and currency from the invoice; an amount is above nothing."""
        super().validate()
        if is_typed(self):
            self._check()
        self._follow_invoice()
        amount = round_amount(number(self.amount), decimals_of(self.currency or ""))
        if amount <= 0:
            frappe.throw(_("Amount must be more than 0. A refund is not a payment of an invoice."))
        self.amount = float(amount)

    def on_update(self) -> None:
        """The invoice has received more or less now; so has the one it belonged to before."""
        receive(_changes(self.get_doc_before_save(), self))

    def on_trash(self) -> None:
        """What it brought, as it is now: this document may have been read before a change."""
        fields = ["related_to", "payment_status", "amount"]
        self.flags.gone = frappe.db.get_value(
            self.doctype, self.name, fields, as_dict=True, for_update=True
        )

    def after_delete(self) -> None:
        """The invoice has received less now."""
        receive(_changes(self.flags.gone, None))

    def _check(self) -> None:
        """Refuse what no ledger could hold; say what Xero will refuse."""
        before = self.get_doc_before_save()
        invoice = frappe.db.get_value("Vtiger Invoice", self.related_to, _BOUNDS, as_dict=True)
        if not invoice:
            return
        bounds = _bounds(invoice, self.related_to, before)
        errors, warnings = (
            (find(self.as_dict(), bounds), _found_before(find, before, self, bounds))
            for find in (payment_errors, payment_warnings)
        )
        with refusing():
            require(*errors)
        warn(*warnings)

    def _follow_invoice(self) -> None:
        fields = ["organization_name", "currency"]
        held = frappe.db.get_value("Vtiger Invoice", self.related_to, fields)
        if held:
            self.organization_name, self.currency = held


_BOUNDS = ["invoice_no", "status", "balance", "grand_total"]


def _bounds(invoice: Any, name: str, before: Any) -> PaymentBounds:
    """`open` without what this payment itself has brought so far."""
    taken_out = _changes(before, None).get(name, ZERO)
    return PaymentBounds(
        title=invoice.invoice_no or name,
        status=invoice.status,
        open=number(invoice.balance) - taken_out,
        grand_total=number(invoice.grand_total),
    )


def _found_before(
    find: Callable[[Any, PaymentBounds], Findings], before: Any, now: Any, bounds: PaymentBounds
) -> Findings:
    """What was so before this save: one of another invoice brings nothing along."""
    same = before is not None and before.related_to == now.related_to
    return find(before.as_dict(), bounds) if same else ()


def _changes(before: Any, after: Any) -> dict[str, Decimal]:
    """What the change of a payment adds to what each invoice has received."""
    changes: dict[str, Decimal] = {}
    for payment, sign in ((before, -1), (after, 1)):
        if payment is not None:
            brought = received_amount([(payment.payment_status, number(payment.amount))])
            invoice = payment.related_to
            changes[invoice] = changes.get(invoice, ZERO) + brought * sign
    return changes
