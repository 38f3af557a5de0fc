"""The promises of every `Crm`: subclass `CrmPromises` and give it a fixture `world`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.modules import TABLES
from vtiger_xero.engine.records import Fields, Person

from .transactions import TransactionPromises
from .world import (
    ORGANIZATIONS,
    World,
    head,
    head_names,
    people,
    read,
    require_box,
    unique,
    without_keys,
)

ADA = Person("Ada", "Lovelace", "ada@example.com", is_primary=True)
BOB = Person("Bob", "O'Neil", "bob@example.com")

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a missing mandatory value": ({"organization_name": ""}, "Organization Name"),
    "a value longer than its field": ({"billing_postal_code": "9" * 51}, "Billing Postal Code"),
    "an impossible e-mail address": ({"primary_email": "ada at example"}, "Primary Email"),
    "a choice that is none": ({"industry": "Alchemy"}, "Industry"),
    "a link to nothing": ({"member_of": "ACC-no-such"}, "Member Of"),
    "an impossible e-mail of a person": ({"contacts": (Person("Eve", "X", "eve at"),)}, "eve at"),
}


class Reading:
    """What is read is what was saved."""

    def test_heads_hold_what_matching_looks_at(self, world: World) -> None:
        name = world.insert(
            organization_name=unique("Heads"), tax_number="123-456", primary_email="a@example.com"
        )
        (head,) = (each for each in world.crm.heads(ORGANIZATIONS) if each.name == name)
        record = read(world, name)
        assert head.keys == {
            "organization_name": record.fields["organization_name"],
            "organization_number": record.fields["organization_number"],
            "tax_number": "123-456",
            "primary_email": "a@example.com",
            "do_not_sync": "",
        }

    def test_a_record_that_a_person_keeps_out_says_so(self, world: World) -> None:
        name = world.insert(organization_name=unique("Private"), do_not_sync=True)
        assert head(world, name, ORGANIZATIONS).keys["do_not_sync"] == "1"
        require_box(world, name, ORGANIZATIONS)

    def test_what_a_head_lacks_is_empty_text(self, world: World) -> None:
        name = world.insert(organization_name=unique("Bare"))
        (head,) = (each for each in world.crm.heads(ORGANIZATIONS) if each.name == name)
        assert head.keys["tax_number"] == head.keys["primary_email"] == ""

    def test_a_head_and_its_record_are_of_one_version(self, world: World) -> None:
        name = world.insert(organization_name=unique("Version"))
        (head,) = (each for each in world.crm.heads(ORGANIZATIONS) if each.name == name)
        assert head.modified == read(world, name).modified
        assert head.modified.utcoffset() == timedelta(0)

    def test_heads_stand_oldest_first(self, world: World) -> None:
        names = [world.insert(organization_name=unique(word)) for word in ("Zoo", "Mid", "Ant")]
        world.edit(names[0], website="www.example.com")
        assert [name for name in head_names(world) if name in names] == names

    @pytest.mark.parametrize(
        "text", ["Zoë & Søn “Ltd” – 株式会社 🐑", 'it\'s "quoted"; 100% \\ _x_', "two\nlines\n"]
    )
    def test_every_text_comes_back_as_it_was_saved(self, world: World, text: str) -> None:
        name = world.insert(organization_name=unique("Text"), description=text)
        assert read(world, name).fields["description"] == text

    def test_records_that_no_longer_exist_are_left_out(self, world: World) -> None:
        kept, gone = (world.insert(organization_name=unique("Some")) for _ in range(2))
        world.trash(gone)
        found = world.crm.get(ORGANIZATIONS, [gone, kept, "ACC-no-such"])
        assert [record.name for record in found] == [kept]
        assert gone not in head_names(world)

    def test_any_number_of_records_can_be_asked_for(self, world: World) -> None:
        names = [world.insert(organization_name=unique("Many")) for _ in range(3)]
        asked = [*names[:2], *(f"ACC-no-such-{number}" for number in range(2500)), names[2]]
        assert [each.name for each in world.crm.get(ORGANIZATIONS, asked)] == names

    def test_asking_for_nothing_gives_nothing(self, world: World) -> None:
        assert list(world.crm.get(ORGANIZATIONS, [])) == []


class Creating:
    """What the sync creates is a record like any other."""

    def test_a_new_record_is_returned_as_saved(self, world: World) -> None:
        title = unique("New")
        record = world.crm.create(ORGANIZATIONS, {"organization_name": title, "employees": 12})
        assert record.fields["organization_name"] == title
        assert record.fields["employees"] == 12
        assert record.fields["organization_number"] == record.name
        assert record == read(world, record.name)

    def test_a_new_record_has_its_people(self, world: World) -> None:
        fields: Fields = {"organization_name": unique("People"), "contacts": (ADA, BOB)}
        record = world.crm.create(ORGANIZATIONS, fields)
        found = people(world, record.name)
        assert without_keys(found) == without_keys((ADA, BOB))
        assert all(person.name for person in found)

    def test_running_numbers_never_repeat(self, world: World) -> None:
        first = world.crm.create(ORGANIZATIONS, {"organization_name": unique("One")})
        world.crm.delete(ORGANIZATIONS, first.name)
        second = world.crm.create(ORGANIZATIONS, {"organization_name": unique("Two")})
        assert first.name != second.name

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_breaks_a_rule_is_refused_and_leaves_nothing(
        self, world: World, case: str
    ) -> None:
        broken, named = REFUSED[case]
        before = head_names(world)
        with pytest.raises(RecordRefused) as refusal:
            world.crm.create(ORGANIZATIONS, {"organization_name": unique("Bad"), **broken})
        assert named in refusal.value.reason
        assert head_names(world) == before


class Updating:
    """A person's save is never lost, and every save is a version of its own."""

    def test_only_the_given_fields_change(self, world: World) -> None:
        name = world.insert(
            organization_name=unique("Part"), website="www.example.com", contacts=(ADA,)
        )
        before = read(world, name)
        after = world.crm.update(ORGANIZATIONS, name, {"fax": "123"}, before.modified)
        assert after.fields == {**before.fields, "fax": "123"}
        assert after == read(world, name)

    def test_a_value_can_be_taken_away(self, world: World) -> None:
        name = world.insert(organization_name=unique("Less"), fax="123")
        seen = read(world, name).modified
        assert not world.crm.update(ORGANIZATIONS, name, {"fax": ""}, seen).fields["fax"]

    def test_every_save_makes_a_later_version(self, world: World) -> None:
        name = world.insert(organization_name=unique("Often"))
        versions = [read(world, name).modified]
        for number in range(5):
            fields = {"fax": str(number)}
            versions.append(world.crm.update(ORGANIZATIONS, name, fields, versions[-1]).modified)
        assert versions == sorted(set(versions))

    def test_the_running_number_is_nobodys_to_change(self, world: World) -> None:
        made = world.crm.create(
            ORGANIZATIONS, {"organization_name": unique("Number"), "organization_number": "MINE"}
        )
        assert made.fields["organization_number"] == made.name
        fields = {"organization_number": "MINE", "fax": "1"}
        after = world.crm.update(ORGANIZATIONS, made.name, fields, made.modified)
        assert after.fields["organization_number"] == made.name

    def test_a_person_who_was_faster_wins(self, world: World) -> None:
        name = world.insert(organization_name=unique("Race"), fax="1")
        seen = read(world, name).modified
        world.edit(name, fax="2")
        with pytest.raises(RecordChanged):
            world.crm.update(ORGANIZATIONS, name, {"fax": "3"}, seen)
        assert read(world, name).fields["fax"] == "2"

    def test_a_record_that_a_person_deleted_is_refused(self, world: World) -> None:
        name = world.insert(organization_name=unique("Gone"))
        seen = read(world, name).modified
        world.trash(name)
        with pytest.raises(RecordRefused):
            world.crm.update(ORGANIZATIONS, name, {"fax": "3"}, seen)

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_breaks_a_rule_is_refused_and_changes_nothing(
        self, world: World, case: str
    ) -> None:
        broken, named = REFUSED[case]
        before = read(world, world.insert(organization_name=unique("Good"), contacts=(ADA,)))
        with pytest.raises(RecordRefused) as refusal:
            world.crm.update(ORGANIZATIONS, before.name, {"fax": "9", **broken}, before.modified)
        assert named in refusal.value.reason
        assert read(world, before.name) == before


