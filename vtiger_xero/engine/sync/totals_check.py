"""Comparing the total of Xero's answer with what was sent (rule I12)."""

from __future__ import annotations

from decimal import Decimal

from ..actions import Create, Skip, Update
from ..mapping.invoice_figures import rounding_of
from ..mapping.invoices import ITEMS
from ..mapping.rows import decimal_of
from ..messages import _lt
from ..money import ZERO, as_text
from ..records import Document, Line, Module, Side, XeroRecord


def different_total(action: Create | Update, record: XeroRecord) -> Skip | None:
    """The skip that reports a difference, None where there is none or no total was sent."""
    if record.module is not Module.INVOICES or "Total" not in record.document:
        return None
    wanted, found = _total(action), decimal_of(record.document["Total"])
    if wanted is None or wanted == found:
        return None
    return Skip(
        Side.XERO,
        "I12",
        _lt("It was sent to Xero, but its total is {0} there and {1} here.").format(
            as_text(found), as_text(wanted)
        ),
        _lt("Compare the lines in Xero with the ones here, and correct them in Xero."),
    )


def dropped_rounding(action: Create | Update, held: Document) -> str:
    """The remark that an edit here ended a total that was typed over in Xero, "" for none."""
    old, sent = rounding_of(held), action.document.get("RoundingAmount")
    if sent is None or sent or not old:
        return ""
    return _lt("The rounding of {0} in Xero no longer applies: the total changed.").format(
        as_text(old)
    )


def _total(action: Create | Update) -> Decimal | None:
    if action.document.get("Total") is not None:  # sent only beside a rounding
        return decimal_of(action.document["Total"])
    value = action.values.get(ITEMS)
    if not isinstance(value, tuple):
        return None
    lines = [each for each in value if isinstance(each, Line)]
    return sum((line.amount + line.tax for line in lines), ZERO)
