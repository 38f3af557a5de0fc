"""Where everything comes together: the workspace, and the proof that both ledgers agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from playwright.sync_api import expect

from tests.browser.desk import GROWN, Desk
from tests.browser.office import Office, choose_language, new
from tests.browser.shop import open_with_history, sell
from tests.site.xero import run_now
from xero_simulator import Simulator


def test_the_workspace_counts_and_leads_on(xero: Simulator, manager: Desk) -> None:
    sell()
    new("Vtiger Product", product_name="No code", unit_price=1)
    run_now()
    manager.go("xero")
    for label, number in (("In Sync", "4"), ("Skipped", "1"), ("Conflicts", "0")):
        card = manager.find(".number-widget-box", has_text=label)
        expect(card.locator(".widget-content")).to_contain_text(number)
    expect(manager.find(".dashboard-widget-box", has_text="Outstanding by Age")).to_be_visible()
    manager.find(".shortcut-widget-box", has_text="Sync Log").click()
    expect(manager.find(".xero-log")).to_be_visible()


def test_the_reasons_of_a_report_begin_below_their_head(xero: Simulator, manager: Desk) -> None:
    """Found by looking: after a first row without a reason, the head stood far to the right."""
    new("Vtiger Organization", organization_name="In step")
    run_now()
    manager.go("query-report/Xero Records")
    heads = manager.find(".dt-header .dt-cell__content")
    expect(heads.filter(has_text="Reason")).to_have_css("text-align", "left")


def test_what_somebody_wrote_in_xero_is_text_in_a_report(xero: Simulator, manager: Desk) -> None:
    """Found by an attack: the name of what waits for an answer in Xero ran as HTML."""
    new("Vtiger Organization", organization_name="Weka", primary_email="ada@weka.nz")
    name = '<img src="nowhere" alt="Kea">'
    xero.organisation.add_contact_in_xero(Name=name, EmailAddress="ada@weka.nz")
    run_now()
    manager.go("query-report/Xero Reconciliation")
    expect(manager.find(".dt-cell__content", has_text="Kea").first).to_be_visible()
    expect(manager.page.locator("img[src=nowhere]")).to_have_count(0)


def test_after_a_run_the_reconciliation_finds_no_difference(xero: Simulator, manager: Desk) -> None:
    sell()
    run_now()
    manager.go("query-report/Xero Reconciliation")
    figures = manager.find(".report-summary")
    expect(manager.find(".xero-verdict .indicator-pill.green")).to_have_text("Both ledgers agree")
    expect(figures.locator(".summary-item", has_text="Differing")).to_contain_text("0")


LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
KINDS = {
    "light": ("Light", LAPTOP, None),
    "dark": ("Dark", LAPTOP, None),
    "phone": ("Light", PHONE, None),
    "german": ("Light", LAPTOP, "de"),
}
_CUT = """(each) => each.scrollWidth > each.clientWidth + 1"""


def cut(desk: Desk, selector: str) -> list[str]:
    """The texts of these that do not fit into their place."""
    return [each.inner_text() for each in desk.find(selector).all() if each.evaluate(_CUT)]


@contextmanager
def reading(office: Office, language: str | None) -> Iterator[None]:
    """The manager reads this language meanwhile."""
    choose_language(office, language)
    try:
        yield
    finally:
        choose_language(office, None)


def test_no_figure_is_cut_on_a_laptop_a_phone_in_the_dark_or_in_german(
    xero: Simulator, office: Office, sit_down: Callable[..., Desk]
) -> None:
    """Found by looking: "36303241…" where an invoice had a typing error in its quantity."""
    open_with_history(xero)
    run_now()
    alone = frappe.get_all("Vtiger Invoice", {"xero_state": "Skipped"}, pluck="name")[0]
    frappe.db.set_value("Vtiger Invoice", alone, "grand_total", 363_082_755.54)
    frappe.db.commit()
    for kind, (theme, size, language) in KINDS.items():
        with reading(office, language):
            desk = sit_down("manager", theme=theme)
            desk.page.set_viewport_size(size)
            desk.go("query-report/Xero Reconciliation")
            answer = desk.find(".xero-verdict .indicator-pill.yellow")
            expect(answer).to_contain_text("nicht in Xero" if language else "not in Xero")
            desk.settle().shoot(f"reconciliation-{kind}", "LOOKS")
            amounts = '.dt-row:not(.dt-row-header) .dt-cell__content:has(div[style*="right"])'
            assert desk.find(amounts, has_text="363,0").count() or size is PHONE
            assert cut(desk, f".summary-value, .xero-verdict, {amounts}") == []
            desk.go("xero")
            expect(desk.find(".xero-last-payments td").first).to_be_visible()
            expect(desk.find(".number-widget-box", has_text="NZD").first).to_contain_text(".")
            decision = "Was eine Entscheidung braucht" if language else "What Needs a Decision"
            expect(desk.find(".ce-header", has_text=decision)).to_be_visible()
            desk.page.wait_for_function(GROWN)
            desk.settle().shoot(f"workspace-{kind}", "LOOKS", whole=True)
            desk.find(".ce-header", has_text=decision).scroll_into_view_if_needed()
            desk.shoot(f"workspace-below-{kind}", "LOOKS")
            assert cut(desk, ".number-widget-box .number, .xero-last-payments td") == []