class People:
    """The people of an organization are Contacts of the CRM."""

    def _update(self, world: World, name: str, *persons: Person) -> None:
        seen = read(world, name).modified
        world.crm.update(ORGANIZATIONS, name, {"contacts": persons}, seen)

    def test_people_stand_in_the_order_in_which_they_came(self, world: World) -> None:
        name = world.insert(organization_name=unique("Order"))
        keys = [world.add_contact(name, Person(word, "X")) for word in ("Zoe", "Max", "Ann")]
        assert [person.name for person in people(world, name)] == keys

    def test_a_person_with_a_key_is_changed_in_place(self, world: World) -> None:
        name = world.insert(organization_name=unique("Change"), contacts=(ADA, BOB))
        ada, bob = people(world, name)
        self._update(world, name, ada, replace(bob, last_name="Martin", email="bm@example.com"))
        assert people(world, name) == (
            ada,
            replace(bob, last_name="Martin", email="bm@example.com"),
        )

    def test_a_person_without_a_key_is_a_new_contact(self, world: World) -> None:
        name = world.insert(organization_name=unique("Add"), contacts=(ADA,))
        (ada,) = people(world, name)
        self._update(world, name, ada, BOB)
        kept, added = people(world, name)
        assert kept == ada
        assert without_keys([added]) == without_keys([BOB])

    def test_two_people_of_one_name_are_two_contacts(self, world: World) -> None:
        name = world.insert(organization_name=unique("Twins"), contacts=(BOB, BOB))
        assert len({person.name for person in people(world, name)}) == 2

    def test_a_person_who_is_left_out_is_unlinked_not_deleted(self, world: World) -> None:
        name = world.insert(organization_name=unique("Unlink"), contacts=(ADA, BOB))
        ada, bob = people(world, name)
        self._update(world, name, bob)
        assert people(world, name) == (bob,)
        assert world.contact_exists(ada.name or "")

    def test_people_who_are_not_mentioned_stay(self, world: World) -> None:
        name = world.insert(organization_name=unique("Stay"), contacts=(ADA,))
        before = people(world, name)
        world.crm.update(ORGANIZATIONS, name, {"fax": "1"}, read(world, name).modified)
        assert people(world, name) == before

    def test_who_is_primary_can_change(self, world: World) -> None:
        name = world.insert(organization_name=unique("Primary"), contacts=(ADA, BOB))
        ada, bob = people(world, name)
        self._update(world, name, replace(ada, is_primary=False), replace(bob, is_primary=True))
        assert [person.is_primary for person in people(world, name)] == [False, True]

    def test_whatever_a_person_does_to_a_contact_makes_a_new_version(self, world: World) -> None:
        name = world.insert(organization_name=unique("Touch"))
        versions = [read(world, name).modified]
        contact = world.add_contact(name, BOB)
        versions.append(read(world, name).modified)
        world.edit_contact(contact, email="robert@example.com")
        versions.append(read(world, name).modified)
        assert people(world, name)[0].email == "robert@example.com"
        world.trash_contact(contact)
        versions.append(read(world, name).modified)
        assert versions == sorted(set(versions))
        assert people(world, name) == ()

    def test_a_shared_contact_changes_every_organization_that_has_it(self, world: World) -> None:
        one = world.insert(organization_name=unique("One"), contacts=(BOB,))
        other = world.insert(organization_name=unique("Other"))
        (bob,) = people(world, one)
        world.link_contact(bob.name or "", other)
        before = read(world, other)
        self._update(world, one, replace(bob, first_name="Robert"))
        assert people(world, other)[0].first_name == "Robert"
        assert read(world, other).modified > before.modified

    def test_a_shared_contact_stays_with_the_other_organization(self, world: World) -> None:
        one = world.insert(organization_name=unique("One"), contacts=(BOB,))
        other = world.insert(organization_name=unique("Other"))
        (bob,) = people(world, one)
        world.link_contact(bob.name or "", other)
        self._update(world, one)
        assert people(world, one) == ()
        assert people(world, other) == (bob,)


