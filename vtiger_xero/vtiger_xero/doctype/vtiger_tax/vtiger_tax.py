"""The DocType Vtiger Tax."""

import frappe
from frappe import _
from frappe.model.document import Document

from vtiger_xero.engine.totals import Method


class VtigerTax(Document):
    """A tax that invoices carry, with Vtiger's three methods."""

    def validate(self) -> None:
        """A compound tax names the simple taxes that it is computed on; the others name none."""
        if self.method != Method.COMPOUND.value:
            self.set("compounds_on", [])
        elif not self.compounds_on:
            frappe.throw(_("A compound tax needs simple taxes to be computed on: choose them."))
        for row in self.compounds_on:
            if row.tax == self.name or method_of(row.tax) != Method.SIMPLE.value:
                frappe.throw(
                    _("{0} is not a simple tax; a compound tax is computed on simple ones.").format(
                        row.tax
                    )
                )
        self._stay_simple()

    def _stay_simple(self) -> None:
        before = self.get_doc_before_save()
        if before is None or self.method == before.method or before.method != Method.SIMPLE.value:
            return
        above = frappe.db.get_value("Vtiger Tax Base", {"tax": self.name}, "parent")
        if above:
            frappe.throw(
                _("{0} is computed on this tax, so it stays simple. Change {0} first.").format(
                    above
                )
            )


def method_of(tax: str) -> str:
    """The method of a tax."""
    return frappe.db.get_value("Vtiger Tax", tax, "method") or ""


def fill_rate(row: Document) -> None:
    """A row without a rate gets that of its tax; a rate of 0 that somebody gave stays."""
    if row.rate is None and row.tax:
        row.rate = frappe.get_cached_doc("Vtiger Tax", row.tax).rate


def keep_terms(row: Document) -> None:
    """An invoice keeps how its tax was computed, whatever becomes of the tax later."""
    tax = frappe.get_cached_doc("Vtiger Tax", row.tax)
    row.method = tax.method
    row.compounds_on = "\n".join(each.tax for each in tax.compounds_on)
