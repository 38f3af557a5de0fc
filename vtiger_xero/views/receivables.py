"""What customers owe: by customer and age, and of one customer in a few figures.

What the person at hand may not read is not counted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.utils import format_date, getdate, nowdate

from ..crm.readers import readable_names, statement_among_readable
from ..engine.ageing import OWED, Age, Owed, Receivable, age_of, by_customer, in_base, sum_by_age
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT
from ..engine.money import ZERO, decimals_of
from ..engine.totals.payments import RECEIVED
from .amounts import Amounts

_IN_BASE = "coalesce(conversion_rate, 0) in (0, 1)"
_OPEN = {"status": ["in", OWED], "balance": ["!=", 0]}
_LAST = 5  # payments on the workspace
_OF_CUSTOMERS = "organization_name, currency"


def _ask(statement: str) -> Iterable[Any]:
    return frappe.db.sql(statement)  # nosemgrep - the text is Frappe's own


def owed(
    customers: Collection[str] | None = None,
    *,
    apart: bool = False,
    ask: Callable[[str], Iterable[Any]] = _ask,
) -> Iterator[Owed]:
    """What is owed of each invoice; of those in the base currency, the sum of each due date.

    `customers` leaves out all others; `apart` tells customers and currencies apart; `ask` gives the
    rows of a statement, as they are now if nothing else is said.
    """
    if not frappe.has_permission(INVOICE, "read"):
        return
    base = base_currency()
    places, in_base = decimals_of(base), _IN_BASE
    if apart:  # a currency may have more decimals than the base
        in_base = f"{_IN_BASE} and currency = {frappe.db.escape(base)}"
    of = _OF_CUSTOMERS if apart else "'', ''"
    group = f"{_OF_CUSTOMERS}, due_date" if apart else "due_date"
    filters: dict[str, Any] = dict(_OPEN)
    if customers is not None:
        filters["organization_name"] = ["in", sorted(customers)]
    fields = ["due_date", "balance", "conversion_rate"]
    fields += _OF_CUSTOMERS.split(", ") if apart else []
    for columns, more in (
        (f"due_date, sum(round(balance, {places})), 1, {of}", f"where {in_base} group by {group}"),
        (f"due_date, balance, conversion_rate, {of}", f"where not ({in_base})"),
    ):
        statement = statement_among_readable(columns, INVOICE, filters, fields, more)
        for due, balance, rate, customer, currency in ask(statement):
            yield Owed(due, _decimal(balance), _decimal(rate), customer or "", currency or "")


def received(first: date, last: date, *, ask: Callable[[str], Iterable[Any]] = _ask) -> Decimal:
    """What customers paid on these days, in the base currency.

    A payment in another currency is turned by the rate of its invoice, like what is open of it.
    """
    if not frappe.has_permission(PAYMENT, "read"):
        return ZERO
    base = base_currency()
    places, escaped = decimals_of(base), frappe.db.escape(base)
    filters = {"payment_status": RECEIVED, "payment_date": ["between", [first, last]]}
    fields = ["amount", "currency", "related_to"]
    columns = f"sum(round(amount, {places}))"
    statement = statement_among_readable(
        columns, PAYMENT, filters, fields, f"where currency = {escaped}"
    )
    ((total,),) = ask(statement)
    foreign = statement_among_readable(
        "amount, related_to", PAYMENT, filters, fields, f"where not (currency <=> {escaped})"
    )
    rows = [(_decimal(amount), invoice) for amount, invoice in ask(foreign)]
    rates = _rates({invoice for _, invoice in rows})
    each = (in_base(Owed(None, amount, rates.get(of, ZERO)), places) for amount, of in rows)
    return sum(each, _decimal(total))


def _rates(invoices: Collection[str]) -> Mapping[str, Decimal]:
    """By the invoice's name; a user who may read a payment sees it in the base currency."""
    names = sorted(each for each in invoices if each)
    if not names:
        return {}
    fields = ["name", "conversion_rate"]
    rows = frappe.get_all(INVOICE, {"name": ["in", names]}, fields)
    return {row.name: _decimal(row.conversion_rate) for row in rows}


def sums_of(invoices: Iterable[Owed]) -> Mapping[Age, Decimal]:
    """What is owed by its age as of today, in the base currency."""
    return sum_by_age(invoices, getdate(nowdate()), decimals_of(base_currency()))


class OpenInvoice(NamedTuple):
    """An invoice with something to be paid; `number` is what stands on paper."""

    name: str
    number: str
    due: date | None
    currency: str
    balance: Decimal
    age: Age
    in_base: Decimal


