"""Tax amounts that Xero gave to the cent: they stand as long as what they were given for."""

from __future__ import annotations

from vtiger_xero.engine.totals import Saved, amounts_that_stand

from .documents import Save
from .table import Row


def keep_given(save: Save) -> None:
    """Release the amounts whose figures changed, to be computed again.

    One that the sync gives in this very save stands for the figures that come with it. A person
    gives none: a form that holds one merely shows it.
    """
    anew = save.given.get("taxes") or () if save.by_sync else ()
    stand = amounts_that_stand(_saved(save.before or {}), _saved(save.after))
    for place, (row, amount) in enumerate(zip(save.after["taxes"], stand, strict=True)):
        if place < len(anew) and anew[place].get("amount_given"):
            continue
        row["amount_given"] = int(amount is not None)
        if amount is not None:
            row["amount"] = amount


def _saved(invoice: Row) -> Saved:
    return Saved(invoice, invoice.get("items", ()), invoice.get("taxes", ()))
