"""What Xero's codes of accounts and tax rates are called: alone, and in the lines of an invoice."""

from collections import Counter
from functools import cached_property

import frappe
from frappe import _

from ..engine.records import NotInXero
from ..engine.showing import name_rates


class CodingNames:
    """Asks for all of Xero's accounts, and for all of its rates, once each and when needed."""

    def account(self, code: str) -> str:
        """An account by its code: code and name."""
        return self._named(code, self._accounts)

    def rate(self, tax_type: str) -> str:
        """A tax rate by Xero's code for it; two rates of one name keep their codes."""
        return self._named(tax_type, self._rates)

    def lines(self, text: str) -> str:
        """An invoice's lines, one below the other, with the names of their rates."""
        return name_rates(text, self.rate)

    def _named(self, code: str, names: dict[str, str]) -> str:
        if unknown := NotInXero.of_text(code):
            return _("{0} (not in Xero)").format(unknown.name)
        return names.get(code, code)

    @cached_property
    def _accounts(self) -> dict[str, str]:
        rows = frappe.get_all("Xero Account", fields=["code", "title"], order_by="code asc")
        return {row.code: row.title for row in rows if row.code}

    @cached_property
    def _rates(self) -> dict[str, str]:
        fields = ["tax_type", "tax_rate_name as name"]
        rows = frappe.get_all("Xero Tax Rate", fields=fields, order_by="tax_type asc")
        times = Counter(row.name for row in rows)
        return {row.tax_type: row.name for row in rows if row.name and times[row.name] == 1}
