"""Ask: both sides changed a field, a person decides, and the next run carries it out."""

from __future__ import annotations

import pytest

from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.deciding import both, clash, decide, marked, quiet
from tests.sync.looking import ANN, BO, key
from tests.sync.test_do_not_sync import lose_the_answer
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.links import FieldConflict, LinkState
from vtiger_xero.engine.records import Direction, Side
from vtiger_xero.engine.settings import ConflictPolicy


@pytest.fixture
def asking(world: World) -> World:
    """A pair; the policy is to ask."""
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(fax="1", tax_number="10", contacts=(ANN, BO))
    world.sync()
    return world


# What is in dispute


def test_the_link_shows_what_is_in_dispute_and_nothing_else(asking: World) -> None:
    clash(asking)
    held = link(asking)
    assert held.state is LinkState.CONFLICT
    assert set(held.conflict) == {
        FieldConflict("fax", "1", "2", "3"),
        FieldConflict("tax_number", "10", "20", "30"),
    }
    assert held.choices == ()
    assert asking.journal.bases(ORGANIZATIONS, ["ACC1"])["ACC1"]["fax"] == "1"


def test_at_a_first_meeting_nothing_was_ever_agreed_on(world: World) -> None:
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(fax="2")
    world.xero.add(Name="Kea", Phones=[{"PhoneType": "FAX", "PhoneNumber": "3"}])
    world.sync()
    assert link(world).conflict == (FieldConflict("fax", None, "2", "3"),)
    decide(world, fax=Side.XERO)
    world.sync()
    assert both(world, "fax") == ("3", "3")
    quiet(world)


def test_what_both_settle_by_themselves_is_in_dispute_no_longer(asking: World) -> None:
    clash(asking)
    asking.crm.edit(ORGANIZATIONS, "ACC1", fax="3", tax_number="30")
    asking.sync()
    held = link(asking)
    assert (held.state, held.conflict, held.choices) == (LinkState.IN_SYNC, (), ())
    quiet(asking)


def test_what_may_travel_nowhere_is_in_no_dispute(asking: World) -> None:
    """Xero's API does not write a website: sent to Xero alone, it is nobody's to decide."""
    asking.set(Direction.TO_XERO)
    asking.crm.edit(ORGANIZATIONS, "ACC1", website="www.kea.nz")
    asking.xero.edit(key(asking, "Kea"), Website="www.kea.com")
    quiet(asking)
    assert link(asking).conflict == ()


# A decision


def test_each_field_goes_the_way_that_was_chosen_and_the_rest_merges(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM, tax_number=Side.XERO)
    report = asking.sync()
    assert both(asking, "fax") == ("2", "2")
    assert both(asking, "tax_number") == ("30", "30")
    assert both(asking, "billing_city") == ("Oamaru", "Oamaru")
    assert both(asking, "primary_email") == ("kea@example.com", "kea@example.com")
    assert marked(report) == {
        ("XERO", "fax"): True,
        ("CRM", "tax_number"): True,
        ("XERO", "billing_city"): False,
        ("CRM", "primary_email"): False,
    }
    held = link(asking)
    assert (held.state, held.conflict, held.choices) == (LinkState.IN_SYNC, (), ())
    quiet(asking)


def test_until_all_is_decided_nothing_of_the_pair_is_written(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM)
    assert asking.sync().writes == 0
    assert both(asking, "billing_city") == ("Oamaru", "")
    held = link(asking)
    assert held.state is LinkState.CONFLICT
    assert [choice.field for choice in held.choices] == ["fax"]
    assert {each.field for each in held.conflict} == {"fax", "tax_number"}
    decide(asking, tax_number=Side.CRM)
    asking.sync()
    assert (both(asking, "fax"), both(asking, "tax_number")) == (("2", "2"), ("20", "20"))
    quiet(asking)


def test_the_log_asks_for_what_is_still_to_be_decided(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM)
    (entry,) = asking.sync().entries
    assert (entry.rule, [change.field for change in entry.changes]) == ("G7", ["tax_number"])


@pytest.mark.parametrize("edited", list(Side))
def test_a_choice_on_what_was_edited_since_is_asked_for_anew(asking: World, edited: Side) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM, tax_number=Side.XERO)
    if edited is Side.CRM:
        asking.crm.edit(ORGANIZATIONS, "ACC1", fax="4")
    else:
        asking.xero.edit(key(asking, "Kea"), Phones=[{"PhoneType": "FAX", "PhoneNumber": "4"}])
    assert asking.sync().writes == 0
    held = link(asking)
    assert [choice.field for choice in held.choices] == ["tax_number"]
    (shown,) = (each for each in held.conflict if each.field == "fax")
    assert "4" in (shown.crm, shown.xero)
    decide(asking, fax=Side.XERO)
    asking.sync()
    assert both(asking, "fax") == ((shown.xero, shown.xero))
    quiet(asking)


def test_an_edit_of_another_field_leaves_the_choices_standing(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM, tax_number=Side.XERO)
    asking.crm.edit(ORGANIZATIONS, "ACC1", website="www.example.com")
    asking.sync()
    assert both(asking, "fax") == ("2", "2")


def test_a_preview_follows_the_choices(asking: World) -> None:
    clash(asking)
    assert asking.preview().decisions[0].conflict is not None
    decide(asking, fax=Side.CRM, tax_number=Side.XERO)
    (decision,) = asking.preview().decisions
    assert decision.conflict is None
    assert decision.on(Side.XERO) is not None
    assert decision.on(Side.CRM) is not None


