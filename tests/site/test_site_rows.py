"""Invoices and payments through the site's `Crm`: rows, figures, refusals, versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from tests.contract.world import unique
from tests.site.shop import INVOICE, PRODUCT, Shop, item_tax
from tests.site.test_site_records import a_sales_account, head, read
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.records import Fields, Module

INVOICES, PAYMENTS = Module.INVOICES, Module.PAYMENTS


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.fixture
def crm() -> SiteCrm:
    return SiteCrm("Administrator")


def invoice_fields(shop: Shop, *lines: dict[str, Any], **fields: Any) -> Fields:
    return {
        "subject": "From Xero",
        "invoice_no": unique("OIT"),
        "organization_name": shop.organization,
        "invoice_date": date(2026, 3, 1),
        "due_date": None,
        "currency": "NZD",
        "status": "Approved",
        "items": tuple(lines),
        **fields,
    }


def line(shop: Shop, price: str, quantity: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "item_type": PRODUCT,
        "item_name": shop.bolt,
        "quantity": Decimal(quantity),
        "selling_price": Decimal(price),
        **fields,
    }


def test_an_invoice_is_created_with_its_tables_in_order(shop: Shop, crm: SiteCrm) -> None:
    taxes = ({"applies_to": "Item", "line": 2, "tax": shop.vat, "rate": Decimal(15)},)
    lines = (line(shop, "0.00000125", "1000000"), line(shop, "100", item_comment="A\nB"))
    record = crm.create(INVOICES, invoice_fields(shop, *lines, taxes=taxes))
    first, second = record.fields["items"]  # type: ignore[misc]
    assert first["selling_price"] == Decimal("0.00000125")
    assert (second["item_comment"], second["tax"]) == ("A\nB", Decimal(15))
    assert [each["line_no"] for each in (first, second)] == [1, 2]
    (tax,) = record.fields["taxes"]  # type: ignore[misc]
    assert (tax["amount"], tax["amount_given"]) == (Decimal(15), False)
    assert record.fields["grand_total"] == Decimal("116.25")
    assert record.fields["invoice_date"] == date(2026, 3, 1)
    assert record.fields["due_date"] is None
    assert record == read(crm, INVOICES, record.name)
    assert not _floats(record.fields)


def _floats(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [each for inner in value.values() for each in _floats(inner)]
    if isinstance(value, tuple):
        return [each for inner in value for each in _floats(inner)]
    return [value] if isinstance(value, float) else []


def test_a_head_carries_numbers_and_dates_as_plain_text(shop: Shop, crm: SiteCrm) -> None:
    invoice = shop.invoice(shop.line(1000.5), shop.line(0), invoice_no="OIT-7", status="Sent")
    assert head(crm, INVOICES, invoice.name).keys == {
        "invoice_no": "OIT-7",
        "subject": "Bolts",
        "organization_name": shop.organization,
        "currency": "NZD",
        "status": "Sent",
        "grand_total": "1000.5",
        "received": "0",
        "balance": "1000.5",
        "invoice_date": str(invoice.invoice_date),
        "do_not_sync": "",
    }
    payment = shop.pay(invoice, 1000, payment_date="2026-03-01", reference="R")
    assert head(crm, PAYMENTS, payment.name).keys == {
        "payment_no": payment.name,
        "related_to": invoice.name,
        "amount": "1000",
        "payment_date": "2026-03-01",
        "reference": "R",
        "payment_status": "Received",
        "xero_account": "",
        "do_not_sync": "",
    }


def test_rows_keep_their_names_when_they_change_move_and_go(shop: Shop, crm: SiteCrm) -> None:
    lines = [line(shop, price, purchase_cost=Decimal(7)) for price in ("1", "2", "3")]
    record = crm.create(INVOICES, invoice_fields(shop, *lines))
    one, two, three = record.fields["items"]  # type: ignore[misc]
    wanted = (
        {"name": three["name"], "quantity": Decimal(5)},
        line(shop, "9"),
        {**one, "selling_price": Decimal(4)},
    )
    after = crm.update(INVOICES, record.name, {"items": wanted}, record.modified)
    rows: Any = after.fields["items"]
    assert [row["name"] for row in rows][::2] == [three["name"], one["name"]]
    assert [row["selling_price"] for row in rows] == [3, 9, 4]
    assert [row["quantity"] for row in rows] == [5, 1, 1]
    assert [row["purchase_cost"] for row in rows] == [7, 0, 7]
    assert [row["line_no"] for row in rows] == [3, 4, 1]
    assert not frappe.db.exists("Vtiger Invoice Item", two["name"])


def test_the_row_of_another_invoice_is_never_written_to(shop: Shop, crm: SiteCrm) -> None:
    theirs, ours = (crm.create(INVOICES, invoice_fields(shop, line(shop, "1"))) for _ in range(2))
    row: Any = theirs.fields["items"]
    items = ({**row[0], "selling_price": Decimal(50)},)
    after = crm.update(INVOICES, ours.name, {"items": items}, ours.modified)
    assert after.fields["grand_total"] == 50
    assert read(crm, INVOICES, theirs.name) == theirs


def test_what_is_not_mentioned_stays(shop: Shop, crm: SiteCrm) -> None:
    invoice = shop.invoice(shop.line(100), taxes=[item_tax(shop.vat)])
    record = read(crm, INVOICES, invoice.name)
    after = crm.update(INVOICES, invoice.name, {"subject": "New"}, record.modified)
    assert after.fields == {**record.fields, "subject": "New"}


def test_many_invoices_are_read_in_three_queries(
    shop: Shop, crm: SiteCrm, counted: list[str]
) -> None:
    names = [shop.invoice(shop.line(1), shop.line(2)).name for _ in range(4)]
    crm.get(INVOICES, names)
    counted.clear()
    assert [len(each.fields["items"]) for each in crm.get(INVOICES, names)] == [2] * 4  # type: ignore[arg-type]
    assert len(counted) == 3


def test_a_line_costs_one_insert_and_little_else(
    shop: Shop, crm: SiteCrm, counted: list[str]
) -> None:
    """What can be asked once is asked once: the item, the account, the tax."""

    def made(lines: int) -> int:
        rows = [
            line(shop, "10", xero_sales_account=account, line_no=number + 1)
            for number in range(lines)
        ]
        taxes = tuple(item_tax(shop.vat, number + 1) for number in range(lines))
        counted.clear()
        crm.create(INVOICES, invoice_fields(shop, *rows, taxes=taxes))
        return len(counted)

    account = a_sales_account(shop)
    made(1)
    few, many = made(1), made(21)
    assert (many - few) / 20 <= 2.5, "an insert of the line and one of its tax"


# Refusals


def test_a_refusal_names_the_field_of_a_row(shop: Shop, crm: SiteCrm) -> None:
    with pytest.raises(RecordRefused, match="Item Name is mandatory"):
        crm.create(INVOICES, invoice_fields(shop, line(shop, "1", item_name="")))
    with pytest.raises(RecordRefused, match="Item Name"):
        crm.create(INVOICES, invoice_fields(shop, line(shop, "1", item_name="PRO-none")))
    with pytest.raises(RecordRefused, match="Items"):
        crm.create(INVOICES, invoice_fields(shop))


def test_a_line_with_tags_is_kept_as_it_is(shop: Shop, crm: SiteCrm) -> None:
    odd = line(shop, "1", item_comment="Bolt <5> & <b>")
    made = crm.create(INVOICES, invoice_fields(shop, odd))
    (row,) = made.fields["items"]  # type: ignore[misc]
    assert row["item_comment"] == "Bolt <5> & <b>"


def test_a_line_that_the_crm_would_alter_is_refused(shop: Shop, crm: SiteCrm) -> None:
    """A site may make an editor of a field, and Frappe cleans what stands in one."""
    odd = line(shop, "1", item_comment="Bolt <5> & <script>x</script>")
    field = ("Vtiger Invoice Item", "item_comment", "fieldtype")
    setter = make_property_setter(
        *field, "Text Editor", "Select", validate_fields_for_doctype=False
    )
    frappe.clear_cache(doctype=field[0])
    try:
        with pytest.raises(RecordRefused, match="Item Comment has text between < and >"):
            crm.create(INVOICES, invoice_fields(shop, odd))
    finally:
        setter.delete()
        frappe.clear_cache(doctype=field[0])


def test_a_payment_of_nothing_is_refused_with_the_crms_own_sentence(
    shop: Shop, crm: SiteCrm
) -> None:
    invoice = shop.invoice(shop.line(1))
    with pytest.raises(RecordRefused, match="more than 0"):
        crm.create(PAYMENTS, {"related_to": invoice.name, "amount": Decimal(0)})


def test_an_invoice_with_payments_is_not_deleted_by_the_sync_either(
    shop: Shop, crm: SiteCrm
) -> None:
    invoice = shop.invoice(shop.line(1))
    shop.pay(invoice, 1)
    with pytest.raises(RecordRefused):
        crm.delete(INVOICES, invoice.name)
    assert frappe.db.exists(INVOICE, invoice.name)


# Versions


def test_a_payment_changes_its_invoice(shop: Shop, crm: SiteCrm) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    seen = read(crm, INVOICES, invoice.name)
    fields: Fields = {
        "related_to": invoice.name,
        "amount": Decimal(30),
        "payment_status": "Received",
        "payment_date": date(2026, 3, 1),
    }
    payment = crm.create(PAYMENTS, fields)
    after = read(crm, INVOICES, invoice.name)
    assert after.modified > seen.modified
    assert (after.fields["received"], after.fields["status"]) == (30, "Partially Paid")
    with pytest.raises(RecordChanged):
        crm.update(INVOICES, invoice.name, {"subject": "Late"}, seen.modified)
    crm.delete(PAYMENTS, payment.name)
    last = read(crm, INVOICES, invoice.name)
    assert last.modified > after.modified
    assert (last.fields["received"], last.fields["status"]) == (0, "Approved")
