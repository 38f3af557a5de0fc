"""What a bookkeeper looks at longest: nothing is cut off, on a phone or wide, light or dark."""

from __future__ import annotations

from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import account, enable_everything, new
from tests.contract.world import unique
from tests.site.xero import run_now
from xero_simulator import Simulator

ORGANIZATION, INVOICE = "Vtiger Organization", "Vtiger Invoice"
EMAIL = "accounts@a-rather-long-name-of-a-company.example.com"
LONG = "Rimu & Sons Timber Merchants of the Upper Hutt Valley and District"


@pytest.fixture
def shop(xero: Simulator) -> str:
    """An invoice with a rounding, a CIS deduction and a line without taxes; a possible match."""
    enable_everything()
    books = xero.organisation
    customer = books.add_contact_in_xero(Name=unique("Kea"))
    lines = [
        {"Description": "Framing of the upper storey, as agreed", "UnitAmount": "1234.56"},
        {"Description": "Sand", "UnitAmount": "19.98", "TaxType": "NONE"},
    ]
    held = books.add_invoice_in_xero(
        Contact={"ContactID": customer.contact_id},
        Status="AUTHORISED",
        DueDate="2026-12-20",
        LineItems=[{"Quantity": 3, "AccountCode": "200", "TaxType": "OUTPUT2", **e} for e in lines],
    )
    books.type_total(held.document_id, f"{held.total:.1f}")
    books.deduct_cis(held.document_id, "120.50")
    new(ORGANIZATION, organization_name=LONG, primary_email=EMAIL, billing_city="Lower Hutt")
    books.add_contact_in_xero(Name=f"{LONG} Limited", EmailAddress=EMAIL)
    run_now()
    return str(frappe.db.get_value("Xero Link", {"xero_id": held.document_id}, "crm_name"))


def fits(desk: Desk, selector: str) -> bool:
    """Whether nothing of it lies beyond the right edge of the window."""
    script = """(each) => {
        const box = each.getBoundingClientRect();
        return box.left >= 0 && box.right <= window.innerWidth + 1;
    }"""
    return all(each.evaluate(script) for each in desk.find(selector).all())


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_that_a_bookkeeper_reads_is_cut_off(
    shop: str, sit_down: Callable[..., Desk], theme: str, narrow: bool
) -> None:
    desk = sit_down("manager", narrow=narrow, theme=theme)
    kind = f"{theme.lower()}-{'narrow' if narrow else 'wide'}"

    desk.go("xero-matches")
    expect(desk.find(".xero-match").first).to_be_visible()
    assert fits(desk, ".xero-match, .xero-match .xero-answer")
    desk.shoot(f"matches-{kind}", "LOOKS")
    if kind == "light-wide":
        desk.shoot("possible-matches")

    desk.go(f"vtiger-invoice/{shop}")
    for field in ("total_tax", "rounding", "cis_deduction", "grand_total"):
        place = desk.find(f'.frappe-control[data-fieldname="{field}"]').first
        place.scroll_into_view_if_needed()
        expect(place).to_be_visible()
        assert fits(desk, f'.frappe-control[data-fieldname="{field}"]')
    desk.shoot(f"invoice-totals-{kind}", "LOOKS")
    desk.find('.frappe-control[data-fieldname="items"]').first.scroll_into_view_if_needed()
    desk.shoot(f"invoice-lines-{kind}", "LOOKS")

    desk.go("query-report/Xero Reconciliation")
    expect(desk.find(".xero-verdict")).to_be_visible()
    assert fits(desk, ".xero-verdict, .report-summary")
    desk.shoot(f"reconciliation-{kind}", "LOOKS")

    desk.page.goto(f"{desk.address}/printview?doctype={INVOICE}&name={shop}&trigger_print=0")
    paper = desk.page.locator(".print-format")
    expect(paper).to_contain_text("Rounding")
    expect(paper).not_to_contain_text("Xero")
    desk.shoot(f"print-{kind}", "LOOKS")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_question_before_another_organisation_fits(
    xero: Simulator, sit_down: Callable[..., Desk], theme: str, narrow: bool
) -> None:
    assert account("200")
    new(ORGANIZATION, organization_name=unique("Ours"))
    run_now()
    _, own = xero.organisations
    name = xero.organisations[own].books.profile["Name"]
    desk = sit_down("manager", narrow=narrow, theme=theme)
    desk.go("xero-settings")
    # A narrow page folds its buttons away.
    button = desk.page.locator("[data-label='Authenticate%20your%20Xero%20Account']")
    button.first.dispatch_event("click")
    desk.page.get_by_label(name).check()
    desk.page.get_by_role("button", name="Allow access").click()
    dialog = desk.dialog("Connect with another organisation?")
    expect(dialog.get_by_role("button", name="Back")).to_be_visible()
    assert fits(desk, ".modal-dialog .btn, .modal-dialog .modal-content")
    desk.shoot(f"another-organisation-{theme.lower()}-{'narrow' if narrow else 'wide'}", "LOOKS")
    dialog.get_by_role("button", name="Back").click()
    desk.settle()
