"""Lines in the form in which both sides compare them, written into a Xero invoice.

A line that was there keeps its LineItemID (rule I13), and every line that does not change keeps
Xero's own figures, also where they include tax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from ..lookups import Lookups
from ..money import HUNDRED, ZERO, exactly, minor_unit, round_amount
from ..records import Document, Line
from ..taxes import NO_TAX
from ..xero_totals import DECIMALS
from .lines import (
    CHARGES,
    UNIT_DECIMALS,
    amount_in_xero,
    amount_of,
    is_text,
    pair_up,
    read_each,
    same_figures,
    says_something,
)
from .rows import decimal_of

EXCLUSIVE, INCLUSIVE = "Exclusive", "Inclusive"
_CENT = minor_unit(DECIMALS)
# What a line of a request may carry; Xero's answers hold more.
_SENT = ("LineItemID", "Tracking")
_KEPT = (*_SENT, "ItemCode")
DISCOUNTS = ("DiscountRate", "DiscountAmount")
_CODES = ("AccountCode", "TaxType")


@dataclass(frozen=True)
class _Place:
    """A line to write, the held one that it was, and Xero's element of that."""

    new: Line
    old: Line | None
    element: Mapping[str, Any]


def write_lines(document: Document, lines: Sequence[Line], lookups: Lookups) -> None:
    """Put lines into a document: in the document's own way if that can say them, else Exclusive."""
    elements = list(document.get("LineItems") or ())
    held = read_each(document, lookups, known=lines)
    known = {id(line): element for line, element in zip(held, elements, strict=True)}
    pairs = pair_up(lines, [line for line in held if says_something(line)])
    places = [_Place(new, old, known.get(id(old), {})) for new, old in pairs]
    blank = [known[id(line)] for line in held if not says_something(line)]
    own = str(document.get("LineAmountTypes") or EXCLUSIVE)
    if own == EXCLUSIVE or not _put(document, places, own, own, lookups):
        _put(document, places, EXCLUSIVE, own, lookups)
    if any(decimal_of(document.get(key)) for key in ("AmountPaid", "AmountCredited")):
        _leave_out_again(document["LineItems"], places)
    document["LineItems"] = _charges_in_xeros_order(document["LineItems"], places, elements)
    document["LineItems"] += [_pick(element, _KEPT) for element in blank]


def _charges_in_xeros_order(
    sent: Sequence[Document], places: Sequence[_Place], elements: Sequence[Document]
) -> list[Document]:
    """Charges and Adjustment stay where Xero has them: in the CRM they are no lines."""
    ids = [each.get("LineItemID") for each in elements]
    held = [
        (ids.index(place.element["LineItemID"]), element)
        for element, place in zip(sent, places, strict=True)
        if place.new.charge and place.element.get("LineItemID")
    ]
    moved = [id(element) for _, element in held]
    result = [element for element in sent if id(element) not in moved]
    for at, element in sorted(held, key=lambda each: each[0]):
        result.insert(at, element)
    return result


def _leave_out_again(sent: Sequence[Document], places: Sequence[_Place]) -> None:
    """Of a paid invoice Xero lets no tax be changed: what it left out is not put in."""
    for element, place in zip(sent, places, strict=True):
        if place.old is not None and same_figures(place.new, place.old):
            lacking = (place.old.lacks_account, place.old.lacks_tax)
            for code, lacks in zip(_CODES, lacking, strict=True):
                if lacks:
                    element.pop(code, None)
                    element.update(_pick(place.element, (code,)))


def _put(
    document: Document, places: Sequence[_Place], kind: str, own: str, lookups: Lookups
) -> bool:
    """Write the lines as `kind`; whether they read back as what they should say."""
    document["LineAmountTypes"] = kind
    document["LineItems"] = [_element(place, kind, own, lookups) for place in places]
    read = read_each(document, lookups, known=[place.new for place in places])
    return sums_hold(document) and read == [place.new for place in places]


def sums_hold(document: Document) -> bool:
    """Whether Xero would compute every LineAmount as it stands in a request."""
    given = [line for line in document["LineItems"] if line.get("LineAmount") is not None]
    return all(amount_of(line) == line["LineAmount"] for line in given)


def exact_amount(element: Mapping[str, Any]) -> Decimal:
    """What quantity, price and discount come to before it is rounded."""
    keys = ("Quantity", "UnitAmount", *DISCOUNTS)
    quantity, price, rate, off = (decimal_of(element.get(key)) for key in keys)
    with exactly():
        gross = quantity * price
        return gross * (HUNDRED - rate) / HUNDRED if rate else gross - off


