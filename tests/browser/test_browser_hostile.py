"""Names that a browser would run, in a real browser: shown on every page, and never run."""

from __future__ import annotations

import json
from collections.abc import Callable

import frappe
import pytest
from frappe.desk.doctype.kanban_board.kanban_board import quick_kanban_board
from frappe.utils.global_search import sync_global_search
from playwright.sync_api import expect

from tests.browser.desk import Desk, search_everywhere
from tests.browser.office import Office, edit, enable_everything, new
from tests.browser.test_browser_access import visit
from tests.site.hostile import IMG, RUN, TEXTS
from tests.site.xero import run_now
from xero_simulator import NewOrganisation, Simulator

ORGANIZATION, PRODUCT, INVOICE = "Vtiger Organization", "Vtiger Product", "Vtiger Invoice"
PAGES = ["xero-log", "xero-skipped", "xero-conflicts", "xero-matches", "xero-preview"]
CROWD = "Crowd"
# What a browser has made of a text: something ran, will run on a touch, or is a link or a tag.
LIVE = """() => window.ran || [...document.querySelectorAll("*")].some((each) =>
    (each.tagName === "A" && each.getAttribute("href") === "https://example.com/pay")
    || (each.tagName === "B" && each.textContent === "Bold")
    || [...each.attributes].some(({ name, value }) =>
        typeof each[name] === "function" && value.includes("window.ran")))"""


def slug(doctype: str) -> str:
    return doctype.lower().replace(" ", "-")


def require_dead(desk: Desk, where: str) -> None:
    desk.page.wait_for_timeout(150)  # a picture that is not there says so a moment later
    assert not desk.page.evaluate(LIVE), where


def all_doctypes() -> list[str]:
    """Every DocType of the app that has a list."""
    filters = {"module": "Vtiger Xero", "istable": 0, "issingle": 0}
    return frappe.get_all("DocType", filters, pluck="name", order_by="name")


