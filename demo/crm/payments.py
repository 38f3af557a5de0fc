"""Vtiger Payment: its invoice's Received, Balance and Status follow it, each exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.mapping.doctypes import INVOICE
from vtiger_xero.engine.money import ZERO, decimals_of, round_amount
from vtiger_xero.engine.saving import Findings, PaymentBounds, payment_errors, require
from vtiger_xero.engine.totals import number, received_amount

from .database import Database
from .documents import Rules, Save
from .invoices import receive
from .table import Row, Table


class PaymentRules(Rules):
    """Organization and currency are the invoice's; an amount is above nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Follow the invoice; round the amount."""
        after = save.after
        invoice = after["related_to"] or ""
        for held in Table(self._database, INVOICE).get([invoice]).values():
            if not save.by_sync:
                _require_sound(save, invoice, held)
            after.update({field: held[field] for field in ("organization_name", "currency")})
        amount = round_amount(number(after["amount"]), decimals_of(after["currency"] or ""))
        if amount <= 0:
            raise RecordRefused(
                "Amount must be more than 0.",
                remedy="Correct Amount. A refund is not a payment of an invoice.",
            )
        after["amount"] = amount

    def saved(self, save: Save) -> None:
        """The invoice has received more or less now; so has the one it belonged to before."""
        self._receive(save.before, save.after, save.now)

    def trashed(self, name: str, before: Row, now: datetime) -> None:
        """The invoice has received less now."""
        self._receive(before, None, now)

    def _receive(self, before: Row | None, after: Row | None, now: datetime) -> None:
        for invoice, change in sorted(_changes(before, after).items()):
            if change:
                receive(self._database, invoice, change, now)


def _require_sound(save: Save, name: str, invoice: Row) -> None:
    require(_errors(save.after, name, invoice), _errors(save.before, name, invoice))


def _errors(payment: Row | None, name: str, invoice: Row) -> Findings:
    """What is wrong with a payment of this invoice; one of another brings nothing along."""
    if payment is None or payment["related_to"] != name:
        return ()
    bounds = PaymentBounds(
        title=_title(name, invoice),
        status=invoice["status"],
        open=invoice["balance"],
        grand_total=invoice["grand_total"],
    )
    return payment_errors(payment, bounds)


def _title(name: str, invoice: Row) -> str:
    return str(invoice["invoice_no"] or name)


def _changes(before: Row | None, after: Row | None) -> Mapping[str, Decimal]:
    """What the change of a payment adds to what each invoice has received."""
    changes: dict[str, Decimal] = {}
    for payment, sign in ((before, -1), (after, 1)):
        if payment is not None:
            brought = received_amount([(payment["payment_status"], number(payment["amount"]))])
            invoice = payment["related_to"]
            changes[invoice] = changes.get(invoice, ZERO) + brought * sign
    return changes
