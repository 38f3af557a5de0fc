"""Promises on Products/Services: two DocTypes, one module, one set of names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.mapping.doctypes import PRODUCT, SERVICE
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.records import Fields

from .shop import Shop, ShopPromises, column, item_tax, rows
from .world import PRODUCTS, World, head, head_names, read, require_box, unique


def _new(item_type: str = "", **fields: object) -> Fields:
    chosen = {"item_type": item_type} if item_type else {}
    return {"product_name": unique("Item"), **chosen, **fields}  # type: ignore[dict-item]


class ItemPromises(ShopPromises):
    """Products and services flow as one."""

    def test_what_a_record_is_stands_in_it(self, world: World) -> None:
        product = world.crm.create(PRODUCTS, _new())
        service = world.crm.create(PRODUCTS, _new(SERVICE))
        assert [each.fields["item_type"] for each in (product, service)] == [PRODUCT, SERVICE]
        assert [
            head(world, each.name, PRODUCTS).keys["item_type"] for each in (product, service)
        ] == [
            PRODUCT,
            SERVICE,
        ]

    @pytest.mark.parametrize("item_type", [PRODUCT, SERVICE])
    def test_both_flow_under_the_products_names(self, world: World, item_type: str) -> None:
        given = _new(
            item_type,
            part_number=unique("P"),
            unit_price=Decimal("2.12345678"),
            purchase_cost=Decimal("1.5"),
            description="Of steel",
            product_active=True,
        )
        made = world.crm.create(PRODUCTS, given)
        assert {key: made.fields[key] for key in given} == dict(given)
        assert made.fields["product_number"] == made.name
        assert made == read(world, made.name, PRODUCTS)

    def test_a_service_is_kept_under_its_own_names(self, world: World) -> None:
        given = _new(SERVICE, part_number="S-1", unit_price=Decimal(80), product_active=False)
        made = world.crm.create(PRODUCTS, given)
        held = world.record(SERVICE, made.name)
        assert (held["service_name"], held["service_code"]) == (given["product_name"], "S-1")
        assert (float(held["price"]), bool(held["active"])) == (80, False)
        assert held["service_number"] == made.name

    def test_what_services_lack_is_ignored_and_absent(self, world: World) -> None:
        made = world.crm.create(
            PRODUCTS, _new(SERVICE, qty_in_stock=Decimal(3), tracked_in_xero=True)
        )
        fields = {"qty_in_stock": Decimal(4), "unit_price": Decimal(9)}
        after = world.crm.update(PRODUCTS, made.name, fields, made.modified)
        assert after.fields["unit_price"] == 9
        assert not {"qty_in_stock", "tracked_in_xero"} & after.fields.keys()

    def test_names_of_both_are_looked_up_at_once(self, shop: Shop) -> None:
        wanted = [shop.help, "PRO-no-such", shop.bolt]
        found = shop.world.crm.get(PRODUCTS, wanted)
        assert [record.name for record in found] == [shop.help, shop.bolt]

    def test_heads_of_both_carry_what_matching_looks_at(self, shop: Shop) -> None:
        account = shop.account.id
        for item_type in (PRODUCT, SERVICE):
            made = shop.world.crm.create(
                PRODUCTS, _new(item_type, part_number="P-1", xero_sales_account=account)
            )
            found = head(shop.world, made.name, PRODUCTS)
            said = {key: made.fields[key] for key in spec_of(PRODUCTS).head_fields}
            assert dict(found.keys) == {**said, "do_not_sync": ""}
            assert found.modified == made.modified

    def test_a_product_and_a_service_may_be_kept_out(self, shop: Shop) -> None:
        for name in (shop.bolt, shop.help):
            require_box(shop.world, name, PRODUCTS)

    def test_both_are_changed_and_taken_away_by_name(self, shop: Shop) -> None:
        crm = shop.world.crm
        for name in (shop.bolt, shop.help):
            seen = read(shop.world, name, PRODUCTS)
            after = crm.update(PRODUCTS, name, {"product_name": "Renamed"}, seen.modified)
            assert after.fields["product_name"] == "Renamed"
            assert after.modified > seen.modified
            with pytest.raises(RecordChanged):
                crm.update(PRODUCTS, name, {"product_name": "Too late"}, seen.modified)
            crm.delete(PRODUCTS, name)
            assert list(crm.get(PRODUCTS, [name])) == []
            assert name not in head_names(shop.world, PRODUCTS)

    @pytest.mark.parametrize(
        ("broken", "named"),
        [
            ({"product_name": ""}, "Name"),
            ({"part_number": "9" * 141}, "140"),
            ({"xero_sales_account": "no such"}, "no such"),
            ({"taxes": ({"tax": "no such"},)}, "no such"),
            ({"taxes": ({"rate": Decimal(1)},)}, "Tax"),
        ],
        ids=["no name", "a long code", "an unknown account", "an unknown tax", "a row without tax"],
    )
    @pytest.mark.parametrize("item_type", [PRODUCT, SERVICE])
    def test_what_an_item_must_not_be_is_refused_and_leaves_nothing(
        self, world: World, item_type: str, broken: Fields, named: str
    ) -> None:
        before = head_names(world, PRODUCTS)
        with pytest.raises(RecordRefused) as refusal:
            world.crm.create(PRODUCTS, {**_new(item_type), **broken})
        assert named in refusal.value.reason
        assert head_names(world, PRODUCTS) == before

    def test_an_item_that_an_invoice_names_is_not_deleted(self, shop: Shop) -> None:
        line = shop.line(1, item_type=SERVICE, item_name=shop.help)
        shop.invoice(shop.line(1), line, taxes=(item_tax(shop.vat),))
        for name in (shop.bolt, shop.help):
            with pytest.raises(RecordRefused) as refusal:
                shop.world.crm.delete(PRODUCTS, name)
            assert name in refusal.value.reason
            assert read(shop.world, name, PRODUCTS).name == name

    # Their taxes are rows

    @pytest.mark.parametrize("item_type", [PRODUCT, SERVICE])
    def test_a_tax_row_bears_its_taxs_rate_unless_it_has_one(
        self, shop: Shop, item_type: str
    ) -> None:
        given = ({"tax": shop.levy}, {"tax": shop.vat, "rate": Decimal(0)})
        made = shop.world.crm.create(PRODUCTS, _new(item_type, taxes=given))
        assert column(made, "taxes", "tax") == [shop.levy, shop.vat]
        assert column(made, "taxes", "rate") == [5, 0]

    @pytest.mark.parametrize("item_type", [PRODUCT, SERVICE])
    def test_rows_are_known_by_name(self, shop: Shop, item_type: str) -> None:
        given = ({"tax": shop.levy}, {"tax": shop.vat})
        made = shop.world.crm.create(PRODUCTS, _new(item_type, taxes=given))
        _, vat = rows(made, "taxes")
        changed = {"name": vat["name"], "tax": shop.vat, "rate": Decimal(7)}
        after = shop.update(made, taxes=(changed,))
        assert rows(after, "taxes") == ({**vat, "rate": Decimal(7)},)

    # Describing

    def test_each_doctype_says_what_it_insists_on_in_its_own_words(self, world: World) -> None:
        found = {
            (each.doctype, each.field): each.label for each in world.crm.mandatory_fields(PRODUCTS)
        }
        assert found[PRODUCT, "product_name"] == "Product Name"
        assert found[SERVICE, "product_name"] == "Service Name"
        assert "assigned_to" not in {field for _, field in found}

    def test_what_one_doctype_insists_on_is_not_asked_of_the_other(self, world: World) -> None:
        world.make_mandatory("service_code", SERVICE)
        found = {(each.doctype, each.field) for each in world.crm.mandatory_fields(PRODUCTS)}
        assert (SERVICE, "part_number") in found
        assert (PRODUCT, "part_number") not in found
        world.crm.create(PRODUCTS, _new(PRODUCT))
        with pytest.raises(RecordRefused, match="Service Code"):
            world.crm.create(PRODUCTS, _new(SERVICE))

    def test_every_field_that_flows_has_a_label(self, world: World) -> None:
        labels = world.crm.labels(PRODUCTS)
        assert [key for key in spec_of(PRODUCTS).head_fields if not labels.get(key)] == []
        assert labels["product_name"] == "Product Name"
