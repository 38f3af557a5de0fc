"""What happens to a pair in its life: merges, renames, deletions, restorings, changed settings.

Most of these were found by an attack on the engine; each was a loss before it was a promise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.sync.conftest import ORGANIZATIONS, World, counts
from tests.sync.looking import ANN, BO, active, document, edit_meanwhile, fields, key, people
from vtiger_xero.engine.errors import AccessLost, BudgetSpent, RetryLater
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Direction, Person, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.settings import ConflictPolicy

# Merges at Xero


@pytest.mark.parametrize(("gone", "kept"), [("Kea", "Moa"), ("Moa", "Kea")])
def test_two_linked_contacts_merged_at_xero_leave_two_organizations(
    world: World, gone: str, kept: str
) -> None:
    world.organization(organization_name="Kea", fax="1")
    world.organization(organization_name="Moa", fax="2")
    world.sync()
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": key(world, kept)}
    world.xero.edit(key(world, gone), **merged)
    report = world.sync()
    assert report.header.status is RunStatus.COMPLETED
    (entry,) = report.entries
    assert entry.rule == "G2"
    assert "merged in Xero" in entry.reason and "same name" not in entry.reason
    assert [fields(world, name)["fax"] for name in ("ACC1", "ACC2")] == ["1", "2"]
    assert world.sync().writes == 0


def test_a_merge_into_a_stranger_empties_nothing(world: World) -> None:
    world.organization(fax="1", tax_number="77", contacts=(ANN,))
    world.sync()
    target = world.xero.add(Name="Kea Group")
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": target}
    world.xero.edit(key(world, "Kea"), **merged)
    world.sync()
    world.sync()
    assert (fields(world)["fax"], fields(world)["tax_number"]) == ("1", "77")
    assert people(world) == ["Ann Lee"]


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_the_contact_that_is_left_of_a_merge_keeps_its_details(
    world: World, policy: ConflictPolicy
) -> None:
    """Who merged two contacts chose in Xero whose name stands, whatever the policy."""
    world.set(conflicts=policy)
    world.organization(primary_email="kea@example.com")
    world.sync()
    target = world.xero.add(Name="Kea Group", EmailAddress="group@example.com")
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": target}
    world.xero.edit(key(world, "Kea"), **merged)
    world.sync()
    world.sync()
    left = world.xero.contacts[target].document
    assert left["Name"] == "Kea Group"
    assert left["EmailAddress"] == "group@example.com"
    assert fields(world)["organization_name"] == "Kea Group"
    assert fields(world)["primary_email"] == "group@example.com"


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_it_keeps_them_also_where_organizations_only_go_to_xero(
    world: World, policy: ConflictPolicy
) -> None:
    """What the direction keeps from the CRM stays Xero's, until somebody edits it here."""
    world.set(conflicts=policy)
    world.organization(primary_email="kea@example.com")
    world.sync()
    target = world.xero.add(Name="Kea Group", EmailAddress="group@example.com")
    merged = {"ContactStatus": "ARCHIVED", "MergedToContactID": target}
    world.xero.edit(key(world, "Kea"), **merged)
    world.set(Direction.TO_XERO, conflicts=policy)
    for fax in ("1", "2"):
        world.crm.edit(ORGANIZATIONS, "ACC1", fax=fax)
        world.sync()
        left = world.xero.contacts[target].document
        assert (left["Name"], left["EmailAddress"]) == ("Kea Group", "group@example.com")
    if policy is ConflictPolicy.CRM:
        world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Kea and Sons")
        world.sync()
        assert world.xero.contacts[target].document["Name"] == "Kea and Sons"


def test_an_archived_contact_that_was_entered_anew_is_found_again(world: World) -> None:
    world.organization(fax="1")
    world.sync()
    world.xero.edit(key(world, "Kea"), ContactStatus="ARCHIVED")
    world.xero.add(Name="kea")
    world.sync()
    assert len(world.organizations()) == 1
    world.crm.edit(ORGANIZATIONS, "ACC1", tax_number="5")
    assert counts(world.sync()) == {("XERO", "Updated"): 1}


