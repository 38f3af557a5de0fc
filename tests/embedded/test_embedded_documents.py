"""Records with tables: rows under their DocType's rules, read and kept as a site would."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.crm import Database, EmbeddedCrm
from tests.contract.shop import Shop, item_tax, rows
from tests.contract.world import INVOICES, ORGANIZATIONS, PAYMENTS, PRODUCTS, read
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.mapping.doctypes import INVOICE, PRODUCT, SERVICE
from vtiger_xero.engine.records import Person
from vtiger_xero.engine.taxes import CrmTax

from .conftest import EmbeddedWorld, StoppedClock


@pytest.fixture
def shop(world: EmbeddedWorld) -> Shop:
    return Shop.open(world)


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("items", {"quantity": "many"}, "Items, row 2: Quantity \u201cmany\u201d is not a number."),
    ("items", {"item_name": "PRO99"}, "Items, row 2: Item Name \u201cPRO99\u201d does not exist"),
    ("items", {"item_name": ""}, "Items, row 2: Item Name is mandatory"),
    ("items", {"item_type": "Thing"}, "Items, row 2: Item Type \u201cThing\u201d is none of"),
    ("items", {"xero_sales_account": "x" * 141}, "Items, row 2: Xero Sales Account has 141"),
    ("taxes", {"tax": "None"}, "Taxes, row 2: Tax \u201cNone\u201d does not exist"),
    ("taxes", {"rate": -1}, "Taxes, row 2: Rate -1"),
]


@pytest.mark.parametrize(("table", "broken", "said"), BROKEN)
def test_what_is_wrong_with_a_row_is_said_of_that_row(
    shop: Shop, table: str, broken: dict[str, Any], said: str
) -> None:
    given = {
        "items": [shop.line(1), shop.line(2)],
        "taxes": [item_tax(shop.vat), item_tax(shop.vat, 2)],
    }
    given[table][1] |= broken
    with pytest.raises(RecordRefused) as refusal:
        shop.world.insert(INVOICES, **{**shop.fields(), **given})
    assert refusal.value.reason.startswith(said)


def test_a_product_is_no_service(shop: Shop) -> None:
    with pytest.raises(RecordRefused, match="does not exist"):
        shop.invoice(shop.line(1, item_type=SERVICE))


def test_a_new_row_starts_with_its_defaults(shop: Shop) -> None:
    made = shop.invoice({"item_name": shop.bolt, "selling_price": "7", "discount_amount": None})
    (row,) = rows(made, "items")
    assert (row["item_type"], row["quantity"], row["total"]) == ("Vtiger Product", 1, 7)
    assert (row["discount_amount"], row["item_comment"]) == (0, "")


def test_a_name_that_is_no_row_of_this_record_is_a_new_row(shop: Shop) -> None:
    one, other = shop.invoice(shop.line(1)), shop.invoice(shop.line(2))
    (mine,) = rows(one, "items")
    after = shop.update(other, items=(mine, mine))
    names = [row["name"] for row in rows(after, "items")]
    assert mine["name"] not in names and len(set(names)) == 2
    assert shop.read(one.name) == one


def test_a_field_that_a_row_lacks_is_a_mistake_of_ours(shop: Shop) -> None:
    with pytest.raises(ValueError, match="Vtiger Invoice Item has no field colour"):
        shop.invoice(shop.line(1, colour="red"))


def test_a_field_that_no_doctype_of_the_module_has_is_one_too(shop: Shop) -> None:
    with pytest.raises(ValueError, match="Vtiger Service has no field colour"):
        shop.world.insert(PRODUCTS, item_type=SERVICE, product_name="Help", colour="red")
    with pytest.raises(RecordRefused, match="Item Type"):
        shop.world.insert(PRODUCTS, item_type="Thing", product_name="Help")


def test_what_is_deleted_leaves_no_rows_behind(world: EmbeddedWorld, shop: Shop) -> None:
    made = shop.invoice(shop.line(1), taxes=(item_tax(shop.vat),))
    shop.update(made, items=(shop.line(2),))
    world.trash(made.name, INVOICES)
    for table in ("Vtiger Invoice Item", "Vtiger Invoice Tax"):
        assert world.database.rows(f'SELECT * FROM "{table}"') == []


def test_a_row_that_stays_as_it_is_is_not_written(world: EmbeddedWorld, shop: Shop) -> None:
    made = shop.invoice(shop.line(1), shop.line(2))
    first, second = rows(made, "items")
    world.database.write('UPDATE "Vtiger Invoice Item" SET modified = NULL')
    shop.update(made, items=(first, {**second, "item_comment": "Zinc"}))
    written = 'SELECT name FROM "Vtiger Invoice Item" WHERE modified IS NOT NULL'
    assert world.database.rows(written) == [{"name": second["name"]}]


def test_rows_outlive_the_process(world: EmbeddedWorld, shop: Shop, path: Path) -> None:
    made = shop.invoice(shop.line(1), taxes=(item_tax(shop.vat),))
    world.journal.commit()
    with Database.open(path) as database:
        assert list(EmbeddedCrm(database, StoppedClock()).get(INVOICES, [made.name])) == [made]


def test_a_contact_brings_its_organization(world: EmbeddedWorld, shop: Shop) -> None:
    contact = world.add_contact(shop.organization, Person("Ada"))
    made = shop.invoice(shop.line(1), organization_name="", contact_name=contact)
    assert made.fields["organization_name"] == shop.organization
    with pytest.raises(RecordRefused, match="Contact Name"):
        world.trash_contact(contact)


def test_an_invoice_without_anybody_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(RecordRefused, match="Organization Name is mandatory"):
        shop.invoice(shop.line(1), organization_name="")


def test_the_currency_is_the_crms_own_where_nobody_has_another(
    world: EmbeddedWorld, shop: Shop
) -> None:
    world.edit(shop.organization, currency="")
    made = shop.invoice(shop.line(1), currency="", conversion_rate=Decimal(3))
    assert (made.fields["currency"], made.fields["conversion_rate"]) == ("NZD", 1)


def test_what_the_sync_creates_says_so(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(1))
    payment = shop.pay(invoice.name, 1)
    assert [each.fields["source"] for each in (invoice, payment)] == ["Xero", "Xero"]
    by_hand = shop.world.insert(PAYMENTS, related_to=invoice.name, amount=1)
    assert read(shop.world, by_hand, PAYMENTS).fields["source"] == "CRM"


def test_a_person_makes_taxes_too(world: EmbeddedWorld, shop: Shop) -> None:
    tax = CrmTax("Bed Night", Decimal(4))
    world.crm.add_tax(tax)
    assert tax in world.crm.taxes()
    assert world.record("Vtiger Tax", "Bed Night")["source"] == "CRM"


def test_the_syncs_own_memory_lets_go_of_a_record(world: EmbeddedWorld, shop: Shop) -> None:
    world.journal.save_link(Link(PRODUCTS, shop.bolt, "x-1"))
    world.database.write('UPDATE "Xero Link" SET link_doctype = ?', (PRODUCT,))
    world.crm.delete(PRODUCTS, shop.bolt)
    assert list(world.crm.get(PRODUCTS, [shop.bolt])) == []


def test_deleting_what_is_gone_is_nothing(world: EmbeddedWorld) -> None:
    for module in (ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS):
        world.crm.delete(module, "no such")


def test_an_optional_table_may_become_mandatory(world: EmbeddedWorld, shop: Shop) -> None:
    world.make_mandatory("taxes", INVOICE)
    assert "taxes" in {each.field for each in world.crm.mandatory_fields(INVOICES)}
    with pytest.raises(RecordRefused, match="Taxes is mandatory"):
        shop.invoice(shop.line(1))
    shop.invoice(shop.line(1), taxes=(item_tax(shop.vat),))


class Counting(Database):
    """A database that counts what it is asked."""

    asked = 0

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        self.asked += 1
        return super().rows(sql, parameters)


def test_five_hundred_invoices_are_read_with_one_query_for_each_table() -> None:
    with Counting.open() as database:
        assert isinstance(database, Counting)
        shop = Shop.open(EmbeddedWorld(database))
        given = shop.fields(shop.line(1), shop.line(2), taxes=(item_tax(shop.vat),))
        names = EmbeddedCrm(database, StoppedClock()).load(INVOICES, [given] * 500)
        database.asked = 0
        found = shop.world.crm.get(INVOICES, names)
        assert (database.asked, len(found)) == (3, 500)
        assert {len(rows(each, "items")) for each in found} == {2}
