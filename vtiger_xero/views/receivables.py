"""What customers owe: by customer and age, and of one customer in a few figures.

What the person at hand may not read is not counted.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import getdate, nowdate

from ..crm.readers import readable_names, select_among_readable
from ..engine.ageing import OWED, Owed, Receivable, by_customer
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT
from ..engine.money import decimals_of
from ..engine.totals.payments import RECEIVED

_IN_BASE = "coalesce(conversion_rate, 0) in (0, 1)"
_OF_CUSTOMERS = "organization_name, currency"


def owed(customers: Collection[str] | None = None, *, apart: bool = False) -> Iterator[Owed]:
    """What is owed of each invoice; of those in the base currency, the sum of each due date.

    `customers` leaves out all others; `apart` tells customers and currencies apart.
    """
    if not frappe.has_permission(INVOICE, "read"):
        return
    base = _base()
    places, in_base = decimals_of(base), _IN_BASE
    if apart:  # a currency may have more decimals than the base
        in_base = f"{_IN_BASE} and currency = {frappe.db.escape(base)}"
    of = _OF_CUSTOMERS if apart else "'', ''"
    group = f"{_OF_CUSTOMERS}, due_date" if apart else "due_date"
    filters: dict[str, Any] = {"status": ["in", OWED], "balance": ["!=", 0]}
    if customers is not None:
        filters["organization_name"] = ["in", sorted(customers)]
    fields = ["due_date", "balance", "conversion_rate"]
    fields += _OF_CUSTOMERS.split(", ") if apart else []
    for columns, more in (
        (f"due_date, sum(round(balance, {places})), 1, {of}", f"where {in_base} group by {group}"),
        (f"due_date, balance, conversion_rate, {of}", f"where not ({in_base})"),
    ):
        for due, balance, rate, customer, currency in select_among_readable(
            columns, INVOICE, filters, fields, more
        ):
            yield Owed(due, _decimal(balance), _decimal(rate), customer or "", currency or "")


def receivables(customers: Collection[str] | None = None) -> list[Receivable]:
    """What customers owe in each currency; most in the base currency first."""
    found = by_customer(owed(customers, apart=True), getdate(nowdate()), decimals_of(_base()))
    return sorted(found, key=lambda each: (-each.in_base, each.customer, each.currency))


def names_of(customers: Collection[str]) -> Mapping[str, str]:
    """What customers are called; those that the person may not read go by their numbers."""
    readable = sorted(readable_names(ORGANIZATION, customers))
    fields = ["name", "organization_name"]
    rows = frappe.get_all(ORGANIZATION, {"name": ["in", readable]}, fields) if readable else []
    return {row.name: row.organization_name for row in rows}


def at_a_glance(customer: str) -> dict[str, Any]:
    """What a customer owes in each currency, and the last payment (None: never any)."""
    return {
        "owing": [
            {"currency": each.currency, "open": str(each.total), "overdue": str(each.overdue)}
            for each in receivables([customer])
        ],
        "last_payment": _last_payment(customer),
    }


def _last_payment(customer: str) -> dict[str, Any] | None:
    if not frappe.has_permission(PAYMENT, "read"):
        return None
    found = frappe.get_list(
        PAYMENT,
        filters={"organization_name": customer, "payment_status": RECEIVED},
        fields=["name", "payment_date", "amount", "currency"],
        order_by="payment_date desc",
        limit_page_length=1,
    )
    return found[0] if found else None


def open_balances(customers: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """What each of these customers owes, in each currency; who owes nothing is left out."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in receivables(customers):
        row = {"currency": each.currency, "open": str(each.total), "overdue": str(each.overdue)}
        found.setdefault(each.customer, []).append(row)
    return found


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _base() -> str:
    return frappe.db.get_default("currency") or ""
