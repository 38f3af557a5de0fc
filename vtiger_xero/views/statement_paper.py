"""A customer's statement as it prints: a page of its own, since it is of no single record.

It is rendered for the person who asks, with their rights. A print format of the organization would
be rendered by the worker that sends the mail, which may read everything.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, format_date
from frappe.utils.jinja import get_jenv
from frappe.www.printview import get_letter_head, get_print_style

from ..engine.mapping.doctypes import ORGANIZATION
from .amounts import Amounts
from .invoice_paper import customer_of
from .seller import seller
from .statements import Statement, is_sum

_TEMPLATE = "vtiger_xero/templates/statement.html"
_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style} body {{ margin: 0; }}</style></head>
<body><div class="print-format-gutter"><div class="print-format">{body}</div></div></body></html>"""


def statement_html(customer: str, found: list[Statement], first: date, last: date) -> str:
    """The page, in the language at hand."""
    organization = frappe.get_doc(ORGANIZATION, customer)
    head = frappe._dict(get_letter_head(organization, no_letterhead=False) or {})
    sold_by = seller()
    body = (
        get_jenv()
        .get_template(_TEMPLATE)
        .render(
            letter_head=head.content
            and frappe.render_template(head.content, {"doc": organization}),
            footer=head.footer and frappe.render_template(head.footer, {"doc": organization}),
            no_letterhead=False,
            seller=sold_by,
            number_label=_(sold_by.words.number),
            customer=customer_of(organization, customer),
            facts=[
                (_("From Date"), str(format_date(first))),
                (_("To Date"), str(format_date(last))),
            ],
            statements=[{"currency": each.currency, "rows": list(_rows(each))} for each in found],
        )
    )
    title = escape_html(f"{_('Statement')} {organization.organization_name}")
    style = get_print_style()
    return _PAGE.format(lang=frappe.local.lang, title=title, style=style, body=body)


def _rows(of: Statement) -> Iterator[dict[str, Any]]:
    amounts = Amounts(of.currency)
    for each in of.entries:
        yield {
            "day": format_date(each.day),
            "what": _(each.kind.value),
            "text": each.text,
            "due": format_date(each.due) if each.due else "",
            "charged": _amount(each.charged, amounts),
            "paid": _amount(each.paid, amounts),
            "balance": amounts.text(each.balance),
            "bold": is_sum(each),
        }


def _amount(amount: Decimal, amounts: Amounts) -> str:
    return amounts.text(amount) if amount else ""
