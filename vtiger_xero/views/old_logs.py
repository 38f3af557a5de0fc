"""Clearing the sync's own logs, as Frappe's Log Settings ask for it."""

import frappe
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now


def clear_older_than(doctype: str, days: int) -> None:
    """Delete the DocType's rows that are older than `days`, in one statement."""
    table = frappe.qb.DocType(doctype)
    frappe.db.delete(table, filters=(table.creation < (Now() - Interval(days=days))))
