"""Which accounts Xero accepts where; the link fields of forms offer the same (see Xero Account)."""

import frappe
from frappe import _
from frappe.utils import escape_html

from ..crm.language import translated
from ..crm.reference import kept_account
from ..engine.modules.spec import DefaultAccount
from ..engine.reference import Account


def require_fit(default: DefaultAccount, account: str, label: str) -> None:
    """Throw a sentence where an account does not suit the records that it would be for."""
    if fault := default.fault(_active(account, label)):
        text = escape_html(translated(fault))
        frappe.throw(_("{0}: {1} Choose another account.").format(label, text))


def _active(name: str, label: str) -> Account:
    account = kept_account(name)
    if account is None or not account.is_active:
        frappe.throw(
            _("{0}: {1} is not an active account of Xero. Choose another.").format(
                label, escape_html(account.title if account else name)
            )
        )
    return account
