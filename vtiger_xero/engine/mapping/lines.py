"""The lines of a Xero invoice, read into the form in which both sides compare them.

Vtiger's lines are always without tax (rule I15): an Inclusive line is read as what it comes to
without its tax, to the cent (rule I18). Charges and Adjustment are lines at Xero and fields in the
CRM (rules I2, I11, I17); they stand at the end, wherever Xero has them. `line_writing` is the way
back.

Two things no line of Xero says by itself, so a document is read beside lines that are known of it
(those that both sides agreed on, else the CRM's): which tax and account a line of nothing has,
because Xero leaves them out there (rule I20), and whether a line with the words of a charge is
one, or an item that is called so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..lookups import CrmItem, Lookups
from ..money import HUNDRED, ZERO, exactly, round_amount
from ..records import Document, Line, NotInXero
from ..taxes import NO_TAX
from ..xero_totals import DECIMALS, XeroLine, line_amount
from .rows import decimal_of, text_of

CHARGES, ADJUSTMENT = "Charges", "Adjustment"
UNIT_DECIMALS = 4  # Xero's, with unitdp=4
QUANTITY_DECIMALS = 4
PRICE_DECIMALS = 8  # Vtiger's
_PLACE = {"": 0, CHARGES: 1, ADJUSTMENT: 2}


def read_lines(
    document: Document,
    lookups: Lookups,
    known: Sequence[Line] = (),
    others: Sequence[Line] = (),
) -> tuple[Line, ...]:
    """Xero's lines, those of the CRM's own fields at the end, blank ones left out.

    `known` are lines that are known of this document, `others` further ones of the CRM.
    """
    lines = read_each(document, lookups, known, others)
    said = [line for line in lines if says_something(line)]
    return tuple(sorted(said, key=lambda line: _PLACE[line.charge]))


def read_each(
    document: Document,
    lookups: Lookups,
    known: Sequence[Line] = (),
    others: Sequence[Line] = (),
) -> list[Line]:
    """A line for each of Xero's elements, in their order."""
    elements = document.get("LineItems") or ()
    lines = [_read(element, document, lookups) for element in elements]
    charges = _charges_among(lines, elements, known or others)
    lines = [_as_charge(line) if place in charges else line for place, line in enumerate(lines)]
    return _with_codes_of(lines, [*known, *(line for line in others if line not in known)])


def _with_codes_of(lines: list[Line], known: Sequence[Line]) -> list[Line]:
    """Lines of nothing with the account and the tax that they are known to have (rule I20)."""
    if not any(line.lacks_account or line.lacks_tax for line in lines):
        return lines
    return [_with_codes(line, old) if old else line for line, old in pair_up(lines, known)]


def _with_codes(line: Line, old: Line) -> Line:
    account = old.account if line.lacks_account else line.account
    return replace(
        line, account=account, tax_type=old.tax_type if line.lacks_tax else line.tax_type
    )


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


def amount_of(element: Mapping[str, Any]) -> Decimal:
    """The LineAmount that Xero makes of a line's figures; of two discounts the rate counts."""
    keys = ("Quantity", "UnitAmount", "DiscountRate", "DiscountAmount")
    quantity, price, rate, off = (decimal_of(element.get(key)) for key in keys)
    return line_amount(XeroLine(quantity, price, rate, off))


