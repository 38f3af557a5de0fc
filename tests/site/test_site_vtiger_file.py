"""Vtiger's own CSV through Frappe's Data Import: the guide's files, and what others lack."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.model.document import Document
from frappe.utils.file_manager import save_file

from tests.site.web import new_person
from tests.site.xero import connect, run_now, simulated_xero
from xero_simulator import Simulator

FILES = Path(__file__).parents[2] / "docs" / "vtiger"
DOCTYPES = {
    "organizations": "Vtiger Organization",
    "products": "Vtiger Product",
    "services": "Vtiger Service",
    "invoices": "Vtiger Invoice",
    "payments": "Vtiger Payment",
}
NUMBERS = ("ACC57", "ACC58", "PRO31", "PRO32", "SER8", "INV112", "INV113", "PAY41")
INSERT, UPDATE = "Insert New Records", "Update Existing Records"


@pytest.fixture(autouse=True)
def _at_once(in_new_zealand: None) -> Iterator[None]:
    """Frappe imports in a worker, and asks for a scheduler; of a test it wants neither."""
    frappe.flags.in_test = True
    yield
    frappe.flags.in_test = False
    frappe.flags.in_import = False
    frappe.set_user("Administrator")
    frappe.db.rollback()
    for doctype in DOCTYPES.values():
        for row in frappe.get_all("Property Setter", {"doc_type": doctype, "property": "options"}):
            frappe.delete_doc("Property Setter", row.name)
        frappe.clear_cache(doctype=doctype)
    frappe.db.commit()


@pytest.fixture
def gst() -> None:
    if not frappe.db.exists("Vtiger Tax", "GST"):
        frappe.get_doc({"doctype": "Vtiger Tax", "tax_name": "GST", "rate": 15}).insert()


def text_of(name: str) -> str:
    return (FILES / f"{name}.csv").read_text(encoding="utf-8")


def begun(name: str, text: str = "", kind: str = INSERT) -> Document:
    """A Data Import with the file attached, as the form saves it."""
    given = {"reference_doctype": DOCTYPES[name], "import_type": kind}
    document = frappe.get_doc({"doctype": "Data Import", **given}).insert()
    held = save_file(
        f"{name}.csv", text or text_of(name), "Data Import", document.name, is_private=1
    )
    document.import_file = held.file_url
    document.save()
    return document


def imported(name: str, text: str = "", kind: str = INSERT) -> list[Any]:
    """What the log says of each record."""
    document = begun(name, text, kind)
    document.reload()
    document.start_import()
    fields = ["success", "docname", "messages", "exception"]
    filters = {"data_import": document.name}
    return frappe.get_all("Data Import Log", filters, fields, order_by="log_index")


def changed(name: str, **cells: str) -> str:
    """The guide's file, with these values in every row."""
    heads, *rows = csv.reader(io.StringIO(text_of(name)))
    held = io.StringIO()
    writer = csv.writer(held)
    columns = [*heads, *(head for head in cells if head not in heads)]
    writer.writerow(columns)
    for row in rows:
        record = {**dict(zip(heads, row, strict=True)), **cells}
        writer.writerow([record[column] for column in columns])
    return held.getvalue()


def import_all() -> None:
    for name in DOCTYPES:
        log = imported(name)
        assert log, name
        assert [row.exception for row in log if not row.success] == []


def test_the_five_files_of_the_guide_go_through_as_they_are(gst: None) -> None:
    import_all()
    customer = frappe.get_doc("Vtiger Organization", "ACC57")
    assert customer.organization_name == "Kiwi Surf & Sail"
    assert customer.organization_number == "ACC57"
    paid = frappe.get_doc("Vtiger Invoice", "INV112")
    assert (paid.invoice_no, paid.organization_name, paid.currency) == ("INV112", "ACC57", "NZD")
    assert [(row.item_name, row.quantity, row.net_price) for row in paid.items] == [
        ("PRO31", 1, 621),
        ("PRO32", 4, 57.5),
    ]
    assert (paid.items[0].item_comment, paid.taxes_on_charges) == ("Engraved, as agreed", 1.5)
    assert (paid.grand_total, paid.received, paid.balance, paid.status) == (690, 690, 0, "Paid")
    group = frappe.get_doc("Vtiger Invoice", "INV113")
    assert (group.tax_mode, group.tax, group.grand_total) == ("Group", 25.88, 198.38)
    assert (group.status, group.due_date.isoformat()) == ("Approved", "2026-03-16")
    payment = frappe.get_doc("Vtiger Payment", "PAY41")
    assert (payment.related_to, payment.amount, payment.payment_mode) == (
        "INV112",
        690,
        "Bank Transfer",
    )
    board = frappe.get_doc("Vtiger Product", "PRO31")
    assert [(row.tax, row.rate) for row in board.taxes] == [("GST", 15)]
    assert frappe.db.get_value("Vtiger Product", "PRO32", "product_category") == "Care"