class Deleting:
    """What goes, goes; what is needed, stays."""

    def test_a_deleted_record_is_gone_and_its_people_stay(self, world: World) -> None:
        name = world.insert(organization_name=unique("Delete"), contacts=(ADA,))
        (ada,) = people(world, name)
        world.crm.delete(ORGANIZATIONS, name)
        assert list(world.crm.get(ORGANIZATIONS, [name])) == []
        assert world.contact_exists(ada.name or "")

    def test_a_person_who_was_faster_keeps_the_record(self, world: World) -> None:
        name = world.insert(organization_name=unique("Saved"), fax="1")
        seen = read(world, name).modified
        world.edit(name, fax="2")
        with pytest.raises(RecordChanged):
            world.crm.delete(ORGANIZATIONS, name, seen)
        saved = read(world, name)
        assert saved.fields["fax"] == "2"
        world.crm.delete(ORGANIZATIONS, name, saved.modified)
        with pytest.raises(RecordChanged):
            world.crm.delete(ORGANIZATIONS, name, saved.modified)

    def test_a_record_that_another_refers_to_is_not_deleted(self, world: World) -> None:
        parent = world.insert(organization_name=unique("Parent"), contacts=(ADA,))
        world.insert(organization_name=unique("Child"), member_of=parent)
        before = read(world, parent)
        with pytest.raises(RecordRefused) as refusal:
            world.crm.delete(ORGANIZATIONS, parent)
        assert parent in refusal.value.reason
        assert read(world, parent) == before


