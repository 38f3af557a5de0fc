"""People and lines are decided on like any other field; and so is whatever was typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.shop import INVOICES, Shop
from tests.sync.conftest import ORGANIZATIONS, World
from tests.sync.deciding import both, decide, quiet
from tests.sync.looking import ANN, BO, document, fields, key, people
from tests.sync.test_what_a_link_tells import link
from vtiger_xero.engine.choosing import with_choices
from vtiger_xero.engine.links import Choice, FieldConflict, LinkState
from vtiger_xero.engine.records import Direction, Person, Side
from vtiger_xero.engine.settings import ConflictPolicy

D = Decimal


@pytest.fixture
def asking(world: World) -> World:
    """A pair; the policy is to ask."""
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(fax="1", tax_number="10", contacts=(ANN, BO))
    world.sync()
    return world


def clash_of_people(world: World) -> None:
    mine = fields(world)["contacts"]
    world.crm.edit_contact(mine[1].name, email="mine@example.com")
    held = document(world)["ContactPersons"]
    edited = [{**each, "EmailAddress": "theirs@example.com"} for each in held]
    world.xero.edit(key(world, "Kea"), ContactPersons=edited)


@pytest.mark.parametrize("side", list(Side))
def test_people_are_decided_on_together_and_merged_otherwise(asking: World, side: Side) -> None:
    clash_of_people(asking)
    asking.crm.add_contact("ACC1", Person("Cy", "Ray"))
    asking.sync()
    (shown,) = link(asking).conflict
    assert shown == FieldConflict(
        "contacts",
        "Ann Lee (primary), Bo Ek <bo@example.com>",
        "Ann Lee (primary), Bo Ek <mine@example.com>, Cy Ray",
        "Ann Lee (primary), Bo Ek <theirs@example.com>",
    )
    decide(asking, contacts=side)
    asking.sync()
    email = "mine@example.com" if side is Side.CRM else "theirs@example.com"
    assert {p.email for p in fields(asking)["contacts"] if p.first_name == "Bo"} == {email}
    at_xero = {p["FirstName"]: p["EmailAddress"] for p in document(asking)["ContactPersons"]}
    assert at_xero == {"Bo": email, "Cy": ""}
    assert people(asking) == ["Ann Lee", "Bo Ek", "Cy Ray"]
    quiet(asking)


@pytest.mark.parametrize(
    ("direction", "winner"), [(Direction.TO_CRM, Side.CRM), (Direction.TO_XERO, Side.XERO)]
)
def test_people_that_the_direction_holds_back_are_remembered(
    asking: World, direction: Direction, winner: Side
) -> None:
    clash_of_people(asking)
    asking.sync()
    decide(asking, contacts=winner)
    asking.set(direction)
    asking.sync()
    assert (link(asking).state, len(link(asking).choices)) == (LinkState.WAITING, 1)
    quiet(asking)
    asking.set(Direction.BOTH)
    asking.sync()
    email = "mine@example.com" if winner is Side.CRM else "theirs@example.com"
    assert {p.email for p in fields(asking)["contacts"] if p.first_name == "Bo"} == {email}
    quiet(asking)


def test_an_edit_of_a_person_asks_for_people_anew(asking: World) -> None:
    clash_of_people(asking)
    asking.sync()
    decide(asking, contacts=Side.CRM)
    asking.crm.add_contact("ACC1", Person("Di", "Ray"))
    assert asking.sync().writes == 0
    assert link(asking).choices == ()
    assert "Di Ray" in link(asking).conflict[0].crm


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("keeps", [True, False])
def test_an_invoices_lines_are_one_value(shop: Shop, side: Side, keeps: bool) -> None:
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    name = shop.invoice(shop.line("10"), shop.line("20"))
    shop.sync()
    one, two = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=({**one, "quantity": D(2)}, two))
    lines = [{"LineItemID": line["LineItemID"]} for line in shop.wire(name)["LineItems"]]
    lines[0] = {**lines[0], "Description": "in blue"}
    shop.books.edit_invoice(shop.partner(INVOICES, name), LineItems=lines)
    shop.sync()
    held = next(each for each in shop.stage.journal.links(INVOICES) if each.crm_name == name)
    (shown,) = held.conflict
    assert "BOLT, as agreed: 2 \u00d7 10 = 20.00" in shown.crm
    assert "BOLT, in blue: 1 \u00d7 10 = 10.00" in shown.xero
    choice = Choice(shown.field, side, shown.crm, shown.xero)
    made = with_choices(held, [] if keeps else [choice], side if keeps else None)
    shop.stage.journal.save_link(made)
    shop.stage.journal.commit()
    shop.sync()
    (first, _) = shop.field(INVOICES, name, "items")
    wire = shop.wire(name)["LineItems"][0]
    if side is Side.CRM:
        assert (first["quantity"], wire["Quantity"], wire["Description"]) == (2, 2, "as agreed")
    else:
        assert (first["quantity"], wire["Quantity"], wire["Description"]) == (1, 1, "in blue")
        assert first["item_comment"] == "in blue"
    assert shop.sync().writes == 0


# Whatever was typed

texts = st.sampled_from(["", "1", "2", "two words", "\u00fcml\u00e4ut"])
FIELDS = ("fax", "tax_number", "billing_city")
sides = st.sampled_from(Side)
often = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(
    st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)),
    st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)),
    st.fixed_dictionaries(dict.fromkeys(FIELDS, sides)),
)
def test_every_field_ends_as_it_was_decided_and_the_next_run_writes_nothing(
    mine: dict[str, str], theirs: dict[str, str], winners: dict[str, Side]
) -> None:
    world = World.new()
    world.set(conflicts=ConflictPolicy.ASK)
    world.organization(fax="0", tax_number="0", billing_city="0")
    world.sync()
    world.crm.edit(ORGANIZATIONS, "ACC1", **mine)
    world.xero.edit(
        key(world, "Kea"),
        TaxNumber=theirs["tax_number"],
        Phones=[{"PhoneType": "FAX", "PhoneNumber": theirs["fax"]}],
        Addresses=[{"AddressType": "POBOX", "City": theirs["billing_city"]}],
    )
    world.sync()
    disputed = {each.field for each in link(world).conflict}
    assert disputed == {f for f in FIELDS if mine[f] != theirs[f]}
    decide(world, **{field: winners[field] for field in disputed})
    world.sync()
    for field in FIELDS:
        expected = mine[field] if winners[field] is Side.CRM else theirs[field]
        assert both(world, field) == (expected, expected)
    quiet(world)