@pytest.fixture
def hostile(xero: Simulator) -> str:
    """A conflict and skipped records, with hostile text in names, in fields and from Xero."""
    enable_everything(conflicts="Ask")
    name = new(ORGANIZATION, organization_name="Kea", billing_city="Napier")
    run_now()
    contact = xero.organisation.contacts.in_order()[-1]
    edit(ORGANIZATION, name, billing_city=f"Hastings {IMG}")
    address = {"AddressType": "POBOX", "City": IMG}
    xero.organisation.edit_contact(contact.contact_id, Addresses=[address])
    for doctype, field in ((ORGANIZATION, "organization_name"), (PRODUCT, "product_name")):
        price = {"unit_price": 1} if doctype == PRODUCT else {}
        for text in TEXTS:
            new(doctype, **{field: f"Weka {text}"[:140], **price})
    for number, text in enumerate(TEXTS):
        city = {"AddressType": "POBOX", "City": text}
        xero.organisation.add_contact_in_xero(Name=f"{text} {number}"[:255], Addresses=[city])
        item = {"Code": f"H{number}", "Name": text[:50], "Description": text}
        xero.organisation.add_item_in_xero(**item)
        buyer = xero.organisation.contacts.in_order()[-1]
        line = {"Description": text, "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}
        xero.organisation.add_invoice_in_xero(
            Contact={"ContactID": buyer.contact_id},
            Status="AUTHORISED",
            Date="2026-03-01",
            DueDate="2026-03-21",
            InvoiceNumber=f"{number} {text}"[:140],
            Reference=text,
            LineItems=[{**line, "TaxType": "OUTPUT2"}],
        )
    run_now()
    return name


def test_no_page_of_the_app_runs_the_text_of_a_record(
    hostile: str, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("manager")
    for page in PAGES:
        visit(desk, page)
        require_dead(desk, page)
    desk.go("xero-log").find(".xero-count").first.click()
    expect(desk.find(".modal-dialog .xero-records")).to_be_visible()
    require_dead(desk, "the records behind a number")
    desk.go("xero-conflicts")
    expect(desk.find(".xero-page")).to_contain_text(RUN)
    require_dead(desk, "conflicts")
    for report in ("Xero Records", "Xero Reconciliation"):
        desk.go(f"query-report/{report}")
        expect(desk.find(".dt-cell").first).to_be_visible()
        require_dead(desk, report)


def test_no_list_and_no_report_of_frappes_runs_it(
    hostile: str, sit_down: Callable[..., Desk]
) -> None:
    """With every column that a person may choose."""
    desk = sit_down("manager")
    for doctype in all_doctypes():
        desk.go(f"{slug(doctype)}/view/list")
        require_dead(desk, f"{doctype}: list")
        columns = [
            [field.fieldname, doctype]
            for field in frappe.get_meta(doctype).fields
            if field.fieldtype in ("Data", "Small Text", "Text", "Long Text", "Code", "Link")
        ]
        place = json.dumps({"Report": {"fields": [["name", doctype], *columns]}})
        save = "(args) => frappe.xcall('frappe.model.utils.user_settings.save', args)"
        desk.page.evaluate(save, {"doctype": doctype, "user_settings": place})
        desk.go(f"{slug(doctype)}/view/report")
        expect(desk.find(".dt-cell, .no-result, .list-row").first).to_be_visible()
        desk.settle()
        require_dead(desk, f"{doctype}: report")
        is_raw = frappe.get_meta(doctype).force_re_route_to_default_view
        assert desk.page.url.endswith("/report") != bool(is_raw), doctype


def test_no_other_view_of_a_record_runs_it(hostile: str, sit_down: Callable[..., Desk]) -> None:
    """Forms with their timelines, print and e-mail, Kanban."""
    desk = sit_down("manager")
    frappe.set_user("Administrator")
    for doctype in (ORGANIZATION, PRODUCT, INVOICE):
        title = frappe.get_meta(doctype).get_title_field()
        fields = [title, "billing_city" if doctype != PRODUCT else "description"]
        board = quick_kanban_board(doctype, f"Board of {doctype}", "xero_state")
        board.update({"fields": json.dumps(fields), "show_labels": 1, "private": 0}).save()
        frappe.db.commit()
        desk.go(f"{slug(doctype)}/view/kanban/{board.name}")
        expect(desk.find(".kanban-card").first).to_be_visible()
        require_dead(desk, f"{doctype}: Kanban")
        like = {"subject" if doctype == INVOICE else title: ["like", "%ran%"]}
        for name in frappe.get_all(doctype, like, pluck="name", limit=20)[:: 3 if title else 1]:
            desk.go(f"{slug(doctype)}/{name}")
            require_dead(desk, f"{doctype} {name}: form")
            desk.page.goto(f"{desk.address}/printview?doctype={doctype}&name={name}")
            require_dead(desk, f"{doctype} {name}: print")
    edit(ORGANIZATION, hostile, billing_city=f"Taradale {IMG}")
    desk.go(f"vtiger-organization/{hostile}")
    expect(desk.find(".new-timeline")).to_contain_text("window.ran")
    require_dead(desk, "timeline")
    desk.page.evaluate("() => { cur_frm.email_doc(); }")
    expect(desk.find(".modal-dialog .ql-editor")).to_be_visible()
    require_dead(desk, "e-mail")


def test_neither_search_nor_dropdowns_nor_notices_run_it(
    hostile: str, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("manager")
    desk.go("xero")
    require_dead(desk, "workspace")
    frappe.set_user("Administrator")
    for word in ("img", "ran", "Weka"):
        desk.go("vtiger-invoice/new")
        box = desk.find('[data-fieldname="organization_name"] input').first
        box.click()
        box.fill(word)
        expect(desk.find(".awesomplete [role=option]").first).to_be_visible()
        desk.settle()
        require_dead(desk, f"link field: {word}")
    bar = desk.find("#navbar-search")
    if bar.count():  # v16 has it in a dialog
        bar.first.click()
        bar.first.fill("Weka")
        desk.settle()
        require_dead(desk, "awesome bar")
    sync_global_search()
    frappe.db.commit()
    for word in ("img", "ran", "Weka"):
        search_everywhere(desk, word)
        require_dead(desk, f"search: {word}")
    desk.go("xero-settings").button("Sync Now").click()
    desk.wait_for_the_run()
    require_dead(desk, "run")
    bell = desk.find(".notifications-icon, .dropdown-notifications button")
    if bell.count():
        bell.first.click()
        desk.settle()
        require_dead(desk, "bell")


def test_an_organisation_with_a_hostile_name_is_chosen_by_its_name(
    office: Office, manager: Desk
) -> None:
    two = [NewOrganisation("Plain Ltd"), NewOrganisation(f"Kauri {IMG}")]
    with office.xero(connected=False, several=True, organisations=two):
        manager.go("xero-settings").button("Authenticate your Xero Account").click()
        for each in two:
            manager.page.get_by_label(each.name, exact=True).check()
        manager.page.get_by_role("button", name="Allow access").click()
        dialog = manager.dialog("Choose the Xero organisation")
        expect(dialog.locator("select")).to_contain_text(f"Kauri {IMG}")
        require_dead(manager, "choice")
        dialog.locator("select").select_option(label=f"Kauri {IMG}")
        dialog.get_by_role("button", name="Connect").click()
        expect(manager.find(".form-message")).to_contain_text("Kauri")
        require_dead(manager, "settings")
        manager.menu("Connection", "Disconnect")
        expect(manager.dialog("Confirm")).to_contain_text("Kauri")
        require_dead(manager, "confirm")
