"""The lines of a Xero invoice, read into the form in which both sides compare them.

Vtiger's lines are always without tax (mission I15): an Inclusive line is read as what it comes to
without its tax, to the cent (I18). Charges and Adjustment are lines at Xero and fields in the CRM
(I2, I11, I17); they stand at the end, wherever Xero has them. `line_writing` is the way back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..lookups import CrmItem, Lookups
from ..money import HUNDRED, ZERO, exactly, rounded
from ..records import Document, Line
from ..taxes import NO_TAX
from ..xero_totals import DECIMALS
from .rows import decimal_of

CHARGES, ADJUSTMENT = "Charges", "Adjustment"
UNIT_DECIMALS = 4  # Xero's, with unitdp=4
PRICE_DECIMALS = 8  # Vtiger's
_PLACE = {"": 0, CHARGES: 1, ADJUSTMENT: 2}


def read_lines(document: Document, lookups: Lookups) -> tuple[Line, ...]:
    """Xero's lines, those of the CRM's own fields at the end, blank ones left out."""
    lines = [line for line in read_each(document, lookups) if says_something(line)]
    return tuple(sorted(lines, key=lambda line: _PLACE[line.charge]))


def read_each(document: Document, lookups: Lookups) -> list[Line]:
    """A line for each of Xero's elements, in their order."""
    elements = document.get("LineItems") or ()
    lines = [_read(element, document, lookups) for element in elements]
    if all(_is_charge(line) for line in lines if says_something(line)):
        return lines  # the CRM has no invoice without an item: here they are its items
    # It has room for one of each: the last, because that is where it is written.
    last = {line.description: place for place, line in enumerate(lines) if _is_charge(line)}
    return [
        _as_charge(line) if last.get(line.description) == place and _is_charge(line) else line
        for place, line in enumerate(lines)
    ]


def says_something(line: Line) -> bool:
    """Whether a line is more than blank; a request for a new invoice leaves blank ones out."""
    return line != Line("")


def is_text(line: Line) -> bool:
    """Whether a line has no figures: Xero keeps nothing but its description."""
    return not (line.quantity or line.amount or line.tax or line.item)


def clean_text(text: Any) -> str:
    """A description as Xero keeps it, whatever ends its lines."""
    return "\n".join(str(text or "").strip().splitlines())


def title_of(item: CrmItem | None) -> str:
    """What a line says that only names its item."""
    return clean_text(item.title) if item and not item.is_placeholder else ""


def _read(element: Document, document: Document, lookups: Lookups) -> Line:
    amount, tax = (decimal_of(element.get(key)) for key in ("LineAmount", "TaxAmount"))
    is_inclusive = document.get("LineAmountTypes") == "Inclusive"
    item = lookups.item_coded(str(element.get("ItemCode") or ""))
    account, unit = _account(element, item, lookups), decimal_of(element.get("UnitAmount"))
    line = Line(
        description=clean_text(element.get("Description")) or title_of(item),
        quantity=decimal_of(element.get("Quantity")),
        unit_amount=ZERO if is_inclusive else rounded(unit, UNIT_DECIMALS),
        amount=rounded(amount - tax if is_inclusive else amount, DECIMALS),
        item=item.code if item else "",
        account=account,
        tax_type=_tax_type(element, document, account, lookups),
        tax=rounded(tax, DECIMALS),
        price=ZERO if is_inclusive else unit,
        fault=str(element.get("Fault") or ""),
        discount_rate=decimal_of(element.get("DiscountRate")),
        line_id=str(element.get("LineItemID") or ""),
    )
    if is_text(line):
        return Line(line.description, fault=line.fault, line_id=line.line_id)
    return _priced(line, _without_tax(line, unit, amount)) if is_inclusive else line


def _account(element: Document, item: CrmItem | None, lookups: Lookups) -> str:
    """Its AccountCode; where Xero has none, or one that is not on its list, what we would send."""
    code = str(element.get("AccountCode") or "")
    if lookups.account_coded(code):
        return code
    account = lookups.account(lookups.sales_account("", item))
    return account.code if account else code


def _tax_type(element: Document, document: Document, account: str, lookups: Lookups) -> str:
    found = str(element.get("TaxType") or NO_TAX)
    if found.startswith("?"):
        return found  # taxes of the CRM that Xero does not have
    if document.get("LineAmountTypes") == "NoTax":
        return NO_TAX
    booked = lookups.account_coded(account)
    return lookups.taxes.canonical(found, booked.account_class if booked else "")


def _without_tax(line: Line, unit: Decimal, amount: Decimal) -> Decimal:
    """The price of one without its tax, so that quantity × price is the line's own amount."""
    with exactly():
        price = rounded(unit * line.amount / amount, PRICE_DECIMALS) if amount else unit
        share = (HUNDRED - line.discount_rate) / HUNDRED
        if rounded(line.quantity * price * share, DECIMALS) == line.amount or not line.quantity:
            return price
        return rounded(line.amount / line.quantity / share, PRICE_DECIMALS) if share else price


def _priced(line: Line, price: Decimal) -> Line:
    return replace(line, price=price, unit_amount=rounded(price, UNIT_DECIMALS))


def _is_charge(line: Line) -> bool:
    """Whether the CRM shows it as Shipping & Handling or as Adjustment (mission I17)."""
    if line.item or not (line.amount or line.tax):
        return False
    return line.description == CHARGES or (line.description == ADJUSTMENT and not line.tax)


def _as_charge(line: Line) -> Line:
    """The CRM has no account of theirs: which one Xero has is no difference."""
    one = replace(
        line,
        quantity=Decimal(1),
        discount_rate=ZERO,
        charge=line.description,
        account="",
        tax_type=NO_TAX if line.description == ADJUSTMENT else line.tax_type,
    )
    return _priced(one, line.amount)


# Who is who


def same_figures(new: Line, old: Line) -> bool:
    """Whether two lines differ in nothing but what a paid invoice lets change (mission I10)."""
    return _without_texts(new) == _without_texts(old)


def _without_texts(line: Line) -> Line:
    return replace(line, description="", account="", charge="")


def pair_up(lines: Sequence[Line], held: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    """Who is who in two lists of lines: the surest signs first, each once; then by order."""
    free, found = list(held), dict[int, Line]()
    for same in (_equal, _same_line, _same_sum, _same_item, _anything):
        for line in lines:
            partner = next((old for old in free if same(line, old)), None)
            if id(line) not in found and partner is not None:
                found[id(line)] = partner
                free = [old for old in free if old is not partner]
    return [(line, found.get(id(line))) for line in lines]


def _equal(new: Line, old: Line) -> bool:
    return new == old


def _same_line(new: Line, old: Line) -> bool:
    """Words without figures cannot go on under the id of a line that has some (see write_lines)."""
    if is_text(new) != is_text(old):
        return False
    return (new.item, new.description, new.charge) == (old.item, old.description, old.charge)


def _same_sum(new: Line, old: Line) -> bool:
    """Charges alone on an invoice are an item; beside another line they are none any more.

    Words alone do not tell: another line may be called Charges by an edit.
    """
    ours, theirs = (new.item, new.description), (old.item, old.description)
    return ours == theirs and (new.amount, new.tax) == (old.amount, old.tax)


def _same_item(new: Line, old: Line) -> bool:
    return bool(new.item) and (new.item, new.charge) == (old.item, old.charge)


def _anything(new: Line, old: Line) -> bool:
    return new.charge == old.charge
