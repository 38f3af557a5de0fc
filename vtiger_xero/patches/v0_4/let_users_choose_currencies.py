"""An invoice has a currency, and who works with invoices may choose it since 0.4."""

from vtiger_xero.install import let_users_choose_currencies


def execute() -> None:
    """Let the app's roles read Frappe's currencies."""
    let_users_choose_currencies()
