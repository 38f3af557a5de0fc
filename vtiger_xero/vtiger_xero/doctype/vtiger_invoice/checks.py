"""What Xero will refuse of an invoice that a person saves on a site, said at once."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from vtiger_xero.api.checks import warn
from vtiger_xero.engine.money import as_text, decimals_of, round_amount
from vtiger_xero.engine.saving import Findings, invoice_warnings
from vtiger_xero.engine.totals import number


def warn_of_invoice(invoice: Document) -> None:
    """Say it in orange, unless it was so before this save."""
    before = invoice.get_doc_before_save()
    warn(_warnings(invoice), _warnings(before) if before else ())


def require_total(invoice: Document, given: float) -> None:
    """Refuse an imported invoice that does not come to the Grand Total of its file.

    The figure is computed at every save. That it is the same says that lines, discounts, charges
    and taxes were read as they were meant.
    """
    decimals = decimals_of(invoice.currency or "")
    wanted, found = (round_amount(number(each), decimals) for each in (given, invoice.grand_total))
    if wanted != found:
        frappe.throw(
            _(
                "Grand Total is {0} in the file, but lines, taxes, discounts and charges come to "
                "{1}. Check that each tax of the file is a Vtiger Tax here."
            ).format(as_text(wanted), as_text(found))
        )


def _warnings(invoice: Document) -> Findings:
    days = {day: getdate(invoice.get(day)) for day in ("invoice_date", "due_date")}
    given = {day: days[day] if invoice.get(day) else None for day in days}
    return invoice_warnings({**invoice.as_dict(), **given}, _of_same_number(invoice))


def _of_same_number(invoice: Document) -> str:
    """An invoice that a person may read: a warning tells nobody of others."""
    filters = {"invoice_no": invoice.invoice_no or "", "name": ["!=", invoice.name]}
    return next(iter(frappe.get_list(invoice.doctype, filters, pluck="name", limit=1)), "")
