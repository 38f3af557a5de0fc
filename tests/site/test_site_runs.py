"""Runs: one at a time, with an end that a person can read, and a log that can be opened."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone

import frappe
import pytest
from frappe.core.doctype.log_settings.log_settings import run_log_clean_up
from frappe.utils import add_to_date, now_datetime

from tests.contract.world import ORGANIZATIONS, people, unique
from tests.site.world import SiteWorld, another_connection, customize, locked_elsewhere
from tests.site.xero import run_now
from vtiger_xero import api
from vtiger_xero.connection.connect import ledger
from vtiger_xero.connection.consent import fresh_tokens
from vtiger_xero.connection.settings import engine_settings
from vtiger_xero.connection.tokens import SiteTokens
from vtiger_xero.crm.times import CLOCK, to_site, to_utc
from vtiger_xero.engine.errors import ConfigurationError
from vtiger_xero.engine.records import Person
from vtiger_xero.engine.settings import Settings
from vtiger_xero.runs import jobs, progress
from vtiger_xero.runs.previews import preview
from vtiger_xero.views import log_view
from vtiger_xero.xero.tokens import Tokens
from xero_simulator import Fault, Simulator


def _tenant() -> str:
    return str(frappe.get_doc("Xero Settings").tenant_id)


# Runs


def test_a_second_run_is_told_that_one_is_under_way(xero: Simulator) -> None:
    with locked_elsewhere(_tenant()):
        run = run_now()
    assert run.status == "Failed"
    assert "already running" in run.message
    assert run_now().status == "Completed"


def test_a_run_whose_worker_died_is_closed(xero: Simulator) -> None:
    run = jobs._new_run(jobs.SYNC, _tenant())
    long_ago = add_to_date(now_datetime(), hours=-1)
    frappe.db.set_value(
        "Xero Sync Run",
        run,
        {"status": "Running", "modified": long_ago},
        update_modified=False,
    )
    jobs.settle_dead_runs()
    row = frappe.db.get_value("Xero Sync Run", run, ["status", "message"], as_dict=True)
    assert row.status == "Failed"
    assert "start the sync again" in row.message


def test_a_run_that_ends_while_the_dead_are_looked_for_stays_as_it_ended(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a transaction sees of the table is as old as the transaction."""
    run = jobs._new_run(jobs.SYNC, _tenant())
    long_ago = add_to_date(now_datetime(), hours=-1)
    row = {"status": "Running", "modified": long_ago}
    frappe.db.set_value("Xero Sync Run", run, row, update_modified=False)
    frappe.db.commit()

    def ends_now(tenant: str) -> bool:
        with another_connection():
            frappe.db.set_value("Xero Sync Run", run, "status", "Completed")
            frappe.db.commit()
        return False

    monkeypatch.setattr(jobs, "is_running", ends_now)
    jobs.settle_dead_runs()
    frappe.db.commit()
    assert frappe.db.get_value("Xero Sync Run", run, "status") == "Completed"


