"""What each customer owes, by how long it has been due, in each currency."""

from typing import Any

import frappe
from frappe import _

from vtiger_xero.crm.stored_text import report_cells
from vtiger_xero.engine.ageing import Age
from vtiger_xero.views.receivables import Receivables
from vtiger_xero.views.report_columns import column

AGES = {
    "not_due": Age.NOT_DUE,
    "to_30": Age.TO_30,
    "to_60": Age.TO_60,
    "to_90": Age.TO_90,
    "over_90": Age.OVER_90,
}


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """(columns, rows, message, chart, figures above the report), as Frappe asks for them."""
    chosen = frappe._dict(filters or {})
    found = Receivables(str(chosen.organization or ""), str(chosen.currency or ""))
    is_of_one = bool(chosen.organization)
    rows = report_cells([*_customers(found), *(_invoices(found) if is_of_one else ())])
    columns = _columns(is_of_one, found.base)
    if all(
        row["currency"] == found.base for row in rows
    ):  # the last column would repeat the one before
        columns.pop()
    return columns, rows, None, None, _summary(found)


def _customers(found: Receivables) -> list[dict[str, Any]]:
    names = found.names()
    return [
        {
            "customer": names.get(each.customer, each.customer),
            "organization": each.customer,
            "is_customer": 1,
            **_amounts(each.ages, found.base),
            "currency": each.currency,
            "total": float(each.total),
            "in_base": float(each.in_base),
        }
        for each in found.by_customer
    ]


def _invoices(found: Receivables) -> list[dict[str, Any]]:
    """Each invoice of the one customer, the oldest first."""
    return [
        {
            "invoice": each.name,
            "of_invoice": "Vtiger Invoice",
            "number": each.number,
            "due_date": each.due,
            **_amounts({each.age: each.balance}, found.base),
            "currency": each.currency,
            "total": float(each.balance),
            "in_base": float(each.in_base),
        }
        for each in found.invoices()
    ]


def _amounts(ages: Any, base: str) -> dict[str, Any]:
    amounts = {field: float(ages[age]) if age in ages else None for field, age in AGES.items()}
    return {**amounts, "base_currency": base}


def _summary(found: Receivables) -> list[dict[str, Any]]:
    return [
        _figure(_("Outstanding"), found.outstanding, found.base, "Blue"),
        _figure(_("Overdue"), found.overdue, found.base, "Red" if found.overdue else "Green"),
    ]


def _figure(label: str, value: Any, currency: str, colour: str) -> dict[str, Any]:
    figure = {"label": f"{label} ({currency})", "value": float(value), "datatype": "Currency"}
    return {**figure, "currency": currency, "indicator": colour}


def _columns(is_of_one: bool, base: str) -> list[dict[str, Any]]:
    of_invoice = [
        column("invoice", _("Invoice"), 85, "Dynamic Link", "of_invoice"),
        column("number", _("Invoice No"), 105),
        column("due_date", _("Due Date"), 112, "Date"),
    ]
    return [
        column("customer", _("Customer"), 150 if is_of_one else 230),
        *(of_invoice if is_of_one else [column("organization", _("Number"), 80)]),
        column("currency", _("Currency"), 75),
        *(column(field, _(age.value), 112, "Currency", "currency") for field, age in AGES.items()),
        column("total", _("Outstanding"), 130, "Currency", "currency"),
        column("in_base", f"{_('Outstanding')} ({base})", 135, "Currency", "base_currency"),
    ]
