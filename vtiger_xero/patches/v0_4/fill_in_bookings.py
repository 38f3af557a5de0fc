"""Documents of Xero that were read before 0.4 say how they are booked, for the reconciliation."""

import frappe

from vtiger_xero.engine import stored
from vtiger_xero.engine.ports import chunks

_AT_ONCE = 200  # documents of some kilobytes
_COLUMNS = ["module", "xero_id", "updated", "document"]


def execute() -> None:
    """Work it out of what is kept: nothing is read from Xero anew."""
    table = frappe.qb.DocType("Xero Document")
    without = frappe.qb.from_(table).select(table.name).where(table.booking.isnull())
    for names in chunks([row[0] for row in without.run()], _AT_ONCE):
        query = frappe.qb.from_(table).select(table.name, *_COLUMNS)
        for row in query.where(table.name.isin(names)).run(as_dict=True):
            booking = stored.booking_text(stored.xero_record(row))
            frappe.qb.update(table).set(table.booking, booking).where(table.name == row.name).run()
