"""The Desk in German: the workspace, a run in its corner, and why a record was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import frappe
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.office import Office, new
from xero_simulator import Simulator


@pytest.fixture
def german(office: Office, sit_down: Callable[..., Desk]) -> Iterator[Desk]:
    _choose(office, "de")
    yield sit_down("manager")
    _choose(office, None)


def _choose(office: Office, language: str | None) -> None:
    frappe.db.set_value("User", office.people["manager"], "language", language)
    frappe.db.commit()
    frappe.clear_cache(user=office.people["manager"])


def test_a_german_reads_german(xero: Simulator, german: Desk) -> None:
    name = new("Vtiger Product", product_name="Ohne Code", unit_price=1)
    german.go("vtiger-product").menu("Synchronisieren", "Jetzt synchronisieren")
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
