"""Which accounts Xero accepts where; the link fields of forms offer the same (see Xero Account)."""

import frappe
from frappe import _
from frappe.utils import escape_html

_FIELDS = ["title", "status", "type", "enable_payments", "system_account"]


def require_for_lines(account: str, label: str) -> None:
    """Throw a sentence where lines of an invoice cannot be booked to an account."""
    row = _active(account, label)
    if row.type == "BANK" or row.system_account:
        kind = _("a bank account") if row.type == "BANK" else _("an account that Xero itself keeps")
        frappe.throw(
            _(
                "{0}: {1} is {2}, and lines of an invoice cannot be booked to it. Choose another."
            ).format(label, escape_html(row.title), kind)
        )


def require_for_payments(account: str, label: str) -> None:
    """Throw a sentence where payments cannot be booked to an account."""
    row = _active(account, label)
    if row.type != "BANK" and not row.enable_payments:
        frappe.throw(
            _(
                "{0}: {1} cannot receive payments. Choose a bank account, or tick "
                "“Enable payments to this account” in Xero and refresh the accounts."
            ).format(label, escape_html(row.title))
        )


def _active(account: str, label: str) -> frappe._dict:
    row = frappe.db.get_value("Xero Account", account, _FIELDS, as_dict=True)
    if row is None or row.status != "ACTIVE":
        frappe.throw(
            _("{0}: {1} is not an active account of Xero. Choose another.").format(
                label, escape_html(row.title if row else account)
            )
        )
    return row
