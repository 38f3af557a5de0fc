"""What people meant, kept by the life itself: never read from the app, nor computed by it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.lives.countries import Country

D = Decimal
CENT, NOTHING = D("0.01"), D(0)


def cents(value: Decimal) -> Decimal:
    """Rounded half up, as Xero and every bookkeeper does."""
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Line:
    """A line as somebody typed it. `sale` is a kind of the country, `typed_in` the side.

    A discount is a percentage or an amount, never both.
    """

    quantity: Decimal
    price: Decimal
    sale: str
    typed_in: str
    percent_off: Decimal = NOTHING
    account: str = "200"
    product: str = ""
    inclusive: bool = False
    in_both: bool = False
    was_free: bool = False
    amount_off: Decimal = NOTHING

    def total(self, country: Country) -> Decimal:
        """With its tax, each rounded to the cent."""
        before = self.quantity * self.price
        amount = cents(before * (100 - self.percent_off) / 100 - self.amount_off)
        if self.inclusive:
            return amount
        return amount + cents(amount * country.sales[self.sale].percent / 100)


@dataclass
class Invoice:
    """An invoice that somebody meant.

    `edited_in` are the sides on which it was edited since both last met; once that were both,
    nobody can say what is meant (`is_contested`).
    """

    tag: str
    customer: str
    lines: dict[str, Line]
    typed_in: set[str]
    state: str = "approved"
    credits: Decimal = NOTHING
    typed_over: Decimal = NOTHING
    loose: Decimal = NOTHING  # a rounding that may have ended by a later edit
    edited_in: set[str] = field(default_factory=set)
    is_contested: bool = False
    has_one_number: bool = True
    is_ended: bool = False

    def total(self, country: Country) -> Decimal:
        """What the customer is asked for."""
        whole = sum((line.total(country) for line in self.lines.values()), D(0))
        return whole + self.typed_over

    def edit(self, side: str) -> None:
        """Somebody edits it on this side."""
        self.edited_in.add(side)
        self.is_contested |= len(self.edited_in) > 1
        self.loose += abs(self.typed_over)


@dataclass
class Payment:
    """Money that came in once, in however many systems it was typed."""

    tag: str
    invoice: str
    amount: Decimal
    typed_in: set[str]
    taken_out_in: set[str] = field(default_factory=set)
    evidence: str = "same"  # or "possible": what both systems say of it differs


@dataclass
class Typed:
    """The last values that people typed into a field, by side."""

    by_side: dict[str, str] = field(default_factory=dict)


@dataclass
class Meaning:
    """All that people meant in a life."""

    customers: dict[str, set[str]] = field(default_factory=dict)  # tag: the sides it was typed in
    products: dict[str, set[str]] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    records: dict[tuple[str, str], str] = field(default_factory=dict)  # (tag, side): name or id
    typed: dict[tuple[str, str], Typed] = field(default_factory=dict)
    unlike: set[str] = field(default_factory=set)  # typed in both, and nothing shows that
    is_rate_changed: bool = False
    copies: Counter[str] = field(default_factory=Counter)  # of customers, typed into the CRM again
    merged: Counter[str] = field(default_factory=Counter)  # how many were merged into one in Xero
    decided: set[str] = field(default_factory=set)  # a person chose one of two values
    ended: set[str] = field(default_factory=set)  # tags that somebody deleted, archived, merged

    def type(self, tag: str, name: str, side: str, value: str) -> None:
        """Somebody types a value into a field on one side."""
        self.typed.setdefault((tag, name), Typed()).by_side[side] = value

    def synced(self) -> None:
        """A run went through: both sides met."""
        for invoice in self.invoices.values():
            invoice.edited_in.clear()

    def is_unlike(self, tag: str) -> bool:
        """Whether nothing shows that what both systems have of it is one."""
        invoice = self.invoices.get(tag)
        return tag in self.unlike or (invoice is not None and invoice.customer in self.unlike)

    def payments_of(self, invoice: str) -> list[Payment]:
        """All payments ever meant for an invoice."""
        return [each for each in self.payments.values() if each.invoice == invoice]

    def most(self, invoice: str) -> Counter[Decimal]:
        """How often each amount may stand on an invoice at most."""
        return Counter(each.amount for each in self.payments_of(invoice))

    def alive(self, invoice: str) -> list[Payment]:
        """The payments that nobody took out."""
        return [each for each in self.payments_of(invoice) if not each.taken_out_in]
