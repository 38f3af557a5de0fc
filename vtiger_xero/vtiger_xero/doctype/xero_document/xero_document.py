"""The DocType Xero Document."""

import frappe

from vtiger_xero.engine.stored import BY_MODULE
from vtiger_xero.vtiger_xero.guarded import WrittenBySync


class XeroDocument(WrittenBySync):
    """What Xero last sent of one record; written in bulk by the engine's journal."""


def on_doctype_update() -> None:
    """Frappe calls it when it makes or changes the table: in an install and in an upgrade.

    Every run asks for the items that it knows, which are few among many documents.
    """
    frappe.db.add_index("Xero Document", list(BY_MODULE), "by_module")
