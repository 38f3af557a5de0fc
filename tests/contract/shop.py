"""A shop in the CRM: somebody to sell to, something to sell, taxes, and Xero's books for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.mapping.doctypes import PRODUCT, SERVICE
from vtiger_xero.engine.records import CrmRecord, Fields
from vtiger_xero.engine.reference import Account, Reference, TaxRate
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals import Method
from vtiger_xero.engine.xero_totals import TaxComponent

from .world import INVOICES, PAYMENTS, PRODUCTS, World, read, unique

Row = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """Nothing in it is named by any other test."""

    world: World
    organization: str
    bolt: str
    help: str
    vat: str
    levy: str
    reference: Reference

    @staticmethod
    def open(world: World) -> Shop:
        """Open one: a product with a stock of 100, a service, two simple taxes."""
        reference = books()
        world.crm.keep_reference(reference)
        vat, levy = unique("VAT"), unique("Levy")
        world.crm.save_tax(CrmTax(vat, Decimal(10), tax_type=reference.tax_rates[0].tax_type))
        world.crm.save_tax(CrmTax(levy, Decimal(5)))
        world.journal.commit()
        return Shop(
            world,
            organization=world.insert(
                organization_name=unique("Buyer"),
                currency="NZD",
                billing_city="Napier",
                shipping_code="4110",
            ),
            bolt=world.insert(PRODUCTS, product_name=unique("Bolt"), qty_in_stock=100),
            help=world.insert(PRODUCTS, item_type=SERVICE, product_name=unique("Help")),
            vat=vat,
            levy=levy,
            reference=reference,
        )

    @property
    def account(self) -> Account:
        """The account that sales go to."""
        return self.reference.accounts[0]

    # What the sync writes

    def invoice(self, *lines: Row, taxes: tuple[Row, ...] = (), **fields: Any) -> CrmRecord:
        """An invoice that the sync creates."""
        return self.world.crm.create(INVOICES, self.fields(*lines, taxes=taxes, **fields))

    def fields(self, *lines: Row, taxes: tuple[Row, ...] = (), **fields: Any) -> Fields:
        """What an invoice is created from."""
        given = {"subject": "Bolts", "organization_name": self.organization, "currency": "NZD"}
        return {**given, "items": lines, "taxes": taxes, **fields}

    def update(self, record: CrmRecord, **fields: Any) -> CrmRecord:
        """What the sync changes in the version that it saw."""
        return self.world.crm.update(record.module, record.name, fields, record.modified)

    def pay(self, invoice: str, amount: object, status: str = "Received") -> CrmRecord:
        """A payment that the sync creates."""
        fields = {"related_to": invoice, "payment_status": status}
        return self.world.crm.create(PAYMENTS, {**fields, "amount": Decimal(str(amount))})

    def line(self, price: object, quantity: object = 1, **fields: Any) -> Row:
        """A line of bolts."""
        figures = {"quantity": Decimal(str(quantity)), "selling_price": Decimal(str(price))}
        return {"item_type": PRODUCT, "item_name": self.bolt, **figures, **fields}

    # What there is to see

    def read(self, name: str) -> CrmRecord:
        """An invoice."""
        return read(self.world, name, INVOICES)

    def figures(self, name: str) -> tuple[Any, Any, Any]:
        """Received, Balance and Status of an invoice."""
        fields = self.read(name).fields
        return fields["received"], fields["balance"], fields["status"]

    def stock(self, product: str = "") -> Any:
        """A product's Qty. in Stock."""
        return read(self.world, product or self.bolt, PRODUCTS).fields["qty_in_stock"]


class ShopPromises:
    """Promises that are made in a shop."""

    @pytest.fixture
    def shop(self, world: World) -> Shop:
        """A shop of this test's own."""
        return Shop.open(world)


def books() -> Reference:
    """An account and a tax rate that no other books have."""
    account = Account(unique("id"), "200", "Sales", "REVENUE", "REVENUE")
    rate = TaxRate(
        tax_type=unique("TAX"),
        name="15% GST",
        components=(TaxComponent("GST", Decimal(15)), TaxComponent("Top", Decimal(2), True)),
        applies_to=frozenset({"REVENUE", "EXPENSE"}),
    )
    return Reference("The Books", "NZD", accounts=(account,), tax_rates=(rate,))


def without(reference: Reference, **lists: Any) -> Reference:
    """The books with one of their lists written over."""
    return replace(reference, **lists)


def on_top(shop: Shop, *below: str) -> str:
    """A compound tax of 10 percent that stands on others."""
    name = unique("On top")
    shop.world.crm.save_tax(CrmTax(name, Decimal(10), Method.COMPOUND, below))
    return name


def item_tax(tax: str, line: int = 1, **fields: Any) -> Row:
    """A tax of a line."""
    return {"applies_to": "Item", "line": line, "tax": tax, **fields}


def rows(record: CrmRecord, table: str) -> tuple[Row, ...]:
    """The rows of a record's table."""
    found = record.fields[table]
    assert isinstance(found, tuple)
    return found  # type: ignore[return-value]


def column(record: CrmRecord, table: str, field: str) -> list[Any]:
    """One field of all rows of a table."""
    return [row[field] for row in rows(record, table)]
