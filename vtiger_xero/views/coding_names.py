"""What Xero's codes of accounts and tax rates are called: alone, and in the lines of an invoice."""

import re
from collections import Counter
from functools import cached_property

import frappe
from frappe import _

from ..engine.records import NotInXero

# A line as the engine shows it ends in its tax, if it has any, and its account.
_LINE = re.compile(r"(?P<start>.* \+ \S+) (?P<rate>\S.*) \((?P<account>[^()]*)\)$")
_NO_ACCOUNT = " ()"


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
        return "\n".join(self._line(each) for each in text.split("\n"))

    def _line(self, text: str) -> str:
        found = _LINE.fullmatch(text)
        if found:
            start, rate, account = found.group("start", "rate", "account")
            text = f"{start} {self.rate(rate)} ({account})"
        return text.removesuffix(_NO_ACCOUNT)

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
