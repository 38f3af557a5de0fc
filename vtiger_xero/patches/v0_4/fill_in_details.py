"""Documents of Xero that were read before 0.4 say by what they may be one with a CRM record."""

import frappe

from vtiger_xero.crm.rows import set_each
from vtiger_xero.engine import stored
from vtiger_xero.engine.ports import chunks

_AT_ONCE = 200  # documents of some kilobytes
_COLUMNS = ["document_key", "module", "xero_id", "updated", "document"]


def execute() -> None:
    """Work the details out of what is kept: nothing is read from Xero anew."""
    table = frappe.qb.DocType("Xero Document")
    without = frappe.qb.from_(table).select(table.name).where(table.details.isnull())
    for names in chunks([row[0] for row in without.run()], _AT_ONCE):
        query = frappe.qb.from_(table).select(table.name, *_COLUMNS)
        rows = query.where(table.name.isin(names)).run(as_dict=True)
        set_each("Xero Document", "details", {row.name: stored.details_of(row) for row in rows})