def test_the_next_number_comes_after_those_that_were_kept(gst: None) -> None:
    import_all()
    new = frappe.get_doc({"doctype": "Vtiger Organization", "organization_name": "New"}).insert()
    assert int(new.name.removeprefix("ACC")) > 58


def test_a_xero_manager_imports_and_the_records_are_theirs(gst: None) -> None:
    user = new_person("Xero Manager")
    frappe.set_user(user)
    import_all()
    assert frappe.db.get_value("Vtiger Invoice", "INV112", "owner") == user


def test_the_preview_is_frappes_own_and_has_no_warnings(gst: None) -> None:
    imported("organizations")
    imported("products")
    imported("services")
    document = begun("invoices")
    preview = document.get_preview_from_template()
    assert [each for each in preview.warnings if each.get("type") != "info"] == []
    assert len(preview.data) == 5
    assert document.payload_count == 2
    files = frappe.get_all("File", {"attached_to_name": document.name}, pluck="file_name")
    assert len(files) == 2  # the exported one stays beside the one that was made of it


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        (
            "invoices",
            {"Organization Name": "Accounts::::Nobody"},
            "Row 2, column Organization Name",
        ),
        ("invoices", {"Status": "Lost"}, "Row 2, column Status"),
        ("invoices", {"Invoice Date": "03-04-05"}, "Row 2, column Invoice Date"),
        ("products", {"Unit Price": "NZ$ 5"}, "Row 2, column Unit Price"),
        ("products", {"Product Category": "<b>x</b>"}, "Row 2, column Product Category"),
        ("payments", {"Related To": "Invoice::::No such order"}, "Row 2, column Related To"),
    ],
)
def test_bad_input_is_named_and_nothing_is_half_saved(
    gst: None, name: str, cells: dict[str, str], said: str
) -> None:
    for before in DOCTYPES:
        if before == name:
            break
        imported(before)
    counts = {each: frappe.db.count(each) for each in DOCTYPES.values()}
    frappe.clear_messages()
    with pytest.raises(frappe.ValidationError):
        begun(name, changed(name, **cells))
    told = json.dumps(frappe.local.message_log)
    assert said in told
    assert "<b>x</b>" not in told
    frappe.db.rollback()
    assert {each: frappe.db.count(each) for each in DOCTYPES.values()} == counts
    assert not frappe.db.exists("Property Setter", {"doc_type": DOCTYPES[name]})


def test_an_invoice_that_comes_to_another_total_is_refused_by_itself(gst: None) -> None:
    for name in ("organizations", "products", "services"):
        imported(name)
    log = imported("invoices", text_of("invoices").replace("690.00000000", "695.00000000"))
    assert [row.success for row in log] == [0, 1]
    assert "Grand Total is 695.00 in the file" in log[0].messages
    assert not frappe.db.exists("Vtiger Invoice", "INV112")
    assert frappe.db.count("Vtiger Invoice Item", {"parent": "INV112"}) == 0


def test_an_invoice_has_the_currency_of_its_file_whatever_its_customer_has(gst: None) -> None:
    for name in ("organizations", "products", "services"):
        imported(name)
    frappe.db.set_value("Vtiger Organization", "ACC57", "currency", "USD")
    frappe.db.commit()
    imported("invoices")
    assert frappe.db.get_value("Vtiger Invoice", "INV112", "currency") == "NZD"


def test_a_second_import_of_the_same_file_doubles_nothing(gst: None) -> None:
    imported("organizations")
    with pytest.raises(frappe.ValidationError):
        begun("organizations")
    frappe.db.rollback()
    assert frappe.db.count("Vtiger Organization", {"name": ["in", NUMBERS]}) == 2


