"""Previews: what is shown of them, to whom, how long, and how exactly that is applied."""

from __future__ import annotations

import csv
import io
from typing import Any

import frappe
import pytest
from frappe.core.doctype.log_settings.log_settings import run_log_clean_up
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import unique
from tests.site.queueing import Queue, choose
from tests.site.web import new_person
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.api import (
    apply_plan,
    download_preview,
    preview,
    preview_records,
    preview_result,
)
from vtiger_xero.connection import shared
from vtiger_xero.connection.budget import SiteBudget
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.runs import automatic, jobs, previews
from vtiger_xero.xero.budget import BudgetState
from xero_simulator import Fault, Simulator


def previewed() -> str:
    """A preview as a worker makes it; the name of its run."""
    tenant = frappe.db.get_single_value("Xero Settings", "tenant_id")
    run = jobs._new_run(jobs.PREVIEW, tenant)
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    return run


def records(run: str) -> dict[str, Any]:
    found: Any = preview_result(run)
    return {row["record_name"]: row for each in found["modules"] for row in each["records"]}


def changed_both_ways(xero: Simulator, world: SiteWorld) -> tuple[str, str]:
    """The names of an organization changed here, and of one that is new in Xero."""
    ours, theirs = unique("Ours"), unique("Theirs")
    name = world.insert(organization_name=ours)
    run_now()
    world.edit(name, primary_email="new@example.com")
    xero.organisation.add_contact_in_xero(Name=theirs)
    return ours, theirs


def test_a_preview_says_when_it_was_made_and_what_it_costs(
    xero: Simulator, world: SiteWorld
) -> None:
    ours, theirs = changed_both_ways(xero, world)
    before = now_datetime()
    found: Any = preview_result(run := previewed())
    assert found["run"] == run
    assert before <= found["made_on"] <= now_datetime()
    assert found["expires_on"] == add_to_date(found["made_on"], hours=1)
    assert (found["calls"], found["writing"], found["stale"]) == (4, 1, False)
    (module,) = found["modules"]
    assert {**module, "records": []} == {
        "cannot_run": "",
        "module": "Organizations",
        "calls": 4,
        "writing": 1,
        "counts": {"xero_updated": 1, "crm_created": 1},
        "records": [],
        "rows": 2,
        "follows": None,
        "possible": 0,
    }
    rows = records(run)
    (change,) = rows[ours]["changes"]
    assert (change["label"], change["old"], change["new"]) == (
        "Primary Email",
        "",
        "new@example.com",
    )
    assert rows[ours]["xero_address"].startswith("https://go.xero.com/")
    assert (rows[theirs]["side"], rows[theirs]["operation"]) == ("Vtiger CRM", "Created")


def test_a_run_since_makes_it_stale(xero: Simulator, world: SiteWorld) -> None:
    run = previewed()
    previewed()
    assert preview_result(run)["stale"] is False, "another preview writes nothing"
    run_now()
    assert preview_result(run)["stale"] is True


def test_after_an_hour_nothing_is_kept(xero: Simulator) -> None:
    run = previewed()
    shared.drop(f"vtiger_xero:preview:{run}")  # what an hour does
    assert preview_result(run) is None
    with pytest.raises(frappe.ValidationError, match="Preview again"):
        download_preview(run)


