"""What the save of an invoice looks up on a site."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from vtiger_xero.crm.readers import readable_names
from vtiger_xero.engine.saving import Item, item_of
from vtiger_xero.vtiger_xero.doctype.vtiger_invoice.received import received_for
from vtiger_xero.vtiger_xero.doctype.vtiger_tax.vtiger_tax import taxes_of

_ORGANIZATION = "Vtiger Organization"


class RelatedToInvoice:
    """The records that an invoice names; Frappe keeps those that nobody has changed in a cache."""

    def __init__(self, invoice: Document) -> None:
        self._invoice = invoice

    def organization_of(self, contact: str) -> str:
        """The organization that a Contact has belonged to for longest."""
        found = frappe.db.get_value("Dynamic Link", _of(contact), "link_name", order_by="idx asc")
        return found or ""

    def organizations_of(self, contact: str) -> Mapping[str, str]:
        """Those that the person may not read go by their numbers."""
        names = frappe.get_all("Dynamic Link", _of(contact), pluck="link_name", order_by="idx asc")
        named = readable_names(_ORGANIZATION, names)
        title = "organization_name"
        return {
            name: (name in named and frappe.db.get_value(_ORGANIZATION, name, title)) or name
            for name in names
        }

    def organization(self, name: str) -> Mapping[str, Any]:
        """An organization's fields."""
        return frappe.get_cached_doc(_ORGANIZATION, name).as_dict()  # type: ignore[no-any-return]

    def items(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Item]:
        """Products and services."""
        return {
            (doctype, name): item_of(doctype, frappe.get_cached_doc(doctype, name).as_dict())
            for doctype, name in names
            if frappe.db.exists(doctype, name)
        }

    def taxes(self, names: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Taxes by name."""
        return taxes_of(names)

    def received(self) -> Decimal:
        """All payments, and what Xero counts besides."""
        return received_for(self._invoice)


def _of(contact: str) -> dict[str, str]:
    return {"parenttype": "Contact", "parent": contact, "link_doctype": _ORGANIZATION}