# Renames


@pytest.mark.parametrize("renamed", ["ACC1", "ACC2"])
def test_a_duplicate_that_is_one_no_longer_gets_its_own_contact(world: World, renamed: str) -> None:
    world.organization()
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, renamed, organization_name="Weka")
    world.sync()
    world.sync()
    assert active(world) == ["Kea", "Weka"]


def test_a_new_organization_with_the_old_name_of_another_is_a_stranger(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Weka")
    world.organization(fax="9")
    assert counts(world.sync()) == {("XERO", "Created"): 1, ("XERO", "Updated"): 1}
    assert active(world) == ["Kea", "Weka"]
    assert world.sync().writes == 0


def test_a_chain_of_renames_arrives(world: World) -> None:
    for name in "AB":
        world.organization(organization_name=name)
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC2", organization_name="C")
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="B")
    world.sync()
    world.sync()
    assert active(world) == ["B", "C"]


@pytest.mark.parametrize("order", [("ACC1", "ACC2", "ACC3"), ("ACC3", "ACC2", "ACC1")])
def test_a_chain_of_renames_arrives_in_one_run(world: World, order: tuple[str, ...]) -> None:
    """Whoever takes a name goes to Xero after the one that gives it up."""
    for name in "ABC":
        world.organization(organization_name=name)
    world.sync()
    names = dict(zip(("ACC1", "ACC2", "ACC3"), "BCD", strict=True))
    for each in order:
        world.crm.edit(ORGANIZATIONS, each, organization_name=names[each])
    report = world.sync()
    assert [entry.reason for entry in report.entries] == ["", "", ""]
    assert active(world) == ["B", "C", "D"]


def test_a_name_that_became_free_goes_by_itself_though_xero_refused_it(world: World) -> None:
    """Under the reading in which accents do not make two names, too."""
    world.xero.accents_count = False
    world.organization(organization_name="Kea")
    world.organization(organization_name="Moa")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC2", organization_name="Kéa")
    (entry,) = world.sync().entries
    assert "already assigned" in entry.reason
    sent = len(world.xero.batches)
    (again,) = world.sync().entries
    assert again.reason == entry.reason  # still true, and not sent again
    assert len(world.xero.batches) == sent
    world.xero.edit(key(world, "Kea"), Name="Weka")
    assert counts(world.sync()) == {("CRM", "Updated"): 1, ("XERO", "Updated"): 1}
    assert active(world) == ["Kéa", "Weka"]
    assert world.sync().writes == 0


def test_names_that_differ_in_more_than_case_are_two(world: World) -> None:
    world.organization(organization_name="Strasse GmbH")
    world.organization(organization_name="Straße GmbH")
    world.sync()
    assert len(active(world)) == 2


def test_what_looks_alike_is_copied_in_no_direction(world: World) -> None:
    world.set(Direction.TO_CRM)
    world.organization(organization_name="Kea Ltd.")
    world.xero.add(Name="Kea Ltd")
    told = world.sync().entries
    assert [(entry.rule, entry.side) for entry in told] == [("G6", Side.XERO), ("G6", Side.CRM)]
    assert len(world.organizations()) == 1


def test_a_certain_match_comes_before_one_that_only_looks_alike(world: World) -> None:
    world.organization(organization_name="Kéa")
    world.organization(organization_name="Kea")
    world.xero.add(Name="Kea")
    assert counts(world.sync()) == {("XERO", "Created"): 1}


# Deletions and restorings


def test_a_new_organization_named_like_an_archived_contact_is_not_trashed(world: World) -> None:
    world.set(deletions=True)
    world.xero.add(Name="Kea", ContactStatus="ARCHIVED")
    world.sync()
    world.organization(fax="typed")
    world.sync()
    world.sync()
    assert len(world.organizations()) == 1


