"""A person brings what Vtiger has exported, by Frappe's own Data Import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import fresh, new

FILES = Path(__file__).parents[2] / "docs" / "vtiger"
ORGANIZATION, INVOICE = "Vtiger Organization", "Vtiger Invoice"


@pytest.fixture
def shop() -> Iterator[None]:
    """What the invoices of the guide's file name, imported before."""
    tax = new("Vtiger Tax", tax_name="GST", rate=15)
    for title in ("Kiwi Surf & Sail", "Harbour Café"):
        new(ORGANIZATION, organization_name=title)
    for title in ("Surf Board 7'6\"", "Board Wax"):
        new("Vtiger Product", product_name=title)
    new("Vtiger Service", service_name="Board Repair")
    yield
    frappe.delete_doc("Vtiger Tax", tax, force=True)
    frappe.db.commit()


def bring(desk: Desk, doctype: str, name: str, content: bytes) -> None:
    """From the list's menu to the file: what a person does."""
    desk.go(f"data-import/new?reference_doctype={doctype}&import_type=Insert New Records")
    desk.save()
    desk.find('[data-fieldname="import_file"] button', has_text="Attach").first.click()
    dialog = desk.find(".modal-dialog .file-uploader")
    expect(dialog).to_be_visible()
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": content}
    desk.page.locator(".file-uploader input[type=file]").first.set_input_files(file)
    desk.button("Upload").click()
    desk.settle()


def test_vtigers_invoices_are_previewed_and_imported_with_their_lines_and_taxes(
    shop: None, manager: Desk
) -> None:
    bring(manager, INVOICE, "Invoices.csv", (FILES / "invoices.csv").read_bytes())
    note = manager.dialog("Please Check")
    expect(note).to_contain_text("import the payments of these invoices")
    note.locator(".btn-modal-close").click()
    preview = manager.find('[data-fieldname="import_preview"]')
    expect(preview).to_contain_text("INV112")
    expect(manager.page.locator(".warning[data-row]")).to_have_count(0)
    manager.shoot("import-preview", "LOOKS", whole=True)
    manager.button("Start Import").click()
    done = manager.page.get_by_text("Successfully imported 2 records")
    expect(done).to_be_visible(timeout=60_000)  # a worker does it
    manager.shoot("import-done", "LOOKS", whole=True)
    assert fresh(INVOICE, "INV112", "grand_total") == 690
    assert fresh(INVOICE, "INV113", "grand_total") == 198.38
    manager.go("vtiger-invoice/INV112")
    expect(manager.find('[data-fieldname="grand_total"]').first).to_contain_text("690.00")
    manager.shoot("import-invoice", "LOOKS", whole=True)


def test_what_is_wrong_is_said_with_row_and_column(shop: None, manager: Desk) -> None:
    text = (FILES / "invoices.csv").read_text(encoding="utf-8")
    wrong = text.replace("Products::::Board Wax", "Products::::Board Whacks")
    bring(manager, INVOICE, "Invoices.csv", wrong.encode())
    dialog = manager.dialog("The file cannot be imported yet")
    expect(dialog).to_contain_text("Row 3, column Item Name: “Board Whacks” is no product")
    manager.shoot("import-refused", "LOOKS")
    assert not fresh(INVOICE, "INV112", "name")
