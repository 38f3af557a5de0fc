"""Organizations sync: what a bookkeeper is promised, run by run."""

from __future__ import annotations

import pytest

from tests.sync.conftest import ORGANIZATIONS, World, counts
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.records import Direction, Person, Side
from vtiger_xero.engine.report import RunStatus
from vtiger_xero.engine.settings import ConflictPolicy

CREATED, UPDATED, DELETED, SKIPPED = Operation


def links(world: World) -> dict[str | None, LinkState]:
    return {link.crm_name: link.state for link in world.journal.links(ORGANIZATIONS)}


def test_each_side_gets_what_only_the_other_had(world: World) -> None:
    world.organization(organization_name="Kea", primary_phone="+64 9 1234567")
    world.xero.add(Name="Moa", EmailAddress="moa@example.com")
    report = world.sync()
    assert counts(report) == {("CRM", "Created"): 1, ("XERO", "Created"): 1}
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert report.header.status is RunStatus.COMPLETED


def test_the_next_run_writes_nothing_and_reads_once(world: World) -> None:
    world.organization()
    world.xero.add(Name="Moa", FirstName="Ann", LastName="Lee", EmailAddress="ann@example.com")
    world.sync()
    before = world.xero.calls
    report = world.sync()
    assert counts(report) == {}
    assert world.xero.calls - before == 2  # the organisation, and what changed


def test_what_the_crm_creates_carries_its_number_to_xero(world: World) -> None:
    name = world.organization()
    world.sync()
    (contact,) = world.xero.contacts.values()
    assert contact.document["ContactNumber"] == name


def test_a_website_comes_from_xero_and_is_never_emptied_by_it(world: World) -> None:
    name = world.organization(website="kea.example")
    world.sync()
    assert "Website" not in world.xero.batches[0].items[0].document
    assert counts(world.sync()) == {}
    (key,) = world.xero.contacts
    world.xero.edit(key, TaxNumber="1")
    world.sync()
    assert world.one().fields["website"] == "kea.example"
    world.crm.edit(ORGANIZATIONS, name, website="")
    world.xero.edit(key, Website="kea.nz.example")
    world.sync()
    assert world.one().fields["website"] == "kea.nz.example"


def test_a_number_that_xero_uses_for_somebody_else_is_not_sent(world: World) -> None:
    world.xero.add(Name="Moa", ContactNumber="ACC1")
    assert world.organization() == "ACC1"
    report = world.sync()
    assert counts(report) == {("CRM", "Created"): 1, ("XERO", "Created"): 1}
    assert "ContactNumber" not in world.xero.batches[0].items[0].document


@pytest.mark.parametrize(
    ("direction", "written"), [(Direction.TO_CRM, "CRM"), (Direction.TO_XERO, "XERO")]
)
def test_one_way_writes_one_side_only(world: World, direction: Direction, written: str) -> None:
    world.set(direction)
    world.organization(organization_name="Kea")
    world.xero.add(Name="Moa")
    assert counts(world.sync()) == {(written, "Created"): 1}
    assert counts(world.sync()) == {}


def test_edits_of_different_fields_meet(world: World) -> None:
    name = world.organization(fax="1", billing_city="Oamaru")
    world.sync()
    (key,) = world.xero.contacts
    world.crm.edit(ORGANIZATIONS, name, fax="2")
    world.xero.edit(key, TaxNumber="99")
    report = world.sync()
    assert counts(report) == {("CRM", "Updated"): 1, ("XERO", "Updated"): 1}
    assert world.one().fields["fax"] == "2"
    assert world.one().fields["tax_number"] == "99"
    assert world.compared(Side.CRM) == world.compared(Side.XERO)


def test_the_newest_edit_of_one_field_stands_and_the_log_tells_what_it_replaced(
    world: World,
) -> None:
    name = world.organization(fax="1")
    world.sync()
    (key,) = world.xero.contacts
    world.crm.edit(ORGANIZATIONS, name, tax_number="crm")
    world.clock.advance(minutes=1)
    world.xero.edit(key, TaxNumber="xero")
    report = world.sync()
    (entry,) = report.entries
    assert (entry.side, entry.operation) == (Side.CRM, UPDATED)
    (change,) = entry.changes
    assert (change.field, change.old, change.new, change.overwrites) == (
        "tax_number",
        "crm",
        "xero",
        True,
    )


