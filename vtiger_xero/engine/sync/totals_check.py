"""After Xero's answer its total is held against what was sent (mission I12)."""

from __future__ import annotations

from decimal import Decimal

from ..actions import Skip
from ..mapping import Values
from ..mapping.invoices import ITEMS
from ..mapping.rows import decimal_of
from ..money import ZERO, shown
from ..records import Line, Module, Side, XeroRecord


def different_total(sent: Values, record: XeroRecord) -> Skip | None:
    """The skip that tells of a difference, None where there is none or no lines were sent."""
    if record.module is not Module.INVOICES or ITEMS not in sent or "Total" not in record.document:
        return None
    wanted, found = _total(sent), decimal_of(record.document["Total"])
    if wanted == found:
        return None
    return Skip(
        Side.XERO,
        "I12",
        f"It was written to Xero, but its total there is {shown(found)} and here {shown(wanted)}.",
        "Compare the lines in Xero with the ones here, and correct them in Xero.",
    )


def _total(sent: Values) -> Decimal:
    value = sent[ITEMS]
    lines = [each for each in value if isinstance(each, Line)] if isinstance(value, tuple) else []
    return sum((line.amount + line.tax for line in lines), ZERO)
