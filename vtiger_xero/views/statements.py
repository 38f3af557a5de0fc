"""A customer's statement of a period, for those who may read every invoice and payment of theirs.

With one left out the balance would be wrong, and it is the customer who gets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_months, escape_html, get_first_day, getdate, nowdate

from ..crm.readers import readable_names
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT
from ..engine.statement import INVOICED, Entry, Invoiced, Kind, Paid, statement
from ..engine.totals.payments import RECEIVED

_MONTHS = 3  # of a period that nobody has chosen, with the one that runs


@dataclass(frozen=True)
class Statement:
    """What a customer was invoiced and has paid in one currency."""

    customer: str
    currency: str
    first: date
    last: date
    entries: list[Entry]


def statements(customer: str, begin: date, end: date, currency: str = "") -> list[Statement]:
    """One for each currency in which the customer was ever invoiced, or for the one that is named.

    Raises `frappe.PermissionError` where the person may not read all of it.
    """
    _require_all(customer)
    invoices, payments = _invoices(customer), _payments(customer)
    return [
        Statement(customer, each, begin, end, statement(invoices[each], payments, begin, end))
        for each in sorted(invoices)
        if not currency or each == currency
    ]


def period(first: date | None, last: date | None) -> tuple[date, date]:
    """The first and the last day; this month and the two before it where nobody chose them.

    Raises `frappe.ValidationError` where the period ends before it begins.
    """
    end = last or getdate(nowdate())
    begin = first or get_first_day(add_months(end, 1 - _MONTHS))
    if begin > end:
        frappe.throw(_("The period ends before it begins. Choose other dates."))
    return begin, end


def _require_all(customer: str) -> None:
    if customer not in readable_names(ORGANIZATION, [customer]):
        frappe.throw(
            _("You may not read {0}, or it no longer exists.").format(escape_html(customer)),
            frappe.PermissionError,
            title=_("Not allowed"),
        )
    of = {"organization_name": customer}
    for doctype in (INVOICE, PAYMENT):
        if not frappe.has_permission(doctype, "read") or frappe.db.count(doctype, of) != len(
            frappe.get_list(doctype, of, pluck="name", limit_page_length=0)
        ):
            frappe.throw(
                _(
                    "You may not read all invoices and payments of this customer, so the balance "
                    "would be wrong. Ask a user who may."
                ),
                frappe.PermissionError,
                title=_("Not allowed"),
            )


def _invoices(customer: str) -> Mapping[str, list[Invoiced]]:
    """By currency."""
    rows = frappe.get_all(
        INVOICE,
        filters={"organization_name": customer, "status": ["in", INVOICED]},
        fields=[
            *("name", "invoice_no", "invoice_date", "due_date", "status", "currency"),
            *("grand_total", "balance", "creation"),
        ],
    )
    found: dict[str, list[Invoiced]] = {}
    for row in rows:
        number, day = row.invoice_no or row.name, row.invoice_date or row.creation.date()
        total, balance = _decimal(row.grand_total), _decimal(row.balance)
        invoice = Invoiced(row.name, number, day, row.due_date, row.status, total, balance)
        found.setdefault(row.currency or "", []).append(invoice)
    return found


def _payments(customer: str) -> list[Paid]:
    """By the invoice, as its Received is."""
    rows = frappe.get_all(
        PAYMENT,
        filters={"organization_name": customer, "payment_status": RECEIVED},
        fields=["name", "related_to", "payment_date", "amount", "reference"],
    )
    return [
        Paid(row.name, row.related_to, row.payment_date, _decimal(row.amount), row.reference or "")
        for row in rows
    ]


def is_sum(entry: Entry) -> bool:
    """Whether it is a balance, and nothing that happened."""
    return entry.kind in (Kind.OPENING, Kind.CLOSING)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))
