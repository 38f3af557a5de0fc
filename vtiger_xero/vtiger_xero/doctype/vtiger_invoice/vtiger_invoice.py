"""The DocType Vtiger Invoice: what is typed is the person's, what it comes to is the engine's."""

from typing import Any

import frappe
from frappe.utils import cint, getdate

from vtiger_xero.api.checks import is_typed, refusing
from vtiger_xero.engine.saving import InvoiceSave
from vtiger_xero.views.mailing import language_of, recipients_of
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice import printing, stock
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.checks import (
    require_total,
    warn_of_invoice,
)
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.related import RelatedToInvoice
from vtiger_xero.vtiger_xero.numbered import Numbered
from vtiger_xero.vtiger_xero.record_fields import RecordFields, before_save


class VtigerInvoice(Numbered):
    """An invoice to a customer: Vtiger's Invoice, Xero's sales invoice."""

    @property
    def language(self) -> str:
        """In which it prints: Frappe's print and e-mail dialogs go by this name."""
        return language_of(self)

    def onload(self) -> None:
        """Whom Frappe's e-mail dialog proposes."""
        self.set_onload("recipients", recipients_of(self))

    def before_validate(self) -> None:
        """Fill in what follows from the contact, the organization, and the items of new lines."""
        super().before_validate()
        if frappe.flags.in_import and self.grand_total:
            self.flags.currency_chosen = True  # a file that has the total has its currency, too
        with refusing():
            self._invoice_save().fill_in()

    def validate(self) -> None:
        """Compute every figure; refuse what no ledger could hold, say what Xero will refuse."""
        super().validate()
        given = self.grand_total if frappe.flags.in_import and self.is_new() else None
        with refusing():
            self._invoice_save().compute()
        if given:
            require_total(self, given)
        if is_typed(self):
            warn_of_invoice(self)

    def recompute(self) -> None:
        """Compute every figure of what a form holds, as a save does; nothing is saved.

        `get_doc_before_save` gives the stored one. Read-only fields are as stored, whatever the
        form says, and a new invoice has received nothing, whatever name it gives.
        """
        if self.is_new():
            self.name = ""
        super().before_validate()
        with refusing():
            self._invoice_save().compute()

    def on_update(self) -> None:
        """Take the products out of stock, or give them back."""
        stock.move(before_save(self), RecordFields(self))

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """The payments of the one that is gone are this one's now."""
        super().after_rename(old, new, merge)
        self.reload().save()

    def on_trash(self) -> None:
        """What is deleted was never sold."""
        stock.move(RecordFields(self), None)

    def before_print(self, settings: Any = None) -> None:
        """On paper: items by their names, and each tax once."""
        printing.prepare(self)

    def _invoice_save(self) -> InvoiceSave:
        base = frappe.db.get_default("currency") or ""
        return InvoiceSave(
            self.name,
            before_save(self),
            RecordFields(self),
            RelatedToInvoice(self),
            base,
            by_sync=not is_typed(self),
            gives_taxes="taxes" in (self.flags.xero_sync_fields or ()),
            currency_chosen=not self._has_default_currency(base),
            lines_as_given=bool(self.flags.lines_as_given),
            today=getdate(),
        )

    def _has_default_currency(self, base: str) -> bool:
        """Whether Frappe may have filled it in: it does so for a field that is called currency.

        Of a new record alone, and the form says if a person chose the base currency all the same
        (`__currency_chosen`); a program says so by `flags.currency_chosen`.
        """
        chosen = self.flags.currency_chosen or cint(self.get("__currency_chosen"))
        return self.is_new() and is_typed(self) and not chosen and self.currency == base


# What the chart of what is owed adds up (`views/figures.py`): these columns, and no others.
OWED = ("status", "balance", "due_date", "conversion_rate")


def on_doctype_update() -> None:
    """Frappe calls it when it makes or changes the table: in an install and in an upgrade."""
    frappe.db.add_index("Vtiger Invoice", list(OWED), "owed")
