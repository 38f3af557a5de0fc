"""Vtiger Payment on SQLite: its invoice's Received, Balance and Status follow it, exactly once."""

from __future__ import annotations

from datetime import datetime

from vtiger_xero.engine.mapping.doctypes import INVOICE
from vtiger_xero.engine.saving import (
    findings,
    follow_invoice,
    payment_errors,
    received_changes,
    require,
)

from .database import Database
from .documents import Rules, Save
from .invoices import receive
from .table import Row, Table


class PaymentRules(Rules):
    """The engine's rules of a payment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, save: Save) -> None:
        """Check it against its invoice, and follow that."""
        name = save.after["related_to"] or ""
        invoice = Table(self._database, INVOICE).get([name]).get(name)
        if invoice is not None and not save.by_sync:
            require(*findings(payment_errors, save.before, save.after, invoice))
        follow_invoice(save.after, invoice)

    def saved(self, save: Save) -> None:
        """The invoice has received more or less now; so has the one it belonged to before."""
        receive(self._database, received_changes(save.before, save.after), save.now)

    def trashed(self, name: str, before: Row, now: datetime) -> None:
        """The invoice has received less now."""
        receive(self._database, received_changes(before, None), now)
