"""Stock: what an invoice's change of state does to its products."""

from __future__ import annotations

from datetime import datetime

from vtiger_xero.engine.mapping.doctypes import PRODUCT
from vtiger_xero.engine.stock import InvoiceStock, stock_changes
from vtiger_xero.engine.totals import number

from .database import Database
from .table import Row, Table


def move_stock(database: Database, before: Row | None, after: Row | None, now: datetime) -> None:
    """Add to each product's stock what the change of an invoice frees, or take it out.

    A product's own rules do not run: selling one is no edit of it. Its time of change moves all
    the same, for whoever looks at it elsewhere. What is tracked in Xero is counted there alone,
    and comes from there.
    """
    changes = stock_changes(_stock(before), _stock(after))
    table = Table(database, PRODUCT)
    for name, product in table.get(list(changes)).items():
        if not product["tracked_in_xero"]:
            fields = {"qty_in_stock": product["qty_in_stock"] + changes[name]}
            table.update(name, fields, fields, now)


def _stock(invoice: Row | None) -> InvoiceStock | None:
    if invoice is None:
        return None
    products = (row for row in invoice["items"] if row["item_type"] == PRODUCT)
    lines = tuple((row["item_name"], number(row["quantity"])) for row in products)
    return InvoiceStock(invoice["status"], lines)
