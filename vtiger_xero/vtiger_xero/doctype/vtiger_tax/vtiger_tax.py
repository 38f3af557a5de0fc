"""The DocType Vtiger Tax."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from vtiger_xero.api.checks import require_numbers
from vtiger_xero.engine.taxes import charges_as_much, percent
from vtiger_xero.engine.totals import Method
from vtiger_xero.vtiger_xero.guarded import Guarded


class VtigerTax(Guarded):
    """A tax that invoices carry, with Vtiger's three methods."""

    def before_validate(self) -> None:
        """Nothing is compared with what is no number."""
        super().before_validate()
        require_numbers(self)

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
                        escape_html(row.tax)
                    )
                )
        self._stay_simple()
        self._charge_as_chosen()

    def _charge_as_chosen(self) -> None:
        """The rate of Xero that a person chooses is this tax, so it charges as much."""
        if not self.xero_tax_rate or not self.has_value_changed("xero_tax_rate"):
            return
        fields = ["tax_rate_name", "effective_rate"]
        rate = frappe.db.get_value("Xero Tax Rate", self.xero_tax_rate, fields, as_dict=True)
        if rate and not charges_as_much(self.rate, rate.effective_rate):
            frappe.throw(
                _("{0} is {1}% in Xero, and this tax is {2}%. Choose a rate of {2}%.").format(
                    escape_html(rate.tax_rate_name),
                    percent(rate.effective_rate),
                    percent(self.rate),
                )
            )

    def _stay_simple(self) -> None:
        before = self.get_doc_before_save()
        if before is None or self.method == before.method or before.method != Method.SIMPLE.value:
            return
        above = frappe.db.get_value("Vtiger Tax Base", {"tax": self.name}, "parent")
        if above:
            frappe.throw(
                _("{0} is computed on this tax, so it stays simple. Change {0} first.").format(
                    escape_html(above)
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
