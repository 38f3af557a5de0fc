"""Stock: an invoice takes its products out of stock unless it is cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO
from .totals.payments import CANCEL


@dataclass(frozen=True)
class InvoiceStock:
    """An invoice as far as stock is concerned: its status, and (product, quantity) by line."""

    status: str
    lines: tuple[tuple[str, Decimal], ...]


def stock_changes(before: InvoiceStock | None, after: InvoiceStock | None) -> Mapping[str, Decimal]:
    """What to add to each product's stock when an invoice goes from one state to the other.

    None stands for an invoice that is not there: not yet, or no longer. Comparing two states
    instead of acting on events makes it happen exactly once: saving again changes nothing.
    Products whose stock stays are left out.
    """
    given_back, taken = _taken(before), _taken(after)
    changes = {
        product: given_back.get(product, ZERO) - taken.get(product, ZERO)
        for product in sorted({*given_back, *taken})
    }
    return {product: change for product, change in changes.items() if change}


def _taken(invoice: InvoiceStock | None) -> Mapping[str, Decimal]:
    lines: Iterable[tuple[str, Decimal]] = ()
    if invoice is not None and invoice.status != CANCEL:
        lines = invoice.lines
    taken: dict[str, Decimal] = {}
    for product, quantity in lines:
        taken[product] = taken.get(product, ZERO) + quantity
    return taken
