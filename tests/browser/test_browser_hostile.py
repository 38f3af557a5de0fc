"""Names that are pieces of HTML, in a real browser: on every page they are shown, and never run."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import edit, enable_everything, new
from tests.browser.test_browser_access import visit
from tests.site.xero import run_now
from vtiger_xero.simulator import Simulator

ORGANIZATION, PRODUCT = "Vtiger Organization", "Vtiger Product"
# A browser that takes it for HTML runs it; Frappe's own forms take out what looks like a script.
MARK = "<img src=x onerror=window.ran=1>"
PAGES = ["xero-log", "xero-skipped", "xero-conflicts", "xero-matches", "xero-preview"]


@pytest.fixture
def hostile(xero: Simulator) -> str:
    """A conflict and a skipped record, with hostile text in names, in fields and from Xero."""
    enable_everything(conflicts="Ask")
    name = new(ORGANIZATION, organization_name="Kea", billing_city="Napier")
    run_now()
    contact = xero.organisation.contacts.in_order()[-1]
    edit(ORGANIZATION, name, billing_city="Hastings")
    address = {"AddressType": "POBOX", "City": MARK}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address])
    # Past the form, which would take it out: what an import may have brought.
    for doctype, field in ((ORGANIZATION, "organization_name"), (PRODUCT, "product_name")):
        made = new(doctype, **{field: "Weka", **({"unit_price": 1} if doctype == PRODUCT else {})})
        frappe.db.set_value(doctype, made, field, f"Weka {MARK}")
    frappe.db.commit()
    run_now()
    return name


def test_no_page_runs_the_text_of_a_record(hostile: str, sit_down: Callable[..., Desk]) -> None:
    desk = sit_down("manager")
    for page in PAGES:
        visit(desk, page)
        assert not desk.page.evaluate("window.ran"), page
    desk.go("xero-log").find(".xero-count").first.click()
    expect(desk.find(".modal-dialog .xero-records")).to_be_visible()
    desk.go("xero-conflicts")
    expect(desk.find(".xero-page")).to_contain_text("window.ran=1")
    assert not desk.page.evaluate("window.ran")
    desk.go(f"vtiger-organization/{hostile}")
    expect(desk.page.locator(".xero-record")).to_be_visible()
    assert not desk.page.evaluate("window.ran")
    desk.go("query-report/Xero Records")
    assert not desk.page.evaluate("window.ran")