def test_asking_leaves_both_values_and_the_record_waits(world: World) -> None:
    world.set(conflicts=ConflictPolicy.ASK)
    name = world.organization(fax="1", billing_city="Oamaru")
    world.sync()
    (key,) = world.xero.contacts
    world.crm.edit(ORGANIZATIONS, name, tax_number="crm", billing_city="Timaru")
    world.xero.edit(key, TaxNumber="xero")
    report = world.sync()
    assert counts(report) == {("CRM", "Skipped"): 1}
    assert report.entries[0].rule == "G7"
    assert links(world) == {name: LinkState.CONFLICT}
    assert world.one().fields["tax_number"] == "crm"
    assert world.xero.contacts[key].document["TaxNumber"] == "xero"
    world.set(conflicts=ConflictPolicy.XERO)
    world.sync()
    assert world.compared(Side.CRM) == world.compared(Side.XERO)
    assert world.one().fields["tax_number"] == "xero"


def test_duplicates_become_one_contact_and_each_says_so(world: World) -> None:
    first, second = world.organization(), world.organization(organization_name="KEA")
    report = world.sync()
    assert counts(report) == {("XERO", "Created"): 1, ("XERO", "Skipped"): 1}
    assert len(world.xero.contacts) == 1
    twin = next(link for link in world.journal.links(ORGANIZATIONS) if link.crm_name == second)
    assert twin.duplicate_of == first
    assert twin.xero_id in world.xero.contacts
    assert first in twin.reason
    assert counts(world.sync()) == {}


def test_an_edit_of_a_duplicate_is_not_lost_in_silence(world: World) -> None:
    world.organization()
    second = world.organization()
    world.sync()
    world.crm.edit(ORGANIZATIONS, second, fax="5")
    report = world.sync()
    assert [entry.rule for entry in report.entries] == ["G2"]


def test_one_bad_record_costs_one_record(world: World) -> None:
    for number in range(5):
        world.organization(organization_name=f"Kea {number}")
    world.organization(organization_name="K" * 300)
    report = world.sync()
    assert counts(report) == {("XERO", "Created"): 5, ("XERO", "Skipped"): 1}
    (skip,) = [entry for entry in report.entries if entry.operation is SKIPPED]
    assert "300 characters" in skip.reason
    assert report.header.status is RunStatus.COMPLETED


def test_a_record_that_makes_xero_fail_holds_up_nobody_but_itself(world: World) -> None:
    """Xero's 500 names no record: the batch is halved run by run, the doubtful part sent last."""
    world.xero.fails_on = {"Poison"}
    for number in range(7):
        world.organization(organization_name=f"Kea {number}")
    world.organization(organization_name="Poison")
    runs = [world.sync() for _ in range(6)]
    assert [run.header.status for run in runs[:5]] == [RunStatus.WAITING] * 5
    assert runs[5].header.status is RunStatus.COMPLETED
    assert len(world.xero.contacts) == 7
    (skip,) = runs[5].entries
    assert (skip.title, skip.rule) == ("Poison", "refused")
    assert "sent alone" in skip.reason
    world.organization(organization_name="Moa")
    world.sync(retry=True)
    assert len(world.xero.contacts) == 8
    world.xero.fails_on = set()
    world.sync()
    world.sync(retry=True)
    assert len(world.xero.contacts) == 9


def test_a_skipped_record_is_told_again_until_it_is_mended(world: World) -> None:
    name = world.organization(organization_name="<Kea>")
    assert counts(world.sync()) == {("XERO", "Skipped"): 1}
    assert counts(world.sync()) == {("XERO", "Skipped"): 1}
    world.crm.edit(ORGANIZATIONS, name, organization_name="Kea")
    assert counts(world.sync()) == {("XERO", "Created"): 1}
    assert counts(world.sync()) == {}


def test_what_xero_refused_is_not_sent_again_unless_a_person_asks(world: World) -> None:
    world.xero.refuses = {"Moa": "The moon is in the wrong house."}
    world.organization(organization_name="Moa")
    refused = world.sync()
    assert counts(refused) == {("XERO", "Skipped"): 1}
    assert refused.entries[0].reason == "The moon is in the wrong house."
    sent = len(world.xero.batches)
    assert counts(world.sync()) == {("XERO", "Skipped"): 1}
    assert len(world.xero.batches) == sent
    world.xero.refuses = {}
    assert counts(world.sync(retry=True)) == {("XERO", "Created"): 1}


def test_a_name_that_another_contact_holds_travels_as_soon_as_it_is_free(world: World) -> None:
    world.set(Direction.TO_XERO)
    world.organization()
    world.sync()
    moa = world.xero.add(Name="Moa")
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Moa")
    report = world.sync()
    assert counts(report) == {("XERO", "Skipped"): 1}
    assert "already" in report.entries[0].reason
    world.xero.edit(moa, Name="Moa Ltd")
    assert counts(world.sync()) == {("XERO", "Updated"): 1}


