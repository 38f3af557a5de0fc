"""Tracked inventory: documents move quantity and cost, at average cost [DOC].

What a document has moved stays noted on it, so that an edit or a void moves the same back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xero_simulator.documents import INCLUSIVE, Document, Line
from xero_simulator.item_fields import Item
from xero_simulator.item_rules import item_coded
from xero_simulator.money import ZERO, cents

if TYPE_CHECKING:
    from xero_simulator.ledger import Ledger

# 3P: the exact text is not confirmed
NOTHING_TO_SELL = "No items available to sell"
# Which way an approved document moves stock.
_SIGNS = {"ACCREC": -1, "ACCPAY": 1, "ACCRECCREDIT": 1, "ACCPAYCREDIT": -1}

Moved = Mapping[str, list[Decimal]]


def move_stock(organisation: "Ledger", document: Document) -> tuple[Moved, str | None]:
    """Undo what the document has moved before, move what it moves now; or why it cannot.

    # invented [L9]: that a negative price changes nothing about it.
    """
    at_hand = _at_hand(organisation, document)
    back = {key: [-quantity, -cost] for key, (quantity, cost) in document.moved.items()}
    _apply(organisation, back)
    moved: dict[str, list[Decimal]] = {key: [ZERO, ZERO] for key in document.moved}
    if document.is_approved:
        for item, line in _tracked_lines(organisation, document):
            movement = _movement(item, line, document)
            if organisation.readings.returns_restock and line.line_amount < 0:
                movement = [-each for each in movement]
            _add(moved, item.item_id, movement)
    _apply(organisation, moved)
    now = ((key, organisation.items.get(key)) for key in moved)
    is_short = any(item and item.on_hand < min(at_hand.get(key, ZERO), ZERO) for key, item in now)
    # invented [D12]: that a void or an edit which takes away what is sold is refused likewise.
    return moved, NOTHING_TO_SELL if is_short else None


def _at_hand(organisation: "Ledger", document: Document) -> dict[str, Decimal]:
    """The stock of what the document has moved or may move, before it does."""
    lines = (item for item, _ in _tracked_lines(organisation, document))
    moved = (organisation.items.get(each) for each in document.moved)
    items = (*lines, *(each for each in moved if each))
    return {item.item_id: item.on_hand for item in items}


def _tracked_lines(organisation: "Ledger", document: Document) -> Iterator[tuple[Item, Line]]:
    for line in document.lines:
        item = item_coded(organisation, line.item_code) if line.item_code else None
        if item is not None and item.is_tracked and line.quantity is not None:
            yield item, line


def _movement(item: Item, line: Line, document: Document) -> list[Decimal]:
    quantity = (line.quantity or ZERO) * _SIGNS.get(document.kind, 0)
    if document.is_sale:
        return [quantity, cents(quantity * item.average_cost)]
    net = line.line_amount
    if document.line_amount_types == INCLUSIVE:
        net -= line.tax_amount
    return [quantity, net * _SIGNS.get(document.kind, 0)]


def _add(moved: dict[str, list[Decimal]], key: str, movement: list[Decimal]) -> None:
    quantity, cost = moved.get(key, [ZERO, ZERO])
    moved[key] = [quantity + movement[0], cost + movement[1]]


def _apply(organisation: "Ledger", moved: Moved) -> None:
    for key, (quantity, cost) in moved.items():
        item = organisation.items.get(key)
        if item is not None and (quantity or cost):
            changed = replace(
                item,
                on_hand=item.on_hand + quantity,
                cost_pool=item.cost_pool + cost,
                updated=organisation.stamp(),
            )
            organisation.items.save(changed)
