"""Within a run a site writes links, and reads back records, many at a time; and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import frappe
import pytest

from tests.contract.crm import unique
from tests.contract.world import ORGANIZATIONS
from tests.site.shop import by_sync
from tests.site.world import SiteWorld
from tests.site.xero import run_now
from vtiger_xero.connection import kept_books
from vtiger_xero.connection.kept_books import SiteShelf
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.states import Touched
from vtiger_xero.crm.times import CLOCK
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.records import CrmRecord, Module
from vtiger_xero.engine.sync import forget_readings
from vtiger_xero.vtiger_xero.numbered import Numbered
from vtiger_xero.xero.kept_books import LIFE, KeptBooks
from xero_simulator import Simulator

WAITING = Link(ORGANIZATIONS, None, "x-1", LinkState.SKIPPED, reason="No name.")


def in_database(world: SiteWorld) -> list[str]:
    return list(frappe.get_all("Xero Link", {"tenant": world.tenant}, pluck="xero_id"))


def test_links_of_a_run_are_written_with_the_next_commit(world: SiteWorld) -> None:
    with world.journal.lock():
        for number in range(3):
            world.journal.save_link(Link(ORGANIZATIONS, f"ACC{number}", f"x-{number}"))
        assert in_database(world) == []
        world.journal.commit()
        assert sorted(in_database(world)) == ["x-0", "x-1", "x-2"]


def test_a_run_reads_what_it_has_just_remembered(world: SiteWorld) -> None:
    with world.journal.lock():
        world.journal.save_link(WAITING)
        pair = replace(WAITING, crm_name="ACC1", state=LinkState.IN_SYNC, reason="")
        world.journal.save_link(pair, {"fax": "1"})
        world.journal.save_link(pair)
        assert list(world.journal.links(ORGANIZATIONS)) == [pair]
        assert world.journal.bases(ORGANIZATIONS, ["ACC1"]) == {"ACC1": {"fax": "1"}}
        world.journal.rollback()
        assert list(world.journal.links(ORGANIZATIONS)) == []


def test_of_a_link_only_what_changed_is_written(world: SiteWorld, counted: list[str]) -> None:
    pair = replace(WAITING, crm_name="ACC1", choices=(), remedy="Give it one.")
    with world.journal.lock():
        world.journal.save_link(pair, {"fax": "1"})
        world.journal.commit()
        counted.clear()
        world.journal.save_link(pair)
        world.journal.commit()
        assert not _writes(counted)
        told = replace(pair, reason="It's 100 % \\ gone.", remedy="")
        world.journal.save_link(told)
        world.journal.commit()
        (statement,) = _writes(counted)
        assert ("`reason`" in statement, "`state`" in statement) == (True, False)
        assert list(world.journal.links(ORGANIZATIONS)) == [told]
        assert world.journal.bases(ORGANIZATIONS, ["ACC1"]) == {"ACC1": {"fax": "1"}}


def test_links_that_change_alike_are_written_by_one_statement(
    world: SiteWorld, counted: list[str]
) -> None:
    links = [replace(WAITING, crm_name=f"ACC{each}", xero_id=f"x-{each}") for each in range(3)]
    with world.journal.lock():
        for link in links:
            world.journal.save_link(link, {"fax": "1"})
        world.journal.commit()
        counted.clear()
        told = [replace(link, reason=f"Told {link.crm_name}.") for link in links]
        for link in (*links, *told):
            world.journal.save_link(link)
        world.journal.commit()
        assert len(_writes(counted)) == 1
        assert list(world.journal.links(ORGANIZATIONS)) == told
        assert len(world.journal.bases(ORGANIZATIONS, ["ACC0", "ACC1", "ACC2"])) == 3


def _writes(statements: list[str]) -> list[str]:
    """What is written to links."""
    return [each for each in statements if "`tabXero Link`" in each and "SELECT" not in each]


def test_rows_keep_every_sign_and_every_kind_of_value(world: SiteWorld) -> None:
    odd = replace(WAITING, reason="'; -- %s %(param1)s \\ \" \u20ac\n", crm_name=None)
    with world.journal.lock():
        for number in range(3):
            world.journal.save_link(replace(odd, xero_id=f"x'{number}%"))
        world.journal.commit()
        assert [each.reason for each in world.journal.links(ORGANIZATIONS)] == [odd.reason] * 3
        assert {each.crm_name for each in world.journal.links(ORGANIZATIONS)} == {None}


def test_a_refused_record_leaves_those_before_and_after_it(world: SiteWorld) -> None:
    """The savepoints of a run have one name, and each is the last of its name only."""
    titles = [unique("Kept") for _ in range(2)]
    with world.journal.lock():
        _create(world, titles[0])
        for _ in range(2):
            with pytest.raises(RecordRefused), world.journal.record():
                _create(world, "")
        with pytest.raises(ValueError, match="no"), world.journal.record():
            _create_two_and_fail(world, titles[0] + " twice")
        _create(world, titles[1])
        world.journal.commit()
    found = frappe.get_all(
        "Vtiger Organization",
        {"organization_name": ["like", f"%{titles[0][-8:]}%"]},
        pluck="organization_name",
    )
    assert found == [titles[0]]
    assert frappe.db.exists("Vtiger Organization", {"organization_name": titles[1]})


def test_after_a_deadlock_the_run_begins_anew_however_deep_it_was(
    xero: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MariaDB has rolled back everything: no savepoint is left, neither the inner nor the outer."""
    title = unique("Deadlock")
    xero.organisation.add_contact_in_xero(Name=title)
    with monkeypatch.context() as at_once:
        at_once.setattr(Numbered, "after_insert", _deadlock, raising=False)
        held_up = run_now()
    assert held_up.status == "Waiting"
    assert held_up.message.startswith("Another user or job held the same records")
    assert not frappe.db.exists("Vtiger Organization", {"organization_name": title})
    assert run_now().status == "Completed"
    assert frappe.db.exists("Vtiger Organization", {"organization_name": title})


