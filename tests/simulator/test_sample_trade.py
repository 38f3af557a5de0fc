"""The sample's items, invoices and payments: consistent, and with what breaks every rule."""

from collections import Counter
from decimal import Decimal

import pytest

from tests.simulator.client import Client
from xero_simulator import Simulator, make_sample
from xero_simulator.sample_crm_invoices import ODDITIES, PAYMENT_ODDITIES, grand_total


@pytest.fixture(scope="module")
def sample():
    return make_sample(200, products=300, invoices=1_000, payments=600)


def test_trade_changes_nothing_about_the_companies(sample):
    without = make_sample(200)
    assert without.xero_contacts == sample.xero_contacts
    assert without.crm_organizations == sample.crm_organizations
    assert without.xero_items == without.crm_invoices == without.crm_taxes == []
    assert make_sample(200, products=300, invoices=1_000, payments=600) == sample


def test_it_has_as_much_as_asked_for(sample):
    assert len(sample.crm_invoices) == len(sample.xero_invoices) == 500
    assert len(sample.crm_payments) == 300
    assert 250 <= len(sample.xero_payments) <= 300
    codes = {r["part_number"] for r in sample.crm_products}
    codes |= {r["service_code"] for r in sample.crm_services}
    there = {r["Code"].lower() for r in sample.xero_items}
    shared = {code for code in codes if code.lower() in there}
    assert 50 < len(shared) < 120


@pytest.mark.parametrize("size", [{"invoices": 9}, {"payments": 9}, {"products": 9}, {}])
def test_any_part_of_it_may_be_missing(size):
    make_sample(20, **size)
    make_sample(0, **size)


def test_xeros_side_is_what_xero_computes_and_would_take(sample):
    with Simulator(minute_limit=9_000) as xero:
        sample.load_into(xero.organisation)
        for row in sample.xero_invoices:
            held = xero.organisation.invoices[row["InvoiceID"]]
            assert (held.sub_total, held.total_tax, held.total) == (
                row["SubTotal"], row["TotalTax"], row["Total"],
            )  # fmt: skip
            assert (held.status, held.amount_paid) == (row["Status"], row["AmountPaid"])
        for row in sample.xero_invoices[:200]:
            if row["Total"] < 0 or row["Status"] in ("VOIDED", "DELETED"):
                continue
            names = ("Type", "Contact", "DueDate", "LineAmountTypes", "CurrencyCode")
            lines = [
                {k: v for k, v in line.items() if k not in ("LineItemID", "TaxAmount")}
                for line in row["LineItems"]
            ]
            made = xero.organisation.add_invoice_in_xero(
                **{name: row[name] for name in names}, LineItems=lines, Status="AUTHORISED"
            )
            assert (made.total, made.total_tax) == (row["Total"], row["TotalTax"])
        client = Client(xero)
        pages = [client.get("/Invoices", page=n, pageSize=500) for n in (1, 2)]
        assert sum(len(page.json()["Invoices"]) for page in pages) > 500
        assert len(client.get("/Items").json()["Items"]) == len(sample.xero_items)
        assert len(client.get("/Payments").json()["Payments"]) == len(sample.xero_payments)


def test_every_rule_of_the_sync_is_broken_by_a_few_records(sample):
    for every, rule, _ in ODDITIES:
        assert len(sample.crm_invoices) // every >= 3, rule
    for every, rule, _ in PAYMENT_ODDITIES:
        assert len(sample.crm_payments) // every >= 3, rule
    statuses = Counter(row["status"] for row in sample.crm_invoices)
    assert {"Credit Invoice", "Cancel", "AutoCreated", "Overdue"} <= set(statuses)
    assert any(row["items"][0]["quantity"] == 50_000 for row in sample.crm_invoices)
    assert any(row["organization_name"] == "" for row in sample.crm_invoices)
    assert any(row["part_number"] == "" for row in sample.crm_products)
    assert any(len(row["part_number"]) > 30 for row in sample.crm_products)
    assert any(len(row["product_name"]) > 50 for row in sample.crm_products)
    codes = Counter(row["part_number"].lower() for row in sample.crm_products)
    assert sum(count == 2 for code, count in codes.items() if code) >= 1


def test_xeros_side_has_what_the_crm_must_cope_with(sample):
    rows = sample.xero_invoices
    assert {row["Type"] for row in rows} == {"ACCREC", "ACCPAY"}
    assert {row["LineAmountTypes"] for row in rows} == {"Exclusive", "Inclusive", "NoTax"}
    assert {row["Status"] for row in rows} == {
        "DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED",
    }  # fmt: skip
    lines = [line for row in rows for line in row["LineItems"]]
    assert {"Charges", "Adjustment"} <= {line["Description"] for line in lines}
    assert {"TAX001", "TAX002"} <= {line.get("TaxType") for line in lines}
    assert any("ItemCode" not in line and line.get("Quantity") for line in lines)
    assert any("DiscountRate" in line for line in lines)
    assert any("Quantity" not in line for line in lines)
    partly = [r for r in rows if r["Status"] == "AUTHORISED" and r["AmountPaid"]]
    assert len(partly) > 5
    stock = {row.get("QuantityOnHand") for row in sample.xero_items}
    assert {Decimal(0), Decimal(400), None} <= stock


def test_vtigers_arithmetic_of_a_grand_total():
    line = {"quantity": Decimal(2), "selling_price": Decimal(50), "discount_percent": Decimal(10),
            "discount_amount": Decimal(0),
            "taxes": [{"tax_name": "GST", "percentage": Decimal(15)}]}  # fmt: skip
    invoice = {
        "items": [line],
        "overall_discount_percent": Decimal(0),
        "overall_discount_amount": Decimal("3.50"),
        "charges": Decimal(10),
        "charge_taxes": [{"tax_name": "GST", "percentage": Decimal(15)}],
        "taxes": [],
        "deducted_taxes": [{"tax_name": "W", "percentage": Decimal(5)}],
        "adjustment": Decimal("-0.25"),
    }
    # 90 + 13.50 = 103.50; less 3.50 = 100; charges 11.50; less 5; less 0.25
    assert grand_total(invoice) == Decimal("106.25")
