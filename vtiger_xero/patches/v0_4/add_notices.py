"""Notices by e-mail and two Notifications for invoices came with 0.4."""

from vtiger_xero.install import add_notifications, let_users_choose_notices


def execute() -> None:
    """Add both; nothing is sent before somebody chooses it."""
    let_users_choose_notices()
    add_notifications()
