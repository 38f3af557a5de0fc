"""The DocType Xero Account, and which accounts link fields offer."""

from typing import Any

import frappe
from frappe.query_builder.functions import IfNull
from pypika.terms import Criterion

from vtiger_xero.api.asking import page
from vtiger_xero.vtiger_xero.guarded import WrittenBySync

Offered = list[tuple[Any, ...]]


class XeroAccount(WrittenBySync):
    """One account of Xero's chart of accounts; `vtiger_xero.crm.reference` keeps it current."""


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def payment_accounts(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict[str, Any] | None = None,
) -> Offered:
    """The accounts of Xero that payments may be booked to, for a link field's list."""
    account = frappe.qb.DocType("Xero Account")
    fit = (account.type == "BANK") | (account.enable_payments == 1)
    return _offered(account, fit, txt, start, page_len)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def line_accounts(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict[str, Any] | None = None,
) -> Offered:
    """The accounts of Xero that lines of an invoice may be booked to, for a link field's list."""
    account = frappe.qb.DocType("Xero Account")
    fit = (account.type != "BANK") & (IfNull(account.system_account, "") == "")
    return _offered(account, fit, txt, start, page_len)


def _offered(account: Any, fit: Criterion, txt: str, start: int, page_len: int) -> Offered:
    """Active accounts by their codes. Frappe's own search would look into their ids as well."""
    frappe.has_permission("Xero Account", "read", throw=True)
    query = (
        frappe.qb.from_(account)
        .select(account.name, account.title, account.type)
        .where((account.status == "ACTIVE") & fit & account.title.like(f"%{txt}%"))
        .orderby(account.code)
    )
    first, length = page(start, page_len)
    return list(query.limit(length).offset(first).run())
