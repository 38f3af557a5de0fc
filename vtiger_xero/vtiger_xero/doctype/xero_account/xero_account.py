"""The DocType Xero Account, and which accounts link fields offer."""

from collections.abc import Callable
from typing import Any

import frappe

from vtiger_xero.api.asking import page
from vtiger_xero.crm.language import translated
from vtiger_xero.engine.messages import _lt
from vtiger_xero.engine.reference import ACTIVE, Account, account_of_record
from vtiger_xero.vtiger_xero.guarded import WrittenBySync

Offered = list[tuple[Any, ...]]
# Xero's codes of types (developer.xero.com, Accounting API, Types and codes) in its own words.
_TYPES = {
    "BANK": _lt("Bank"),
    "CURRENT": _lt("Current Asset"),
    "CURRLIAB": _lt("Current Liability"),
    "DEPRECIATN": _lt("Depreciation"),
    "DIRECTCOSTS": _lt("Direct Costs"),
    "EQUITY": _lt("Equity"),
    "EXPENSE": _lt("Expense"),
    "FIXED": _lt("Fixed Asset"),
    "INVENTORY": _lt("Inventory"),
    "LIABILITY": _lt("Liability"),
    "NONCURRENT": _lt("Non-current Asset"),
    "OTHERINCOME": _lt("Other Income"),
    "OVERHEADS": _lt("Overhead"),
    "PREPAYMENT": _lt("Prepayment"),
    "REVENUE": _lt("Revenue"),
    "SALES": _lt("Sales"),
    "TERMLIAB": _lt("Non-current Liability"),
}


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
    return _offered(lambda account: account.fault_for_payments, txt, start, page_len)


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
    """The accounts of Xero that lines of an invoice may be booked to, for a link field's list.

    With the filter `purchases`: those that an item may be bought on.
    """
    if isinstance(filters, dict) and filters.get("purchases"):
        return _offered(lambda account: account.fault_for_purchases, txt, start, page_len)
    return _offered(lambda account: account.fault_for_sales, txt, start, page_len)


def _offered(fault: Callable[[Account], str], txt: str, start: int, page_len: int) -> Offered:
    """Active accounts without this fault, by their codes.

    Frappe's own search would look into their ids as well. A chart has some hundred accounts at
    most, so they are judged here by the rule of the sync, instead of a condition in SQL.
    """
    frappe.has_permission("Xero Account", "read", throw=True)
    account = frappe.qb.DocType("Xero Account")
    query = frappe.qb.from_(account).select("*").orderby(account.code)
    query = query.where((account.status == ACTIVE) & account.title.like(f"%{txt}%"))
    found = [row for row in query.run(as_dict=True) if not fault(account_of_record(row))]
    first, length = page(start, page_len)
    return [(row.name, row.title, type_in_words(row.type)) for row in found[first : first + length]]


def type_in_words(code: str) -> str:
    """What people call a type of account; Xero's own code of one that is not known."""
    return translated(_TYPES[code]) if code in _TYPES else code
