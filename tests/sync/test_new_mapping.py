"""A field that is new in the mapping is filled for linked records, from the side that has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.settling import settles
from tests.support.shop import INVOICES, ORGANIZATIONS, PRODUCTS, Shop, open_shop
from vtiger_xero.engine.lookups import Lookups
from vtiger_xero.engine.mapping import Table, items, organizations
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.run_filter import RunFilter
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.sync import forget_readings

D = Decimal
NEW = {ORGANIZATIONS: "tax_number", PRODUCTS: "purchase_cost"}
Upgrade = Callable[[], None]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Upgrade:
    """From now on the mapping lacks two fields; what this returns brings them in."""
    whole, table_of = organizations.TABLE, items.table

    def without(table: Table, field: str) -> Table:
        return Table([row for row in table.rows if row.field != field])

    def fewer(lookups: Lookups) -> Table:
        return without(table_of(lookups), NEW[PRODUCTS])

    from vtiger_xero.engine.mapping import tables

    known = dict(tables._TABLES)
    poor = {ORGANIZATIONS: lambda _: without(whole, NEW[ORGANIZATIONS]), PRODUCTS: fewer}
    monkeypatch.setattr(tables, "_TABLES", {**known, **poor})
    return lambda: monkeypatch.setattr(tables, "_TABLES", known)


def values(shop: Shop, module: Module, name: str) -> tuple[Any, Any]:
    """The new field, here and in Xero."""
    here = shop.field(module, name, NEW[module]) or None
    if module is ORGANIZATIONS:
        return here, shop.books.contacts[shop.partner(module, name)].get("TaxNumber")
    return here, shop.books.items[shop.partner(module, name)].purchase.get("UnitPrice")


def fill_in_the_crm(shop: Shop, module: Module, name: str, value: Any) -> None:
    shop.edit(module, name, **{NEW[module]: value})


def fill_in_xero(shop: Shop, module: Module, name: str, value: Any) -> None:
    key = shop.partner(module, name)
    if module is ORGANIZATIONS:
        shop.books.edit_contact(key, TaxNumber=value)
    else:
        shop.books.edit_item(key, PurchaseDetails={"UnitPrice": value, "AccountCode": "300"})


@pytest.mark.parametrize("policy", list(ConflictPolicy))
@pytest.mark.parametrize("fill", [fill_in_the_crm, fill_in_xero])
@pytest.mark.parametrize(("module", "value"), [(ORGANIZATIONS, "12-34"), (PRODUCTS, D(6))])
def test_it_comes_by_itself_and_costs_no_call(
    shop: Shop, upgrade: Upgrade, module: Module, value: Any, fill: Any, policy: ConflictPolicy
) -> None:
    shop.stage.set(conflicts=policy)
    shop.sync()
    name = shop.customer if module is ORGANIZATIONS else shop.bolt
    fill(shop, module, name, value)
    shop.sync()
    idle = shop.sync().header.calls
    assert values(shop, module, name) != (value, value)
    upgrade()
    report = settles(shop)
    assert values(shop, module, name) == (value, value)
    sent = sum(entry.side.name == "XERO" for entry in report.entries)
    assert report.header.calls == idle + sent
    assert shop.sync().header.calls == idle


@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
@pytest.mark.parametrize("fill", [fill_in_the_crm, fill_in_xero])
def test_one_way_it_is_filled_where_the_direction_writes(
    shop: Shop, upgrade: Upgrade, direction: Direction, fill: Any
) -> None:
    shop.sync()
    fill(shop, ORGANIZATIONS, shop.customer, "12-34")
    shop.sync()
    shop.stage.set(direction)
    upgrade()
    shop.sync()
    arrives = (direction is Direction.TO_CRM) == (fill is fill_in_xero)
    both = values(shop, ORGANIZATIONS, shop.customer)
    assert (both == ("12-34", "12-34")) is arrives
    assert shop.sync().writes == 0
    shop.stage.set()
    shop.sync()
    assert values(shop, ORGANIZATIONS, shop.customer) == ("12-34", "12-34")


def test_two_values_of_a_new_field_are_a_conflict(shop: Shop, upgrade: Upgrade) -> None:
    shop.stage.set(conflicts=ConflictPolicy.ASK)
    shop.sync()
    fill_in_the_crm(shop, ORGANIZATIONS, shop.customer, "1")
    fill_in_xero(shop, ORGANIZATIONS, shop.customer, "2")
    shop.sync()
    upgrade()
    assert [each.field for each in shop.skip(ORGANIZATIONS).changes] == ["tax_number"]


def test_a_preview_foretells_it_and_chosen_records_leave_it_to_the_next_run(
    shop: Shop, upgrade: Upgrade
) -> None:
    invoice = shop.invoice()
    shop.sync()
    fill_in_xero(shop, ORGANIZATIONS, shop.customer, "12-34")
    shop.sync()
    upgrade()
    shop.sync(run_filter=RunFilter().plus(INVOICES, [invoice]))
    assert values(shop, ORGANIZATIONS, shop.customer)[0] is None
    assert sum(plan.writes for plan in shop.stage.preview()) == 1
    settles(shop)
    assert values(shop, ORGANIZATIONS, shop.customer) == ("12-34", "12-34")


def test_duplicates_are_not_logged_once_more(shop: Shop, upgrade: Upgrade) -> None:
    shop.add(ORGANIZATIONS, organization_name="kea ltd")
    shop.sync()
    shop.sync()
    upgrade()
    assert shop.sync().entries == []


def test_resync_everything_looks_at_all_links(shop: Shop) -> None:
    """Also at what a fault of the app, or of the database, has kept from either side."""
    shop.sync()
    fill_in_xero(shop, ORGANIZATIONS, shop.customer, "12-34")
    shop.sync()
    database = shop.stage.crm._database
    database.write('UPDATE "Vtiger Organization" SET tax_number = NULL', [])
    base = shop.stage.journal.bases(ORGANIZATIONS, [shop.customer])[shop.customer]
    (link,) = shop.stage.journal.links(ORGANIZATIONS)
    lost = {field: value for field, value in base.items() if field != "tax_number"}
    shop.stage.journal.save_link(link, lost)
    shop.stage.journal.commit()
    assert shop.sync().writes == 0
    forget_readings(shop.stage.journal)
    settles(shop)
    assert values(shop, ORGANIZATIONS, shop.customer) == ("12-34", "12-34")
