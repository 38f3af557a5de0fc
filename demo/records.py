"""The sample's CRM side as records of the DocTypes: names become links, codes become accounts.

`crm` is any implementation of the port, so the same sample fills the embedded CRM and a real site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, PRODUCT, RENAMED, SERVICE
from vtiger_xero.engine.ports import Crm
from vtiger_xero.engine.records import Fields, Module, Person
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals import AppliesTo
from vtiger_xero.engine.totals.taxes import Method
from xero_simulator.sample_sides import Sample

Insert = Callable[[Module, Fields], str]


@dataclass
class Filler:
    """Puts a sample's CRM side into a CRM; `insert` saves a record as a person does."""

    crm: Crm
    insert: Insert
    reference: Reference
    organizations: dict[str, str] = field(default_factory=dict)
    items: dict[str, tuple[str, str]] = field(default_factory=dict)
    invoices: dict[str, str] = field(default_factory=dict)

    def fill(self, sample: Sample) -> None:
        """Taxes first, then what refers to what was there before."""
        self.crm.keep_reference(self.reference)
        for tax in sample.crm_taxes:
            self.crm.save_tax(_tax(tax))
        for row in sample.crm_organizations:
            name = self.insert(Module.ORGANIZATIONS, _organization(row))
            self.organizations.setdefault(row["organization_name"], name)
        for kind, rows in ((PRODUCT, sample.crm_products), (SERVICE, sample.crm_services)):
            for row in rows:
                self._item(kind, row)
        for row in sample.crm_invoices:
            if row["organization_name"]:  # the CRM itself takes no invoice to nobody (rule I1)
                name = self.insert(Module.INVOICES, self._invoice(row))
                self.invoices[row["invoice_no"]] = name
        for row in sample.crm_payments:
            if row["related_to"] in self.invoices:
                self.insert(Module.PAYMENTS, self._payment(row))

    def _account(self, code: str) -> str:
        found = (each.id for each in self.reference.accounts if each.code == code)
        return next(found, "")

    def _item(self, kind: str, row: Mapping[str, Any]) -> None:
        flowing = {own: name for name, own in RENAMED.get(kind, {}).items()}
        fields = {flowing.get(name, name): value for name, value in row.items()}
        taxes = tuple({"tax": name} for name in row["taxes"])
        accounts = ("xero_sales_account", "xero_purchase_account")
        links = {name: self._account(str(row[name])) for name in accounts}
        name = self.insert(Module.PRODUCTS, {**fields, **links, "taxes": taxes, ITEM_TYPE: kind})
        self.items.setdefault(str(fields["product_name"]), (kind, name))

    def _invoice(self, row: Mapping[str, Any]) -> Fields:
        lines = list(enumerate(row["items"], 1))
        taxes = [
            *_taxes(((line, tax) for line, item in lines for tax in item["taxes"]), AppliesTo.ITEM),
            *_taxes(((0, tax) for tax in row["taxes"]), AppliesTo.ITEMS_TOTAL),
            *_taxes(((0, tax) for tax in row["deducted_taxes"]), AppliesTo.ITEMS_TOTAL),
            *_taxes(((0, tax) for tax in row["charge_taxes"]), AppliesTo.CHARGES),
        ]
        kept = {name: value for name, value in row.items() if name in _INVOICE}
        return {
            **kept,
            "organization_name": self.organizations.get(row["organization_name"], ""),
            "items": tuple(self._line(number, item) for number, item in lines),
            "taxes": tuple(taxes),
            "shipping_and_handling": row["charges"],
        }

    def _line(self, number: int, item: Mapping[str, Any]) -> Mapping[str, Any]:
        kind, name = self.items[item["item_name"]]
        kept = {key: item[key] for key in _LINE}
        account = self._account(str(item["xero_sales_account"]))
        links = {"item_type": kind, "item_name": name, "xero_sales_account": account}
        return {**kept, **links, "line_no": number, "no_taxes": not item["taxes"]}

    def _payment(self, row: Mapping[str, Any]) -> Fields:
        kept = {name: value for name, value in row.items() if name in _PAYMENT}
        return {
            **kept,
            "related_to": self.invoices[row["related_to"]],
            "xero_account": self._account(str(row["xero_account"])),
        }


_INVOICE = frozenset(
    {
        *("subject", "invoice_no", "invoice_date", "due_date", "status", "currency"),
        *("conversion_rate", "tax_mode", "overall_discount_percent", "overall_discount_amount"),
        *("adjustment", "description"),
    }
)
_LINE = ("quantity", "selling_price", "item_comment", "discount_percent", "discount_amount")
_PAYMENT = frozenset({"amount", "payment_date", "payment_status", "payment_mode", "reference"})


def _tax(row: Mapping[str, Any]) -> CrmTax:
    return CrmTax(
        row["tax_name"],
        Decimal(row["percentage"]),
        Method(row["method"]),
        tuple(row["compound_on"]),
    )


def _organization(row: Mapping[str, Any]) -> Fields:
    people = tuple(Person(**person) for person in row.get("contacts", ()))
    return {**row, "contacts": people}


def _taxes(
    pairs: Iterable[tuple[int, Mapping[str, Any]]], place: AppliesTo
) -> Iterable[Mapping[str, Any]]:
    for line, tax in pairs:
        yield {
            "applies_to": place.value,
            "line": line,
            "tax": tax["tax_name"],
            "rate": Decimal(tax["percentage"]),
        }