def test_a_run_is_of_one_organisation_whatever_is_chosen_meanwhile(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the journal of the one would hold the books of the other."""

    def then_another() -> Settings:
        settings = engine_settings()
        frappe.db.set_single_value("Xero Settings", "tenant_id", "another")
        return settings

    monkeypatch.setattr(jobs, "engine_settings", then_another)
    run = jobs._new_run(jobs.SYNC, _tenant())
    _, books = jobs._build_sync(progress.SiteProgress(run, "Administrator"), run, automatic=False)
    assert books._client._tenant == xero.organisation.tenant_id
    frappe.db.rollback()


def test_a_switched_off_sync_is_refused_before_it_is_queued(xero: Simulator) -> None:
    settings = frappe.get_doc("Xero Settings")
    settings.enabled = 0
    settings.save()
    with pytest.raises(ConfigurationError, match="switched off"):
        jobs.enqueue(jobs.SYNC)
    assert frappe.db.count("Xero Sync Run") == 0


def test_a_module_that_is_switched_off_stays_as_it_is(xero: Simulator, world: SiteWorld) -> None:
    settings = frappe.get_doc("Xero Settings")
    settings.modules[0].enable_sync = 0
    settings.save()
    with pytest.raises(ConfigurationError, match="Enable Sync"):
        jobs.enqueue(jobs.SYNC)


def test_a_stopped_run_ends_between_batches_and_the_next_goes_on(
    xero: Simulator, world: SiteWorld
) -> None:
    title = unique("Later")
    world.insert(organization_name=title)
    run = jobs._new_run(jobs.SYNC, _tenant())
    progress.want_stop(run)
    frappe.db.commit()
    jobs.run_sync(run, jobs.SYNC)
    assert frappe.db.get_value("Xero Sync Run", run, "status") == "Stopped"
    assert xero.organisation.contacts.active_named(title) is None
    assert run_now().status == "Completed"
    assert xero.organisation.contacts.active_named(title) is not None


def test_a_lost_answer_never_makes_a_duplicate(xero: Simulator, world: SiteWorld) -> None:
    title = unique("Once")
    world.insert(organization_name=title)
    xero.faults.add(Fault.dropped_after_commit(method="PUT", path="Contacts", times=None))
    assert run_now().status in ("Waiting", "Failed")
    xero.faults.clear()
    assert run_now().status == "Completed"
    named = [each for each in xero.organisation.contacts.in_order() if each.name == title]
    assert len(named) == 1


def test_what_a_person_makes_mandatory_skips_what_xero_does_not_have(xero: Simulator) -> None:
    title = unique("Idle")
    xero.organisation.add_contact_in_xero(Name=title)
    customize("industry", "reqd", "1", "Check")
    run = run_now()
    (entry,) = log_view.entries(run.name, "Organizations", "Vtiger CRM", "Skipped")
    assert entry["record_name"] == title
    assert "Industry" in entry["reason"]


def test_a_mandatory_field_with_a_default_is_filled_with_it(xero: Simulator) -> None:
    title = unique("Filled")
    xero.organisation.add_contact_in_xero(Name=title)
    customize("billing_country", "reqd", "1", "Check")
    customize("billing_country", "default", "Aotearoa", "Text")
    assert run_now().status == "Completed"
    found = {"organization_name": title}
    assert frappe.db.get_value("Vtiger Organization", found, "billing_country") == "Aotearoa"


def test_a_person_whose_name_the_crm_does_not_take_stays_in_xero_as_it_is(xero: Simulator) -> None:
    title, named = unique("Tags"), "<i>Eve</i> X"
    xero.organisation.add_contact_in_xero(Name=title, FirstName="<i>Eve</i>", LastName="X")
    before = dict(xero.organisation.contacts.active_named(title).fields)
    run = run_now()
    (entry,) = log_view.entries(run.name, "Organizations", "Vtiger CRM", "Skipped")
    assert named in entry["reason"]
    run_now()
    assert dict(xero.organisation.contacts.active_named(title).fields) == before
    assert not frappe.db.exists("Vtiger Organization", {"organization_name": title})


def test_a_preview_writes_nothing_and_shows_what_a_run_does(
    xero: Simulator, world: SiteWorld
) -> None:
    ours, theirs = unique("Ours"), unique("Theirs")
    world.insert(organization_name=ours)
    xero.organisation.add_contact_in_xero(Name=theirs)
    run = jobs._new_run(jobs.PREVIEW, _tenant())
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    (plan,) = preview(run)["modules"]
    shown = {(row["record_name"], row["side"], row["operation"]) for row in plan["records"]}
    assert {(ours, "Xero", "Created"), (theirs, "Vtiger CRM", "Created")} <= shown
    assert (plan["calls"], plan["writing"]) == (4, 1)
    assert xero.organisation.contacts.active_named(ours) is None
    assert not frappe.db.exists("Vtiger Organization", {"organization_name": theirs})


def test_a_preview_names_the_people_for_whom_xero_has_no_room(
    xero: Simulator, world: SiteWorld
) -> None:
    crowd = tuple(Person(f"Ann{number}", "Crowd") for number in range(7))
    name = world.insert(organization_name=unique("Crowd"), contacts=crowd)
    run = jobs._new_run(jobs.PREVIEW, _tenant())
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    (plan,) = preview(run)["modules"]
    skipped = [row for row in plan["records"] if row["operation"] == "Skipped"]
    assert plan["counts"]["xero_skipped"] == len(skipped) == 1
    assert (skipped[0]["crm_name"], "Crowd (" in skipped[0]["record_name"]) == (name, True)
    assert skipped[0]["reason"] and skipped[0]["remedy"]


# The log


def test_the_log_counts_and_opens_what_a_run_did(xero: Simulator, world: SiteWorld) -> None:
    title = unique("=Counted")
    name = world.insert(organization_name=title)
    run = run_now()
    row = next(each for each in log_view.log_rows(0, 50)["rows"] if each.run == run.name)
    assert row.xero_created == log_view.count_entries(run.name, "Organizations", "Xero", "Created")
    entries = log_view.entries(run.name, "Organizations", "Xero", "Created")
    (entry,) = [each for each in entries if each["crm_name"] == name]
    assert entry["exists"]
    assert entry["xero_id"] in entry["xero_address"]
    text = log_view.entries_csv(run.name, "Organizations", "Xero", "Created")
    assert f"'{title}" in text, "a spreadsheet must not take a name for a formula"


def test_the_file_behind_a_number_has_what_the_page_shows(
    xero: Simulator, world: SiteWorld
) -> None:
    name = world.insert(organization_name=unique("Changed"), primary_email="old@example.com")
    run_now()
    world.edit(name, primary_email="new@example.com", website="=1+1", billing_city="Napier")
    run = run_now()
    which = (run.name, "Organizations", "Xero", "Updated")
    (entry,) = log_view.entries(*which)
    lines = list(csv.DictReader(io.StringIO(log_view.entries_csv(*which))))
    shown = {(each["label"], each["old"], each["new"]) for each in entry["changes"]}
    assert {(each["Field"], each["Old Value"], each["New Value"]) for each in lines} == shown
    assert ("Primary Email", "old@example.com", "new@example.com") in shown
    assert {each["Record Name"] for each in lines} == {entry["record_name"]}


def test_old_logs_are_cleared_and_what_the_sync_remembers_stays(
    xero: Simulator, world: SiteWorld
) -> None:
    world.insert(organization_name=unique("Kept"))
    old, new = run_now(), run_now()
    long_ago = add_to_date(now_datetime(), days=-200)
    for doctype, mine in [
        ("Xero Sync Run", {"name": old.name}),
        ("Xero Sync Log", {"run": old.name}),
        ("Xero Sync Entry", {"run": old.name}),
    ]:
        frappe.db.set_value(doctype, mine, "creation", long_ago, update_modified=False)
    links, documents = (frappe.db.count(each) for each in ("Xero Link", "Xero Document"))
    run_log_clean_up()
    assert frappe.get_all("Xero Sync Run", pluck="name") == [new.name]
    assert set(frappe.get_all("Xero Sync Log", pluck="run")) == {new.name}
    assert not frappe.db.exists("Xero Sync Entry", {"run": old.name})
    assert [frappe.db.count(each) for each in ("Xero Link", "Xero Document")] == [links, documents]
    assert run_now().status == "Completed"


def test_the_last_runs_come_with_what_they_did(
    xero: Simulator, world: SiteWorld, counted: list[str]
) -> None:
    world.insert(organization_name=unique("Ours"))
    first, second = run_now(), run_now()
    counted.clear()
    newest, older = api.last_runs()
    assert len(counted) <= 3
    assert [newest["name"], older["name"]] == [second.name, first.name]
    assert (newest["status"], newest["triggered_by"]) == ("Completed", "Sync Now")
    written = frappe.db.count("Xero Sync Entry", {"run": first.name})
    assert (sum(older["counts"].values()), sum(newest["counts"].values())) == (written, 0)
    assert [run["name"] for run in api.last_runs(1)] == [second.name]
    assert len(api.last_runs(0)) == 1


def test_a_run_under_way_is_shown_to_everybody_who_may_see_it(xero: Simulator) -> None:
    assert api.state()["run"] is None
    run = jobs._new_run(jobs.SYNC, _tenant())
    assert api.state()["run"] == run
    status = api.run_status(run)
    assert (status["status"], status["modules"]) == ("Queued", [])
    assert set(status["counts"].values()) == {0}
    with pytest.raises(frappe.DoesNotExistError):
        api.run_status("RUN0")


# Merging and contacts


def test_merging_duplicates_leaves_one_link(xero: Simulator, world: SiteWorld) -> None:
    title = unique("Twin")
    first, second = (world.insert(organization_name=title) for _ in range(2))
    run_now()
    assert frappe.db.count("Xero Link", {"crm_name": ["in", [first, second]]}) == 2
    frappe.rename_doc("Vtiger Organization", second, first, merge=True)
    frappe.db.commit()
    assert frappe.get_all("Xero Link", {"crm_name": ["in", [first, second]]}, pluck="crm_name") == [
        first
    ]
    assert run_now().status == "Completed"


def test_a_number_cannot_be_changed(world: SiteWorld) -> None:
    name = world.insert(organization_name=unique("Fixed"))
    with pytest.raises(frappe.ValidationError, match="Merge with existing"):
        frappe.rename_doc("Vtiger Organization", name, "ACC-mine")


def test_an_organization_with_a_very_long_name_has_its_people_too(world: SiteWorld) -> None:
    person = Person("Ada", "Lovelace", "ada@example.com")
    fields = {"organization_name": unique("Long " + "n" * 240), "contacts": (person,)}
    record = world.crm.create(ORGANIZATIONS, fields)
    assert len(people(world, record.name)) == 1
    world.add_contact(record.name, Person("Bob", "Typed by hand"))
    assert len(people(world, record.name)) == 2


def test_the_sync_asks_no_stranger_for_pictures(world: SiteWorld) -> None:
    person = Person("Ada", "Lovelace", "ada@example.com")
    fields = {"organization_name": unique("Plain"), "contacts": (person,)}
    record = world.crm.create(ORGANIZATIONS, fields)
    (saved,) = people(world, record.name)
    assert not frappe.db.get_value("Contact", saved.name, "image")


# Times and tokens


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns", "Asia/Kolkata"])
def test_times_come_back_to_the_microsecond_in_every_time_zone(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtiger_xero.crm.times.get_system_timezone", lambda: zone)
    time = datetime(2026, 7, 1, 23, 59, 59, 123456, tzinfo=timezone.utc)
    stored = to_site(time)
    assert stored is not None
    assert to_utc(stored) == to_utc(str(stored)) == time


def test_expired_tokens_are_renewed_and_kept(xero: Simulator) -> None:
    store = SiteTokens()
    old = store.load()
    past = CLOCK.now() - timedelta(minutes=1)
    store.save(Tokens(old.access_token, old.refresh_token, past, old.scopes))
    renewed = fresh_tokens()
    assert renewed.refresh_token != old.refresh_token
    assert store.load() == renewed
    assert ledger().reference().organisation


def test_a_refresh_neither_commits_nor_loses_what_a_run_has_open(
    xero: Simulator, world: SiteWorld
) -> None:
    record = world.crm.create(ORGANIZATIONS, {"organization_name": unique("Open")})
    store = SiteTokens()
    store.refreshed(lambda kept: Tokens("new-access", kept.refresh_token, kept.expires_at))
    with another_connection():
        assert not frappe.db.exists("Vtiger Organization", record.name)
        assert store.load().access_token == "new-access"
    assert frappe.db.exists("Vtiger Organization", record.name)


def test_a_refresh_that_fails_saves_nothing(xero: Simulator) -> None:
    store = SiteTokens()
    before = store.load()

    def fail(kept: Tokens) -> Tokens:
        raise ConfigurationError("No.")

    with pytest.raises(ConfigurationError):
        store.refreshed(fail)
    assert store.load() == before