def test_an_edit_is_stronger_than_an_archiving(world: World) -> None:
    world.set(deletions=True)
    world.organization()
    world.sync()
    world.xero.edit(key(world, "Kea"), ContactStatus="ARCHIVED")
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="typed")
    assert [entry.rule for entry in world.sync().entries] == ["X-archived"]
    assert world.one().fields["fax"] == "typed"


def test_an_archiving_of_long_ago_trashes_nothing_when_deletions_are_switched_on(
    world: World,
) -> None:
    world.organization()
    world.sync()
    world.xero.edit(key(world, "Kea"), ContactStatus="ARCHIVED")
    world.sync()
    world.set(deletions=True)
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    world.sync()
    assert len(world.organizations()) == 1


def test_an_edit_while_the_run_is_at_work_is_stronger_than_an_archiving(world: World) -> None:
    name = world.organization()
    world.sync()
    world.set(deletions=True)
    world.xero.edit(key(world, "Kea"), ContactStatus="ARCHIVED")
    edit_meanwhile(world, name)
    assert [entry.rule for entry in world.sync().entries] == ["X-archived"]
    assert world.one().fields["fax"] == "typed meanwhile"


def test_an_edit_at_xero_is_stronger_than_a_deletion_in_the_crm(world: World) -> None:
    world.set(deletions=True)
    world.organization()
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    world.xero.edit(key(world, "Kea"), TaxNumber="5")
    report = world.sync()
    assert active(world) == ["Kea"]
    assert "changed in Xero after that" in report.entries[0].reason


def test_a_contact_that_is_restored_at_xero_comes_back(world: World) -> None:
    world.set(deletions=True)
    world.organization()
    world.sync()
    kea = key(world, "Kea")
    world.xero.edit(kea, ContactStatus="ARCHIVED")
    world.sync()
    assert world.organizations() == []
    world.xero.edit(kea, ContactStatus="ACTIVE")
    assert counts(world.sync()) == {("CRM", "Created"): 1}


def test_the_first_of_two_duplicates_may_go_without_the_contact(world: World) -> None:
    world.set(deletions=True)
    world.organization()
    world.organization(fax="5")
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    world.sync()
    world.sync()
    assert active(world) == ["Kea"]
    assert world.compared(Side.XERO)["Kea"]["fax"] == "5"


@pytest.mark.parametrize("deletions", [True, False])
def test_an_organization_that_was_deleted_and_entered_anew_keeps_its_contact(
    world: World, deletions: bool
) -> None:
    """Found by the properties: both claimed the contact, and the run broke off."""
    world.set(deletions=deletions)
    world.organization(fax="1")
    world.sync()
    world.crm.trash(ORGANIZATIONS, "ACC1")
    world.organization(tax_number="7")
    report = world.sync()
    assert report.header.status is RunStatus.COMPLETED
    assert active(world) == ["Kea"]
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert fields(world, "ACC2")["fax"] == "1"
    assert world.sync().writes == 0


def test_an_organization_that_never_travelled_is_forgotten_when_it_is_deleted(
    world: World,
) -> None:
    name = world.organization(organization_name="<x>")
    world.sync()
    world.crm.trash(ORGANIZATIONS, name)
    world.sync()
    assert world.journal.links(ORGANIZATIONS) == []


# Settings that change


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
def test_what_one_direction_held_back_travels_when_both_are_open_again(
    world: World, direction: Direction
) -> None:
    world.organization()
    world.sync()
    world.set(direction)
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="1")
    world.xero.edit(key(world, "Kea"), TaxNumber="1")
    world.sync()
    world.set(Direction.BOTH)
    world.sync()
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert (world.one().fields["fax"], world.one().fields["tax_number"]) == ("1", "1")


# While a run is at work


