"""What a person whom User Permissions restrict reads in the app: theirs, and of others a count.

What is no record of the CRM yet, or no more, has no permissions. It is withheld from them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import run as run_report

from tests.contract.world import unique
from tests.site.queueing import Queue
from tests.site.web import new_person
from tests.site.world import SiteWorld, customize
from tests.site.xero import run_now
from vtiger_xero.api import (
    answer_matches,
    cause_records,
    causes,
    check,
    download_entries,
    download_preview,
    last_findings,
    match_answers,
    possible_matches,
    preview_result,
    retry_cause,
    state,
    sync_entries,
    take_back_match_answer,
)
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.runs import jobs
from xero_simulator import Simulator

JOURNAL = (
    *("Xero Link", "Xero Document", "Xero Outbox", "Xero Match Answer"),
    *("Xero Sync Entry", "Xero Preview Entry"),
)


@pytest.fixture
def mine(xero: Simulator, world: SiteWorld) -> str:
    """The one organization that the restricted person may read; it is in Xero, too."""
    name = world.insert(organization_name=unique("Mine"))
    run_now()
    return name


@pytest.fixture
def person(mine: str) -> Iterator[str]:
    """A Xero Manager with a User Permission on one organization."""
    person = new_person("Xero Manager")
    frappe.permissions.add_user_permission(ORGANIZATION, mine, person)
    frappe.db.commit()
    yield person
    frappe.set_user("Administrator")
    frappe.db.delete("User Permission", {"user": person})


def title_of(name: str) -> str:
    return str(frappe.db.get_value(ORGANIZATION, name, "organization_name"))


def previewed() -> str:
    tenant = frappe.db.get_single_value("Xero Settings", "tenant_id")
    run = jobs._new_run(jobs.PREVIEW, tenant)
    frappe.db.commit()
    jobs.run_sync(run, jobs.PREVIEW)
    return run


def file_of(download: Any, *which: str) -> list[dict[str, str]]:
    download(*which)
    return list(csv.DictReader(io.StringIO(frappe.response["filecontent"])))


def test_a_preview_withholds_what_is_new_from_xero(
    xero: Simulator, world: SiteWorld, mine: str, person: str
) -> None:
    theirs = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=theirs, EmailAddress="theirs@example.com")
    world.edit(mine, primary_email="mine@example.com")
    run = previewed()
    frappe.set_user(person)
    found: Any = preview_result(run)
    lines = file_of(download_preview, run)
    told = str(found) + str(lines)
    assert theirs not in told
    assert "theirs@example.com" not in told
    assert title_of(mine) in told
    assert found["modules"][0]["counts"] == {"crm_created": 1, "xero_updated": 1}
    hidden = next(row for row in found["modules"][0]["records"] if row["operation"] == "Created")
    assert (hidden["xero_id"], hidden["xero_address"]) == (None, "")
    frappe.set_user("Administrator")
    assert theirs in str(preview_result(run))


def test_the_log_withholds_what_xero_alone_has_and_what_was_deleted_here(
    xero: Simulator, world: SiteWorld, mine: str, person: str
) -> None:
    gone = unique("Gone")
    xero.organisation.add_contact_in_xero(Name=gone)
    created = run_now()
    world.trash(str(frappe.db.get_value(ORGANIZATION, {"organization_name": gone})))
    customize("industry", "reqd", "1", "Check")
    theirs = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=theirs)
    skipped = run_now()
    asked = [
        (created.name, "Organizations", "Vtiger CRM", "Created"),
        (skipped.name, "Organizations", "Vtiger CRM", "Skipped"),
    ]
    for which, title in zip(asked, (gone, theirs), strict=True):
        assert title in str(sync_entries(*which)["rows"]), "an unrestricted person reads it"
        frappe.set_user(person)
        found: Any = sync_entries(*which)
        assert title not in str(found["rows"]) + str(file_of(download_entries, *which))
        assert found["total"] == len(found["rows"]) > 0
        assert {row["record_name"] for row in found["rows"]} == {"A record that you may not read"}
        frappe.set_user("Administrator")


def test_causes_count_what_xero_alone_has(
    xero: Simulator, mine: str, person: str, queue: Queue
) -> None:
    customize("industry", "reqd", "1", "Check")
    theirs = unique("Theirs")
    xero.organisation.add_contact_in_xero(Name=theirs)
    run_now()
    frappe.set_user(person)
    (cause,) = (each for each in causes() if each["hidden"])
    assert theirs not in str(causes())
    assert (cause["count"], cause["records"]) == (1, [])
    assert cause_records(cause["key"]) == {"total": 0, "rows": []}
    with pytest.raises(frappe.ValidationError, match="may not read any of these records"):
        retry_cause(cause["key"])


def test_a_possible_match_is_shown_to_those_who_may_read_all(
    xero: Simulator, world: SiteWorld, mine: str, person: str
) -> None:
    world.edit(mine, organization_name=(title := unique("Alike")) + " Ltd")
    contact = xero.organisation.add_contact_in_xero(Name=f"{title} Limited", TaxNumber="77-8")
    other = world.insert(organization_name=f"{title} Limit")
    frappe.db.delete("Xero Link", {"crm_name": mine})
    run_now()
    pair = (mine, str(contact.contact_id))
    assert possible_matches()["total"] >= 1, other
    frappe.set_user(person)
    assert possible_matches() == {"total": 0, "rows": []}
    assert state()["matches"] == 0
    assert match_answers() == {"total": 0, "rows": []}
    with pytest.raises(frappe.PermissionError, match="may not read all"):
        answer_matches("Organizations", [list(pair)], "One")
    with pytest.raises(frappe.PermissionError, match="may not read all"):
        take_back_match_answer("Organizations", *pair)


def test_a_restricted_manager_reads_no_reconciliation_and_no_check(
    xero: Simulator, world: SiteWorld, mine: str, person: str
) -> None:
    world.insert(organization_name=(alone := unique("Alone")))
    assert alone in str(run_report("Xero Reconciliation", ignore_prepared_report=True))
    check()
    frappe.set_user(person)
    found = run_report("Xero Reconciliation", ignore_prepared_report=True)
    assert found["result"] == []
    assert not found["report_summary"]
    assert "may not read all of them" in found["message"]
    assert last_findings() is None
    with pytest.raises(frappe.PermissionError, match="may not read all"):
        check()


@pytest.mark.parametrize("doctype", JOURNAL)
def test_a_restricted_manager_reads_nothing_of_the_journal(
    xero: Simulator, mine: str, person: str, doctype: str
) -> None:
    (name, *_) = frappe.get_all(doctype, pluck="name", limit=1) or [""]
    frappe.set_user(person)
    assert frappe.get_list(doctype) == []
    if name:
        assert not frappe.has_permission(doctype, "read", name)
        with pytest.raises(frappe.PermissionError):
            frappe.client.get(doctype, name)
    frappe.set_user(new_manager())
    assert bool(frappe.get_list(doctype)) is bool(name)
    assert not name or frappe.has_permission(doctype, "read", name)


def new_manager() -> str:
    frappe.set_user("Administrator")
    return new_person("Xero Manager")


def test_who_has_the_role_but_may_not_read_a_module_is_restricted_too(
    xero: Simulator, mine: str, world: SiteWorld
) -> None:
    """A person may be let into the sync, and kept from payments by a Custom DocPerm."""
    from vtiger_xero.crm.readers import may_read_all

    user = new_person("Xero User")
    frappe.set_user(user)
    assert may_read_all()
    assert may_read_all(["Vtiger Payment"])
    frappe.set_user("Administrator")
    frappe.permissions.update_permission_property("Vtiger Payment", "Xero User", 0, "read", 0)
    try:
        frappe.set_user(user)
        assert not may_read_all()
        assert may_read_all([ORGANIZATION])
    finally:
        frappe.set_user("Administrator")
        frappe.db.delete("Custom DocPerm", {"parent": "Vtiger Payment"})
        frappe.clear_cache(doctype="Vtiger Payment")


def test_who_reads_by_a_share_alone_is_restricted(mine: str) -> None:
    from vtiger_xero.crm.readers import may_read_all, readable_names

    user = new_person()
    frappe.share.add(ORGANIZATION, mine, user)
    frappe.set_user(user)
    assert readable_names(ORGANIZATION, [mine, "another"]) == {mine}
    assert not may_read_all([ORGANIZATION])
    frappe.set_user("Administrator")
    frappe.db.delete("DocShare", {"user": user})


def test_what_is_published_while_a_run_writes_names_nothing_to_others(
    xero: Simulator, world: SiteWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rooms: a user's own, a record's, and a DocType's, to which Frappe tells numbers alone."""
    sent: list[tuple[str, dict[str, Any], str]] = []
    monkeypatch.setattr(
        "frappe.realtime.emit_via_redis",
        lambda event, message, room: sent.append((event, message, room)),
    )
    ours, theirs = unique("Ours"), unique("Theirs")
    world.insert(organization_name=ours, primary_email="ours@example.com")
    xero.organisation.add_contact_in_xero(Name=theirs)
    run_now()
    assert sent
    for event, message, room in sent:
        assert room.startswith(("user:", "doc:", "doctype:")), (event, room)
        told = json.dumps(message, default=str)
        assert not any(text in told for text in (ours, theirs, "ours@example.com")), (event, room)


def test_a_bell_and_its_mail_name_no_record(xero: Simulator, world: SiteWorld) -> None:
    ours = unique("Ours " + "n" * 260)
    world.insert(organization_name=ours)
    user = new_person("Xero User")
    frappe.set_user(user)
    run = jobs._new_run(jobs.SYNC, frappe.db.get_single_value("Xero Settings", "tenant_id"))
    frappe.db.commit()
    jobs.run_sync(run, jobs.SYNC)
    frappe.set_user("Administrator")
    (row,) = frappe.get_all("Notification Log", {"for_user": user}, ["*"])
    assert ours[:8] not in str(row)
    assert "skipped: 1" in row.subject
