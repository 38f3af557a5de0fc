"""Where people work: what a tag stands for on either side, and what they meant by what they did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.lives.countries import COUNTRIES, Country
from tests.lives.meaning import Invoice, Meaning
from tests.lives.story import Story
from tests.support.stage import Stage
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.taxes import CrmTax

D = Decimal
DAY, DUE = date(2026, 11, 2), date(2026, 12, 1)
CRM, XERO = "crm", "xero"
PRODUCT = "Vtiger Product"
ORGANIZATIONS, PRODUCTS = Module.ORGANIZATIONS, Module.PRODUCTS
INVOICES, PAYMENTS = Module.INVOICES, Module.PAYMENTS
Rows = list[Mapping[str, Any]]


class NotDone(Exception):
    """What the act deals with is not there (any more)."""


def mentions(text: str | None, tag: str) -> bool:
    """Whether a text bears a tag: c1 is in "Kea c1 Ltd", not in "Kea c12 Ltd"."""
    return re.search(rf"(?<![A-Za-z0-9]){tag}(?![A-Za-z0-9])", text or "") is not None


@dataclass
class Office:
    """Both systems of a life, and what is noted of it."""

    stage: Stage
    story: Story
    meaning: Meaning = field(default_factory=Meaning)
    reports: list[Report] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    of_two_products: set[str] = field(default_factory=set)  # named otherwise on each side

    def __post_init__(self) -> None:
        taxes = {tax for sale in self.country.sales.values() for tax in sale.crm}
        for name, percent in sorted(taxes):
            self.stage.crm.add_tax(CrmTax(name, D(percent)))
        fields = {"item_type": PRODUCT, "part_number": "BASE", "product_name": "Base"}
        self.base = self.stage.crm.insert(PRODUCTS, fields).name

    @property
    def country(self) -> Country:
        """Where it all takes place."""
        return COUNTRIES[self.story.country]

    # Finding what a tag stands for

    def _rows(self, doctype: str) -> Rows:
        return list(self.stage.crm._database.rows(f'SELECT * FROM "{doctype}" ORDER BY creation'))

    def crm_customer(self, tag: str) -> str:
        """The name of the CRM's organization."""
        return self._named("Vtiger Organization", "organization_name", tag)

    def crm_product(self, tag: str) -> str:
        """The name of the CRM's product."""
        return self._named("Vtiger Product", "product_name", tag)

    def crm_invoice(self, tag: str) -> str:
        """The name of the CRM's invoice."""
        return self._named("Vtiger Invoice", "subject", tag)

    def _named(self, doctype: str, field: str, tag: str) -> str:
        found = [row["name"] for row in self._rows(doctype) if mentions(row[field], tag)]
        if not found:
            raise NotDone
        return str(found[0])

    def _part_ways(self, tag: str) -> None:
        """What was typed in both is not alike any more, and no run has met it yet."""
        self.meaning.unlike |= {tag} if self._is_apart(tag) else set()

    def _is_apart(self, tag: str) -> bool:
        here, there = (self.meaning.records.get((tag, side)) for side in (CRM, XERO))
        links = (link for module in Module for link in self.stage.journal.links(module))
        have_met = any(
            link.crm_name == here
            and link.xero_id
            and (link.state is LinkState.IN_SYNC or tag not in self.of_two_products)
            for link in links
        )
        return bool(here and there) and not have_met

    def xero_customer(self, tag: str) -> str:
        """The ContactID of an active contact."""
        contacts = self.stage.books.contacts.values()
        found = [each for each in contacts if mentions(each.name, tag) and each.is_active]
        return str(first(found).contact_id)

    def xero_item(self, tag: str) -> Any:
        """The item."""
        items = self.stage.books.items.values()
        return first([each for each in items if mentions(each.get("Name") or each.code, tag)])

    def xero_invoice(self, tag: str) -> str:
        """The InvoiceID."""
        invoices = self.stage.books.invoices.values()
        return str(first([each for each in invoices if mentions(each.reference, tag)]).document_id)

    # What people meant

    def _meant(self, tag: str) -> Invoice:
        meant = self.meaning.invoices.get(tag)
        if meant is None or meant.is_ended:
            raise NotDone
        return meant

    def _edited(self, meant: Invoice, side: str) -> None:
        meant.edit(side)
        if self._is_apart(meant.tag):
            meant.is_contested = True  # a first meeting of two figures, which the policy decides
            self.meaning.unlike |= set() if meant.has_one_number else {meant.tag}

    def _type(self, tag: str, side: str, **values: str) -> None:
        for name, value in values.items():
            if value:
                self.meaning.type(tag, name, side, value)


def sides_of(where: str) -> set[str]:
    """The systems in which something is typed."""
    return {CRM, XERO} if where == "both" else {where}


def first(found: list[Any]) -> Any:
    """The first that was found."""
    if not found:
        raise NotDone
    return found[0]
