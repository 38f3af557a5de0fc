"""A Xero Manager was offered Import and sent to a page that they could not open, before 0.4."""

from vtiger_xero.install import let_managers_import


def execute() -> None:
    """Let them import."""
    let_managers_import()