def test_a_mandatory_field_that_xero_has_not_skips_and_names_it(world: World) -> None:
    world.crm.customize(ORGANIZATIONS, "industry", reqd=1)
    world.xero.add(Name="Moa")
    report = world.sync()
    assert "Industry is mandatory" in report.entries[0].reason
    world.crm.customize(ORGANIZATIONS, "industry", reqd=0)
    assert counts(world.sync()) == {("CRM", "Created"): 1}
    assert links(world) == {"ACC1": LinkState.IN_SYNC}


def test_an_archived_contact_is_skipped_only_when_something_should_travel(world: World) -> None:
    name = world.organization()
    world.sync()
    (key,) = world.xero.contacts
    world.xero.edit(key, ContactStatus="ARCHIVED")
    assert counts(world.sync()) == {}
    world.crm.edit(ORGANIZATIONS, name, fax="7")
    report = world.sync()
    assert report.entries[0].remedy == "Restore it in Xero."
    world.xero.edit(key, ContactStatus="ACTIVE")
    assert counts(world.sync()) == {("XERO", "Updated"): 1}


def test_deletions_stay_at_home_at_first(world: World) -> None:
    name = world.organization()
    world.sync()
    world.crm.trash(ORGANIZATIONS, name)
    report = world.sync()
    assert report.entries[0].rule == "G9"
    (contact,) = world.xero.contacts.values()
    assert contact.document["ContactStatus"] == "ACTIVE"
    assert counts(world.sync()) == {}
    assert world.organizations() == []


def test_deletions_travel_when_the_settings_say_so(world: World) -> None:
    world.set(deletions=True)
    kea, _ = (
        world.organization(organization_name="Kea"),
        world.organization(organization_name="Moa"),
    )
    world.sync()
    by_name = {each.document["Name"]: key for key, each in world.xero.contacts.items()}
    world.crm.trash(ORGANIZATIONS, kea)
    world.xero.edit(by_name["Moa"], ContactStatus="ARCHIVED")
    report = world.sync()
    assert counts(report) == {("CRM", "Deleted"): 1, ("XERO", "Deleted"): 1}
    assert world.xero.contacts[by_name["Kea"]].document["ContactStatus"] == "ARCHIVED"
    assert world.organizations() == []
    assert counts(world.sync()) == {}


def test_contacts_travel_both_ways(world: World) -> None:
    name = world.organization(contacts=(Person("Ann", "Lee", "ann@example.com", True),))
    world.sync()
    (key,) = world.xero.contacts
    assert world.xero.contacts[key].document["FirstName"] == "Ann"
    bo = {"FirstName": "Bo", "LastName": "Ek", "EmailAddress": "bo@example.com"}
    world.xero.edit(key, ContactPersons=[bo])
    world.crm.add_contact(name, Person("Cy", "Ray", "cy@example.com"))
    world.sync()
    people = world.one().fields["contacts"]
    assert isinstance(people, tuple)
    assert {person.full_name for person in people} == {"Ann Lee", "Bo Ek", "Cy Ray"}
    persons = world.xero.contacts[key].document["ContactPersons"]
    assert {person["FirstName"] for person in persons} == {"Bo", "Cy"}
    assert counts(world.sync()) == {}


def test_a_contact_that_could_not_travel_is_not_taken_for_one_that_xero_took_out(
    world: World,
) -> None:
    """Found by the demo: a skipped update left its contacts among the agreed ones."""
    bo = Person("Bo", "Ek", "bo@example.com")
    world.organization(currency="JPY", contacts=(Person("Ann", "Lee", is_primary=True), bo))
    world.xero.add(Name="Kea", FirstName="Ann", LastName="Lee")
    assert counts(world.sync()) == {("XERO", "Skipped"): 1}
    world.sync()
    people = world.one().fields["contacts"]
    assert isinstance(people, tuple)
    assert [person.full_name for person in people] == ["Ann Lee", "Bo Ek"]


def test_the_sixth_contact_stays_in_the_crm_and_is_named_in_the_log(world: World) -> None:
    world.organization(contacts=tuple(Person(f"P{n}", "Lee") for n in range(8)))
    report = world.sync()
    assert counts(report) == {("XERO", "Created"): 1, ("XERO", "Skipped"): 2}
    assert {e.title for e in report.entries if e.rule == "five-contacts"} == {
        "P6 Lee (Kea)",
        "P7 Lee (Kea)",
    }
    people = world.one().fields["contacts"]
    assert isinstance(people, tuple)
    assert len(people) == 8
    assert counts(world.sync()) == {("XERO", "Skipped"): 2}
