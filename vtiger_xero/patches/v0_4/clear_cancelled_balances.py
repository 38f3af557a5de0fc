"""A cancelled invoice owes nothing since 0.4."""

import frappe

from vtiger_xero.engine.totals.payments import CANCEL


def execute() -> None:
    """Take the balances away; no invoice is saved, for nothing else of it has changed."""
    table = frappe.qb.DocType("Vtiger Invoice")
    cancelled = (table.status == CANCEL) & (table.balance != 0)
    frappe.qb.update(table).set(table.balance, 0).where(cancelled).run()
