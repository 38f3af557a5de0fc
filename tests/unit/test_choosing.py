"""A person's choice is made on two values, and holds as long as both sides show them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vtiger_xero.engine.choosing import choice_on, field_conflict_of, with_choices
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Choice, FieldConflict, Link, LinkState
from vtiger_xero.engine.records import Module, Person, Side

FAX = FieldConflict("fax", "1", "2", "3")
CITY = FieldConflict("billing_city", None, "Oamaru", "")
LINK = Link(Module.ORGANIZATIONS, "ACC1", "x-1", LinkState.CONFLICT, conflict=(FAX, CITY))


def on(clash: FieldConflict, winner: Side = Side.CRM) -> Choice:
    return Choice(clash.field, winner, clash.crm, clash.xero)


def test_a_clash_shows_what_people_read() -> None:
    people = (Person("Ada", is_primary=True), Person("Bob"))
    assert field_conflict_of("contacts", (), (), people) == FieldConflict(
        "contacts", "", "", "Ada (primary), Bob"
    )
    assert field_conflict_of("fax", None, "1", None) == FieldConflict("fax", None, "1", "")


def test_a_choice_stands_on_the_values_that_were_seen() -> None:
    assert choice_on([on(CITY), on(FAX)], FAX) == on(FAX)


@pytest.mark.parametrize("other", [{"crm": "9"}, {"xero": "9"}, {"field": "website"}])
def test_it_stands_on_no_others(other: dict[str, str]) -> None:
    assert choice_on([on(FAX)], replace(FAX, **other)) is None


def test_what_both_agreed_on_before_is_no_part_of_it() -> None:
    assert choice_on([on(FAX)], replace(FAX, agreed="0")) == on(FAX)


def test_choices_are_kept_on_the_link_field_by_field() -> None:
    first = with_choices(LINK, [on(CITY)], None)
    both = with_choices(first, [on(FAX, Side.XERO)], None)
    assert both == replace(LINK, choices=(on(FAX, Side.XERO), on(CITY)))


def test_a_later_choice_takes_the_place_of_an_earlier_one() -> None:
    made = with_choices(with_choices(LINK, [on(FAX)], None), [on(FAX, Side.XERO)], None)
    assert made.choices == (on(FAX, Side.XERO),)


def test_a_choice_of_old_on_what_is_no_longer_in_dispute_is_dropped() -> None:
    old = replace(LINK, choices=(on(FieldConflict("website", None, "a", "b")),))
    assert with_choices(old, [on(FAX)], None).choices == (on(FAX),)


def test_all_of_a_record_may_be_given_to_a_side_and_taken_back() -> None:
    given = with_choices(replace(LINK, conflict=()), [], Side.XERO)
    assert given.keeps is Side.XERO
    assert with_choices(given, [], None).keeps is None


def test_nothing_else_of_the_link_changes() -> None:
    made = with_choices(LINK, [on(FAX)], Side.CRM)
    assert replace(made, choices=(), keeps=None) == LINK


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Choice("website", Side.CRM, "2", "3"), "conflict of Website has already been resolved"),
        (Choice("fax", Side.CRM, "9", "3"), "The values of The Fax have changed since you decided"),
        (Choice("fax", Side.CRM, "2", "9"), "The values of The Fax have changed since you decided"),
    ],
)
def test_what_is_in_no_dispute_is_refused_with_a_sentence(wrong: Choice, says: str) -> None:
    with pytest.raises(RecordRefused) as refusal:
        with_choices(LINK, [on(CITY), wrong], None, {"fax": "The Fax"})
    assert says in refusal.value.reason
    assert "conflict again" in refusal.value.remedy
