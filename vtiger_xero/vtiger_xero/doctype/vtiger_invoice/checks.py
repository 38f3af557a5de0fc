"""What is wrong with an invoice that a person saves on a site."""

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from vtiger_xero.api.checks import refusing, warn
from vtiger_xero.crm.readers import readable_names
from vtiger_xero.engine.saving import Findings, invoice_errors, invoice_warnings, require

_ORGANIZATION = "Vtiger Organization"


def check(invoice: Document) -> None:
    """Refuse what no ledger could hold; say what Xero will refuse. Its figures are computed."""
    before = invoice.get_doc_before_save()
    with refusing():
        require(_errors(invoice), _errors(before) if before else ())
    warn(_warnings(invoice), _warnings(before) if before else ())


def _errors(invoice: Document) -> Findings:
    tables = ([row.as_dict() for row in invoice.get(name)] for name in ("items", "taxes"))
    return invoice_errors(invoice.as_dict(), *tables, _organizations_of(invoice.contact_name))


def _organizations_of(contact: str | None) -> dict[str, str]:
    """The organizations of a Contact, the longest linked first, with their titles.

    Those that the person may not read go by their numbers.
    """
    if not contact:
        return {}
    link = {"parenttype": "Contact", "parent": contact, "link_doctype": _ORGANIZATION}
    names = frappe.get_all("Dynamic Link", link, pluck="link_name", order_by="idx asc")
    named = readable_names(_ORGANIZATION, names)
    title = "organization_name"
    return {
        name: (name in named and frappe.db.get_value(_ORGANIZATION, name, title)) or name
        for name in names
    }


def _warnings(invoice: Document) -> Findings:
    days = {day: getdate(invoice.get(day)) for day in ("invoice_date", "due_date")}
    given = {day: days[day] if invoice.get(day) else None for day in days}
    return invoice_warnings({**invoice.as_dict(), **given}, _of_same_number(invoice))


def _of_same_number(invoice: Document) -> str:
    """An invoice that a person may read: a warning tells nobody of others."""
    filters = {"invoice_no": invoice.invoice_no or "", "name": ["!=", invoice.name]}
    return next(iter(frappe.get_list(invoice.doctype, filters, pluck="name", limit=1)), "")
