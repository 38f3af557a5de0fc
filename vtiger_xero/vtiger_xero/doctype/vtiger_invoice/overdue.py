"""An approved invoice whose Due Date has passed becomes Overdue, each night."""

import frappe
from frappe.utils import getdate

from vtiger_xero.engine.totals.payments import APPROVED, OVERDUE

_INVOICE = "Vtiger Invoice"
_AT_ONCE = 500


def mark_overdue() -> None:
    """Called by the scheduler. What says more of the payment stays: Partially Paid, In Progress.

    It is no change of the record: at Xero both statuses are one (engine/mapping/invoices.py). So
    `modified` stays, no run looks at the invoice, and a user who has it open can save it.
    """
    table = frappe.qb.DocType(_INVOICE)
    late = (table.status == APPROVED) & (table.balance > 0) & (table.due_date < getdate())
    names = frappe.qb.from_(table).where(late).select(table.name).run(pluck=True)
    for at in range(0, len(names), _AT_ONCE):
        part = names[at : at + _AT_ONCE]
        # Asked once more, for a payment may have come since.
        here = late & table.name.isin(part)
        frappe.qb.update(table).set(table.status, OVERDUE).where(here).run()
        frappe.db.commit()  # nosemgrep: frappe-manual-commit; the rows are not held all night
        for name in part:
            frappe.clear_document_cache(_INVOICE, name)