class Receivables:
    """What customers owe, of all or of one, in all currencies or in one, as of today."""

    def __init__(self, customer: str = "", currency: str = "") -> None:
        self.base = base_currency()
        self._customer, self._currency = customer, currency
        self._today, self._decimals = getdate(nowdate()), decimals_of(self.base)
        customers = [customer] if customer else None
        self._owed = [
            each
            for each in owed(customers, apart=True)
            if not currency or each.currency == currency
        ]
        self.sums = sums_of(self._owed)

    @property
    def by_customer(self) -> list[Receivable]:
        """What each owes in each currency; most in the base currency first."""
        found = by_customer(self._owed, self._today, self._decimals)
        return sorted(found, key=lambda each: (-each.in_base, each.customer, each.currency))

    @property
    def outstanding(self) -> Decimal:
        """All of it, in the base currency."""
        return sum(self.sums.values(), ZERO)

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now, in the base currency."""
        return self.outstanding - self.sums[Age.NOT_DUE]

    def names(self) -> Mapping[str, str]:
        """What the customers are called; one that the person may not read goes by the number."""
        return names_of(each.customer for each in self._owed)

    def invoices(self) -> list[OpenInvoice]:
        """Each open invoice of the one customer, the oldest first."""
        filters: dict[str, Any] = {**_OPEN, "organization_name": self._customer}
        if self._currency:
            filters["currency"] = self._currency
        fields = ["name", "invoice_no", "due_date", "balance", "conversion_rate", "currency"]
        rows = frappe.get_list(INVOICE, filters=filters, fields=fields, limit_page_length=0)
        found = [self._open_invoice(row) for row in rows]
        return sorted(found, key=lambda each: (each.due or self._today, each.name))

    def _open_invoice(self, row: Any) -> OpenInvoice:
        owed = Owed(row.due_date, _decimal(row.balance), _decimal(row.conversion_rate))
        return OpenInvoice(
            row.name,
            row.invoice_no or row.name,
            owed.due,
            row.currency or "",
            owed.balance,
            age_of(owed.due, self._today),
            in_base(owed, self._decimals),
        )


def names_of(customers: Iterable[str]) -> Mapping[str, str]:
    """What these customers are called, of those whom the person may read."""
    readable = sorted(readable_names(ORGANIZATION, {each for each in customers if each}))
    fields = ["name", "organization_name"]
    rows = frappe.get_all(ORGANIZATION, {"name": ["in", readable]}, fields) if readable else []
    return {row.name: row.organization_name for row in rows}


def at_a_glance(customer: str) -> dict[str, Any]:
    """What a customer owes in each currency, and the last payment ("" where there was none)."""
    return {"owing": open_balances([customer]).get(customer, []), "paid": _last_payment(customer)}


def open_balances(customers: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """What each of these customers owes in each currency, as texts; who owes nothing is left out.

    `overdue` is "" where nothing of it is.
    """
    today, places = getdate(nowdate()), decimals_of(base_currency())
    found: dict[str, list[dict[str, str]]] = {}
    for each in by_customer(owed(customers, apart=True), today, places):
        amounts = Amounts(each.currency)
        overdue = amounts.with_code(each.overdue) if each.overdue else ""
        row = {"open": amounts.with_code(each.total), "overdue": overdue}
        found.setdefault(each.customer, []).append(row)
    return found


def _last_payment(customer: str) -> str:
    if not frappe.has_permission(PAYMENT, "read"):
        return ""
    found = frappe.get_list(
        PAYMENT,
        filters={"organization_name": customer, "payment_status": RECEIVED},
        fields=["payment_date", "amount", "currency"],
        order_by="payment_date desc",
        limit_page_length=1,
    )
    if not found:
        return ""
    (last,) = found
    day = format_date(last.payment_date) if last.payment_date else ""
    return f"{Amounts(last.currency or '').with_code(last.amount)} {day}".strip()


def last_payments() -> list[dict[str, str]]:
    """The newest payments that the person may read, as texts."""
    if not frappe.has_permission(PAYMENT, "read"):
        return []
    fields = ["name", "organization_name", "related_to", "payment_date", "amount", "currency"]
    rows = frappe.get_list(
        PAYMENT,
        filters={"payment_status": RECEIVED},
        fields=fields,
        order_by="payment_date desc, creation desc",
        limit_page_length=_LAST,
    )
    customers = names_of(row.organization_name for row in rows)
    return [
        {
            "name": row.name,
            "customer": customers.get(row.organization_name) or row.organization_name or "",
            "amount": Amounts(row.currency or "").with_code(row.amount),
            "day": format_date(row.payment_date) if row.payment_date else "",
        }
        for row in rows
    ]


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def base_currency() -> str:
    """The currency in which the books are kept."""
    return frappe.db.get_default("currency") or ""
