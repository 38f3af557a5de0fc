"""To whom an invoice, a receipt or a statement goes, in which language, and with what words."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date

from ..crm.readers import readable_names
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION
from ..engine.paper import Paper, paper_of
from .amounts import Amounts
from .seller import seller


@dataclass(frozen=True)
class Letter:
    """An e-mail as it is proposed; a person reads it before it goes."""

    recipients: list[str]
    subject: str
    message: str


def language_of(record: Document) -> str:
    """The customer's language, "" where nobody chose one."""
    customer = record.organization_name
    return (customer and frappe.get_cached_value(ORGANIZATION, customer, "language")) or ""


def recipients_of(record: Document) -> list[str]:
    """The invoice's contact, else the organization; none that the person may not read."""
    contact = record.get("contact_name") or ""
    address = contact in readable_names("Contact", [contact]) and (
        frappe.db.get_value("Contact", contact, "email_id")
    )
    address = address or address_of(record.organization_name or "")
    return [address] if address else []


def address_of(customer: str) -> str:
    """An organization's e-mail address, for who may read it."""
    if customer not in readable_names(ORGANIZATION, [customer]):
        return ""
    return frappe.db.get_value(ORGANIZATION, customer, "primary_email") or ""


def letter_of(record: Document) -> Letter:
    """The e-mail for an invoice or a payment, in the language at hand."""
    subject, message = _of_invoice(record) if record.doctype == INVOICE else _of_payment(record)
    return Letter(recipients_of(record), subject, message)


def _of_invoice(invoice: Document) -> tuple[str, str]:
    number, sold_by = invoice.invoice_no or invoice.name, seller()
    paper = paper_of(invoice.status)
    heading = sold_by.heading(paper)
    total = f"{Amounts(invoice.currency or '').text(invoice.grand_total)} {invoice.currency}"
    sentence = _("Please find attached: {0} {1} over {2}.").format(heading, number, total)
    if paper is Paper.INVOICE and invoice.due_date and invoice.balance:
        sentence += " " + _("It is due on {0}.").format(format_date(invoice.due_date))
    return _subject(heading, number, sold_by.name), sentence


def _of_payment(payment: Document) -> tuple[str, str]:
    number, sold_by = payment.payment_no or payment.name, seller()
    total = f"{Amounts(payment.currency or '').text(payment.amount)} {payment.currency}"
    heading = _("Payment Receipt")
    sentence = _("Thank you for your payment of {0}. The receipt is attached.").format(total)
    return _subject(heading, number, sold_by.name), sentence


def _subject(heading: str, number: str, sold_by: str) -> str:
    return f"{heading} {number}, {sold_by}" if sold_by else f"{heading} {number}"
