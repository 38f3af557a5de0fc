"""Duplicates of a record whose document in Xero has another name (rule G2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.settling import settles
from tests.support.shop import ORGANIZATIONS, PRODUCTS, Shop, open_shop
from tests.sync.test_first_meeting import answer, asked
from vtiger_xero.engine.links import Answer, Link
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        shop.sync()
        yield shop


def active(shop: Shop) -> list[str]:
    return sorted(each.name for each in shop.books.contacts.values() if each.is_active)


def link(shop: Shop, module: Module, name: str) -> Link:
    return next(each for each in shop.stage.journal.links(module) if each.crm_name == name)


def copy(shop: Shop, name: str = "MOA LTD", **fields: str) -> str:
    return shop.add(ORGANIZATIONS, organization_name=name, **fields)


@pytest.mark.parametrize("later", [False, True], ids=["asked together", "made after the answer"])
@pytest.mark.parametrize("policy", ConflictPolicy)
def test_a_copy_shares_the_contact_that_a_person_answered_with_one(
    shop: Shop, policy: ConflictPolicy, later: bool
) -> None:
    shop.stage.set(conflicts=policy)
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    contact = shop.contact("Moa Limited")
    twin = "" if later else copy(shop)
    shop.sync()
    answer(shop, ORGANIZATIONS, moa, contact, Answer.ONE)
    twin = twin or copy(shop)
    for _ in range(3):
        shop.sync()
        assert len(active(shop)) == 2  # Kea, and one of Moa
    settles(shop)
    assert link(shop, ORGANIZATIONS, moa).xero_id == contact
    shared = link(shop, ORGANIZATIONS, twin)
    assert (shared.xero_id, shared.duplicate_of) == (contact, moa)
    assert moa in shared.reason
    assert asked(shop, ORGANIZATIONS) == []


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
def test_one_way_alike(shop: Shop, direction: Direction) -> None:
    shop.stage.set(direction)
    moa, contact = shop.add(ORGANIZATIONS, organization_name="Moa Ltd"), shop.contact("Moa Limited")
    twin = copy(shop)
    shop.sync()
    answer(shop, ORGANIZATIONS, moa, contact, Answer.ONE)
    settles(shop)
    assert link(shop, ORGANIZATIONS, twin).duplicate_of == moa
    assert len(active(shop)) == 2


def test_a_copy_of_what_is_answered_with_two_goes_where_its_primary_goes(shop: Shop) -> None:
    moa, contact = shop.add(ORGANIZATIONS, organization_name="Moa Ltd"), shop.contact("Moa Limited")
    twin = copy(shop)
    shop.sync()
    answer(shop, ORGANIZATIONS, moa, contact, Answer.TWO)
    settles(shop)
    assert link(shop, ORGANIZATIONS, twin).duplicate_of == moa
    assert active(shop) == ["Kea Ltd", "Moa Limited", "Moa Ltd"]


def test_a_copy_that_a_person_makes_another_gets_a_contact_of_its_own(shop: Shop) -> None:
    moa, contact = shop.add(ORGANIZATIONS, organization_name="Moa Ltd"), shop.contact("Moa Limited")
    twin = copy(shop)
    shop.sync()
    answer(shop, ORGANIZATIONS, moa, contact, Answer.ONE)
    settles(shop)
    shop.edit(ORGANIZATIONS, twin, fax="1")
    settles(shop)
    assert link(shop, ORGANIZATIONS, twin).duplicate_of == moa
    shop.edit(ORGANIZATIONS, twin, organization_name="Weka Ltd")
    settles(shop)
    assert link(shop, ORGANIZATIONS, twin).duplicate_of is None
    assert "Weka Ltd" in active(shop)


def test_a_copy_with_another_tax_number_than_the_contact_s_shares_nothing_unasked(
    shop: Shop,
) -> None:
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd", tax_number="11")
    contact = shop.contact("Moa Limited")
    shop.sync()
    answer(shop, ORGANIZATIONS, moa, contact, Answer.ONE)
    settles(shop)
    twin = copy(shop, tax_number="22")
    shop.sync()
    assert link(shop, ORGANIZATIONS, twin).xero_id != contact


def test_a_copy_of_a_record_whose_new_name_has_not_arrived_in_xero_yet(shop: Shop) -> None:
    """Xero's contact is still called Kea Ltd when the copy is looked for."""
    shop.edit(ORGANIZATIONS, shop.customer, organization_name="Moa Ltd")
    twin = copy(shop)
    settles(shop)
    assert link(shop, ORGANIZATIONS, twin).duplicate_of == shop.customer
    assert active(shop) == ["Moa Ltd"]


@pytest.mark.parametrize("together", [False, True], ids=["renamed later", "in the same run"])
def test_a_name_that_xero_gives_the_primary_makes_no_contact_of_its_copy(
    shop: Shop, together: bool
) -> None:
    moa = shop.add(ORGANIZATIONS, organization_name="Moa Ltd")
    shop.sync()
    twin = copy(shop)
    if not together:
        settles(shop)
    shop.books.edit_contact(shop.partner(ORGANIZATIONS, moa), Name="Tui Ltd")
    settles(shop)
    assert active(shop) == ["Kea Ltd", "Tui Ltd"]
    assert link(shop, ORGANIZATIONS, twin).duplicate_of == moa
    shop.edit(ORGANIZATIONS, moa, fax="1")
    settles(shop)
    assert active(shop) == ["Kea Ltd", "Tui Ltd"]
    shop.edit(ORGANIZATIONS, moa, organization_name="Weka Ltd")
    settles(shop)
    assert active(shop) == ["Kea Ltd", "MOA LTD", "Weka Ltd"]


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize("later", [False, True], ids=["asked together", "made after the answer"])
def test_a_copy_of_a_product_shares_the_item(
    shop: Shop, policy: ConflictPolicy, later: bool
) -> None:
    shop.stage.set(conflicts=policy)
    nut = shop.product("AB-1", "Nut")
    item = str(shop.books.add_item_in_xero(Code="ab 1", Name="Nuts").item_id)
    twin = "" if later else shop.product("ab-1", "Nut of old")
    shop.sync()
    answer(shop, PRODUCTS, nut, item, Answer.ONE)
    twin = twin or shop.product("ab-1", "Nut of old")
    for _ in range(3):
        shop.sync()
        assert len(shop.books.items) == 2  # the bolt, and one nut
    shared = link(shop, PRODUCTS, twin)
    assert (shared.xero_id, shared.duplicate_of) == (item, nut)
