"""Resync everything on a site: a person's door, and a command; Xero is read anew, links stay."""

from __future__ import annotations

import frappe
import pytest
from frappe.installer import update_site_config

from tests.contract.world import unique
from tests.site.queueing import Queue, tenant
from tests.site.web import run_command
from tests.site.world import SiteWorld, locked_elsewhere
from tests.site.xero import run_now
from vtiger_xero import api
from vtiger_xero.engine.errors import AnotherRun
from vtiger_xero.runs import jobs
from xero_simulator import Simulator

ORGANIZATION = "Vtiger Organization"


def linked(xero: Simulator, world: SiteWorld) -> str:
    """The name of an organization that both sides have, and of which the site's copy is lost."""
    name = world.insert(organization_name=unique("Kea"))
    run_now()
    frappe.db.delete("Xero Document", {"module": "Organizations"})
    frappe.db.commit()
    return name


def copies() -> int:
    frappe.db.rollback()
    return int(frappe.db.count("Xero Document", {"module": "Organizations"}))


def test_it_reads_everything_anew_and_writes_nothing(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    name = linked(xero, world)
    before = len(list(xero.organisation.contacts.values()))
    assert copies() == 0
    api.resync_everything()
    assert (queue.carry_out(), copies()) == ("Completed", before)
    run = frappe.get_doc("Xero Sync Run", queue.runs[-1]["run"])
    assert run.triggered_by == jobs.SYNC
    assert not any(api.run_status(run.name)["counts"].values()), "nothing was written"
    assert frappe.db.get_value(ORGANIZATION, name, "xero_state") == "In Sync"
    assert len(list(xero.organisation.contacts.values())) == before


def test_not_while_a_run_is_queued_or_at_work(xero: Simulator, queue: Queue) -> None:
    api.sync_now()
    with pytest.raises(frappe.ValidationError, match="already running"):
        api.resync_everything()
    assert queue.carry_out() == "Completed"
    with locked_elsewhere(tenant()), pytest.raises(AnotherRun):
        jobs.resync_everything()


def test_the_command_does_it_too(xero: Simulator, world: SiteWorld) -> None:
    linked(xero, world)
    update_site_config("xero_address", xero.url)
    try:
        status, said = run_command("xero-sync", "--resync")
    finally:
        update_site_config("xero_address", "None", validate=False)
    assert (status, "Completed" in said) == (0, True), said
    assert copies() == len(list(xero.organisation.contacts.values()))