def _read(element: Document, document: Document, lookups: Lookups) -> Line:
    tax, amount = decimal_of(element.get("TaxAmount")), amount_in_xero(element)
    is_inclusive = document.get("LineAmountTypes") == "Inclusive"
    item = lookups.item_with_code(str(element.get("ItemCode") or ""))
    quantity, unit = (decimal_of(element.get(key)) for key in ("Quantity", "UnitAmount"))
    if turned := quantity < 0:
        # The API takes no negative quantity, but negative prices; a person may have typed one.
        quantity, unit = -quantity, -unit
    account = _account(element, item, lookups)
    lacks_account, lacks_tax = _left_out(element, document, amount)
    coded = _default_tax(account, lookups) if lacks_tax else element
    line = Line(
        description=clean_text(element.get("Description")) or title_of(item),
        quantity=quantity,
        unit_amount=ZERO if is_inclusive else round_amount(unit, UNIT_DECIMALS),
        amount=round_amount(amount - tax if is_inclusive else amount, DECIMALS),
        item=item.code if item else "",
        account=account,
        tax_type=_tax_type(coded, document, account, lookups),
        tax=round_amount(tax, DECIMALS),
        price=ZERO if is_inclusive else unit,
        fault=str(element.get("Fault") or ""),
        discount_rate=decimal_of(element.get("DiscountRate")),
        line_id=str(element.get("LineItemID") or ""),
        lacks_account=lacks_account,
        lacks_tax=lacks_tax,
        turned=turned,
    )
    if is_text(line):
        return Line(line.description, fault=line.fault, line_id=line.line_id)
    if not is_inclusive:
        return line
    return _with_price(line, _without_tax(line, unit, amount, _rate_in_xero(element)))


def amount_in_xero(element: Mapping[str, Any]) -> Decimal:
    """Its LineAmount; a request has none beside a discount, and Xero computes it."""
    shown = element.get("LineAmount")
    return amount_of(element) if shown is None else decimal_of(shown)


def _left_out(element: Document, document: Document, amount: Decimal) -> tuple[bool, bool]:
    """Whether Xero says nothing of (account, tax): it drops both of an approved line of nothing.

    A tax of "none" beside a missing account says nothing either: it cannot have been chosen.
    """
    if amount or "Fault" in element:
        return False, False
    no_account, tax_type = not element.get("AccountCode"), element.get("TaxType")
    no_tax = not tax_type or (no_account and tax_type == NO_TAX)
    return no_account, no_tax and document.get("LineAmountTypes") != "NoTax"


def _default_tax(account: str, lookups: Lookups) -> Document:
    """What Xero itself puts on a line of this account where no tax is chosen.

    None where the CRM has no such tax: a free line makes no tax there.
    """
    booked = lookups.account_with_code(account)
    tax_type = booked.tax_type if booked else ""
    return {} if lookups.taxes.missing_taxes([tax_type]) else {"TaxType": tax_type}


def _account(element: Document, item: CrmItem | None, lookups: Lookups) -> str:
    """Its AccountCode; where Xero has none, or one that is not on its list, what we would send."""
    code = str(element.get("AccountCode") or "")
    if lookups.account_with_code(code):
        return code
    account = lookups.account(lookups.sales_account("", item))
    return account.code if account else code


def _tax_type(element: Document, document: Document, account: str, lookups: Lookups) -> str:
    found = text_of(element.get("TaxType")) or NO_TAX
    if isinstance(found, NotInXero):
        return found
    if document.get("LineAmountTypes") == "NoTax":
        return NO_TAX
    booked = lookups.account_with_code(account)
    return lookups.taxes.canonical_type(found, booked.account_class if booked else "")


def _rate_in_xero(element: Document) -> Decimal:
    """The rate by which Xero shows a discount, be it that it is sent as an amount."""
    rate, off = (decimal_of(element.get(key)) for key in ("DiscountRate", "DiscountAmount"))
    with exactly():
        gross = decimal_of(element.get("Quantity")) * decimal_of(element.get("UnitAmount"))
        return round_amount(off * HUNDRED / gross, DECIMALS) if off and gross and not rate else rate


def _without_tax(line: Line, unit: Decimal, amount: Decimal, rate: Decimal) -> Decimal:
    """The price of one without its tax, so that quantity × price is the line's own amount."""
    with exactly():
        price = round_amount(unit * line.amount / amount, PRICE_DECIMALS) if amount else unit
        share = (HUNDRED - rate) / HUNDRED
        if (
            round_amount(line.quantity * price * share, DECIMALS) == line.amount
            or not line.quantity
        ):
            return price
        return round_amount(line.amount / line.quantity / share, PRICE_DECIMALS) if share else price


