"""A customer's statement: what was invoiced and paid in a period, with a running balance.

It ends in what the customer owes by the balances of the invoices: each invoice is one entry, each
payment is one, and what settled an invoice otherwise (a credit of Xero's, a CIS deduction, a status
that a person chose) is one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from .ageing import OWED
from .mapping.invoices import AUTHORISED, OF_CRM
from .money import ZERO, exactly

# What a customer was invoiced; a draft, a void invoice and a credit invoice never are.
INVOICED = tuple(status for status, at_xero in OF_CRM.items() if at_xero == AUTHORISED)


class Kind(str, Enum):
    """What an entry of a statement is."""

    OPENING = "Opening Balance"
    INVOICE = "Invoice"
    PAYMENT = "Payment"
    SETTLED = "Credit"
    CLOSING = "Closing Balance"


@dataclass(frozen=True)
class Invoiced:
    """An invoice: `name` is the record, `number` what stands on paper."""

    name: str
    number: str
    day: date
    due: date | None
    status: str
    total: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Paid:
    """Money that came in for an invoice. `day` is None where nobody gave one."""

    name: str
    invoice: str
    day: date | None
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the statement. `name` is the record that it is about."""

    kind: Kind
    day: date
    name: str = ""
    text: str = ""
    due: date | None = None
    charged: Decimal = ZERO
    paid: Decimal = ZERO
    balance: Decimal = ZERO


def statement(
    invoices: Sequence[Invoiced], payments: Iterable[Paid], first: date, last: date
) -> list[Entry]:
    """The opening balance, the entries of the days from `first` to `last`, the closing balance.

    All invoices and payments of one customer in one currency are given, those of other days too.
    """
    with exactly():
        entries = sorted(_entries(invoices, list(payments)), key=_order)
        opening = sum((e.charged - e.paid for e in entries if e.day < first), ZERO)
        found = [Entry(Kind.OPENING, first, balance=opening)]
        for each in entries:
            if first <= each.day <= last:
                balance = found[-1].balance + each.charged - each.paid
                found.append(_with_balance(each, balance))
    return [*found, Entry(Kind.CLOSING, last, balance=found[-1].balance)]


def _entries(invoices: Sequence[Invoiced], payments: Sequence[Paid]) -> Iterator[Entry]:
    received: dict[str, Decimal] = {}
    by_name: Mapping[str, Invoiced] = {each.name: each for each in invoices}
    for paid in payments:
        if invoice := by_name.get(paid.invoice):
            received[paid.invoice] = received.get(paid.invoice, ZERO) + paid.amount
            text = " ".join(each for each in (invoice.number, paid.reference) if each)
            yield Entry(Kind.PAYMENT, paid.day or invoice.day, paid.name, text, paid=paid.amount)
    for each in invoices:
        yield Entry(Kind.INVOICE, each.day, each.name, each.number, each.due, charged=each.total)
        open_now = each.balance if each.status in OWED else ZERO
        if settled := each.total - received.get(each.name, ZERO) - open_now:
            yield Entry(Kind.SETTLED, each.day, each.name, each.number, paid=settled)


_SEQUENCE = (Kind.INVOICE, Kind.SETTLED, Kind.PAYMENT)


def _order(entry: Entry) -> tuple[date, int, str]:
    return entry.day, _SEQUENCE.index(entry.kind), entry.text


def _with_balance(entry: Entry, balance: Decimal) -> Entry:
    return Entry(**{**vars(entry), "balance": balance})