@pytest.fixture
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows, so that a few records have some."""
    monkeypatch.setattr(previews, "_PAGE", 2)


def test_a_long_list_comes_in_pages_and_whole_in_the_file(
    xero: Simulator, world: SiteWorld, pages_of_two: None
) -> None:
    titles = sorted(unique("Many") for _ in range(5))
    for title in titles:
        world.insert(organization_name=title)
    run = previewed()
    (module,) = preview_result(run)["modules"]
    assert module["rows"] == module["counts"]["xero_created"] == 5
    found = [row["record_name"] for row in module["records"]]
    after = module["follows"]
    while after is not None:
        assert len(found) % 2 == 0
        following = preview_records(run, "Organizations", after)
        found += [row["record_name"] for row in following["records"]]
        after = following["follows"]
    assert sorted(found) == titles
    assert sorted(row["Record Name"] for row in rows_of(run)) == titles


def test_rows_are_found_by_name_side_and_operation_beyond_the_first_page(
    xero: Simulator, world: SiteWorld, pages_of_two: None
) -> None:
    for _ in range(4):
        world.insert(organization_name=unique("Many"))
    wanted = "100 %_of " + unique("Kea")
    xero.organisation.add_contact_in_xero(Name=wanted)
    run = previewed()

    def found(**asked: str) -> list[str]:
        rows = preview_records(run, "Organizations", **asked)["records"]
        return [row["record_name"] for row in rows]

    for asked in (
        {"record_name": "KEA"},
        {"record_name": "100 %_"},
        {"side": "Vtiger CRM"},
        {"side": "Vtiger CRM", "operation": "Created", "record_name": " Kea"},
    ):
        assert found(**asked) == [wanted], asked
    assert found(record_name="%k%a%") == found(operation="Deleted") == []
    assert len(found(side="Xero")) == 2


def test_a_preview_that_dies_leaves_no_row(
    xero: Simulator, world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.insert(organization_name=unique("Ours"))
    monkeypatch.setattr(previews, "entry_row", _break)
    with pytest.raises(ZeroDivisionError):
        previewed()
    assert frappe.db.count("Xero Preview Entry") == 0


def _break(*_: object) -> None:
    raise ZeroDivisionError


def test_rows_are_cleared_after_a_day(xero: Simulator, world: SiteWorld) -> None:
    world.insert(organization_name=unique("Ours"))
    old, new = previewed(), previewed()
    frappe.db.set_value("Xero Preview Entry", {"run": old}, "creation", "2026-01-01")
    run_log_clean_up()
    assert set(frappe.get_all("Xero Preview Entry", pluck="run")) == {new}


def rows_of(run: str) -> list[dict[str, str]]:
    download_preview(run)
    assert frappe.response["filename"] == "Preview.csv"
    return list(csv.DictReader(io.StringIO(frappe.response["filecontent"])))


def test_the_file_has_a_line_for_each_change(xero: Simulator, world: SiteWorld) -> None:
    ours, theirs = changed_both_ways(xero, world)
    lines = {row["Record Name"]: row for row in rows_of(previewed())}
    assert lines[ours]["Field"] == "Primary Email"
    assert lines[ours]["New Value"] == "new@example.com"
    assert (lines[theirs]["Where"], lines[theirs]["What"]) == ("Vtiger CRM", "Created")


def test_a_preview_widens_nobodys_permissions(xero: Simulator, world: SiteWorld) -> None:
    seen, hidden = unique("Seen"), unique("Hidden")
    allowed, other = (world.insert(organization_name=title) for title in (seen, hidden))
    run_now()
    for name in (allowed, other):
        world.edit(name, primary_email=f"{name}@example.com".lower())
    run = previewed()
    person = new_person("Xero User")
    permission = {"user": person, "allow": ORGANIZATION, "for_value": allowed}
    frappe.get_doc({"doctype": "User Permission", **permission}).insert()
    frappe.set_user(person)
    found: Any = preview_result(run)
    told = str(found) + str(rows_of(run))
    for name in (seen, hidden):
        told += str(preview_records(run, "Organizations", record_name=name))
    empty = preview_records(run, "Organizations", record_name=unique("Nobody"))
    assert preview_records(run, "Organizations", record_name=hidden) == empty
    assert seen in told
    assert hidden not in told
    assert f"{other}@example.com".lower() not in told
    assert found["modules"][0]["counts"] == {"xero_updated": 2}
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


# Applying exactly what was shown


def email_at_xero(xero: Simulator, title: str) -> str:
    contact = xero.organisation.contacts.active_named(title)
    return str(contact.fields.get("EmailAddress") or "")


def test_exactly_what_was_shown_is_carried_out(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    ours, theirs = changed_both_ways(xero, world)
    run = previewed()
    later = unique("Later")
    world.insert(organization_name=later)
    applied = apply_plan(run)
    frappe.db.commit()
    assert queue.triggers() == [("Apply Plan", None)]
    assert queue.carry_out() == "Completed"
    assert email_at_xero(xero, ours) == "new@example.com"
    assert frappe.db.exists(ORGANIZATION, {"organization_name": theirs})
    assert xero.organisation.contacts.active_named(later) is None, "nobody has seen that"
    row = frappe.get_doc("Xero Sync Run", applied)
    assert (row.plan, row.triggered_by) == (run, "Apply Plan")
    assert row.notices
    assert preview_result(run)["stale"] is True
    assert run_now().status == "Completed"
    assert xero.organisation.contacts.active_named(later)


def test_what_would_be_another_write_by_now_stops_it_before_it_writes(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    ours, theirs = changed_both_ways(xero, world)
    run = previewed()
    name = frappe.db.get_value(ORGANIZATION, {"organization_name": ours})
    world.edit(name, primary_email="another@example.com")
    apply_plan(run)
    frappe.db.commit()
    assert queue.carry_out() == "Stopped"
    message = frappe.db.get_value("Xero Sync Run", queue.runs[0]["run"], "message")
    assert ours not in message
    assert "Preview again" in message
    assert email_at_xero(xero, ours) == ""
    assert not frappe.db.exists(ORGANIZATION, {"organization_name": theirs})


def test_a_preview_of_one_module_is_applied_to_that_module(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    title = unique("Ours")
    world.insert(organization_name=title)
    run = preview("Organizations")
    frappe.db.commit()
    assert queue.carry_out() == "Completed"
    apply_plan(run)
    frappe.db.commit()
    assert queue.triggers() == [("Preview", "Organizations"), ("Apply Plan", "Organizations")]
    assert queue.carry_out() == "Completed"
    assert xero.organisation.contacts.active_named(title)


def test_only_a_preview_of_this_organisation_that_is_still_kept_is_applied(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    run, sync = previewed(), run_now().name
    for other in (sync, "RUN0"):
        with pytest.raises(frappe.ValidationError, match="is not a preview of the connected"):
            apply_plan(other)
    frappe.db.set_value("Xero Sync Run", run, "tenant", "another")
    with pytest.raises(frappe.ValidationError, match="is not a preview of the connected"):
        apply_plan(run)
    frappe.db.set_value("Xero Sync Run", run, "tenant", xero.organisation.tenant_id)
    shared.drop(f"vtiger_xero:preview:{run}")
    with pytest.raises(frappe.ValidationError, match="older than an hour"):
        apply_plan(run)
    assert queue.runs == []


def test_a_preview_that_has_gone_by_when_the_worker_comes_writes_nothing(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    title = unique("Ours")
    world.insert(organization_name=title)
    run = previewed()
    apply_plan(run)
    frappe.db.commit()
    shared.drop(f"vtiger_xero:preview:{run}")
    assert queue.carry_out() == "Failed"
    assert xero.organisation.contacts.active_named(title) is None


def test_a_plan_that_xero_stopped_half_way_is_not_resumed(
    xero: Simulator, world: SiteWorld, queue: Queue
) -> None:
    world.insert(organization_name=unique("Ours"))
    apply_plan(previewed())
    frappe.db.commit()
    xero.faults.add(Fault.day_limit(times=1))
    assert queue.carry_out() == "Stopped"
    message = frappe.db.get_value("Xero Sync Run", queue.runs[0]["run"], "message")
    assert message.endswith("make a new preview for the rest.")
    SiteBudget(xero.organisation.tenant_id).save(BudgetState(spent_until=CLOCK.now()))
    automatic.tick()
    assert len(queue.runs) == 1


def test_a_sync_that_is_switched_off_applies_nothing(xero: Simulator, world: SiteWorld) -> None:
    world.insert(organization_name=unique("Ours"))
    run = previewed()
    choose(enabled=0)
    with pytest.raises(frappe.ValidationError, match="switched off"):
        apply_plan(run)
