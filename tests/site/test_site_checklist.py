"""The steps to a first sync: their states are facts of this site, and only managers see them."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.site.queueing import choose
from tests.site.test_site_workspace import labels, page
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import connect, run_now, simulated_xero
from vtiger_xero.api import check, checklist, missing_accounts
from vtiger_xero.connection import consent
from vtiger_xero.engine.checklist import STEPS
from vtiger_xero.engine.records import Module
from vtiger_xero.patches.v0_4 import hide_checklist
from vtiger_xero.runs import jobs
from xero_simulator import Simulator

BLOCK = "Xero Checklist"


def turn() -> str:
    (found,) = (each["key"] for each in checklist() if each["is_next"])
    return str(found)


def says(key: str) -> str:
    (found,) = (each["says"] for each in checklist() if each["key"] == key)
    return str(found)


def choose_suggested() -> None:
    choose(**{each["field"]: each["account"] for each in missing_accounts()})


def test_each_step_is_done_when_it_is_true() -> None:
    assert turn() == "keys"
    with simulated_xero() as xero:
        assert turn() == "connect"
        connect(xero)
        choose(modules=[{"module": each.value, "enable_sync": 1} for each in Module])
        assert turn() == "accounts"
        assert says("accounts") == "Needed: Sales Account, Account for Payments."
        choose_suggested()
        assert says("directions") == "All modules sync both ways."
        assert turn() == "check"
        check()
        assert turn() == "preview"
        run_now(jobs.PREVIEW)
        assert turn() == "run"
        run_now()
        assert turn() == "schedule"
        choose(schedule="Hourly")
        assert checklist() == []
        choose(sales_account=None)
        assert turn() == "accounts"


def test_a_run_of_chosen_records_or_one_that_failed_is_no_first_sync(xero: Simulator) -> None:
    chosen = run_now()
    frappe.db.set_value("Xero Sync Run", chosen.name, "chosen", '{"names": ["ACC1"]}')
    assert turn() != "schedule"
    frappe.db.set_value("Xero Sync Run", chosen.name, {"chosen": None, "status": "Failed"})
    assert turn() != "schedule"
    frappe.db.set_value("Xero Sync Run", chosen.name, "status", "Completed")
    assert turn() == "schedule"


def test_when_the_log_of_the_first_sync_is_deleted_its_links_still_tell(
    xero: Simulator, world: SiteWorld
) -> None:
    world.insert(organization_name="Kea")
    run_now()
    frappe.db.delete("Xero Sync Run")
    assert turn() == "schedule"


def test_whoever_disconnects_has_to_connect_again(xero: Simulator) -> None:
    run_now()
    consent.disconnect()
    frappe.db.commit()
    assert turn() == "connect"
    assert [each["key"] for each in checklist() if each["is_done"]] == ["keys"]


def test_a_manager_can_hide_the_steps_and_see_them_again(xero: Simulator) -> None:
    frappe.set_user(new_person("Xero Manager"))
    settings = "Xero Settings"
    frappe.call("frappe.client.set_value", settings, settings, "checklist_hidden", 1)
    assert checklist() == []
    frappe.call("frappe.client.set_value", settings, settings, "checklist_hidden", 0)
    assert len(checklist()) == len(STEPS)


def test_an_upgrade_shows_no_first_steps_where_records_are_linked(
    xero: Simulator, world: SiteWorld
) -> None:
    hide_checklist.execute()
    assert checklist()
    world.insert(organization_name="Kea")
    run_now()
    hide_checklist.execute()
    assert checklist() == []


@pytest.mark.parametrize(
    ("role", "sees"), [("Xero Manager", True), ("System Manager", True), ("Xero User", False)]
)
def test_only_managers_see_the_steps(xero: Simulator, role: str, sees: bool) -> None:
    frappe.set_user(new_person(role))
    assert (BLOCK in labels(page()["custom_blocks"])) is sees
    if sees:
        assert checklist()
    else:
        with pytest.raises(frappe.PermissionError):
            checklist()


def test_the_steps_are_told_in_the_readers_language(xero: Simulator) -> None:
    frappe.local.lang = "de"
    try:
        told: dict[str, Any] = {each["key"]: each for each in checklist()}
    finally:
        frappe.local.lang = "en"
    assert told["connect"]["says"].startswith("Verbunden mit ")
    assert told["accounts"]["label"] == "Konten wählen"
