"""An invoice and a receipt as they print: every text ready, so that a template only lays them out.

Figures are those that stand on the record. Numbers have no symbol: "$" is the sign of many
currencies, so the currency is named once, beside the totals.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date

from ..crm.readers import readable_names
from ..engine.mapping.doctypes import INVOICE, ORGANIZATION
from ..engine.messages import _lt
from ..engine.money import decimals_of
from ..engine.paper import Paper, Row, TaxSum, paper_of, tax_in_base, tax_summary, taxes_of_line
from ..engine.totals import number
from ..engine.totals.payments import PAID, RECEIVED
from .amounts import Amounts, plain_number
from .seller import seller

_BLOCK = ("address", "po_box", "city", "state", "postal_code", "country")
_SHIPPING = ("address", "po_box", "city", "state", "code", "country")

_NOTICES = {
    Paper.DRAFT: _lt("This is a draft. It is not an invoice yet."),
    Paper.WAITING: _lt("This draft waits for approval. It is not an invoice yet."),
    Paper.CANCELLED: _lt("This invoice was cancelled. Nothing is to be paid."),
}


def invoice_paper(invoice: Document) -> dict[str, Any]:
    """What the print format of an invoice shows; its items bear their names already."""
    paper, sold_by = paper_of(invoice.status), seller()
    rows = [each.as_dict() for each in invoice.items]
    taxes = [each.as_dict() for each in invoice.taxes]
    amounts = Amounts(invoice.currency or "")
    return {
        "heading": sold_by.heading(paper),
        "notice": _(_NOTICES[paper]) if paper in _NOTICES else "",
        "is_paid": paper is Paper.INVOICE and invoice.status == PAID,
        "is_owed": paper is Paper.INVOICE,
        "seller": sold_by,
        "number_label": _(sold_by.words.number),
        "tax_label": _(sold_by.words.tax),
        "customer": customer_of(invoice),
        "deliver_to": _deliver_to(invoice),
        "facts": _facts(invoice, paper),
        "currency": amounts.currency,
        "lines": [_line(invoice, row, taxes, amounts) for row in rows],
        "has_discounts": any(number(row.get("discount")) for row in rows),
        "summary": [_summed(each, amounts) for each in tax_summary(_row(invoice), rows, taxes)],
        "totals": list(_totals(invoice, paper, amounts)),
        "in_base": _in_base(invoice),
        "terms": invoice.terms_and_conditions or sold_by.terms,
        "bank_details": sold_by.bank_details if paper is Paper.INVOICE else "",
    }


def receipt_paper(payment: Document) -> dict[str, Any]:
    """What the print format of a payment shows."""
    sold_by, amounts = seller(), Amounts(payment.currency or "")
    is_received = payment.payment_status == RECEIVED
    invoice = _invoice_of(payment)
    return {
        "heading": _("Payment Receipt") if is_received else _("Payment"),
        "notice": "" if is_received else _("This payment was not received. This is no receipt."),
        "seller": sold_by,
        "number_label": _(sold_by.words.number),
        "customer": customer_of(invoice or payment, payment.organization_name),
        "facts": _filled(
            (_("Receipt Number"), payment.payment_no or payment.name),
            (_("Date"), _day(payment.payment_date)),
            (_("Payment Mode"), _(payment.payment_mode or "")),
            (_("Reference"), payment.reference),
            (_("Status"), _(payment.payment_status or "")),
        ),
        "currency": amounts.currency,
        "amount": amounts.text(payment.amount),
        "invoice": invoice and _paid_invoice(invoice, amounts),
    }


def tax_text(tax: str, rate: Any) -> str:
    """A tax with its rate, unless its name says the rate already, as those of Xero do."""
    return tax if "%" in tax else f"{tax} {plain_number(rate)}%"


def _row(document: Document) -> Row:
    return {field.fieldname: document.get(field.fieldname) for field in document.meta.fields}


def _day(day: Any) -> str:
    return str(format_date(day)) if day else ""


def _filled(*facts: tuple[str, Any]) -> list[tuple[str, str]]:
    return [(label, str(value)) for label, value in facts if value]


# Who


def customer_of(record: Document, name: str | None = None) -> dict[str, Any]:
    """Name, address and tax number; those of an organization that one may not read stay hidden.

    A guest prints what somebody has sent them the key of.
    """
    name = name or record.organization_name or ""
    is_guest = frappe.session.user == "Guest"
    found: Any = None
    if name and (is_guest or name in readable_names(ORGANIZATION, [name])):
        fields = ["organization_name", "tax_number", "primary_email"]
        found = frappe.db.get_value(ORGANIZATION, name, fields, as_dict=True)
    found = found or frappe._dict(organization_name=name)
    return {
        "name": found.organization_name,
        "tax_number": found.tax_number or "",
        "address": _address(record, "billing", _BLOCK),
    }


def _address(record: Document, block: str, parts: Iterable[str]) -> list[str]:
    held = {part: str(record.get(f"{block}_{part}") or "").strip() for part in parts}
    code = held.get("postal_code") or held.get("code") or ""
    city = " ".join(each for each in (held["city"], held["state"], code) if each)
    street = held["address"].splitlines()
    return [each for each in (*street, held["po_box"], city, held["country"]) if each.strip()]


def _deliver_to(invoice: Document) -> list[str]:
    """The shipping address, where it is another one."""
    to = _address(invoice, "shipping", _SHIPPING)
    return to if to != _address(invoice, "billing", _BLOCK) else []


def _facts(invoice: Document, paper: Paper) -> list[tuple[str, str]]:
    due = invoice.due_date if paper is not Paper.CREDIT else None
    is_own = invoice.subject and invoice.subject != invoice.invoice_no
    return _filled(
        (_("Invoice Number"), invoice.invoice_no or invoice.name),
        (_("Date"), _day(invoice.invoice_date)),
        (_("Due Date"), _day(due)),
        (_("Reference"), invoice.subject if is_own else ""),
        (_("Customer No"), invoice.customer_no),
        (_("Purchase Order"), invoice.purchase_order),
    )


# What


def _line(
    invoice: Document, row: Row, taxes: Sequence[Row], amounts: Amounts
) -> dict[str, str | list[str]]:
    borne = taxes_of_line(_row(invoice), row, taxes)
    percent, discount = number(row.get("discount_percent")), number(row.get("discount"))
    rate = f" ({plain_number(percent)}%)" if percent else ""
    return {
        "name": str(row.get("item_name") or ""),
        "comment": str(row.get("item_comment") or "").splitlines(),
        "quantity": plain_number(row.get("quantity")),
        "price": amounts.price(row.get("selling_price")),
        "discount": f"{amounts.text(discount)}{rate}" if discount else "",
        "taxes": [tax_text(str(each["tax"]), each.get("rate")) for each in borne],
        "amount": amounts.text(row.get("total_after_discount")),
    }


def _summed(each: TaxSum, amounts: Amounts) -> dict[str, str]:
    return {
        "tax": tax_text(each.tax, each.rate) if each.tax else _("No tax"),
        "net": amounts.text(each.net),
        "amount": amounts.text(each.amount),
    }


def _totals(invoice: Document, paper: Paper, amounts: Amounts) -> Iterator[dict[str, Any]]:
    """Each figure of the record that is not nothing, in the order in which they add up."""

    def row(label: str, field: str, sign: int = 1, bold: bool = False) -> dict[str, Any]:
        text = amounts.text(sign * number(invoice.get(field)))
        return {"label": label, "amount": text, "bold": bold}

    small = [
        (_("Overall Discount"), "overall_discount", -1),
        (_("Shipping & Handling"), "charges", 1),
        (_("Total without Tax"), "pre_tax_total", 1),
        (_("Total Tax"), "total_tax", 1),
        (_("Deducted Taxes"), "deducted_taxes", -1),
        (_("Adjustment"), "adjustment", 1),
        (_("Rounding"), "rounding", 1),
    ]
    always = {"pre_tax_total", "total_tax"}
    for label, field, sign in small:
        if field in always or number(invoice.get(field)):
            yield row(label, field, sign)
    total = _("Total Credit") if paper is Paper.CREDIT else _("Total")
    yield row(f"{total} {amounts.currency}", "grand_total", bold=True)
    if paper is not Paper.INVOICE:
        return
    if number(invoice.cis_deduction):
        yield row(_("CIS Deduction"), "cis_deduction", -1)
    if number(invoice.received):
        yield row(_("Paid"), "received", -1)
    yield row(f"{_('Amount Due')} {amounts.currency}", "balance", bold=True)


def _in_base(invoice: Document) -> str:
    """The tax in the base currency, where the invoice is in another and its rate is known."""
    base = frappe.db.get_default("currency") or ""
    total, rate = number(invoice.total_tax), number(invoice.conversion_rate)
    if not total or invoice.currency == base:
        return ""
    found = tax_in_base(total, rate, decimals_of(base))
    if found is None:
        return ""
    sentence = _("Total tax in {0}: {1} (1 {0} = {2} {3}).")
    return str(
        sentence.format(base, Amounts(base).text(found), plain_number(rate), invoice.currency)
    )


# What was paid


def _invoice_of(payment: Document) -> Document | None:
    """The invoice, for who may read it or was sent the payment's key."""
    name = payment.related_to or ""
    is_guest = frappe.session.user == "Guest"
    if not name or not (is_guest or name in readable_names(INVOICE, [name])):
        return None
    return frappe.get_doc(INVOICE, name) if frappe.db.exists(INVOICE, name) else None


def _paid_invoice(invoice: Document, amounts: Amounts) -> dict[str, str]:
    return {
        "number": invoice.invoice_no or invoice.name,
        "date": _day(invoice.invoice_date),
        "total": amounts.text(invoice.grand_total),
        "received": amounts.text(invoice.received),
        "balance": amounts.text(invoice.balance),
    }
