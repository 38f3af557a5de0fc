"""The DocType Vtiger Invoice: what is typed is the person's, what it comes to is the engine's."""

from typing import Any

import frappe
from frappe.utils import cint

from vtiger_xero.api.checks import is_typed
from vtiger_xero.engine.saving import invoice_currency
from vtiger_xero.engine.totals import line_numbers, number, status_after_payment
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice import arithmetic, lines, printing, stock
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.checks import check
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.given import keep_given, keep_rounding
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.received import received_for
from vtiger_xero.vtiger_xero.doctype.vtiger_tax.vtiger_tax import fill_rate, keep_terms
from vtiger_xero.vtiger_xero.numbered import Numbered

_ADDRESS = {
    "billing": ("address", "po_box", "city", "state", "postal_code", "country"),
    "shipping": ("address", "po_box", "city", "state", "code", "country"),
}


class VtigerInvoice(Numbered):
    """An invoice to a customer: Vtiger's Invoice, Xero's sales invoice."""

    def before_validate(self) -> None:
        """Fill in what follows from the contact, the organization, and the items of new lines."""
        super().before_validate()
        if self.contact_name and not self.organization_name:
            self.organization_name = _organization_of(self.contact_name)
        if self.is_new() and self.organization_name:
            self._fill_addresses()
        self._fill_currency()
        self._number_lines()
        if is_typed(self):
            lines.fill(self)

    def validate(self) -> None:
        """Compute every figure; the status follows where it depends on them alone."""
        super().validate()
        self.invoice_no = self.invoice_no or self.name
        if self.flags.from_xero_sync:  # what Xero holds without number and reference
            self.subject = self.subject or self.invoice_no
        self._number_lines()
        self._keep_taxes()
        keep_given(self)
        self.received = received_for(self)
        keep_rounding(self)
        arithmetic.compute(self)
        lines.mark_without_taxes(self)
        if is_typed(self):
            check(self)
        self._follow_status()

    def on_update(self) -> None:
        """Take the products out of stock, or give them back."""
        stock.move(self.get_doc_before_save(), self)

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        """The payments of the one that is gone are this one's now."""
        super().after_rename(old, new, merge)
        self.reload().save()

    def on_trash(self) -> None:
        """What is deleted was never sold."""
        stock.move(self, None)

    def _fill_addresses(self) -> None:
        """A block that is empty gets the organization's; Vtiger makes both mandatory."""
        organization = frappe.get_cached_doc("Vtiger Organization", self.organization_name)
        for block, parts in _ADDRESS.items():
            fields = [f"{block}_{part}" for part in parts]
            if not any(self.get(field) for field in fields):
                self.update({field: organization.get(field) for field in fields})

    def _fill_currency(self) -> None:
        base = frappe.db.get_default("currency")
        if not self.currency or self._has_default_currency(base):
            theirs = self.organization_name and frappe.db.get_value(
                "Vtiger Organization", self.organization_name, "currency"
            )
            given = self.currency or ""
            self.currency = invoice_currency(given, theirs or "", base or "", chosen=False)
        if self.currency == base or not self.conversion_rate:
            self.conversion_rate = 1

    def _has_default_currency(self, base: str | None) -> bool:
        """Whether Frappe may have filled it in: it does so for a field that is called currency.

        Of a new record alone, and the form says if a person chose the base currency all the same
        (`__currency_chosen`); a program says so by `flags.currency_chosen`.
        """
        chosen = self.flags.currency_chosen or cint(self.get("__currency_chosen"))
        return self.is_new() and is_typed(self) and not chosen and self.currency == base

    def before_print(self, settings: Any = None) -> None:
        """On paper: items by their names, and each tax once."""
        printing.prepare(self)

    def _number_lines(self) -> None:
        mentioned = [row.line or 0 for row in self.taxes]
        numbers = line_numbers([row.line_no for row in self.items], mentioned)
        for row, line in zip(self.items, numbers, strict=True):
            row.line_no = line

    def _keep_taxes(self) -> None:
        before = self.get_doc_before_save()
        known = {row.name: row.tax for row in before.taxes} if before else {}
        for row in self.taxes:
            fill_rate(row)
            if known.get(row.name) != row.tax and row.tax:
                keep_terms(row)

    def _follow_status(self) -> None:
        """Only a change of the figures moves it: a status that somebody chose is theirs."""
        before = self.get_doc_before_save()
        if before is None or before.status != self.status:
            return
        names = ("grand_total", "received", "cis_deduction")
        held, figures = ([number(each.get(name)) for name in names] for each in (before, self))
        if held != figures:
            self.status = status_after_payment(self.status, *figures)


def _organization_of(contact: str) -> str | None:
    link = {"parenttype": "Contact", "parent": contact, "link_doctype": "Vtiger Organization"}
    return frappe.db.get_value("Dynamic Link", link, "link_name", order_by="idx asc")