def _with_price(line: Line, price: Decimal) -> Line:
    return replace(line, price=price, unit_amount=round_amount(price, UNIT_DECIMALS))


# Which lines are charges


def _charges_among(
    lines: Sequence[Line], elements: Sequence[Document], known: Sequence[Line]
) -> set[int]:
    """The places of the lines that the CRM has as Shipping & Handling and as Adjustment (rule I17).

    Words alone make a line of Xero a charge only where it has no item, and where nothing is known
    of an item with these words. The CRM has room for one of each: the last, because that is where
    it is written; and it has no invoice without an item: charges alone are its items.
    """
    named = {
        word: [place for place, line in enumerate(lines) if _is_named(line, elements[place], word)]
        for word in (CHARGES, ADJUSTMENT)
    }
    said = {place for place, line in enumerate(lines) if says_something(line)}
    if not known and said == {place for places in named.values() for place in places}:
        return set()
    found = {_charge_of(word, places, lines, known) for word, places in named.items()} - {None}
    charges = {place for place in found if place is not None}
    return set() if charges >= said else charges


def _is_named(line: Line, element: Document, word: str) -> bool:
    if line.item or element.get("ItemCode") or not (line.amount or line.tax):
        return False
    return line.description == word and not (word == ADJUSTMENT and line.tax)


def _charge_of(
    word: str, places: Sequence[int], lines: Sequence[Line], known: Sequence[Line]
) -> int | None:
    """Which of the lines with these words is the charge: what is an item is known, and is none."""
    free, items = list(places), [each for each in known if _is_item_called(each, word)]
    for item in tuple(items):
        same = next((place for place in free if lines[place] == item), None)
        if same is not None:
            free.remove(same)
            items.remove(item)
    for place in reversed(free):
        if _as_charge(lines[place]) in known:
            return place
    left = free[len(items) :]  # the others are items whose figures somebody has changed
    return left[-1] if left else None


def _is_item_called(line: Line, word: str) -> bool:
    return not line.item and not line.charge and line.description == word


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
    return _with_price(one, line.amount)


# Who is who


def same_figures(new: Line, old: Line) -> bool:
    """Whether two lines differ in nothing but what a paid invoice lets change (rule I10)."""
    return _clear_texts(new) == _clear_texts(old)


def same_amounts(new: Line, old: Line) -> bool:
    """The same, and which item a line names does not count either."""
    return replace(_clear_texts(new), item="") == replace(_clear_texts(old), item="")


def _clear_texts(line: Line) -> Line:
    return replace(line, description="", account="", charge="")


def pair_up(lines: Sequence[Line], held: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    """Pair the lines of two lists: the surest signs first, each once; then by order."""
    free, found = list(held), dict[int, Line]()
    for same in (_is_equal, _same_line, _same_sum, _same_item, _match_any):
        for line in lines:
            partner = next((old for old in free if same(line, old)), None)
            if id(line) not in found and partner is not None:
                found[id(line)] = partner
                free = [old for old in free if old is not partner]
    return [(line, found.get(id(line))) for line in lines]


def _is_equal(new: Line, old: Line) -> bool:
    return new == old


def _same_line(new: Line, old: Line) -> bool:
    """Words without figures cannot go on under the id of a line that has some (see write_lines)."""
    if is_text(new) != is_text(old):
        return False
    return (new.item, new.description, new.charge) == (old.item, old.description, old.charge)


def _same_sum(new: Line, old: Line) -> bool:
    """Charges alone on an invoice are an item; beside another line they are none any more.

    Words alone do not decide: another line may be called Charges by an edit.
    """
    ours, theirs = (new.item, new.description), (old.item, old.description)
    return ours == theirs and (new.amount, new.tax) == (old.amount, old.tax)


def _same_item(new: Line, old: Line) -> bool:
    return bool(new.item) and (new.item, new.charge) == (old.item, old.charge)


def _match_any(new: Line, old: Line) -> bool:
    return new.charge == old.charge