def test_a_parent_of_the_same_file_is_filled_in_by_a_second_import() -> None:
    text = text_of("organizations").replace(
        "ACC58,,,,,,", "ACC58,,,,,Accounts::::Kiwi Surf & Sail,", 1
    )
    assert text != text_of("organizations")
    imported("organizations", text)
    assert not frappe.db.get_value("Vtiger Organization", "ACC58", "member_of")
    imported("organizations", text, UPDATE)
    assert frappe.db.get_value("Vtiger Organization", "ACC58", "member_of") == "ACC57"


def test_the_number_of_a_record_that_is_gone_is_given_to_no_other(
    gst: None, xero: Simulator
) -> None:
    imported("organizations")
    frappe.db.commit()
    run_now()
    frappe.delete_doc("Vtiger Organization", "ACC58")
    frappe.db.commit()
    (log,) = imported("organizations", only("organizations", "ACC58"))
    assert not log.success
    assert "was the number of a record that was deleted" in log.messages


def only(name: str, number: str) -> str:
    heads, *rows = text_of(name).splitlines()
    return "\n".join([heads, *(row for row in rows if number in row)]) + "\n"


def same_sale_in_xero(xero: Simulator) -> None:
    """What the bookkeeper has typed into Xero: the customer, what is sold, the paid invoice."""
    books = xero.organisation
    buyer = books.add_contact_in_xero(Name="Kiwi Surf & Sail")
    books.add_item_in_xero(Code="SB-76", Name="Surf Board 7'6\"", SalesDetails={"UnitPrice": 600})
    books.add_item_in_xero(Code="WAX-1", Name="Board Wax", SalesDetails={"UnitPrice": "12.5"})
    taxed = {"AccountCode": "200", "TaxType": "OUTPUT2"}
    invoice = books.add_invoice_in_xero(
        Contact={"ContactID": buyer.contact_id},
        Status="AUTHORISED",
        Date="2026-02-02",
        DueDate="2026-02-16",
        InvoiceNumber="INV112",
        LineItems=[
            {
                "ItemCode": "SB-76",
                "Description": "Engraved, as agreed",
                "Quantity": 1,
                "UnitAmount": 600,
                "DiscountRate": 10,
                **taxed,
            },
            {
                "ItemCode": "WAX-1",
                "Description": "Board Wax",
                "Quantity": 4,
                "UnitAmount": "12.5",
                **taxed,
            },
            {"Description": "Charges", "Quantity": 1, "UnitAmount": 10, **taxed},
        ],
    )
    books.pay_invoice(invoice.document_id, 690, on=date(2026, 2, 14), reference="KIWI SURF 112")


def switch_everything_on() -> None:
    settings = frappe.get_doc("Xero Settings")
    for row in settings.modules:
        row.enable_sync = 1
    code = {
        each.code: each.name for each in frappe.get_all("Xero Account", fields=["name", "code"])
    }
    settings.update({"sales_account": code["200"], "charges_account": code["200"]})
    settings.update({"payment_account": code["090"], "number_as_code": 1}).save()
    frappe.db.commit()


def test_whoever_imports_first_and_connects_then_doubles_nothing(gst: None) -> None:
    import_all()
    with simulated_xero() as xero:
        same_sale_in_xero(xero)
        connect(xero)
        switch_everything_on()
        before = {doctype: frappe.db.count(doctype) for doctype in DOCTYPES.values()}
        run = run_now()
        assert run.status == "Completed", run.message
        left = {"run": run.name, "operation": "Skipped"}
        assert frappe.get_all("Xero Sync Entry", left, ["record_name", "reason"]) == []
        assert {doctype: frappe.db.count(doctype) for doctype in DOCTYPES.values()} == before
        names = [each.name for each in xero.organisation.contacts.values()]
        assert names.count("Kiwi Surf & Sail") == 1
        numbers = [each.number for each in xero.organisation.invoices.values()]
        assert sorted(each for each in numbers if each.startswith("INV11")) == ["INV112", "INV113"]
        states = {
            name: frappe.db.get_value(doctype, name, "xero_state")
            for doctype in DOCTYPES.values()
            for name in frappe.get_all(doctype, {"name": ["in", NUMBERS]}, pluck="name")
        }
        assert set(states.values()) == {"In Sync"}, states
        assert len(xero.organisation.payments) == 1
