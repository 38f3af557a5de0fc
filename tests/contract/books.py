"""Promises on taxes and on what is kept of Xero's books: written where it differs, else not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals import Method

from .shop import Shop, ShopPromises, books, item_tax, on_top
from .world import PRODUCTS, World, read, unique

ACCOUNT, TAX_RATE, TAX = "Xero Account", "Xero Tax Rate", "Vtiger Tax"


def _held(world: World, *names: str) -> list[CrmTax]:
    return [tax for tax in world.crm.taxes() if tax.name in names]


class Taxes(ShopPromises):
    """A tax is what it was saved as."""

    def test_taxes_come_back_as_they_were_saved_oldest_first(self, shop: Shop) -> None:
        rate = shop.reference.tax_rates[0].tax_type
        taxes = [
            CrmTax(unique("Zed"), Decimal("12.5"), tax_type=rate),
            CrmTax(unique("Held"), Decimal(2), Method.DEDUCTED),
            CrmTax(unique("Alpha"), Decimal("9.975"), Method.COMPOUND, (shop.vat, shop.levy)),
        ]
        for tax in taxes:
            shop.world.crm.save_tax(tax)
        assert _held(shop.world, *(tax.name for tax in taxes)) == taxes

    def test_which_rate_a_tax_is_by_choice_is_written_by_no_sync(self, shop: Shop) -> None:
        rate = shop.reference.tax_rates[0].tax_type
        new = CrmTax(unique("New"), Decimal(5), chosen=rate)
        for tax in (new, replace(new, rate=Decimal(6))):
            shop.world.crm.save_tax(tax)
            assert _held(shop.world, new.name) == [replace(tax, chosen="")]

    def test_a_tax_that_the_sync_makes_says_so(self, shop: Shop) -> None:
        assert shop.world.record(TAX, shop.vat)["source"] == "Xero"

    def test_an_unchanged_tax_is_not_written(self, shop: Shop) -> None:
        top = on_top(shop, shop.vat, shop.levy)
        before = [shop.world.record(TAX, name)["modified"] for name in (shop.vat, top)]
        for tax in _held(shop.world, shop.vat, top):
            shop.world.crm.save_tax(tax)
        assert [shop.world.record(TAX, name)["modified"] for name in (shop.vat, top)] == before

    def test_a_tax_changes_under_its_name(self, shop: Shop) -> None:
        top = on_top(shop, shop.vat, shop.levy)
        before = shop.world.record(TAX, top)["modified"]
        changed = CrmTax(top, Decimal(11), Method.COMPOUND, (shop.levy,))
        shop.world.crm.save_tax(changed)
        assert _held(shop.world, top) == [changed]
        assert shop.world.record(TAX, top)["modified"] > before

    @pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
    def test_what_a_tax_must_not_be_is_refused_and_leaves_it(self, shop: Shop, known: bool) -> None:
        top, name = on_top(shop, shop.vat), shop.levy if known else unique("Bad")
        before = _held(shop.world, name)
        wrong: dict[str, dict[str, Any]] = {
            "simple taxes": {"method": Method.COMPOUND},
            top: {"method": Method.COMPOUND, "compounds_on": (top,)},
            name: {"method": Method.COMPOUND, "compounds_on": (name,)},
            "no such tax": {"method": Method.COMPOUND, "compounds_on": ("no such tax",)},
            "NO-SUCH-RATE": {"tax_type": "NO-SUCH-RATE"},
        }
        for named, fields in wrong.items():
            with pytest.raises(RecordRefused) as refusal:
                shop.world.crm.save_tax(CrmTax(name, Decimal(5), **fields))
            assert named in f"{refusal.value.reason} {refusal.value.remedy}"
        assert _held(shop.world, name) == before

    def test_a_tax_that_another_stands_on_stays_simple(self, shop: Shop) -> None:
        top = on_top(shop, shop.levy)
        with pytest.raises(RecordRefused, match=top):
            shop.world.crm.save_tax(CrmTax(shop.levy, Decimal(5), Method.DEDUCTED))
        assert _held(shop.world, shop.levy) == [CrmTax(shop.levy, Decimal(5))]

    def test_a_new_rate_counts_from_the_next_invoice_on(self, shop: Shop) -> None:
        taxes = (item_tax(shop.levy),)
        assert shop.invoice(shop.line(100), taxes=taxes).fields["grand_total"] == 105
        shop.world.crm.save_tax(CrmTax(shop.levy, Decimal(6)))
        assert shop.invoice(shop.line(100), taxes=taxes).fields["grand_total"] == 106


class Books:
    """Xero's accounts and tax rates are records that a link can name."""

    def _keep(self, world: World) -> Reference:
        reference = books()
        world.crm.keep_reference(reference)
        return reference

    def test_accounts_and_rates_can_be_looked_at(self, world: World) -> None:
        reference = self._keep(world)
        account = world.record(ACCOUNT, reference.accounts[0].id)
        assert (account["title"], account["status"]) == ("200 \u2013 Sales", "ACTIVE")
        assert (account["type"], account["account_class"]) == ("REVENUE", "REVENUE")
        rate = world.record(TAX_RATE, reference.tax_rates[0].tax_type)
        assert (rate["tax_rate_name"], float(rate["effective_rate"])) == ("15% GST", 17.3)
        applies = [rate[f"can_apply_to_{each}"] for each in ("revenue", "expenses", "assets")]
        assert [bool(each) for each in applies] == [True, True, False]
        parts = [(row["component_name"], float(row["rate"])) for row in rate["components"]]
        assert parts == [("GST", 15), ("Top", 2)]
        assert [bool(row["compound"]) for row in rate["components"]] == [False, True]

    def test_a_record_may_name_what_is_kept_and_nothing_else(self, world: World) -> None:
        account = self._keep(world).accounts[0].id
        fields = {"product_name": unique("Bolt"), "xero_sales_account": account}
        made = world.crm.create(PRODUCTS, fields)
        assert read(world, made.name, PRODUCTS).fields["xero_sales_account"] == account
        with pytest.raises(RecordRefused):
            world.crm.create(PRODUCTS, {**fields, "xero_sales_account": "no such"})

    def test_what_is_unchanged_is_not_written(self, world: World) -> None:
        reference = self._keep(world)
        before = self._versions(world, reference)
        world.crm.keep_reference(reference)
        assert self._versions(world, reference) == before

    def test_what_changed_is_written_and_nothing_else(self, world: World) -> None:
        reference = self._keep(world)
        (account, rate) = self._versions(world, reference)
        (before,) = reference.accounts
        changed = replace(reference, accounts=(replace(before, status="ARCHIVED"),))
        world.crm.keep_reference(changed)
        after = self._versions(world, reference)
        assert (after[0] > account, after[1] == rate) == (True, True)
        assert world.record(ACCOUNT, before.id)["status"] == "ARCHIVED"

    def test_a_changed_component_is_written(self, world: World) -> None:
        reference = self._keep(world)
        (rate,) = reference.tax_rates
        one, other = rate.components
        parts = (one, replace(other, rate=Decimal(3)))
        world.crm.keep_reference(replace(reference, tax_rates=(replace(rate, components=parts),)))
        held = world.record(TAX_RATE, rate.tax_type)
        assert [float(row["rate"]) for row in held["components"]] == [15, 3]

    def test_the_rates_that_were_kept_last_can_be_asked_for(self, world: World) -> None:
        reference = self._keep(world)
        (rate,) = reference.tax_rates
        assert [each for each in world.crm.kept_rates() if each.tax_type == rate.tax_type] == [rate]
        reverse = replace(rate, owed=Decimal(0))
        world.crm.keep_reference(replace(reference, tax_rates=(reverse,)))
        assert [each.owed for each in world.crm.kept_rates() if each.tax_type == rate.tax_type] == [
            Decimal(0)
        ]

    def test_what_xero_no_longer_lists_stays_marked_and_may_come_back(self, world: World) -> None:
        reference = self._keep(world)
        self._keep(world)
        names = (reference.accounts[0].id, reference.tax_rates[0].tax_type)
        assert [
            world.record(ACCOUNT, names[0])["status"],
            world.record(TAX_RATE, names[1])["status"],
        ] == ["REMOVED"] * 2
        gone = self._versions(world, reference)
        self._keep(world)
        assert self._versions(world, reference) == gone
        world.crm.keep_reference(reference)
        assert world.record(ACCOUNT, names[0])["status"] == "ACTIVE"

    def test_a_list_that_was_not_read_takes_nothing_away(self, world: World) -> None:
        reference = self._keep(world)
        before = self._versions(world, reference)
        world.crm.keep_reference(replace(reference, accounts=(), tax_rates=()))
        assert self._versions(world, reference) == before

    def _versions(self, world: World, reference: Reference) -> list[Any]:
        return [
            world.record(ACCOUNT, reference.accounts[0].id)["modified"],
            world.record(TAX_RATE, reference.tax_rates[0].tax_type)["modified"],
        ]


class BookPromises(Taxes, Books):
    """Everything that a `Crm` promises of taxes, accounts and rates."""
