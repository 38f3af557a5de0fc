"""Endpoints of what customers get and what they owe: no role is needed, but rights on the records.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import escape_html, getdate
from frappe.utils.file_manager import save_file

from ..engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT
from ..views import receivables, statement_paper
from ..views.mailing import address_of, letter_of
from ..views.seller import seller
from ..views.statements import Statement, period, statements
from .asking import MOST, names_of, require_readable


@frappe.whitelist(methods=["GET", "POST"])
def at_a_glance(organization: str) -> dict[str, Any]:
    """What a customer owes in each currency, what of it is overdue, and the last payment."""
    require_readable(ORGANIZATION, [organization])
    return receivables.at_a_glance(organization)


@frappe.whitelist(methods=["GET", "POST"])
def open_balances(organizations: list[str] | str) -> dict[str, Any]:
    """What each of these customers owes in each currency: for a page of their list."""
    names = names_of(organizations)[:MOST]
    return receivables.open_balances(names) if names else {}


@frappe.whitelist(methods=["GET", "POST"])
def letter(doctype: str, name: str, language: str = "") -> dict[str, Any]:
    """The e-mail for an invoice or a payment: `recipients`, `subject`, `message` as HTML."""
    if doctype not in (INVOICE, PAYMENT):
        frappe.throw(_("This page is out of date. Reload it."))
    require_readable(doctype, [name])
    record = frappe.get_doc(doctype, name)
    with print_language(_known(language or record.language)):
        found = asdict(letter_of(record))
    return {**found, "message": f"<p>{escape_html(found['message'])}</p>"}


@frappe.whitelist(methods=["GET", "POST"])
def statement(
    organization: str, from_date: str = "", to_date: str = "", currency: str = ""
) -> None:
    """A customer's statement as a page to print, in the customer's language."""
    found, first, last = _statements(organization, from_date, to_date, currency)
    frappe.local.response.update(
        type="download",
        filename=f"{_file_name(organization, last)}.html",
        filecontent=_page(organization, found, first, last),
        content_type="text/html; charset=utf-8",
        display_content_as="inline",
    )


@frappe.whitelist(methods=["POST"])
def statement_letter(
    organization: str, from_date: str = "", to_date: str = "", currency: str = ""
) -> dict[str, Any]:
    """The e-mail for a statement, with the statement as a private file of the person's own.

    It is a PDF, or a page where the server has no wkhtmltopdf. It belongs to no record until it is
    sent: who may read the organization need not be allowed to read its invoices.
    """
    frappe.has_permission(ORGANIZATION, "email", organization, throw=True)
    found, first, last = _statements(organization, from_date, to_date, currency)
    page = _page(organization, found, first, last)
    with print_language(_language(organization)):
        subject = _("Statement")
        if seller().name:
            subject = _("Statement from {0}").format(seller().name)
        message = _("Please find attached your statement up to {0}.").format(
            frappe.utils.format_date(last)
        )
    # Frappe 16 opens a log of the site as soon as this module is imported.
    from frappe.utils.pdf import get_pdf

    try:
        content, ending = get_pdf(page), "pdf"
    except OSError:  # what Frappe and pdfkit raise where the program is missing
        content, ending = page.encode(), "html"
    name = f"{_file_name(organization, last)}.{ending}"
    file = save_file(name, content, None, None, is_private=1)
    return {
        "recipients": [each for each in [address_of(organization)] if each],
        "subject": subject,
        "message": f"<p>{escape_html(message)}</p>",
        "attachment": {
            "name": file.name,
            "file_name": file.file_name,
            "file_url": file.file_url,
            "is_private": 1,
        },
    }


def _statements(
    organization: str, from_date: str, to_date: str, currency: str
) -> tuple[list[Statement], date, date]:
    first, last = period(_day(from_date), _day(to_date))
    return statements(organization, first, last, currency), first, last


def _day(text: str) -> date | None:
    try:
        return getdate(text) if text else None
    except frappe.ValidationError:
        frappe.clear_last_message()
    except (ValueError, OverflowError):
        pass
    frappe.throw(_("“{0}” is no date.").format(escape_html(text)))
    return None


def _page(organization: str, found: list[Statement], first: date, last: date) -> str:
    with print_language(_language(organization)):
        return statement_paper.statement_html(organization, found, first, last)


def _language(organization: str) -> str:
    return _known(frappe.db.get_value(ORGANIZATION, organization, "language") or "")


def _known(language: str) -> str:
    """A language of the site, or that of the person at hand."""
    known = language and frappe.db.exists("Language", language)
    return language if known else frappe.local.lang


def _file_name(organization: str, last: date) -> str:
    return f"statement-{organization}-{last.isoformat()}"
