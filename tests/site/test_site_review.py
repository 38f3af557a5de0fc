"""What a reviewer found on a real site: each was a fault before it was a promise."""

from __future__ import annotations

import threading

import frappe
import pytest
from frappe.utils.background_jobs import get_queue

from tests.contract.world import unique
from tests.site.conftest import SITE
from tests.site.test_site_doors import configured
from tests.site.test_site_install import bench
from tests.site.web import Caller, new_person, served
from tests.site.world import SiteWorld, locked_elsewhere
from tests.site.xero import ALLOWED, consented, run_now
from vtiger_xero.connection import consent
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.engine.errors import AccessLost, AnotherRun
from xero_simulator import Simulator


def test_a_dry_run_of_uninstalling_takes_nothing_away(xero: Simulator, world: SiteWorld) -> None:
    run_now()
    bench("uninstall-app", "vtiger_xero", "--dry-run", "--yes", "--no-backup", "--force")
    frappe.db.rollback()
    assert frappe.db.count("Xero Sync Run") == 1
    assert frappe.db.exists("Role", "Xero Manager")
    assert SiteTokens().load().refresh_token


def test_settings_can_be_saved_when_the_last_run_was_cleared(xero: Simulator) -> None:
    run = run_now()
    form = frappe.get_doc("Xero Settings")
    form.save()
    frappe.db.delete("Xero Sync Run", {"name": run.name})
    frappe.get_doc("Xero Settings").save()
    assert "Disconnected" in consent.disconnect()


def test_four_people_who_press_sync_now_at_once_share_one_run(xero: Simulator) -> None:
    person = new_person("Xero User")
    frappe.db.commit()
    try:
        with configured(xero_address=xero.url), served(SITE) as address:
            callers = [Caller(address, person).sign_in() for _ in range(4)]
            runs: list[str] = []
            threads = [
                threading.Thread(
                    target=lambda c=c: runs.append(c.call("sync_now").json()["message"])
                )
                for c in callers
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        frappe.db.rollback()
        assert len(set(runs)) == 1
        assert frappe.db.count("Xero Sync Run") == 1
        (job,) = (job for job in get_queue("long").jobs if job and "vtiger_xero" in job.id)
        assert job.kwargs["kwargs"]["retry"] is True  # a person asks: also for what was refused
    finally:
        get_queue("long").empty()


def test_the_log_widens_nobodys_user_permissions(xero: Simulator, world: SiteWorld) -> None:
    names = [unique("Seen"), unique("Hidden")]
    for name in names:
        xero.organisation.add_contact_in_xero(Name=name)
    run = run_now()
    person = new_person("Xero User")
    allowed = frappe.db.get_value("Vtiger Organization", {"organization_name": names[0]})
    permission = {"user": person, "allow": "Vtiger Organization", "for_value": allowed}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.db.commit()
    asked = {"run": run.name, "module": "Organizations", "side": "Vtiger CRM"}
    with served(SITE) as address:
        caller = Caller(address, person).sign_in()
        answer = caller.call("sync_entries", operation="Created", **asked).text
        by_rest = [
            caller.get(f"{address}/api/resource/{doctype}").status_code
            for doctype in ("Xero Sync Entry", "Xero Link", "Xero Document")
        ]
    frappe.db.delete("User Permission", {"user": person})
    frappe.db.commit()
    assert names[0] in answer
    assert names[1] not in answer
    assert by_rest == [403, 403, 403]


def test_connecting_again_during_a_run_leaves_its_tokens_alone(
    xero: Simulator, world: SiteWorld
) -> None:
    query = consented(xero)
    before = SiteTokens().load()
    with locked_elsewhere(xero.organisation.tenant_id), pytest.raises(AnotherRun):
        consent.finish(ALLOWED, query)
    assert SiteTokens().load() == before


def test_a_site_that_was_restored_without_its_key_says_to_connect_again(xero: Simulator) -> None:
    kept = frappe.qb.Table("__Auth")
    other = frappe.qb.update(kept).set(kept.password, "gAAAAA-of-another-key")
    other.where(kept.fieldname == "tokens").run()
    frappe.db.commit()
    with pytest.raises(AccessLost, match=r"Connect again|press Authenticate"):
        SiteTokens().load()
