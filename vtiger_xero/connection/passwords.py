"""What Frappe keeps encrypted, and the difference between nothing kept and nothing readable."""

import frappe
from frappe.utils.password import get_decrypted_password


class UnreadablePassword(Exception):
    """It is kept, but this site's key does not fit: the site was restored without its own."""


def kept_password(doctype: str, name: str, field: str) -> str:
    """The plain text, "" where nothing is kept.

    With `raise_exception`, for without it Frappe 16 says "nothing" of both, and 15 raises anyway.
    """
    try:
        return str(get_decrypted_password(doctype, name, field, raise_exception=True))
    except frappe.AuthenticationError:
        frappe.clear_last_message()
        return ""
    except frappe.ValidationError:
        frappe.clear_last_message()
        raise UnreadablePassword from None
