"""The people of an organization: five beside the primary one, merged person by person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.mapping import people, people_merge, persons
from vtiger_xero.engine.records import Person, Side

BOTH = list(Side)
ANN = Person("Ann", "Lee", "ann@example.com", name="CON1")
BO = Person("Bo", "Ek", "bo@example.com", name="CON2")
CY = Person("Cy", "Ray", "cy@example.com", name="CON3")


def bare(*people: Person) -> tuple[Person, ...]:
    return tuple(replace(person, name=None) for person in people)


def crm_wins() -> Side:
    return Side.CRM


def ask() -> None:
    return None


crowds = st.lists(
    st.builds(
        Person,
        st.sampled_from(["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal"]),
        st.sampled_from(["Lee", "Ek"]),
        st.sampled_from(["", "x@example.com", "y@example.com"]),
    ),
    max_size=9,
    unique_by=lambda person: person.full_name,
).map(tuple)
at_xero = crowds.map(lambda all_people: all_people[:5])


def test_the_first_contact_becomes_primary_where_xero_knows_nobody() -> None:
    projected, _ = persons.project([ANN, BO], ())
    assert [(each.full_name, each.is_primary) for each in projected] == [
        ("Ann Lee", True),
        ("Bo Ek", False),
    ]


def test_nobody_is_promoted_where_xero_has_people_but_no_primary_one() -> None:
    projected, _ = persons.project([ANN, BO], bare(ANN, BO))
    assert not any(person.is_primary for person in projected)


def test_the_sixth_further_contact_has_no_room_and_is_named() -> None:
    many = [Person(f"P{n}", "Lee", is_primary=n == 0) for n in range(8)]
    projected, left_out = persons.project(many, ())
    assert len(projected) == 6
    assert [person.first_name for person in left_out] == ["P6", "P7"]


def test_who_is_at_xero_already_is_not_pushed_out_by_an_older_contact() -> None:
    many = [Person(f"P{n}", "Lee") for n in range(7)]
    projected, left_out = persons.project(many, bare(*many[2:]))
    assert {person.first_name for person in left_out} == {"P0", "P1"}
    assert people.same_people(projected, bare(*many[2:]))


def test_people_added_on_both_sides_meet() -> None:
    merged = people_merge.merge(bare(ANN), (ANN, BO), bare(ANN, CY), BOTH, crm_wins)
    assert {each.full_name for each in merged.crm} == {"Ann Lee", "Bo Ek", "Cy Ray"}
    assert people.same_people(merged.xero, bare(ANN, BO, CY))


def test_a_person_taken_out_at_xero_leaves_the_organization() -> None:
    merged = people_merge.merge(bare(ANN, BO), (ANN, BO), bare(ANN), BOTH, crm_wins)
    assert merged.crm == (ANN,)


def test_a_person_changed_in_the_crm_and_taken_out_at_xero_is_a_clash() -> None:
    changed = replace(BO, email="new@example.com")
    merged = people_merge.merge(bare(ANN, BO), (ANN, changed), bare(ANN), BOTH, ask)
    assert merged.asked


def test_a_new_name_with_the_same_email_is_the_same_contact() -> None:
    married = replace(ANN, last_name="Hill", name=None)
    merged = people_merge.merge(bare(ANN), (ANN,), (married,), BOTH, crm_wins)
    assert merged.crm == (replace(ANN, last_name="Hill"),)


def test_the_primary_person_keeps_the_email_that_only_the_crm_has() -> None:
    primary = replace(ANN, is_primary=True)
    renamed = Person("Anna", "Lee", is_primary=True)
    merged = people_merge.merge(
        (Person("Ann", "Lee", "", True),), (primary,), (renamed,), BOTH, crm_wins
    )
    assert [each.full_name for each in merged.xero] in (["Anna Lee"], ["Ann Lee"])
    assert all(each.email == "ann@example.com" for each in merged.crm if each.name == "CON1")


@given(crowds, crowds, at_xero)
def test_a_merge_is_done_once(
    base: tuple[Person, ...], crm: tuple[Person, ...], xero: tuple[Person, ...]
) -> None:
    """Merging what a merge has made changes nothing more, on either side."""
    first = people_merge.merge(base[:5], crm, xero, BOTH, crm_wins)
    agreed = persons.people_agreed_on(base[:5], first.crm, first.xero)
    second = people_merge.merge(agreed, first.crm, first.xero, BOTH, crm_wins)
    assert people.same_people(second.xero, first.xero)
    assert people.is_unchanged(second.crm, first.crm, first.xero)


@given(crowds, at_xero)
def test_a_one_way_merge_writes_one_side_only(
    crm: tuple[Person, ...], xero: tuple[Person, ...]
) -> None:
    merged = people_merge.merge((), crm, xero, [Side.XERO], crm_wins)
    assert merged.crm == crm
    merged = people_merge.merge((), crm, xero, [Side.CRM], crm_wins)
    assert merged.xero == xero


@pytest.mark.parametrize("primary", [True, False])
def test_people_survive_writing_and_reading(primary: bool) -> None:
    written: dict[str, object] = {}
    held = (
        replace(ANN, name=None, is_primary=primary, email="" if primary else ANN.email),
        *bare(BO),
    )
    persons.write(written, held)
    assert persons.read(written) == held


def test_of_people_of_one_name_nobody_is_chosen_by_their_order() -> None:
    one, two = replace(BO, email="1@example.com"), replace(BO, email="2@example.com", name="CON9")
    theirs = Person("Bo", "Ek", "3@example.com")
    for crm in (ANN, one, two), (ANN, two, one):
        merged = people_merge.merge((), crm, (theirs,), BOTH, crm_wins)
        emails = ["1@example.com", "2@example.com", "3@example.com"]
        for after in merged.crm, merged.xero:
            assert sorted(each.email for each in after if each.first_name == "Bo") == emails


def test_the_primary_person_is_not_the_one_whom_xero_has_among_the_further_ones() -> None:
    further = replace(BO, email="1@example.com", name=None)
    other = replace(BO, email="2@example.com", name="CON9")
    xero = (Person("Bo", "Ek", is_primary=True), further)
    for crm in (replace(further, name="CON2"), other), (other, replace(further, name="CON2")):
        (primary,) = [each for each in people.mark_primary(crm, xero) if each.is_primary]
        assert primary.name == "CON9"
