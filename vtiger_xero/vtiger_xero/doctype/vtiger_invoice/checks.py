"""What Xero will refuse of an invoice that a person saves on a site, said at once."""

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from vtiger_xero.api.checks import warn
from vtiger_xero.engine.saving import Findings, invoice_warnings


def warn_of_invoice(invoice: Document) -> None:
    """Say it in orange, unless it was so before this save."""
    before = invoice.get_doc_before_save()
    warn(_warnings(invoice), _warnings(before) if before else ())


def _warnings(invoice: Document) -> Findings:
    days = {day: getdate(invoice.get(day)) for day in ("invoice_date", "due_date")}
    given = {day: days[day] if invoice.get(day) else None for day in days}
    return invoice_warnings({**invoice.as_dict(), **given}, _of_same_number(invoice))


def _of_same_number(invoice: Document) -> str:
    """An invoice that a person may read: a warning tells nobody of others."""
    filters = {"invoice_no": invoice.invoice_no or "", "name": ["!=", invoice.name]}
    return next(iter(frappe.get_list(invoice.doctype, filters, pluck="name", limit=1)), "")
