"""Tax amounts that Xero gave: to the cent, until what they were given for changes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import frappe
import pytest

from tests.site.shop import INVOICE, Shop, item_tax
from tests.site.test_site_rows import invoice_fields, line
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.records import CrmRecord, Module

GIVEN = Decimal("10.01")


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.fixture
def record(shop: Shop) -> CrmRecord:
    """Two lines of 100 at 10 percent, and a charge of 50 at 5; Xero rounds up each of the three."""
    taxes = [{**item_tax(shop.vat, number), "amount": GIVEN} for number in (1, 2)]
    charge = {"applies_to": "Charges", "tax": shop.levy, "amount": Decimal("2.51"), "line": 0}
    given = tuple({**each, "amount_given": True} for each in (*taxes, charge))
    lines = [line(shop, "100"), line(shop, "100")]
    fields = invoice_fields(shop, *lines, taxes=given, shipping_and_handling=Decimal(50))
    return SiteCrm("Administrator").create(Module.INVOICES, fields)


def amounts(invoice: Any) -> list[tuple[float, int]]:
    invoice.reload()
    return [(row.amount, row.amount_given) for row in invoice.taxes]


def test_the_sync_gives_amounts_and_they_count(record: CrmRecord) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    assert amounts(invoice) == [(10.01, 1), (10.01, 1), (2.51, 1)]
    assert invoice.grand_total == 272.53


def test_a_save_that_changes_no_figure_keeps_them(record: CrmRecord) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    invoice.subject, invoice.items[0].item_comment = "Other", "Told differently"
    invoice.save()
    assert amounts(invoice) == [(10.01, 1), (10.01, 1), (2.51, 1)]


@pytest.mark.parametrize("field", ["quantity", "selling_price", "discount_amount"])
def test_a_changed_line_is_computed_again_and_no_other(record: CrmRecord, field: str) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    invoice.items[1].set(field, 2)
    invoice.save()
    first, second, charge = amounts(invoice)
    assert (first, charge) == ((10.01, 1), (2.51, 1))
    assert second[1] == 0
    assert second[0] != 10.01


def test_a_changed_charge_is_computed_again(record: CrmRecord) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    invoice.shipping_and_handling = 60
    invoice.save()
    assert amounts(invoice) == [(10.01, 1), (10.01, 1), (3, 0)]


@pytest.mark.parametrize("change", [{"rate": 20}, {"tax": "levy", "rate": 5}])
def test_another_tax_in_the_same_row_is_computed(
    shop: Shop, record: CrmRecord, change: dict[str, Any]
) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    row = invoice.taxes[0]
    row.update({**change, "tax": shop.levy if "tax" in change else row.tax})
    invoice.save()
    assert amounts(invoice)[0] == (float(change["rate"]), 0)


def test_another_currency_releases_them_all(record: CrmRecord) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    invoice.currency = "USD"
    invoice.save()
    assert amounts(invoice) == [(10, 0), (10, 0), (2.5, 0)]


def test_a_person_can_neither_give_an_amount_nor_change_a_given_one(
    shop: Shop, record: CrmRecord
) -> None:
    invoice = frappe.get_doc(INVOICE, record.name)
    invoice.taxes[0].amount = 99
    invoice.taxes[1].amount_given = 0
    invoice.save()
    assert amounts(invoice) == [(10.01, 1), (10.01, 1), (2.51, 1)]
    typed = shop.invoice(shop.line(100), taxes=[item_tax(shop.vat, amount=99, amount_given=1)])
    assert amounts(typed) == [(10, 0)]


def test_a_write_of_the_sync_gives_them_anew_or_takes_them_back(
    shop: Shop, record: CrmRecord
) -> None:
    crm = SiteCrm("Administrator")
    (first, second), taxes = record.fields["items"], record.fields["taxes"]  # type: ignore[misc]
    anew = [{**row, "amount": Decimal("20.02")} for row in taxes[:1]]  # type: ignore[index]
    plain = [{**row, "amount_given": False} for row in taxes[1:]]  # type: ignore[index]
    items = ({**first, "quantity": Decimal(2)}, second)
    fields: Any = {"items": items, "taxes": (*anew, *plain)}
    after = crm.update(Module.INVOICES, record.name, fields, record.modified)
    invoice = frappe.get_doc(INVOICE, record.name)
    assert amounts(invoice) == [(20.02, 1), (10, 0), (2.5, 0)]
    fields = {"items": ({**first, "quantity": Decimal(3)}, second)}
    crm.update(Module.INVOICES, record.name, fields, after.modified)
    assert amounts(invoice) == [(30, 0), (10, 0), (2.5, 0)]
