"""What customers owe, by how long it has been due: in the base currency, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from .mapping.invoices import AUTHORISED, OF_CRM
from .money import ZERO, exactly, round_amount
from .totals.payments import PAID

# A draft is not owed yet, a void invoice and a credit never are.
OWED = tuple(
    status for status, at_xero in OF_CRM.items() if at_xero == AUTHORISED and status != PAID
)


class Age(str, Enum):
    """How long an invoice has been due."""

    NOT_DUE = "Not Due"
    TO_30 = "1\u201330 Days"
    TO_60 = "31\u201360 Days"
    TO_90 = "61\u201390 Days"
    OVER_90 = "Over 90 Days"


_UP_TO = {Age.NOT_DUE: 0, Age.TO_30: 30, Age.TO_60: 60, Age.TO_90: 90}


@dataclass(frozen=True)
class Owed:
    """What is open of one invoice, or of all of a customer's that are due on one day.

    `rate` is units of its currency for one of the base; an amount of several invoices has rate 1.
    """

    due: date | None
    balance: Decimal
    rate: Decimal
    customer: str = ""
    currency: str = ""


@dataclass
class Receivable:
    """What a customer owes in one currency, by age, and what all of it is in the base currency."""

    customer: str
    currency: str
    ages: dict[Age, Decimal] = field(default_factory=lambda: dict.fromkeys(Age, ZERO))
    in_base: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All that is owed in this currency."""
        return sum(self.ages.values(), ZERO)

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now."""
        return self.total - self.ages[Age.NOT_DUE]


def sum_by_age(invoices: Iterable[Owed], today: date, decimals: int) -> Mapping[Age, Decimal]:
    """The sum of each age, in the base currency, which has so many decimals.

    An invoice without a due date is not due. Each is turned into the base currency and rounded by
    itself, as it stands in the books.
    """
    sums = dict.fromkeys(Age, ZERO)
    for each in invoices:
        sums[age_of(each.due, today)] += in_base(each, decimals)
    return sums


def by_customer(invoices: Iterable[Owed], today: date, decimals: int) -> list[Receivable]:
    """What each customer owes in each currency; the base currency has so many decimals.

    The sums in the base currency come to what `sum_by_age` finds, since each is rounded alike.
    """
    found: dict[tuple[str, str], Receivable] = {}
    for each in invoices:
        key = each.customer, each.currency
        held = found.setdefault(key, Receivable(*key))
        with exactly():
            held.ages[age_of(each.due, today)] += each.balance
            held.in_base += in_base(each, decimals)
    return list(found.values())


def age_of(due: date | None, today: date) -> Age:
    """How long what was to be paid on a day has been due."""
    days = (today - due).days if due else 0
    return next((age for age, most in _UP_TO.items() if days <= most), Age.OVER_90)


def in_base(owed: Owed, decimals: int) -> Decimal:
    """What is open, in the base currency, which has so many decimals."""
    with exactly():
        return round_amount(owed.balance / (owed.rate or Decimal(1)), decimals)
