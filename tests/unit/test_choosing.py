"""A person's choice is made on two values, and holds as long as both sides show them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vtiger_xero.engine.choosing import chosen, clash_of, standing
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Choice, Clash, Link, LinkState
from vtiger_xero.engine.records import Module, Person, Side

FAX = Clash("fax", "1", "2", "3")
CITY = Clash("billing_city", None, "Oamaru", "")
LINK = Link(Module.ORGANIZATIONS, "ACC1", "x-1", LinkState.CONFLICT, conflict=(FAX, CITY))


def on(clash: Clash, winner: Side = Side.CRM) -> Choice:
    return Choice(clash.field, winner, clash.crm, clash.xero)


def test_a_clash_shows_what_people_read() -> None:
    people = (Person("Ada", is_primary=True), Person("Bob"))
    assert clash_of("contacts", (), (), people) == Clash("contacts", "", "", "Ada (primary), Bob")
    assert clash_of("fax", None, "1", None) == Clash("fax", None, "1", "")


def test_a_choice_stands_on_the_values_that_were_seen() -> None:
    assert standing([on(CITY), on(FAX)], FAX) == on(FAX)


@pytest.mark.parametrize("other", [{"crm": "9"}, {"xero": "9"}, {"field": "website"}])
def test_it_stands_on_no_others(other: dict[str, str]) -> None:
    assert standing([on(FAX)], replace(FAX, **other)) is None


def test_what_both_agreed_on_before_is_no_part_of_it() -> None:
    assert standing([on(FAX)], replace(FAX, agreed="0")) == on(FAX)


def test_choices_are_kept_on_the_link_field_by_field() -> None:
    first = chosen(LINK, [on(CITY)], None)
    both = chosen(first, [on(FAX, Side.XERO)], None)
    assert both == replace(LINK, choices=(on(FAX, Side.XERO), on(CITY)))


def test_a_later_choice_takes_the_place_of_an_earlier_one() -> None:
    made = chosen(chosen(LINK, [on(FAX)], None), [on(FAX, Side.XERO)], None)
    assert made.choices == (on(FAX, Side.XERO),)


def test_a_choice_of_old_on_what_is_no_longer_in_dispute_is_dropped() -> None:
    old = replace(LINK, choices=(on(Clash("website", None, "a", "b")),))
    assert chosen(old, [on(FAX)], None).choices == (on(FAX),)


def test_all_of_a_record_may_be_given_to_a_side_and_taken_back() -> None:
    given = chosen(replace(LINK, conflict=()), [], Side.XERO)
    assert given.keeps is Side.XERO
    assert chosen(given, [], None).keeps is None


def test_nothing_else_of_the_link_changes() -> None:
    made = chosen(LINK, [on(FAX)], Side.CRM)
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
        chosen(LINK, [on(CITY), wrong], None, {"fax": "The Fax"})
    assert says in refusal.value.reason
    assert "conflict again" in refusal.value.remedy
