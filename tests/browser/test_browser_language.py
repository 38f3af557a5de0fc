"""The Desk in German: the workspace, a run in its corner, and why a record was left out."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import new
from xero_simulator import Simulator


def test_a_german_reads_german(xero: Simulator, german: Desk) -> None:
    name = new("Vtiger Product", product_name="Ohne Code", unit_price=1)
    german.go("vtiger-product").menu("Synchronisieren", "Jetzt synchronisieren")
    question = german.dialog("Vor der ersten Synchronisation")
    question.get_by_role("button", name="Trotzdem synchronisieren").click()
    panel = german.wait_for_the_run("Abgeschlossen")
    expect(panel).to_contain_text("Die Synchronisation ist fertig.")
    german.go("xero-skipped")
    page = german.find(".xero-page, .layout-main").first
    expect(page).to_contain_text("Artikelnummer ist leer. Xero verlangt einen Code.")
    german.go(f"vtiger-product/{name}")
    expect(german.find(".form-page").first).to_contain_text("Artikelnummer ist leer")
    german.go("xero")
    expect(
        german.find(".shortcut-widget-box", has_text="Synchronisationsprotokoll")
    ).to_be_visible()