def count_below_a_cent(document: Document) -> int:
    """How many lines come to nothing only because they are rounded."""
    lines = document.get("LineItems") or ()
    return sum(1 for line in lines if not amount_in_xero(line) and exact_amount(line))


def is_kept_by_rates(document: Document) -> bool:
    """Whether every discount is a rate that comes to the line's amount.

    Where one is an amount, Xero may make the line anew of its rounded rate whenever it is sent the
    invoice without its lines.
    """
    return all(_is_kept_by_rate(line) for line in document.get("LineItems") or ())


def _is_kept_by_rate(element: Mapping[str, Any]) -> bool:
    if not any(decimal_of(element.get(key)) for key in DISCOUNTS):
        return True
    rate_alone = {key: each for key, each in element.items() if key != "DiscountAmount"}
    typed_as_amount = element.get("DiscountEnteredAsPercent") is False
    return not typed_as_amount and amount_of(rate_alone) == amount_in_xero(element)


def _element(place: _Place, kind: str, own: str, lookups: Lookups) -> Document:
    new, old, element = place.new, place.old, place.element
    if new.fault:
        return {"Description": new.description, "Fault": new.fault}
    if is_text(new):
        # Under the id of a line with figures Xero would keep those.
        kept = _pick(element, _KEPT) if old is not None and is_text(old) else {}
        return {**kept, "Description": new.description}
    coded = {**_pick(element, _SENT), **_item_code(place), **_texts(place, lookups)}
    coded["TaxType"] = _tax_type(place, str(coded.get("AccountCode") or ""), lookups)
    # What was charges and is an item now has the figures that the CRM shows: one, at the amount.
    if old is not None and new.charge == old.charge and same_figures(new, old) and kind == own:
        chosen = {"TaxType": coded["TaxType"]} if old.lacks_tax else {}
        return {**coded, **_figures_in_xero(element), **chosen}
    found = _with_tax(new) if kind == INCLUSIVE else figures(new)
    if any(element.get(key) for key in DISCOUNTS) and not any(key in found for key in DISCOUNTS):
        # A rate of 0 takes a discount away; an amount of 0 is refused on a negative line.
        found = {**_gross(found), "DiscountRate": ZERO}
    return {**coded, **found, "TaxAmount": new.tax}


def _pick(element: Mapping[str, Any], keys: Sequence[str]) -> Document:
    return {key: element[key] for key in keys if element.get(key) is not None}


# Texts and codes


def _texts(place: _Place, lookups: Lookups) -> Document:
    account = _account(place, lookups)
    return {"Description": place.new.description, **({"AccountCode": account} if account else {})}


def _account(place: _Place, lookups: Lookups) -> str:
    """Xero's own where no other was chosen; of Charges and Adjustment, else the settings' one."""
    new, old, held = place.new, place.old, str(place.element.get("AccountCode") or "")
    if held and old is not None and (new.charge or old.account == new.account):
        return held
    if not new.charge:
        return new.account
    settings = lookups.settings
    own = settings.charges_account if new.charge == CHARGES else settings.adjustment_account
    chosen = lookups.account(lookups.sales_account(own, None))
    return chosen.code if chosen else ""


def _item_code(place: _Place) -> Document:
    """An item that only Xero knows stays on its line: the CRM has nothing to say about it."""
    held = str(place.element.get("ItemCode") or "")
    kept = held if place.old is not None and not place.old.item else ""
    code = place.new.item or kept
    return {"ItemCode": code} if code or held else {}


def _tax_type(place: _Place, account: str, lookups: Lookups) -> str:
    """Xero's own where it says the same; which rate says "no tax" depends on the country.

    Whatever an Adjustment has there is no tax of the CRM's; as an item it would be one.
    """
    new, old, held = place.new, place.old, str(place.element.get("TaxType") or "")
    is_as_held = old is not None and (old.tax_type, old.charge) == (new.tax_type, new.charge)
    if is_as_held and not (old and old.lacks_tax) and lookups.taxes.rate(held):
        return held
    if new.tax_type != NO_TAX:
        return new.tax_type
    free = lookups.rate_without_taxes(account, new.item)
    return free.tax_type if free else NO_TAX


# Figures


