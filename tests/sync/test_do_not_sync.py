"""Do Not Sync with Xero: nothing of such a record travels, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.looking import ANN, active, document, fields, key
from tests.sync.test_promises import act, assert_equal_but_for_skips, step
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.errors import RetryLater
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.outbox import KEY_LIFE
from vtiger_xero.engine.records import Direction, Side
from vtiger_xero.engine.settings import ConflictPolicy


def keep_out(world: World, name: str = "ACC1", *, ticked: bool = True) -> None:
    world.crm.edit(ORGANIZATIONS, name, do_not_sync=ticked)


def quiet(world: World) -> None:
    """A run that writes nothing, skips nothing and calls twice: the organisation, its news."""
    calls = world.xero.calls
    report = world.sync()
    assert report.entries == []
    assert world.xero.calls - calls == 2


def paired(world: World, **more: Any) -> None:
    world.organization(fax="1", **more)
    world.sync()
    keep_out(world)


# Nothing travels


def test_a_new_organization_is_not_sent(world: World) -> None:
    world.organization(do_not_sync=True)
    quiet(world)
    assert active(world) == []
    assert link(world).state is LinkState.EXCLUDED
    assert link(world).reason == ""
    quiet(world)


@pytest.mark.parametrize("direction", Direction)
def test_edits_of_both_sides_stay_where_they_are(world: World, direction: Direction) -> None:
    paired(world)
    world.set(direction)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2", contacts=(ANN,))
    world.xero.edit(key(world, "Kea"), TaxNumber="9", Name="Kea Group")
    quiet(world)
    assert (fields(world)["organization_name"], fields(world)["tax_number"]) == ("Kea", "")
    assert world.compared(Side.XERO)["Kea Group"]["fax"] == "1"
    assert link(world).state is LinkState.EXCLUDED
    quiet(world)


def test_an_archiving_in_xero_leaves_it_alone(world: World) -> None:
    world.set(deletions=True)
    paired(world)
    world.xero.edit(key(world, "Kea"), ContactStatus="ARCHIVED")
    quiet(world)
    assert len(world.organizations()) == 1
    keep_out(world, ticked=False)
    world.sync()
    assert len(world.organizations()) == 1


def test_its_deletion_in_the_crm_stays_in_the_crm(world: World) -> None:
    world.set(deletions=True)
    paired(world)
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    quiet(world)
    assert active(world) == ["Kea"]
    assert link(world).state is LinkState.GONE
    quiet(world)
    assert world.organizations() == []


def test_one_that_never_travelled_is_forgotten_when_it_is_deleted(world: World) -> None:
    world.organization(do_not_sync=True)
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    quiet(world)
    assert world.journal.links(ORGANIZATIONS) == []


def test_a_preview_foretells_nothing_of_it(world: World) -> None:
    paired(world)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    assert not world.preview().writes
    assert not world.preview().counts


# Its pair


def test_a_contact_of_its_name_is_linked_and_not_copied(world: World) -> None:
    world.organization(do_not_sync=True, fax="1")
    world.xero.add(Name="kea", TaxNumber="9")
    quiet(world)
    assert len(world.organizations()) == 1
    assert link(world).xero_id == key(world, "kea")
    quiet(world)


def test_a_contact_that_looks_alike_is_not_copied_either(world: World) -> None:
    world.organization(organization_name="Kea Ltd.", do_not_sync=True)
    world.xero.add(Name="Kea Ltd")
    told = world.sync().entries
    assert [(entry.rule, entry.side, entry.crm_name) for entry in told] == [("G6", Side.CRM, None)]
    assert len(world.organizations()) == 1


def test_a_contact_that_waited_alone_becomes_its_pair(world: World) -> None:
    world.crm.customize(ORGANIZATIONS, "industry", reqd=True)
    world.xero.add(Name="Kea")
    world.sync()
    world.organization(do_not_sync=True, industry="Energy")
    quiet(world)
    assert [(each.crm_name, each.state) for each in world.journal.links(ORGANIZATIONS)] == [
        ("ACC1", LinkState.EXCLUDED)
    ]


def test_a_contact_that_was_merged_in_xero_is_followed(world: World) -> None:
    paired(world)
    target = world.xero.add(Name="Kea Group")
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": target}
    world.xero.edit(key(world, "Kea"), **merged)
    quiet(world)
    assert link(world).xero_id == target
    assert world.journal.bases(ORGANIZATIONS, ["ACC1"]).get("ACC1") in ({}, None)
    quiet(world)


def test_a_contact_that_was_merged_into_another_organizations_is_shared(world: World) -> None:
    world.organization(organization_name="Moa")
    world.organization(organization_name="Kea")
    world.sync()
    keep_out(world, "ACC2")
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": key(world, "Moa")}
    world.xero.edit(key(world, "Kea"), **merged)
    quiet(world)
    assert (link(world, "ACC2").duplicate_of, link(world, "ACC2").state) == (
        "ACC1",
        LinkState.EXCLUDED,
    )
    quiet(world)


# Taken back


def test_everything_travels_once_the_box_is_empty_again(world: World) -> None:
    paired(world)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    world.xero.edit(key(world, "Kea"), TaxNumber="9")
    quiet(world)
    keep_out(world, ticked=False)
    report = world.sync()
    assert report.writes == 2
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert (fields(world)["fax"], fields(world)["tax_number"]) == ("2", "9")
    assert link(world).state is LinkState.IN_SYNC
    quiet(world)


def test_what_both_changed_meanwhile_is_a_clash_against_what_they_agreed_on(world: World) -> None:
    world.set(conflicts=ConflictPolicy.CRM)
    paired(world)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="2")
    world.sync()
    held = document(world)["Phones"]
    world.xero.edit(key(world, "Kea"), Phones=[{**each, "PhoneNumber": "3"} for each in held])
    world.sync()
    keep_out(world, ticked=False)
    (entry,) = world.sync().entries
    assert [(each.field, each.overwrites) for each in entry.changes] == [("fax", True)]
    assert world.compared(Side.XERO)["Kea"]["fax"] == "2"


def test_a_new_one_travels_once_the_box_is_empty(world: World) -> None:
    world.organization(do_not_sync=True)
    world.sync()
    keep_out(world, ticked=False)
    assert world.sync().writes == 1
    assert active(world) == ["Kea"]


def test_a_skip_of_old_is_told_no_longer_and_again_once_the_box_is_empty(world: World) -> None:
    world.organization(organization_name="<x>")
    world.sync()
    keep_out(world)
    quiet(world)
    assert (link(world).reason, link(world).remedy, link(world).rule) == ("", "", "")
    keep_out(world, ticked=False)
    assert [entry.rule for entry in world.sync().entries] == ["X-brackets"]


def test_a_box_that_was_ticked_without_a_new_version_counts(world: World) -> None:
    """Set in bulk, past the form: the link says one thing, the record another."""
    world.organization()
    world.sync()
    database = world.crm._database
    database.write('UPDATE "Vtiger Organization" SET do_not_sync = 1')
    database.commit()
    world.xero.edit(key(world, "Kea"), TaxNumber="9")
    quiet(world)
    database.write('UPDATE "Vtiger Organization" SET do_not_sync = 0')
    database.commit()
    world.sync()
    assert fields(world)["tax_number"] == "9"


# Twins


def test_the_twin_that_syncs_speaks_for_the_contact(world: World) -> None:
    world.organization(do_not_sync=True, fax="1")
    world.organization(fax="2")
    report = world.sync()
    assert [(entry.crm_name, entry.reason) for entry in report.entries] == [("ACC2", "")]
    assert world.compared(Side.XERO)["Kea"]["fax"] == "2"
    assert (link(world).duplicate_of, link(world).state) == ("ACC2", LinkState.EXCLUDED)
    assert link(world).xero_id == link(world, "ACC2").xero_id
    quiet(world)


def test_a_first_that_is_kept_out_hands_the_contact_to_its_twin(world: World) -> None:
    world.organization(fax="1")
    world.organization(fax="2")
    world.sync()
    keep_out(world)
    world.sync()
    assert link(world, "ACC2").duplicate_of is None
    assert (link(world).duplicate_of, link(world).state) == ("ACC2", LinkState.EXCLUDED)
    world.crm.edit(ORGANIZATIONS, "ACC2", tax_number="7")
    world.sync()
    assert document(world)["TaxNumber"] == "7"
    quiet(world)
    keep_out(world, ticked=False)
    assert [entry.rule for entry in world.sync().entries] == ["G2"]
    quiet(world)


def test_a_new_twin_takes_the_contact_of_one_that_is_kept_out(world: World) -> None:
    paired(world)
    world.sync()
    world.organization(tax_number="7")
    world.sync()
    assert active(world) == ["Kea"]
    assert document(world)["TaxNumber"] == "7"
    assert (link(world).duplicate_of, link(world, "ACC2").duplicate_of) == ("ACC2", None)
    quiet(world)


def test_news_of_the_firsts_contact_are_not_settled_by_its_twin(world: World) -> None:
    world.organization(do_not_sync=True)
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    world.xero.edit(key(world, "Kea"), TaxNumber="9")
    world.sync()
    assert fields(world, "ACC2")["tax_number"] == "9"
    assert fields(world, "ACC1")["tax_number"] == ""


def test_the_name_it_has_in_xero_stays_taken(world: World) -> None:
    """Its new name does not travel, so the old one is not free."""
    paired(world)
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Weka")
    world.organization(organization_name="Kea")
    sent = len(world.xero.batches)
    (entry,) = world.sync().entries
    assert (entry.rule, entry.crm_name) == ("X-unique", "ACC2")
    assert len(world.xero.batches) == sent


# Lost answers


def lose_the_answer(world: World, *, arrives: bool) -> None:
    send = world.xero.send

    def lost(batch: Any) -> Any:
        if arrives:
            send(batch)
        raise RetryLater("The answer was lost.", after=timedelta(minutes=1))

    world.xero.send = lost  # type: ignore[method-assign]
    world.clock.advance(minutes=10)
    world.engine.run()
    world.xero.send = send  # type: ignore[method-assign]


def test_a_creation_that_arrived_is_linked_though_it_is_kept_out_by_now(world: World) -> None:
    world.organization(fax="1")
    lose_the_answer(world, arrives=True)
    keep_out(world)
    report = world.engine.run()
    assert [entry.rule for entry in report.entries] == ["found after a lost answer"]
    assert (link(world).state, link(world).xero_id) == (LinkState.EXCLUDED, key(world, "Kea"))
    assert world.journal.bases(ORGANIZATIONS, ["ACC1"])["ACC1"]["fax"] == "1"
    quiet(world)


def test_a_creation_that_never_arrived_is_not_sent_again(world: World) -> None:
    world.organization()
    world.organization(organization_name="Moa")
    lose_the_answer(world, arrives=False)
    keep_out(world)
    assert world.engine.preview()[0].counts == {}
    assert world.engine.run().entries == []
    assert active(world) == []
    assert link(world, "ACC2").state is LinkState.WAITING
    world.clock.advance(seconds=KEY_LIFE.total_seconds())
    assert world.sync().writes == 1
    assert active(world) == ["Moa"]
    assert world.journal.open_batches(ORGANIZATIONS) == []
    quiet(world)


def test_a_creation_on_which_xero_failed_is_not_sent_again_either(world: World) -> None:
    world.organization()
    world.xero.fails_on.add("Kea")
    world.sync()
    keep_out(world)
    quiet(world)
    assert (link(world).state, link(world).reason) == (LinkState.EXCLUDED, "")


# Whatever happens

boxes = st.tuples(st.just("box"), st.integers(0, 3), st.booleans())
scripts = st.lists(st.one_of(step, step, boxes), max_size=14)
often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tick(world: World, which: int, ticked: bool) -> None:
    records = world.organizations()
    if records:
        keep_out(world, records[which % len(records)].name, ticked=ticked)


def held_of(world: World) -> dict[str, Any]:
    """What both sides hold of records that are kept out, and of no other one."""
    kept_out = {each.name: each for each in world.organizations() if each.fields["do_not_sync"]}
    links = {each.crm_name: each for each in world.journal.links(ORGANIZATIONS)}
    owners = {each.xero_id for each in links.values() if each.crm_name and not each.duplicate_of}
    shared = {each.xero_id for name, each in links.items() if name not in kept_out and each.xero_id}
    found: dict[str, Any] = {}
    for name, record in kept_out.items():
        xero_id = links[name].xero_id if name in links else None
        own = xero_id in owners and xero_id not in shared
        at_xero = world.xero.contacts[xero_id] if xero_id and own else None
        found[name] = (record.fields, at_xero and at_xero.document)
    return found


@often
@given(scripts)
def test_no_run_writes_to_either_side_of_what_is_kept_out(script: list[Any]) -> None:
    world = World.new()
    for who, which, what in script:
        if who == "box":
            tick(world, which, what)
        elif who == "sync":
            before = held_of(world)
            world.sync()
            after = held_of(world)
            for name, (mine, theirs) in before.items():
                assert after[name][0] == mine
                assert theirs is None or after[name][1] in (theirs, None)
        else:
            act(world, who, which, what)
    names = [each.document["Name"].casefold() for each in world.xero.contacts.values()]
    assert len(names) == len(set(names))


@often
@given(scripts)
def test_the_run_after_that_writes_nothing_and_once_all_may_both_sides_agree(
    script: list[Any],
) -> None:
    world = World.new()
    for who, which, what in script:
        if who == "box":
            tick(world, which, what)
        else:
            act(world, who, which, what)
    world.sync()
    calls = world.xero.calls
    assert world.sync().writes == 0
    assert world.xero.calls - calls <= 2
    for record in world.organizations():
        keep_out(world, record.name, ticked=False)
    world.sync()
    world.sync()
    assert_equal_but_for_skips(world)
    assert world.sync().writes == 0