def _deadlock(document: Numbered) -> None:
    frappe.db.sql("rollback")
    raise frappe.QueryDeadlockError("Deadlock found when trying to get lock")


def _create_two_and_fail(world: SiteWorld, title: str) -> None:
    _create(world, title)
    _create_and_fail(world.crm)


def _create(world: SiteWorld, title: str) -> None:
    with world.journal.record():
        world.crm.create(ORGANIZATIONS, {"organization_name": title})


def test_a_record_that_is_taken_back_takes_its_link_along(world: SiteWorld) -> None:
    with world.journal.lock():
        with pytest.raises(ValueError, match="no"), world.journal.record():
            _save_and_fail(world)
        world.journal.commit()
        assert in_database(world) == []


def _save_and_fail(world: SiteWorld) -> None:
    world.journal.save_link(WAITING)
    raise ValueError("no")


def test_two_claims_to_one_document_end_the_run_and_leave_nothing(world: SiteWorld) -> None:
    with world.journal.lock():
        world.journal.save_link(Link(ORGANIZATIONS, "ACC1", "x-1"))
        world.journal.save_link(Link(ORGANIZATIONS, "ACC2", "x-1"))
        with pytest.raises(Exception, match="Duplicate entry"):
            world.journal.commit()
        world.journal.rollback()
        assert in_database(world) == []


def test_saved_records_are_read_back_together_and_as_they_were_saved(
    world: SiteWorld, counted: list[str]
) -> None:
    late = SiteCrm("Administrator", touched=Touched("tenant"))
    titles = [unique("Late") for _ in range(5)]
    made = [late.create(ORGANIZATIONS, {"organization_name": title}) for title in titles]
    frappe.db.set_value("Vtiger Organization", made[2].name, "fax", "77")  # as a site's hook does
    counted.clear()
    assert [each.fields["organization_name"] for each in made] == titles
    assert made[2].fields["fax"] == "77"
    assert len(counted) <= 3
    at_once = world.crm.get(ORGANIZATIONS, [each.name for each in made])
    assert made == at_once
    assert {type(each) for each in made} == {CrmRecord}


def test_a_record_that_nobody_saved_after_all_is_no_trouble_to_the_others(
    world: SiteWorld,
) -> None:
    late = SiteCrm("Administrator", touched=Touched("tenant"))
    with pytest.raises(ValueError, match="no"), world.journal.record():
        _create_and_fail(late)
    kept = late.create(ORGANIZATIONS, {"organization_name": unique("Kept")})
    assert kept.fields["organization_name"]


def _create_and_fail(crm: SiteCrm) -> None:
    crm.create(ORGANIZATIONS, {"organization_name": unique("Gone")})
    raise ValueError("no")


def test_reference_data_is_kept_for_runs_that_nobody_waits_for(world: SiteWorld) -> None:
    shelf, now, rows = SiteShelf(world.tenant), CLOCK.now(), [{"Code": "NZD"}]
    KeptBooks(shelf).save("Currencies", rows, now)
    automatic, by_hand = KeptBooks(shelf, may_read=True), KeptBooks(shelf)
    assert automatic.load("Currencies", now + timedelta(hours=1)) == rows
    assert by_hand.load("Currencies", now) is None
    assert automatic.load("Currencies", now + LIFE) is None
    assert automatic.load("Accounts", now) is None


def test_webhooks_count_as_working_once_one_has_come_through(world: SiteWorld) -> None:
    assert not kept_books.webhooks_work(world.tenant)
    kept_books.note_webhook(world.tenant)
    assert kept_books.webhooks_work(world.tenant)
    kept_books.forget(world.tenant)
    assert not kept_books.webhooks_work(world.tenant)


def test_every_reading_says_when_it_was(world: SiteWorld) -> None:
    before = CLOCK.now()
    world.journal.set_watermark(ORGANIZATIONS, before)
    read = kept_books.last_read(world.tenant)
    assert set(read) == {Module.ORGANIZATIONS}
    assert abs(read[Module.ORGANIZATIONS] - before) < timedelta(seconds=30)


def test_after_a_run_that_broke_off_nobody_knows_how_far_it_had_read(world: SiteWorld) -> None:
    world.journal.set_watermark(ORGANIZATIONS, CLOCK.now())
    run = frappe.get_doc({"doctype": "Xero Sync Run", "tenant": world.tenant, "status": "Failed"})
    by_sync(run).insert()
    assert kept_books.last_read(world.tenant) == {}
    run.db_set("status", "Completed")
    assert set(kept_books.last_read(world.tenant)) == {Module.ORGANIZATIONS}


def test_what_is_to_be_read_anew_counts_as_never_read(world: SiteWorld) -> None:
    world.journal.set_watermark(ORGANIZATIONS, CLOCK.now())
    forget_readings(world.journal)
    assert kept_books.last_read(world.tenant) == {}