def figures(line: Line) -> Document:
    """Quantity, price and discount, without tax. Whether Xero makes the amount of them: ask.

    LineAmount goes along where there is no discount, so that Xero checks our sum. Beside a
    discount it does not: Xero refuses a LineAmount of 0 there.
    """
    gross = {"Quantity": line.quantity, "UnitAmount": line.unit_amount}
    for discount in _discounts(line):
        if amount_of({**gross, **discount}) == line.amount:
            return {**gross, **(discount or {"LineAmount": line.amount})}
    return {**gross, "LineAmount": line.amount}


def _gross(element: Mapping[str, Any]) -> Document:
    return _pick(element, ("Quantity", "UnitAmount"))


def _figures_in_xero(element: Mapping[str, Any]) -> Document:
    """A line's figures as Xero shows them, in the form in which it takes them again.

    A page shows the rate of a discount alone, with two decimals, and everything else shows rate
    and amount, of which Xero would use the rate. One goes: what comes to the line's amount.
    """
    kept = _pick(element, ("Quantity", "UnitAmount", "TaxType", "TaxAmount"))
    if decimal_of(kept.get("Quantity")) < 0:
        kept |= {key: -decimal_of(kept.get(key)) for key in ("Quantity", "UnitAmount")}
    if not any(decimal_of(element.get(key)) for key in DISCOUNTS):
        return {**kept, **_pick(element, ("LineAmount",))}
    amount, gross = amount_in_xero(element), _gross(kept)
    for discount in _discounts_in_xero(element, amount):
        if amount_of({**gross, **discount}) == amount:
            return {**kept, **discount}
    return {**kept, **_pick(element, DISCOUNTS[:1])}


def _discounts_in_xero(element: Mapping[str, Any], amount: Decimal) -> Iterator[Document]:
    typed, rate = (decimal_of(element.get(key)) for key in ("DiscountAmount", "DiscountRate"))
    with exactly():
        gross = decimal_of(element.get("Quantity")) * decimal_of(element.get("UnitAmount"))
    is_amount = typed and gross > 0
    if is_amount and element.get("DiscountEnteredAsPercent") is not True:
        yield {"DiscountAmount": typed}
    if rate:
        yield {"DiscountRate": rate}
    yield from _other_discounts(gross, amount)


def _discounts(line: Line) -> Iterator[Document]:
    """What might be taken off: its own rate, nothing, an amount, or another rate."""
    if ZERO < line.discount_rate <= HUNDRED:
        yield {"DiscountRate": line.discount_rate}
    yield {}
    with exactly():
        gross = line.quantity * line.unit_amount
    yield from _other_discounts(gross, line.amount)


def _other_discounts(gross: Decimal, amount: Decimal) -> Iterator[Document]:
    """Amounts, and rates of two decimals, with which `gross` may come to `amount`.

    On a negative line Xero takes a rate only, and of an amount never 0.
    """
    with exactly():
        off = round_amount(gross - amount, DECIMALS)
        amounts = [each for each in (off, off - _CENT, off + _CENT) if _is_part(each, gross)]
        rate = (HUNDRED - amount * HUNDRED / gross) if gross else HUNDRED
        nearest_rates = rate.quantize(_CENT, ROUND_DOWN)
    if gross > 0:
        yield from ({"DiscountAmount": each} for each in amounts)
    if gross and ZERO <= rate <= HUNDRED:
        near = (nearest_rates, min(nearest_rates + _CENT, HUNDRED))
        yield from ({"DiscountRate": each} for each in near if each)


def _is_part(off: Decimal, gross: Decimal) -> bool:
    """Xero takes off no more than there is, and adds nothing."""
    return off * gross > 0 and abs(off) <= abs(gross)


def _with_tax(line: Line) -> Document:
    """The same in an Inclusive document, where the amounts contain their tax."""
    with exactly():
        amount = line.amount + line.tax
        whole = line.quantity * (HUNDRED - line.discount_rate) / HUNDRED
        price = round_amount(amount / whole, UNIT_DECIMALS) if whole else ZERO
    gross = {"Quantity": line.quantity, "UnitAmount": price}
    if not line.discount_rate:
        return {**gross, "LineAmount": amount}
    discounted = {**gross, "DiscountRate": line.discount_rate}
    # Where the sum does not hold, the amount shows it: the document becomes Exclusive.
    holds = amount_of(discounted) == amount
    return discounted if holds else {**discounted, "LineAmount": amount}