class Describing:
    """The CRM says what it insists on, in the words that its users see."""

    def _mandatory(self, world: World) -> dict[str, str]:
        return {each.field: each.label for each in world.crm.mandatory_fields(ORGANIZATIONS)}

    def test_the_name_is_mandatory_and_what_fills_itself_in_is_not(self, world: World) -> None:
        mandatory = self._mandatory(world)
        assert mandatory["organization_name"] == "Organization Name"
        assert "assigned_to" not in mandatory

    def test_a_field_made_mandatory_by_the_site_is_mandatory(self, world: World) -> None:
        assert "industry" not in self._mandatory(world)
        world.make_mandatory("industry")
        assert self._mandatory(world)["industry"] == "Industry"
        with pytest.raises(RecordRefused, match="Industry"):
            world.crm.create(ORGANIZATIONS, {"organization_name": unique("Idle")})

    def test_every_mapped_field_has_a_label(self, world: World) -> None:
        labels = world.crm.labels(ORGANIZATIONS)
        unlabelled = [row.field for row in TABLES[ORGANIZATIONS].rows if not labels.get(row.field)]
        assert unlabelled == []
        assert labels["billing_po_box"] == "Billing PO Box"

    def test_the_base_currency_is_a_code_or_nothing(self, world: World) -> None:
        currency = world.crm.base_currency()
        assert currency == "" or (len(currency) == 3 and currency.isupper())


class CrmPromises(Reading, Creating, Updating, People, Deleting, Describing, TransactionPromises):
    """Everything that a `Crm` promises."""
