"""By what two unlinked records may be one although nothing proves it (rule G6).

For each module: the signs by which a record is looked up on the other side, the most telling
first. Two records that share a sign are possibly the same; a person says whether they are. Every
sign is a key, so that looking for them costs no more than reading both lists once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from .links import Likeness
from .text import company_key, loose_key, name_key, number_key, number_letters, tax_number_key

Details = Mapping[str, str]  # what a record says of itself, as text; what it lacks is ""
Sign = tuple[Likeness, str]
# What two ledgers that round the tax of each line in their own ways may be apart.
_MOST_ROUNDING = Decimal("0.05")
_HALF = Decimal("0.5")


@dataclass(frozen=True)
class Signs:
    """How a module's records show that they may be one.

    `of` gives the signs of a record. `likeness` says by what two records that share a sign may be
    one, None where they are certainly two all the same. `title` is what a person calls a record.
    """

    of: Callable[[Details], Iterator[Sign]]
    title: Callable[[Details], str]
    likeness: Callable[[Likeness, Details, Details], Likeness | None] = lambda sign, *_: sign


def contradict(one: Details, other: Details, detail: str) -> bool:
    """Whether both say something of this detail, and not the same."""
    return bool(one.get(detail) and other.get(detail)) and one[detail] != other[detail]


# Organizations


def organization_details(name: object, tax_number: object, email: object) -> Details:
    """What an organization or a contact says of itself."""
    return {
        "name": str(name or ""),
        "tax_number": tax_number_key(tax_number),
        "email": name_key(email),
    }


def _organization_signs(details: Details) -> Iterator[Sign]:
    yield from _sign(Likeness.NAME, company_key(details.get("name")))
    yield from _sign(Likeness.TAX_NUMBER, details.get("tax_number", ""))
    yield from _sign(Likeness.EMAIL, details.get("email", ""))


def _organizations_alike(sign: Likeness, one: Details, other: Details) -> Likeness | None:
    same_name = name_key(one.get("name")) == name_key(other.get("name"))
    return Likeness.TAX_NUMBERS_DIFFER if same_name else sign


# Products and services


def item_details(code: object, name: object) -> Details:
    """What a product, a service or an item says of itself."""
    return {"code": str(code or ""), "name": str(name or "")}


def _item_signs(details: Details) -> Iterator[Sign]:
    yield from _sign(Likeness.CODE, loose_key(details.get("code")))
    yield from _sign(Likeness.ITEM_NAME, name_key(details.get("name")))


def _item_title(details: Details) -> str:
    return " ".join(each for each in (details.get("code"), details.get("name")) if each)


# Invoices


def _invoice_signs(details: Details) -> Iterator[Sign]:
    number, contact = details.get("number", ""), details.get("contact", "")
    yield from _sign(Likeness.NUMBER, name_key(number))
    if contact:
        theirs = f"{contact}|{details.get('currency')}"
        if loose := number_key(number):
            yield Likeness.NUMBER_ALIKE, f"{theirs}|{loose}"
        if day := details.get("date"):
            yield Likeness.FIGURES, f"{theirs}|{details.get('total')}|{day}"
            for place in _places(details.get("total")):
                yield Likeness.NEARLY, f"{theirs}|{place}|{day}"


def _places(total: str | None) -> tuple[str, ...]:
    """Two, so that totals which are cents apart have one in common."""
    try:
        amount = Decimal(total or 0)
        return f"whole {floor(amount)}", f"half {floor(amount + _HALF)}"
    except (ArithmeticError, ValueError):
        return ()


def _invoices_alike(sign: Likeness, one: Details, other: Details) -> Likeness | None:
    """Two numbers with letters of their own are numbered apart: A-1 is not B-1."""
    if sign is Likeness.NEARLY:
        totals = [Decimal(each["total"]) for each in (one, other)]
        return sign if abs(totals[0] - totals[1]) <= _MOST_ROUNDING else None
    letters = {number_letters(each.get("number")) for each in (one, other)} - {""}
    return None if sign is Likeness.NUMBER_ALIKE and len(letters) > 1 else sign


def _figures_title(details: Details) -> str:
    """A document, with its amount and its day."""
    amount = " ".join(details.get(each, "") for each in ("total", "amount", "currency")).split()
    parts = (details.get("number", ""), " ".join(amount), details.get("date", ""))
    return ", ".join(each for each in (*parts, details.get("reference", "")) if each)


# Payments are paired off by rules of their own (`pairing_off`).


def _no_signs(_: Details) -> Iterator[Sign]:
    yield from ()


def _sign(likeness: Likeness, key: str) -> Iterator[Sign]:
    if key:
        yield likeness, key


ORGANIZATION_SIGNS = Signs(
    _organization_signs, lambda details: details.get("name", ""), _organizations_alike
)
ITEM_SIGNS = Signs(_item_signs, _item_title)
INVOICE_SIGNS = Signs(_invoice_signs, _figures_title, _invoices_alike)
PAYMENT_SIGNS = Signs(_no_signs, _figures_title)
