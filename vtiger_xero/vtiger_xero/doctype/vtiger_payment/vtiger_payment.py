"""The DocType Vtiger Payment."""

from typing import Any

import frappe

from vtiger_xero.api.checks import is_typed, refusing, warn
from vtiger_xero.crm.language import print_in_chosen_language
from vtiger_xero.engine.saving import (
    findings,
    follow_invoice,
    payment_errors,
    payment_warnings,
    received_changes,
    require,
)
from vtiger_xero.views.invoice_paper import receipt_paper
from vtiger_xero.views.mailing import language_of, recipients_of
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.received import receive
from vtiger_xero.vtiger_xero.numbered import Numbered
from vtiger_xero.vtiger_xero.record_fields import RecordFields, before_save

_OF_INVOICE = ["organization_name", "currency"]
_BOUNDS = ["invoice_no", "status", "balance", "grand_total"]


class VtigerPayment(Numbered):
    """A payment that was received for an invoice: Xero's payment."""

    @property
    def language(self) -> str:
        """In which it prints: Frappe's print and e-mail dialogs go by this name."""
        return language_of(self)

    def onload(self) -> None:
        """Whom Frappe's e-mail dialog proposes."""
        self.set_onload("recipients", recipients_of(self))

    def before_print(self, settings: Any = None) -> None:
        """What the receipt shows."""
        print_in_chosen_language()
        self.paper = receipt_paper(self)

    def validate(self) -> None:
        """Take organization and currency from the invoice; an amount is above nothing."""
        super().validate()
        invoice = frappe.db.get_value(
            "Vtiger Invoice", self.related_to, [*_OF_INVOICE, *_BOUNDS], as_dict=True
        )
        if invoice and is_typed(self):
            self._check(invoice)
        with refusing():
            follow_invoice(RecordFields(self), invoice)

    def on_update(self) -> None:
        """The invoice has received more or less now; so has the one it belonged to before."""
        receive(received_changes(before_save(self), RecordFields(self)))

    def on_trash(self) -> None:
        """What it brought, as it is now: this document may have been read before a change."""
        fields = ["related_to", "payment_status", "amount"]
        self.flags.gone = frappe.db.get_value(
            self.doctype, self.name, fields, as_dict=True, for_update=True
        )

    def after_delete(self) -> None:
        """The invoice has received less now."""
        receive(received_changes(self.flags.gone, None))

    def _check(self, invoice: Any) -> None:
        """Refuse what no ledger could hold; say what Xero will refuse."""
        errors, warnings = (
            findings(find, before_save(self), RecordFields(self), invoice)
            for find in (payment_errors, payment_warnings)
        )
        with refusing():
            require(*errors)
        warn(*warnings)
