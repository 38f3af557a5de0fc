"""Another organisation than the one that the records are linked with: asked, and undone at will."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.contract.world import unique
from tests.site.world import SiteWorld
from tests.site.xero import ALLOWED, consented, run_now
from vtiger_xero import api
from vtiger_xero.connection import consent
from vtiger_xero.connection.consent import Outcome
from vtiger_xero.connection.tokens import SiteTokens
from xero_simulator import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Simulator

SETTINGS = "Xero Settings"
MAPPED = ("sales_account", "charges_account", "adjustment_account", "payment_account")


@pytest.fixture
def linked(xero: Simulator, world: SiteWorld) -> str:
    """A record that is linked with the Demo Company, whose accounts are chosen."""
    name = world.insert(organization_name=unique("Ours"))
    run_now()
    settings = frappe.get_doc(SETTINGS)
    codes = {row.code: row.name for row in frappe.get_all("Xero Account", ["name", "code"])}
    settings.update({"sales_account": codes["200"], "payment_account": codes["090"]})
    settings.save()
    frappe.db.commit()
    return name


def let_in(xero: Simulator, tenant: str) -> Outcome:
    """The person comes back from Xero's page, having chosen one organisation there."""
    outcome = consent.finish(ALLOWED, consented(xero, tenants=[tenant]))
    frappe.db.commit()
    return outcome


def connection() -> dict[str, Any]:
    frappe.db.rollback()
    settings = frappe.get_doc(SETTINGS)
    return {field: settings.get(field) for field in ("tenant_id", "organisation_name", *MAPPED)}


def test_another_organisation_is_asked_about_before_anything_changes(
    xero: Simulator, linked: str
) -> None:
    _, own = xero.organisations
    before, tokens = connection(), SiteTokens().load()
    question = let_in(xero, own).question
    assert question is not None
    assert (question["tenant"], question["name"]) == (own, "Kea Trading Ltd")
    assert question["other"]["name"] == "Demo Company (NZ)"
    assert question["other"]["linked"] == frappe.db.count("Xero Link")
    assert question["base_currency"] == xero.organisations[own].books.profile["BaseCurrency"]
    assert connection() == before
    assert SiteTokens().load() == tokens
    run_now()
    assert frappe.db.get_value("Vtiger Organization", linked, "xero_state") == "In Sync"


def test_back_leaves_everything_as_it_was(xero: Simulator, linked: str) -> None:
    _, own = xero.organisations
    before = connection()
    let_in(xero, own)
    api.stay_connected()
    frappe.db.commit()
    assert connection() == before
    assert not SiteTokens(pending=True).are_there()


def test_connecting_anyway_unlinks_and_coming_back_restores_links_and_accounts(
    xero: Simulator, linked: str
) -> None:
    demo, own = xero.organisations
    before = connection()
    let_in(xero, own)
    answer = api.choose_organisation(own, confirmed=True)
    frappe.db.commit()
    assert answer["message"] == "Connected to Kea Trading Ltd."
    after = connection()
    assert after["tenant_id"] == own
    assert not any(after[field] for field in MAPPED)
    assert frappe.db.get_value("Vtiger Organization", linked, "xero_state") == "Not Linked"
    assert let_in(xero, demo).message == "Connected to Demo Company (NZ)."
    assert connection() == before
    assert frappe.db.get_value("Vtiger Organization", linked, "xero_state") == "In Sync"


def test_the_same_organisation_asks_nothing_even_after_a_disconnection(
    xero: Simulator, linked: str
) -> None:
    demo, _ = xero.organisations
    before = connection()
    assert let_in(xero, demo).message == "Connected to Demo Company (NZ)."
    assert connection() == before
    api.disconnect()
    frappe.db.commit()
    assert let_in(xero, demo).message == "Connected to Demo Company (NZ)."
    assert connection() == before


def test_after_a_disconnection_another_organisation_asks_too(xero: Simulator, linked: str) -> None:
    _, own = xero.organisations
    api.disconnect()
    frappe.db.commit()
    assert let_in(xero, own).question
    assert not connection()["tenant_id"]


def test_choosing_in_the_dialog_asks_as_well(xero: Simulator, linked: str) -> None:
    demo, own = xero.organisations
    keys = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    several = {"bulk_connections": True}
    xero.register_app(*keys, [consent.redirect_address()], "This site", **several)
    assert consent.finish(ALLOWED, consented(xero, tenants=[demo, own])).choose
    answer = api.choose_organisation(own)
    assert answer["question"]["tenant"] == own
    assert connection()["tenant_id"] == demo


def test_where_nothing_is_linked_nothing_is_asked(xero: Simulator) -> None:
    _, own = xero.organisations
    assert let_in(xero, own).message == "Connected to Kea Trading Ltd."
