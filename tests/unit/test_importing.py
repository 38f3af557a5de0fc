"""The CSV that Vtiger exports becomes a template of Frappe's, or the reasons why it does not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest

from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.importing import values
from vtiger_xero.importing.columns import FIELDS, LEFT_OUT, NUMBERS, TITLES, currency_codes
from vtiger_xero.importing.reading import Field
from vtiger_xero.importing.reshaping import (
    Form,
    Reshaped,
    Tax,
    is_vtigers,
    problem_text,
    reshape,
)

FILES = Path(__file__).parents[2] / "docs" / "vtiger"
GST = Tax("GST", Decimal(15))

LINES = (
    Field("item_name", "Item Name", "Dynamic Link"),
    Field("quantity", "Quantity", "Float"),
    Field("selling_price", "Selling Price", "Currency"),
    Field("item_comment", "Item Comment", "Text"),
    Field("discount_percent", "Discount Percent", "Percent"),
    Field("discount_amount", "Discount Amount", "Currency"),
)
FORMS = {
    ORGANIZATION: Form(
        ORGANIZATION,
        (
            Field("organization_name", "Organization Name", "Data"),
            Field("organization_number", "Organization Number", "Data", read_only=True),
            Field("member_of", "Member Of", "Link", ORGANIZATION),
            Field("industry", "Industry", "Select", choices=("", "Recreation")),
            Field("email_opt_out", "Email Opt Out", "Check"),
            Field("annual_revenue", "Annual Revenue", "Currency"),
            Field("assigned_to", "Assigned To", "Link", "User"),
            Field("source", "Source", "Data", read_only=True),
        ),
    ),
    PRODUCT: Form(
        PRODUCT,
        (
            Field("product_name", "Product Name", "Data"),
            Field("unit_price", "Unit Price", "Currency"),
            Field("product_category", "Product Category", "Select", choices=("", "Hardware")),
            Field("sales_start_date", "Sales Start Date", "Date"),
            Field("assigned_to", "Assigned To", "Link", "User"),
        ),
        taxes=(GST,),
        base_currency="NZD",
    ),
    INVOICE: Form(
        INVOICE,
        (
            Field("organization_name", "Organization Name", "Link", ORGANIZATION),
            Field("contact_name", "Contact Name", "Link", "Contact"),
            Field("subject", "Subject", "Data"),
            Field("invoice_no", "Invoice No", "Data"),
            Field("invoice_date", "Invoice Date", "Date"),
            Field("tax_mode", "Tax Mode", "Select", choices=("Individual", "Group")),
            Field("status", "Status", "Select", choices=("Created", "Approved", "Paid")),
            Field("currency", "Currency", "Link", "Currency"),
            Field("shipping_and_handling", "Shipping & Handling", "Currency"),
            Field("overall_discount_amount", "Overall Discount Amount", "Currency"),
            Field("grand_total", "Grand Total", "Currency", read_only=True),
            Field("balance", "Balance", "Currency", read_only=True),
        ),
        LINES,
        (GST, Tax("TDS", Decimal(2), is_deducted=True)),
        "NZD",
    ),
    PAYMENT: Form(
        PAYMENT,
        (
            Field("related_to", "Related To", "Link", INVOICE),
            Field("amount", "Amount", "Currency"),
            Field("payment_date", "Payment Date", "Date"),
            Field("payment_status", "Payment Status", "Select", choices=("Pending", "Received")),
        ),
    ),
}


class Here:
    """Records by their titles."""

    KNOWN: ClassVar = {
        (ORGANIZATION, "kiwi surf & sail"): ("ACC57",),
        (ORGANIZATION, "harbour café"): ("ACC58",),
        (ORGANIZATION, "two of them"): ("ACC1", "ACC2"),
        (PRODUCT, "surf board 7'6\""): ("PRO31",),
        (PRODUCT, "board wax"): ("PRO32",),
        (SERVICE, "board repair"): ("SER8",),
        (INVOICE, "boards for the season"): ("INV112",),
        ("User", "administrator"): ("Administrator",),
    }

    def called(self, doctype: str, title: str) -> Sequence[str]:
        return self.KNOWN.get((doctype, title.casefold()), ())

    def exists(self, doctype: str, name: str) -> bool:
        if doctype == "Currency":
            return name in ("NZD", "USD")
        return any(name in names for (of, _), names in self.KNOWN.items() if of == doctype)


class Nothing(Here):
    """So that the files of the guide can be made anew: their own numbers are free."""

    def exists(self, doctype: str, name: str) -> bool:
        return doctype == "Currency" and super().exists(doctype, name)


def shaped(doctype: str, *rows: dict[str, str], is_new: bool = True) -> Reshaped:
    heads = [*dict.fromkeys(head for row in rows for head in row), "Modified Time"]
    raw = [heads, *([row.get(head, "") for head in heads] for row in rows)]
    return reshape(FORMS[doctype], raw, Here(), is_new=is_new)


def of_file(name: str, doctype: str) -> Reshaped:
    with (FILES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        raw = list(csv.reader(file))
    assert is_vtigers(raw[0])
    return reshape(FORMS[doctype], raw, Nothing())


def written(found: Reshaped) -> list[dict[str, str]]:
    assert found.findings.problems == []
    heads, *rows = found.rows
    return [{head: value for head, value in zip(heads, row, strict=True) if value} for row in rows]


def problems(found: Reshaped) -> list[str]:
    return [str(each) for each in problem_text(found.findings.problems, 20)]


def invoice(**columns: str) -> dict[str, str]:
    return {
        "Subject": "An order",
        "Invoice No": "INV5",
        "Organization Name": "Accounts::::Kiwi Surf & Sail",
        "Tax Type": "individual",
        "Item Name": "Products::::Board Wax",
        "Quantity": "1",
        "Selling Price": "10",
        **columns,
    }


# The files of the guide


def test_an_organization_keeps_its_number_and_its_name_as_people_read_it() -> None:
    found = of_file("organizations", ORGANIZATION)
    first, second = written(found)
    assert (first["ID"], first["Organization Name"]) == ("ACC57", "Kiwi Surf & Sail")
    assert (first["Annual Revenue"], second["Email Opt Out"]) == ("850000.00000000", "1")
    assert first["Assigned To"] == "Administrator"
    assert list(found.findings.choices["industry"]) == ["Hospitality"]
    assert "Source" not in found.rows[0]


def test_a_product_has_the_taxes_of_its_columns() -> None:
    board, wax = written(of_file("products", PRODUCT))
    assert (board["ID"], board["taxes.tax"], board["taxes.rate"]) == ("PRO31", "GST", "15.000")
    assert board["Sales Start Date"] == "2026-01-15"
    assert wax["Product Category"] == "Care"


def test_the_rows_of_an_invoice_are_its_lines() -> None:
    one, two, _charges, three, four = written(of_file("invoices", INVOICE))
    assert (one["ID"], one["Invoice No"], one["Grand Total"]) == (
        "INV112",
        "INV112",
        "690.00000000",
    )
    assert (one["Organization Name"], one["Currency"], one["Tax Mode"]) == (
        "ACC57",
        "NZD",
        "Individual",
    )
    assert (one["items.item_name"], one["items.discount_percent"]) == ("PRO31", "10.000")
    assert "Subject" not in two
    assert (two["items.item_name"], two["items.line_no"]) == ("PRO32", "2")
    assert (three["items.item_type"], three["ID"]) == ("Vtiger Service", "INV113")
    assert "ID" not in four


def test_the_taxes_of_an_invoice_are_rows_of_its_table() -> None:
    rows = written(of_file("invoices", INVOICE))
    taxes = [{key[6:]: row[key] for key in row if key.startswith("taxes.")} for row in rows]
    gst = {"tax": "GST", "rate": "15.000"}
    charges = [row for row in taxes if row.get("applies_to") == "Charges"]
    assert taxes[:2] == [
        {"applies_to": "Item", "line": "1", **gst},
        {"applies_to": "Item", "line": "2", **gst},
    ]
    assert charges == [{"applies_to": "Charges", **gst}]
    assert {"applies_to": "Items Total", **gst} in taxes


def test_a_payment_finds_its_invoice_by_the_subject() -> None:
    (row,) = written(of_file("payments", PAYMENT))
    assert row["Related To"] == "INV112"
    assert (row["ID"], row["Payment Status"], row["Payment Date"]) == (
        "PAY41",
        "Received",
        "2026-02-14",
    )


# What is one file of Vtiger's, and what is not


def test_a_template_of_frappes_is_left_alone() -> None:
    assert not is_vtigers(["ID", "Organization Name", "Created Time"])
    assert not is_vtigers(["Organization Name", "Primary Email"])


@pytest.mark.parametrize("table", [NUMBERS, FIELDS, LEFT_OUT, TITLES])
def test_each_doctype_is_in_the_tables(table: dict[str, object]) -> None:
    assert set(DOCTYPES) - {PAYMENT} <= set(table)


def test_currencies_go_by_vtigers_names() -> None:
    codes = currency_codes()
    assert (codes["usa, dollars"], codes["euro"], codes["united kingdom, pounds"]) == (
        "USD",
        "EUR",
        "GBP",
    )


# Values


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1150.00000000", "1150.00000000"),
        ("-3.5", "-3.5"),
        (".5", ".5"),
        ("1,150.00", "1150.00"),
        ("1,15,000.50", "115000.50"),
        ("1.150,00", "1150.00"),
        ("1 150,00", "1150.00"),
        ("1'150.00", "1150.00"),
        ("12,5", "12.5"),
        ("1,150,000", "1150000"),
        ("1,150", None),
        ("NZ$ 5", None),
        ("1.2.3", None),
    ],
)
def test_a_number_is_read_in_every_format_that_says_which_it_is(
    cell: str, number: str | None
) -> None:
    assert values.number(cell) == number


@pytest.mark.parametrize("written_as", ["30-11-2026", "11-30-2026", "30.11.2026", "11/30/2026"])
def test_a_file_says_by_one_of_its_dates_how_all_are_written(written_as: str) -> None:
    (order,) = values.date_orders([written_as, "01-02-2026"])
    assert values.day(f"{written_as} 10:15 AM", order) == "2026-11-30"


def test_dates_that_can_be_read_in_two_ways_are_read_in_none() -> None:
    found = shaped(INVOICE, invoice(**{"Invoice Date": "03-04-2026"}))
    assert "Row 2, column Invoice Date" in problems(found)[0]
    assert "yyyy-mm-dd" in problems(found)[0]


def test_one_bad_date_is_named_and_the_others_are_not() -> None:
    rows = [
        invoice(**{"Invoice No": f"INV{day}", "Invoice Date": f"{day}-04-2026"}) for day in (3, 13)
    ]
    found = shaped(INVOICE, *rows, invoice(**{"Invoice No": "INV9", "Invoice Date": "soon"}))
    assert problems(found) == ["Row 4, column Invoice Date: “soon” is not a date."]


# What keeps a file out


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Organization Name": "Accounts::::Nobody"}, "“Nobody” is not here. Import it first."),
        ({"Organization Name": "Accounts::::Two of them"}, "2 records are called “Two of them”"),
        ({"Item Name": "Products::::Sail"}, "“Sail” is no product or service here."),
        ({"Item Name": ""}, "“” is no product or service here."),
        ({"Quantity": "many"}, "“many” is not a number"),
        ({"Status": "Lost"}, "“Lost” is none of the values that Status can have here."),
        ({"Currency": "Gold"}, "“Gold” is no currency here."),
        ({"Taxes On Charges": "3", "S&H Amount": "10"}, "No single tax makes 3 of the charges 10."),
    ],
)
def test_what_cannot_be_known_is_said_with_its_row_and_column(
    columns: dict[str, str], said: str
) -> None:
    column = "Taxes On Charges" if "S&H Amount" in columns else next(iter(columns))
    (problem,) = problems(shaped(INVOICE, invoice(), invoice(**{"Invoice No": "INV6", **columns})))
    assert problem.startswith(f"Row 3, column {column}: {said}")


def test_a_number_that_is_here_already_is_refused_only_where_records_are_made() -> None:
    row = {"Organization Name": "Kiwi", "Organization Number": "ACC57"}
    assert "ACC57 is here already" in problems(shaped(ORGANIZATION, row))[0]
    (changed,) = written(shaped(ORGANIZATION, row, is_new=False))
    assert changed["ID"] == "ACC57"


def test_a_product_in_another_currency_than_the_base_is_refused() -> None:
    row = {"Product Name": "Sail", "Currency": "USA, Dollars"}
    assert "in NZD here" in problems(shaped(PRODUCT, row))[0]


def test_many_problems_are_counted() -> None:
    found = shaped(
        INVOICE, *(invoice(**{"Invoice No": f"INV{n}", "Quantity": "x"}) for n in range(5))
    )
    assert [str(each) for each in problem_text(found.findings.problems, 2)][-1] == "And 3 more."


# What is left out, and said


def test_a_user_who_is_not_here_leaves_the_record_to_whoever_imports() -> None:
    found = shaped(ORGANIZATION, {"Organization Name": "Kiwi", "Assigned To": "Jane Doe"})
    assert "Assigned To" not in written(found)[0]
    assert [note for note in found.findings.notes if "“Jane Doe”" in note]


def test_a_parent_of_the_same_file_is_for_a_second_import() -> None:
    rows = (
        {"Organization Name": "Branch", "Member Of": "Accounts::::Head"},
        {"Organization Name": "Head"},
    )
    found = shaped(ORGANIZATION, *rows)
    assert [row.get("Member Of") for row in written(found)] == [None, None]
    assert [note for note in found.findings.notes if "Update Existing Records" in note]


def test_a_column_of_the_companys_own_is_named() -> None:
    found = shaped(ORGANIZATION, {"Organization Name": "Kiwi", "Region Code": "N"})
    assert [note for note in found.findings.notes if "Region Code" in note]


def test_a_payment_of_a_bill_leaves_its_row_empty() -> None:
    rows = [
        {"Related To": "PurchaseOrder::::Paper", "Amount": "5"},
        {"Related To": "Invoice::::Boards for the season", "Amount": "7"},
    ]
    assert [row.get("Amount") for row in written(shaped(PAYMENT, *rows))] == [None, "7"]


def test_money_that_was_received_is_for_the_import_of_payments() -> None:
    found = of_file("invoices", INVOICE)
    assert [note for note in found.findings.notes if "import the payments" in note]
    assert not shaped(INVOICE, invoice(Received="0.000")).findings.notes


# Lines and taxes


def test_discounts_and_charges_of_the_whole_invoice_have_fields_of_their_own() -> None:
    row = invoice(
        **{"Discount Amount": "12.50000000", "S&H Amount": "4", "Item Discount Amount": "1"}
    )
    (read,) = written(shaped(INVOICE, row))
    assert (read["Overall Discount Amount"], read["Shipping & Handling"]) == ("12.50000000", "4")
    assert read["items.discount_amount"] == "1"


def test_lines_of_an_invoice_need_not_stand_together() -> None:
    other = invoice(**{"Invoice No": "INV6"})
    rows = written(shaped(INVOICE, invoice(), other, invoice(Quantity="2")))
    assert [row.get("ID") for row in rows] == ["INV5", None, "INV6"]


def test_an_invoice_with_more_taxes_than_lines_has_rows_for_them() -> None:
    found = shaped(INVOICE, invoice(GST="15", TDS="2"))
    first, second = written(found)
    assert (first["taxes.tax"], second["taxes.tax"]) == ("GST", "TDS")
    assert "items.item_name" not in second
    assert (first["items.no_taxes"], second["taxes.applies_to"]) == ("0", "Items Total")


def test_a_line_without_taxes_does_not_get_those_of_its_product() -> None:
    (row,) = written(shaped(INVOICE, invoice(GST="0.000")))
    assert row["items.no_taxes"] == "1"


def test_an_invoice_without_numbers_is_one_for_each_row() -> None:
    rows = [{k: v for k, v in invoice().items() if k != "Invoice No"} for _ in range(2)]
    assert [row["Subject"] for row in written(shaped(INVOICE, *rows))] == ["An order"] * 2
