"""The people of an organization over time: who is primary, who makes room, whose e-mail it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.looking import ANN, BO, document, fields, key, people
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Direction, Person, Side
from vtiger_xero.engine.settings import ConflictPolicy


def test_an_organization_without_an_email_takes_over_the_one_it_lent(world: World) -> None:
    world.organization(contacts=(ANN, BO))
    world.sync()
    assert document(world)["EmailAddress"] == "ann@example.com"
    assert world.one().fields["primary_email"] == "ann@example.com"
    world.xero.edit(key(world, "Kea"), FirstName="", LastName="")
    world.sync()
    assert document(world)["EmailAddress"] == "ann@example.com"
    world.xero.edit(key(world, "Kea"), EmailAddress="")
    world.sync()
    assert world.one().fields["primary_email"] == ""
    assert world.sync().writes == 0


def test_a_primary_person_who_marries_stays_the_same_contact(world: World) -> None:
    world.organization(contacts=(ANN,))
    world.sync()
    (before,) = fields(world)["contacts"]
    world.xero.edit(key(world, "Kea"), LastName="Hill")
    world.sync()
    (after,) = fields(world)["contacts"]
    assert (after.name, after.full_name, after.email) == (before.name, "Ann Hill", ANN.email)


def test_whoever_makes_room_at_xero_stays_in_the_crm(world: World) -> None:
    crowd = tuple(Person(f"P{n}", "Lee", f"p{n}@example.com", n == 0) for n in range(8))
    world.organization(contacts=crowd)
    world.sync()
    by_name = {person.first_name: person for person in fields(world)["contacts"]}
    world.crm.edit_contact(by_name["P0"].name, is_primary=False)
    world.crm.edit_contact(by_name["P7"].name, is_primary=True)
    world.sync()
    world.sync()
    assert len(people(world)) == 8
    assert world.sync().writes == 0


def test_a_primary_person_chosen_on_both_sides_follows_the_policy(world: World) -> None:
    world.set(conflicts=ConflictPolicy.XERO)
    three = (ANN, BO, Person("Cy", "Ray", "cy@example.com"))
    world.organization(primary_email="office@example.com", contacts=three)
    world.sync()
    by_name = {person.first_name: person for person in fields(world)["contacts"]}
    world.crm.edit_contact(by_name["Ann"].name, is_primary=False)
    world.crm.edit_contact(by_name["Bo"].name, is_primary=True)
    held = {each["FirstName"]: each for each in document(world)["ContactPersons"]}
    rest = [held["Bo"], {"FirstName": "Ann", "LastName": "Lee", "EmailAddress": ANN.email}]
    world.xero.edit(key(world, "Kea"), FirstName="Cy", LastName="Ray", ContactPersons=rest)
    world.sync()
    world.sync()
    (primary,) = (person for person in fields(world)["contacts"] if person.is_primary)
    assert primary.first_name == document(world)["FirstName"] == "Cy"


def test_two_people_of_one_name_keep_their_own_emails(world: World) -> None:
    johns = (ANN, Person("John", "S", "a@example.com"), Person("John", "S", "b@example.com"))
    world.organization(contacts=johns)
    world.sync()
    before = {person.name: person.email for person in fields(world)["contacts"]}
    held = document(world)["ContactPersons"]
    world.xero.edit(key(world, "Kea"), ContactPersons=held[::-1])
    assert world.sync().writes == 0
    world.xero.edit(key(world, "Kea"), ContactPersons=held[1:])
    world.sync()
    after = {person.name: person.email for person in fields(world)["contacts"]}
    assert after == {name: email for name, email in before.items() if email != "a@example.com"}


def test_a_person_who_is_primary_no_longer_keeps_the_email_that_xero_never_had(
    world: World,
) -> None:
    world.organization(primary_email="office@example.com", contacts=(ANN, BO))
    world.sync()
    ann = {"FirstName": "Ann", "LastName": "Lee", "EmailAddress": ""}
    world.xero.edit(key(world, "Kea"), FirstName="Bo", LastName="Ek", ContactPersons=[ann])
    world.sync()
    emails = {person.first_name: person.email for person in fields(world)["contacts"]}
    assert emails == {"Ann": ANN.email, "Bo": BO.email}


def test_whether_a_person_gets_invoices_survives_a_new_name(world: World) -> None:
    bo = {"FirstName": "Bo", "LastName": "Ek", "EmailAddress": BO.email, "IncludeInEmails": True}
    world.xero.add(Name="Kea", ContactPersons=[bo])
    world.sync()
    (person,) = world.one().fields["contacts"]  # type: ignore[misc]
    world.crm.edit_contact(person.name, first_name="Bob")
    world.sync()
    (held,) = document(world)["ContactPersons"]
    assert (held["FirstName"], held["IncludeInEmails"]) == ("Bob", True)


def test_contacts_without_a_name_are_left_where_they_are(world: World) -> None:
    nameless = (Person("", "", "a@example.com", True), Person("", "", "b@example.com"))
    world.organization(primary_email="office@example.com", contacts=nameless)
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    assert world.sync().writes == 0
    assert len(fields(world)["contacts"]) == 2


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
def test_one_way_does_not_keep_equal_people_waiting(world: World, direction: Direction) -> None:
    world.organization(primary_email="office@example.com", contacts=(Person("Ann", "Lee"), BO))
    world.sync()
    world.set(direction)
    world.crm.edit(ORGANIZATIONS, "ACC1", industry="Energy")
    world.sync()
    (link,) = world.journal.links(ORGANIZATIONS)
    assert link.state is LinkState.IN_SYNC


def test_an_email_is_lent_only_where_xero_may_be_written_to(world: World) -> None:
    world.set(Direction.TO_CRM)
    world.organization(contacts=(ANN,))
    world.xero.add(Name="Kea")
    assert world.sync().writes == 0
    assert world.one().fields["primary_email"] == ""


# The last one at Xero


def test_the_last_further_contact_that_is_removed_here_is_removed_in_xero(world: World) -> None:
    """An empty list changes nothing there; one empty person clears it."""
    world.organization(contacts=(ANN, BO))
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", contacts=(ANN,))
    world.sync()
    assert not any(each.get("FirstName") for each in document(world)["ContactPersons"])
    assert people(world) == ["Ann Lee"]
    assert world.sync().writes == 0


def test_a_contact_whom_xero_keeps_does_not_come_back(world: World) -> None:
    world.organization(contacts=(ANN, BO))
    world.sync()
    world.xero.keeps_persons = True
    world.crm.edit(ORGANIZATIONS, "ACC1", contacts=(ANN,))
    report = world.sync()
    (told,) = [entry for entry in report.entries if entry.reason]
    assert "Xero kept the contact persons \u201cBo Ek\u201d" in told.reason
    sent = world.xero.writes
    for _ in range(2):
        report = world.sync()
        assert [entry.reason for entry in report.entries] == [told.reason]
        assert people(world) == ["Ann Lee"]
    assert world.xero.writes == sent
    world.xero.edit(key(world, "Kea"), ContactPersons=[])  # a person removes them there
    world.sync()
    (link,) = world.journal.links(ORGANIZATIONS)
    assert (link.state, link.reason) == (LinkState.IN_SYNC, "")


# What is not agreed on yet


def edit_bo_on(world: World, side: Side, email: str) -> None:
    if side is Side.CRM:
        (bo,) = (each for each in fields(world)["contacts"] if each.first_name == "Bo")
        world.crm.edit_contact(bo.name, email=email)
    else:
        held = document(world)["ContactPersons"]
        world.xero.edit(key(world, "Kea"), ContactPersons=[{**held[0], "EmailAddress": email}])


def emails_of_bo(world: World) -> tuple[str, str]:
    (bo,) = (each for each in fields(world)["contacts"] if each.first_name == "Bo")
    return bo.email, document(world)["ContactPersons"][0]["EmailAddress"]


@pytest.mark.parametrize(
    ("direction", "edited"), [(Direction.TO_XERO, Side.XERO), (Direction.TO_CRM, Side.CRM)]
)
def test_an_edit_of_a_person_that_the_direction_holds_back_is_not_undone(
    world: World, direction: Direction, edited: Side
) -> None:
    """Found by the choices: the edit was taken for agreed on, and undone by the next run."""
    world.organization(contacts=(ANN, BO))
    world.sync()
    world.set(direction)
    edit_bo_on(world, edited, "new@example.com")
    before = emails_of_bo(world)
    for _ in range(3):
        assert world.sync().writes == 0
        assert emails_of_bo(world) == before
    world.set(Direction.BOTH)
    world.sync()
    assert emails_of_bo(world) == ("new@example.com", "new@example.com")
    assert world.sync().writes == 0


def test_a_clash_of_people_is_asked_for_in_every_run(world: World) -> None:
    """Found by the choices: after the first run the CRM's people won without a word."""
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(contacts=(ANN, BO))
    world.sync()
    for side, email in ((Side.CRM, "mine@example.com"), (Side.XERO, "theirs@example.com")):
        edit_bo_on(world, side, email)
    for _ in range(3):
        assert [entry.rule for entry in world.sync().entries] == ["G7"]
        assert emails_of_bo(world) == ("mine@example.com", "theirs@example.com")


@pytest.mark.parametrize("known", [False, True], ids=["new at Xero", "met at Xero"])
def test_two_people_of_one_name_are_not_taken_for_each_other(world: World, known: bool) -> None:
    """Found by whole books: the second run took the mark of the primary one away."""
    twice = Person("Ann", "Lee", "ann@example.com")
    world.organization(contacts=(replace(twice, is_primary=True), BO, twice))
    if known:
        others = [
            {"FirstName": each.first_name, "LastName": each.last_name, "EmailAddress": each.email}
            for each in (BO, twice)
        ]
        world.xero.add(Name="Kea", FirstName="Ann", LastName="Lee", ContactPersons=others)
    world.sync()
    assert world.sync().writes == 0
    assert [each.is_primary for each in fields(world)["contacts"]] == [True, False, False]