@pytest.mark.parametrize("policy", [each for each in ConflictPolicy if each.name != "ASK"])
def test_other_policies_decide_by_themselves(asking: World, policy: ConflictPolicy) -> None:
    clash(asking)
    wrong = Side.XERO if policy is ConflictPolicy.CRM else Side.CRM
    decide(asking, wrong, fax=wrong, tax_number=wrong)
    asking.set(conflicts=policy)
    asking.sync()
    expected = "2" if policy is ConflictPolicy.CRM else "3"
    assert both(asking, "fax") == (expected, expected)
    assert (link(asking).choices, link(asking).keeps) == ((), wrong)
    quiet(asking)


# What keeps a decision from being carried out


@pytest.mark.parametrize(
    ("direction", "winner"), [(Direction.TO_CRM, Side.CRM), (Direction.TO_XERO, Side.XERO)]
)
def test_a_choice_that_the_direction_holds_back_is_remembered(
    asking: World, direction: Direction, winner: Side
) -> None:
    clash(asking)
    asking.set(direction)
    decide(asking, fax=winner, tax_number=winner)
    asking.sync()
    assert link(asking).state is LinkState.WAITING
    assert {choice.field for choice in link(asking).choices} == {"fax", "tax_number"}
    quiet(asking)
    asking.set(Direction.BOTH)
    asking.sync()
    value = "2" if winner is Side.CRM else "3"
    assert both(asking, "fax") == (value, value)
    assert link(asking).choices == ()
    quiet(asking)


def test_a_choice_that_xero_refuses_is_remembered(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM, tax_number=Side.CRM)
    send = asking.xero._refusal
    asking.xero._refusal = lambda item: "No."  # type: ignore[method-assign]
    asking.sync()
    asking.xero._refusal = send  # type: ignore[method-assign]
    assert (link(asking).rule, link(asking).state) == ("refused", LinkState.SKIPPED)
    assert asking.sync().writes == 0
    asking.sync(retry=True)
    assert both(asking, "fax") == ("2", "2")
    quiet(asking)


def test_a_choice_that_a_rule_stops_is_remembered(asking: World) -> None:
    clash(asking)
    asking.crm.edit(ORGANIZATIONS, "ACC1", currency="JPY")
    asking.sync()
    decide(asking, fax=Side.CRM, tax_number=Side.CRM)
    assert [entry.rule for entry in asking.sync().entries if entry.reason] == ["G5-contact"]
    assert link(asking).state is LinkState.SKIPPED
    asking.crm.edit(ORGANIZATIONS, "ACC1", currency="EUR")
    asking.sync()
    assert both(asking, "fax") == ("2", "2")
    quiet(asking)


def test_a_choice_outlives_do_not_sync(asking: World) -> None:
    clash(asking)
    decide(asking, fax=Side.CRM, tax_number=Side.XERO)
    asking.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True)
    quiet(asking)
    assert (link(asking).state, link(asking).conflict) == (LinkState.EXCLUDED, ())
    asking.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=False)
    asking.sync()
    assert (both(asking, "fax"), both(asking, "tax_number")) == (("2", "2"), ("30", "30"))


# Always for this record


@pytest.mark.parametrize("side", list(Side))
def test_a_side_that_is_kept_wins_every_clash_until_it_is_taken_back(
    asking: World, side: Side
) -> None:
    clash(asking)
    decide(asking, side)
    report = asking.sync()
    value = "2" if side is Side.CRM else "3"
    assert both(asking, "fax") == (value, value)
    assert both(asking, "billing_city") == ("Oamaru", "Oamaru")
    assert marked(report)[side.other.name, "fax"]
    assert link(asking).keeps is side
    quiet(asking)
    clash_of_fax(asking, "5", "6")
    asking.sync()
    value = "5" if side is Side.CRM else "6"
    assert both(asking, "fax") == (value, value)
    decide(asking, None)
    clash_of_fax(asking, "7", "8")
    assert asking.sync().writes == 0
    assert link(asking).state is LinkState.CONFLICT


def clash_of_fax(world: World, mine: str, theirs: str) -> None:
    world.crm.edit(ORGANIZATIONS, "ACC1", fax=mine)
    world.xero.edit(key(world, "Kea"), Phones=[{"PhoneType": "FAX", "PhoneNumber": theirs}])


def test_it_is_kept_through_whatever_becomes_of_the_link(asking: World) -> None:
    decide(asking, Side.XERO)
    for happens in (
        lambda: asking.organization(),  # a twin, which is kept out: nothing becomes of this one
        lambda: asking.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=True),  # it becomes the twin
        lambda: asking.crm.edit(ORGANIZATIONS, "ACC1", do_not_sync=False),
        lambda: asking.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Weka"),  # its own again
        lambda: asking.crm.edit(ORGANIZATIONS, "ACC1", currency="JPY"),  # a skip
        lambda: asking.crm.edit(ORGANIZATIONS, "ACC1", currency="EUR"),
    ):
        happens()
        asking.sync()
        assert link(asking).keeps is Side.XERO
    assert link(asking).state is LinkState.IN_SYNC


def test_it_is_kept_though_the_answer_to_the_creation_is_lost(world: World) -> None:
    world.organization(organization_name="<x>")
    world.sync()
    decide(world, Side.XERO)
    world.crm.edit(ORGANIZATIONS, "ACC1", organization_name="Kea")
    lose_the_answer(world, arrives=True)
    world.sync()
    assert (link(world).keeps, link(world).state) == (Side.XERO, LinkState.IN_SYNC)