def test_an_edit_at_xero_between_reading_and_writing_is_taken_over(world: World) -> None:
    world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="1")
    send = world.xero.send

    def meanwhile(batch: Any) -> Any:
        world.xero.edit(key(world, "Kea"), TaxNumber="typed at Xero")
        return send(batch)

    world.xero.send = meanwhile  # type: ignore[method-assign]
    world.sync()
    world.xero.send = send  # type: ignore[method-assign]
    world.sync()
    assert world.one().fields["tax_number"] == "typed at Xero"


@pytest.mark.parametrize(
    "error",
    [
        lambda now: RetryLater("503", after=timedelta(minutes=1)),
        lambda now: BudgetSpent("day", until=now),
        lambda now: AccessLost("connect again"),
    ],
)
def test_an_outage_never_makes_a_record_look_guilty(
    world: World, error: Callable[[Any], Exception]
) -> None:
    world.organization()
    send = world.xero.send

    def down(batch: Any) -> Any:
        raise error(world.clock.now())

    world.xero.send = down  # type: ignore[method-assign]
    for _ in range(4):
        world.sync()
    world.xero.send = send  # type: ignore[method-assign]
    assert counts(world.sync()) == {("XERO", "Created"): 1}


def test_a_creation_whose_answer_was_lost_is_counted_when_it_is_found(world: World) -> None:
    world.organization()
    send = world.xero.send

    def lost(batch: Any) -> Any:
        send(batch)
        raise RetryLater("lost", after=timedelta(minutes=1))

    world.xero.send = lost  # type: ignore[method-assign]
    world.sync()
    world.xero.send = send  # type: ignore[method-assign]
    report = world.sync()
    assert counts(report) == {("XERO", "Created"): 1}
    assert report.entries[0].rule == "found after a lost answer"


def test_a_contact_of_two_organizations_travels_to_both_in_one_run(world: World) -> None:
    first = world.organization(organization_name="Kea", contacts=(ANN, BO))
    second = world.organization(organization_name="Moa", contacts=(Person("Cy", "Ray", "", True),))
    shared = next(p.name for p in fields(world, first)["contacts"] if p.first_name == "Bo")
    world.crm.link_contact(shared, second)
    world.sync()
    for name in ("Kea", "Moa"):
        held = document(world, name)["ContactPersons"]
        edited = [{**each, "EmailAddress": "new@example.com"} for each in held]
        world.xero.edit(key(world, name), ContactPersons=edited, TaxNumber="1")
    report = world.sync()
    assert not [entry for entry in report.entries if entry.reason]
    assert world.sync().writes == 0


def test_a_document_with_nothing_where_a_list_belongs_is_read_all_the_same(world: World) -> None:
    world.xero.add(Name="Kea", Phones=None, Addresses=None, ContactPersons=None)
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="1", billing_city="Oamaru")
    assert counts(world.sync()) == {("XERO", "Updated"): 1}


def test_the_second_look_of_a_run_starts_from_what_the_first_one_left(world: World) -> None:
    """Found on reading again: the sender kept the links as they were before the second look."""
    world.organization(organization_name="Kea")
    world.organization(organization_name="Moa")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC2", currency="JPY")
    assert [entry.rule for entry in world.sync().entries] == ["G5-contact"]
    world.crm.edit(ORGANIZATIONS, "ACC1", fax="1")
    world.crm.edit(ORGANIZATIONS, "ACC2", currency="EUR")
    world.xero.edit(key(world, "Moa"), TaxNumber="9")
    edit_meanwhile(world, "ACC2")
    world.sync()
    links = {link.crm_name: link for link in world.journal.links(ORGANIZATIONS)}
    assert (links["ACC2"].state, links["ACC2"].reason) == (LinkState.IN_SYNC, "")


def test_what_was_agreed_is_asked_for_once_a_batch(world: World) -> None:
    for number in range(60):
        world.organization(organization_name=f"Kea {number}")
    asked: list[int] = []
    bases = world.journal.bases

    def counted(module: Any, names: Any) -> Any:
        asked.append(len(names))
        return bases(module, names)

    world.journal.bases = counted  # type: ignore[method-assign]
    world.sync()
    assert asked == [60, 50, 10]
