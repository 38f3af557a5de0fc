"""Promises on Invoices: rows with names, figures by Vtiger's rules, stock moved once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.mapping.doctypes import SERVICE
from vtiger_xero.engine.modules import spec_of
from vtiger_xero.engine.taxes import CrmTax

from .shop import Shop, ShopPromises, column, item_tax, on_top, rows
from .world import INVOICES, PRODUCTS, head, head_names, read, require_box, unique

CENT = Decimal("0.01")


class Rows(ShopPromises):
    """A line is the same line, wherever it moves."""

    def test_rows_come_back_in_order_each_with_a_name(self, shop: Shop) -> None:
        made = shop.invoice(*map(shop.line, (3, 1, 2)), taxes=(item_tax(shop.vat, 2),))
        assert column(made, "items", "selling_price") == [3, 1, 2]
        assert column(made, "items", "line_no") == [1, 2, 3]
        names = [*column(made, "items", "name"), *column(made, "taxes", "name")]
        assert all(names) and len(set(names)) == 4
        assert made == shop.read(made.name)

    def test_a_row_with_a_name_is_changed_and_the_others_stay(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1, item_comment="Zinc"), shop.line(2))
        first, second = rows(made, "items")
        after = shop.update(made, items=({**first, "selling_price": Decimal(7)}, second))
        changed, same = rows(after, "items")
        assert (changed["name"], changed["selling_price"]) == (first["name"], 7)
        assert (changed["item_comment"], same) == ("Zinc", second)

    def test_rows_move_come_and_go(self, shop: Shop) -> None:
        made = shop.invoice(
            shop.line(1), shop.line(10), shop.line(100), taxes=(item_tax(shop.vat, 3),)
        )
        first, _, third = rows(made, "items")
        after = shop.update(made, items=(third, shop.line(1000), first))
        assert column(after, "items", "selling_price") == [100, 1000, 1]
        assert column(after, "items", "line_no") == [3, 4, 1]
        assert column(after, "items", "tax") == [10, 0, 0]
        new = column(after, "items", "name")
        assert (new[0], new[2]) == (third["name"], first["name"])
        assert new[1] not in column(made, "items", "name")
        assert after == shop.read(made.name)

    def test_tables_that_are_not_mentioned_stay(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1), taxes=(item_tax(shop.vat),))
        after = shop.update(made, subject="Nuts")
        assert [after.fields[each] for each in ("items", "taxes")] == [
            made.fields[each] for each in ("items", "taxes")
        ]
        assert rows(shop.update(after, taxes=()), "taxes") == ()

    def test_rows_of_many_invoices_are_told_apart(self, shop: Shop) -> None:
        made = [shop.invoice(shop.line(price)) for price in (1, 2, 3)]
        found = shop.world.crm.get(INVOICES, [each.name for each in made])
        assert list(found) == made

    def test_a_person_changes_rows_by_name_too(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1), shop.line(2))
        _, second = rows(made, "items")
        shop.world.edit(made.name, INVOICES, items=[{**second, "quantity": Decimal(3)}])
        (kept,) = rows(shop.read(made.name), "items")
        assert (kept["name"], kept["line_no"], kept["total"]) == (second["name"], 2, 6)


class Figures(ShopPromises):
    """What an invoice comes to is computed on every save, whoever saves."""

    def test_totals_are_right_after_create(self, shop: Shop) -> None:
        taxes = (item_tax(shop.vat), item_tax(shop.levy), item_tax(shop.vat, 2))
        lines = (shop.line(100, 2, discount_percent=Decimal(10)), shop.line("0.25", 3))
        made = shop.invoice(*lines, taxes=taxes)
        assert column(made, "items", "total_after_discount") == [180, Decimal("0.75")]
        assert column(made, "items", "net_price") == [207, Decimal("0.83")]
        assert column(made, "taxes", "amount") == [18, 9, Decimal("0.08")]
        assert made.fields["pre_tax_total"] == Decimal("180.75")
        assert made.fields["grand_total"] == made.fields["balance"] == Decimal("207.83")

    def test_totals_are_right_after_update(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(100), taxes=(item_tax(shop.vat),))
        (line,) = rows(made, "items")
        after = shop.update(made, items=({**line, "quantity": Decimal(2)},), adjustment=Decimal(-1))
        assert (after.fields["items_total"], after.fields["grand_total"]) == (220, 219)
        assert column(after, "taxes", "amount") == [20]

    def test_computed_figures_are_nobodys_to_write(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(5), grand_total=Decimal(9), received=Decimal(9))
        assert (made.fields["grand_total"], made.fields["received"]) == (5, 0)

    def test_group_taxes_and_charges_count_once(self, shop: Shop) -> None:
        taxes = (
            {"applies_to": "Items Total", "tax": shop.vat},
            {"applies_to": "Charges", "tax": shop.levy},
        )
        made = shop.invoice(
            shop.line(1000), taxes=taxes, tax_mode="Group", shipping_and_handling=Decimal(50)
        )
        figures = [made.fields[each] for each in ("tax", "taxes_on_charges", "grand_total")]
        assert figures == [100, Decimal("2.5"), Decimal("1152.5")]

    def test_a_tax_without_effect_leaves_the_invoice(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(100), taxes=(item_tax(shop.vat),))
        after = shop.update(made, tax_mode="Group")
        assert (rows(after, "taxes"), after.fields["grand_total"]) == ((), 100)

    def test_an_invoice_keeps_its_taxes_as_they_were(self, shop: Shop) -> None:
        top = on_top(shop, shop.vat)
        made = shop.invoice(shop.line(100), taxes=(item_tax(shop.vat), item_tax(top)))
        assert column(made, "taxes", "rate") == [10, 10]
        assert column(made, "taxes", "method") == ["Simple", "Compound"]
        shop.world.crm.save_tax(CrmTax(top, Decimal(50)))
        after = shop.update(made, subject="Nuts")
        assert after.fields["grand_total"] == 121
        assert rows(after, "taxes") == rows(made, "taxes")

    def test_a_rate_that_was_given_stands_even_if_it_is_nothing(self, shop: Shop) -> None:
        taxes = (item_tax(shop.vat, rate=Decimal(0)), item_tax(shop.levy, rate=Decimal(7)))
        made = shop.invoice(shop.line(100), taxes=taxes)
        assert (column(made, "taxes", "rate"), made.fields["grand_total"]) == ([0, 7], 107)

    def test_an_amount_that_xero_gave_stands(self, shop: Shop) -> None:
        made = self._given(shop)
        assert made.fields["grand_total"] == Decimal("220.02")
        after = shop.update(made, subject="Nuts")
        assert rows(after, "taxes") == rows(made, "taxes")
        assert after.fields["grand_total"] == Decimal("220.02")

    def test_it_is_computed_again_once_a_person_changes_its_line(self, shop: Shop) -> None:
        made = self._given(shop)
        first, second = rows(made, "items")
        changed = {**first, "quantity": Decimal(2)}
        shop.world.edit(made.name, INVOICES, items=[changed, second])
        after = shop.read(made.name)
        assert column(after, "taxes", "amount") == [20, 10 + CENT]
        assert [bool(each) for each in column(after, "taxes", "amount_given")] == [False, True]
        assert after.fields["grand_total"] == Decimal("330.01")

    def test_a_form_that_holds_all_rows_gives_no_amount_anew(self, shop: Shop) -> None:
        made = self._given(shop)
        first, second = rows(made, "items")
        lines = [{**first, "selling_price": Decimal(50)}, second]
        shop.world.edit(made.name, INVOICES, items=lines, taxes=list(rows(made, "taxes")))
        assert column(shop.read(made.name), "taxes", "amount") == [5, 10 + CENT]

    def test_it_is_computed_again_once_the_sync_changes_its_line_alone(self, shop: Shop) -> None:
        made = self._given(shop)
        first, second = rows(made, "items")
        after = shop.update(made, items=({**first, "quantity": Decimal(2)}, second))
        assert column(after, "taxes", "amount") == [20, 10 + CENT]

    def test_an_amount_that_comes_with_its_figures_stands_for_them(self, shop: Shop) -> None:
        made = self._given(shop)
        first, second = rows(made, "items")
        one, two = rows(made, "taxes")
        after = shop.update(
            made,
            items=({**first, "quantity": Decimal(2)}, second),
            taxes=({**one, "amount": 20 - CENT, "amount_given": True}, two),
        )
        assert column(after, "taxes", "amount") == [20 - CENT, 10 + CENT]
        assert column(after, "taxes", "name") == [one["name"], two["name"]]

    def test_it_is_of_its_tax_and_its_currency(self, shop: Shop) -> None:
        made = self._given(shop)
        one, two = rows(made, "taxes")
        taxes = [{**one, "tax": shop.levy, "rate": Decimal(5)}, two]
        shop.world.edit(made.name, INVOICES, taxes=taxes)
        after = shop.read(made.name)
        assert column(after, "taxes", "amount") == [5, 10 + CENT]
        shop.world.edit(made.name, INVOICES, currency="JPY")
        after = shop.read(made.name)
        assert column(after, "taxes", "amount") == [5, 10]
        assert not any(column(after, "taxes", "amount_given"))

    def test_only_the_sync_gives_an_amount(self, shop: Shop) -> None:
        given = item_tax(shop.vat, amount=10 + CENT, amount_given=True)
        fields = shop.fields(shop.line(100), taxes=(given,))
        made = shop.read(shop.world.insert(INVOICES, **fields))
        assert column(made, "taxes", "amount") == [10]
        (tax,) = rows(made, "taxes")
        shop.world.edit(made.name, INVOICES, taxes=[{**tax, **given}])
        assert column(shop.read(made.name), "taxes", "amount") == [10]

    def test_a_person_writes_no_other_amount_over_it(self, shop: Shop) -> None:
        made = self._given(shop)
        one, two = rows(made, "taxes")
        taxes = [{**one, "amount": Decimal(99)}, two]
        shop.world.edit(made.name, INVOICES, taxes=taxes)
        assert rows(shop.read(made.name), "taxes") == (one, two)

    def _given(self, shop: Shop) -> Any:
        given: dict[str, Any] = {"amount": 10 + CENT, "amount_given": True}
        taxes = (item_tax(shop.vat, **given), item_tax(shop.vat, 2, **given))
        return shop.invoice(shop.line(100), shop.line(100), taxes=taxes)


class Filling(ShopPromises):
    """What follows from the rest is filled in; what somebody said stays."""

    def test_a_number_is_the_crms_unless_xero_gave_one(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1))
        assert made.fields["invoice_no"] == made.name
        given = shop.invoice(shop.line(1), invoice_no="OIT-0001")
        assert given.fields["invoice_no"] == "OIT-0001" != given.name
        assert shop.update(given, invoice_no="OIT-2").fields["invoice_no"] == "OIT-2"

    def test_address_and_currency_are_the_organizations(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1), currency="", billing_city="Hastings")
        fields = made.fields
        assert (fields["billing_city"], fields["shipping_code"]) == ("Hastings", "4110")
        assert fields["currency"] == "NZD"
        blank = shop.update(shop.invoice(shop.line(1)), billing_city="")
        assert not shop.update(blank, subject="Nuts").fields["billing_city"]

    def test_another_currency_keeps_its_rate(self, shop: Shop) -> None:
        rate = Decimal("0.595")
        made = shop.invoice(shop.line("1.2345"), currency="JPY", conversion_rate=rate)
        fields = made.fields
        assert (fields["currency"], fields["conversion_rate"], fields["grand_total"]) == (
            "JPY",
            rate,
            1,
        )

    def test_a_head_carries_text(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(250_000, 4), invoice_no="OIT-7", status="Sent")
        found = head(shop.world, made.name, INVOICES)
        assert found.keys.keys() == set(spec_of(INVOICES).head_fields)
        assert (found.keys["invoice_no"], found.keys["status"]) == ("OIT-7", "Sent")
        assert found.keys["organization_name"] == shop.organization
        assert Decimal(found.keys["grand_total"]) == 1_000_000
        assert found.keys["grand_total"].startswith("1000000")
        assert found.modified == made.modified

    def test_an_invoice_may_be_kept_out(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(100), status="Sent")
        require_box(shop.world, made.name, INVOICES)

    def test_lines_are_mandatory_and_what_fills_itself_is_not(self, shop: Shop) -> None:
        found = {each.field: each.label for each in shop.world.crm.mandatory_fields(INVOICES)}
        assert found["items"] == "Items"
        assert {"subject", "organization_name"} <= found.keys()
        assert not {"status", "tax_mode", "assigned_to", "invoice_no"} & found.keys()

    def test_tables_have_labels(self, shop: Shop) -> None:
        labels = shop.world.crm.labels(INVOICES)
        assert (labels["items"], labels["grand_total"]) == ("Items", "Grand Total")


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no lines": ({"items": (), "taxes": ()}, "Items"),
    "an item that is not there": ({"items": ({"item_name": "PRO-no-such"},)}, "PRO-no-such"),
    "a line without an item": ({"items": ({"quantity": Decimal(1)},)}, "Item Name"),
    "a line of neither kind": ({"items": ({"item_type": "Thing", "item_name": "X"},)}, "Thing"),
    "a tax that is not there": ({"taxes": (item_tax("no such tax"),)}, "no such tax"),
    "a tax of no line": ({"taxes": ({**item_tax("VAT"), "line": 7},)}, "line 7"),
    "two discounts": (
        {"overall_discount_percent": Decimal(1), "overall_discount_amount": Decimal(1)},
        "given twice",
    ),
    "a status that is none": ({"status": "Lost"}, "Lost"),
    "an organization that is not there": ({"organization_name": "ACC-no-such"}, "ACC-no-such"),
    "a subject longer than its field": ({"subject": "x" * 256}, "Subject"),
}


class Refusing(ShopPromises):
    """What is refused was never there: no record, no row, no stock."""

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_an_invoice_must_not_be_leaves_nothing(self, shop: Shop, case: str) -> None:
        broken, named = self._broken(shop, case)
        before = head_names(shop.world, INVOICES)
        with pytest.raises(RecordRefused) as refusal:
            shop.world.crm.create(INVOICES, {**shop.fields(shop.line(1, 3)), **broken})
        assert named in refusal.value.reason
        assert head_names(shop.world, INVOICES) == before
        assert shop.stock() == 100

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_an_invoice_must_not_become_changes_nothing(self, shop: Shop, case: str) -> None:
        broken, named = self._broken(shop, case)
        made = shop.invoice(shop.line(1, 3), taxes=(item_tax(shop.vat),))
        with pytest.raises(RecordRefused) as refusal:
            shop.update(made, **{"items": (shop.line(2, 5),), **broken})
        assert named in refusal.value.reason
        assert shop.read(made.name) == made
        assert shop.stock() == 97

    def _broken(self, shop: Shop, case: str) -> tuple[dict[str, Any], str]:
        broken, named = REFUSED[case]
        if named == "line 7":
            return {"taxes": (item_tax(shop.vat, 7),)}, named
        return broken, named

    def test_a_person_who_was_faster_keeps_their_lines(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1))
        shop.world.edit(made.name, INVOICES, items=[shop.line(5)])
        with pytest.raises(RecordChanged):
            shop.update(made, items=(shop.line(9),))
        assert shop.read(made.name).fields["grand_total"] == 5

    def test_a_deleted_invoice_is_gone_and_what_it_named_may_go(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1), taxes=(item_tax(shop.vat),))
        shop.world.crm.delete(INVOICES, made.name)
        assert list(shop.world.crm.get(INVOICES, [made.name])) == []
        shop.world.crm.delete(PRODUCTS, shop.bolt)
        shop.world.trash(shop.organization)

    def test_an_organization_with_an_invoice_is_not_deleted(self, shop: Shop) -> None:
        shop.invoice(shop.line(1))
        with pytest.raises(RecordRefused, match=shop.organization):
            shop.world.crm.delete(read(shop.world, shop.organization).module, shop.organization)


class Stock(ShopPromises):
    """An invoice takes its products out of stock, each exactly once."""

    def test_stock_is_taken_once_and_follows_what_changes(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1, 3), shop.line(1, "0.5"))
        assert shop.stock() == Decimal("96.5")
        made = shop.update(made, subject="Nuts")
        assert shop.stock() == Decimal("96.5")
        first, _ = rows(made, "items")
        shop.update(made, items=({**first, "quantity": Decimal(5)},))
        assert shop.stock() == 95
        shop.world.crm.delete(INVOICES, made.name)
        assert shop.stock() == 100

    def test_a_cancelled_invoice_gives_back_and_takes_again(self, shop: Shop) -> None:
        made = shop.invoice(shop.line(1, 3))
        for status, left in [("Cancel", 100), ("Cancel", 100), ("Created", 97), ("Paid", 97)]:
            made = shop.update(made, status=status)
            assert shop.stock() == left

    def test_a_line_of_another_product_moves_both(self, shop: Shop) -> None:
        nut = shop.world.insert(PRODUCTS, product_name=unique("Nut"), qty_in_stock=10)
        made = shop.invoice(shop.line(1, 3))
        (line,) = rows(made, "items")
        shop.update(made, items=({**line, "item_name": nut},))
        assert (shop.stock(), shop.stock(nut)) == (100, 7)

    def test_what_was_sold_is_a_new_version_of_its_product(self, shop: Shop) -> None:
        before = read(shop.world, shop.bolt, PRODUCTS)
        made = shop.invoice(shop.line(1, 3))
        sold = read(shop.world, shop.bolt, PRODUCTS)
        assert sold.modified > before.modified
        shop.update(made, subject="Nuts")
        assert read(shop.world, shop.bolt, PRODUCTS).modified == sold.modified

    def test_what_is_tracked_in_xero_is_counted_there(self, shop: Shop) -> None:
        tracked = shop.world.crm.create(
            PRODUCTS,
            {"product_name": unique("Cog"), "qty_in_stock": Decimal(8), "tracked_in_xero": True},
        )
        made = shop.invoice(shop.line(1, 3, item_name=tracked.name), shop.line(1, 3))
        assert (shop.stock(tracked.name), shop.stock()) == (8, 97)
        shop.world.crm.delete(INVOICES, made.name)
        assert (shop.stock(tracked.name), shop.stock()) == (8, 100)
        assert read(shop.world, tracked.name, PRODUCTS) == tracked

    def test_services_have_none(self, shop: Shop) -> None:
        before = read(shop.world, shop.help, PRODUCTS)
        made = shop.invoice(shop.line(80, 2, item_type=SERVICE, item_name=shop.help))
        assert made.fields["grand_total"] == 160
        assert read(shop.world, shop.help, PRODUCTS) == before


class InvoicePromises(Rows, Figures, Filling, Refusing, Stock):
    """Everything that a `Crm` promises of invoices."""
