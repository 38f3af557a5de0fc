"""The DocType Vtiger Tax."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe

from vtiger_xero.api.checks import refusing, require_numbers
from vtiger_xero.engine.saving import check_tax
from vtiger_xero.vtiger_xero.guarded import Guarded
from vtiger_xero.vtiger_xero.record_fields import RecordFields, before_save

_TAX = "Vtiger Tax"


class VtigerTax(Guarded):
    """A tax that invoices carry, with Vtiger's three methods."""

    def before_validate(self) -> None:
        """Nothing is compared with what is no number."""
        super().before_validate()
        require_numbers(self)

    def validate(self) -> None:
        """Refuse what no tax can be."""
        with refusing():
            check_tax(self.name, before_save(self), RecordFields(self), _Related())


class _Related:
    """What the save of a tax looks up on a site."""

    def methods(self, names: Iterable[str]) -> Mapping[str, str]:
        """The methods of taxes by name."""
        found = {name: frappe.db.get_value(_TAX, name, "method") for name in names}
        return {name: method for name, method in found.items() if method}

    def compound_on(self, name: str) -> str:
        """A tax that is computed on this one."""
        return frappe.db.get_value("Vtiger Tax Base", {"tax": name}, "parent") or ""

    def xero_rate(self, name: str) -> Mapping[str, Any] | None:
        """The record of a tax rate of Xero."""
        fields = ["tax_rate_name", "effective_rate"]
        found: dict[str, Any] | None = frappe.db.get_value(
            "Xero Tax Rate", name, fields, as_dict=True
        )
        return found


def taxes_of(names: Iterable[str]) -> Mapping[str, RecordFields]:
    """Taxes by name, from Frappe's cache."""
    return {name: RecordFields(frappe.get_cached_doc(_TAX, name)) for name in names}
