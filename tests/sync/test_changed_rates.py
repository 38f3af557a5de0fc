"""A rate of Xero gets another percentage in place, beside a special rate of the old one.

The CRM's GST of 15 % was the organisation's usual rate and is its 12.5 % from then on; the special
rate, "Bad Debt Recovery", is the only one that still is of 15 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.readings import only_read
from tests.support.shop import INVOICES, PRODUCTS, Shop, charge_tax, item_tax, whole_tax
from tests.support.stage import skipped
from tests.sync.test_countries import sell, settled, shop_in, tax_types
from vtiger_xero.engine.doctor import examine, observe
from vtiger_xero.engine.records import Direction
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.taxes import CrmTax

D = Decimal
SPECIAL = "TAX001"


@contextmanager
def beside_a_special_rate() -> Iterator[Shop]:
    with shop_in("NZ") as shop:
        shop.books.add_tax_rate("Bad Debt Recovery", [{"Name": "GST", "Rate": "15"}])
        shop.stage.learn_reference()
        shop.sync()
        yield shop


def change(shop: Shop, tax_type: str = "OUTPUT2", percent: str = "12.5") -> None:
    """Somebody in Xero gives the first component of a rate another percentage."""
    (rate,) = [each for each in shop.books.books.tax_rates if each["TaxType"] == tax_type]
    first, *others = rate["TaxComponents"]
    parts = [{**first, "Rate": D(percent)}, *others]
    whole = sum((part["Rate"] for part in parts), D(0))
    figures = {"EffectiveRate": whole, "DisplayTaxRate": whole}
    shop.books.edit_tax_rate(tax_type, TaxComponents=parts, **figures)


def tax(shop: Shop, name: str = "GST") -> CrmTax:
    return next(tax for tax in shop.crm.taxes() if tax.name == name)


def choose(shop: Shop, tax_type: str) -> None:
    shop.crm.add_tax(replace(tax(shop), chosen=tax_type))


def rates_of(shop: Shop, invoice: str) -> list[Decimal]:
    rows: Any = shop.get(INVOICES, invoice).fields["taxes"]
    return [row["rate"] for row in rows]


def edit_lines(shop: Shop, invoice: str, **fields: Any) -> None:
    rows: Any = shop.get(INVOICES, invoice).fields["items"]
    shop.edit(INVOICES, invoice, items=tuple({**row, **fields} for row in rows))


def test_the_tax_gets_the_new_percentage_of_the_rate_that_the_accounts_have() -> None:
    with beside_a_special_rate() as shop:
        settled(shop)
        change(shop)
        report = shop.sync()
        assert tax(shop).rate == D("12.5")
        notice = "The tax \u201cGST\u201d has Xero's rate of 12.5% now; it had 15%."
        assert notice in report.header.notices
        invoice = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUT2"]
        assert shop.wire(invoice)["TotalTax"] == D("12.51")


def test_among_many_rates_of_the_old_percentage_alike() -> None:
    """Singapore's special rates are of 9 % each, as Standard-Rated Supplies is until then."""
    with shop_in("SG") as shop:
        change(shop, "OUTPUTY24", "10")
        shop.sync()
        assert tax(shop).rate == D(10)
        invoice = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUTY24"]


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
def test_a_component_of_a_combined_rate_alike() -> None:
    with shop_in("US") as shop:
        parts = [{"Name": "State", "Rate": "6.25"}, {"Name": "City", "Rate": "2"}]
        shop.books.add_tax_rate("Bad Debt Recovery", parts)
        shop.books.edit_account("200", TaxType="TAX001")
        shop.stage.learn_reference()
        invoice = sell(shop, "State + City")
        settled(shop)
        change(shop, "TAX001", "7")
        settled(shop)
        assert tax(shop, "State").rate == D(7)
        later = sell(shop, "State + City")
        edit_lines(shop, invoice, quantity=D(4))
        settled(shop)
        assert tax_types(shop, invoice) == tax_types(shop, later) == ["TAX001"]
        assert rates_of(shop, invoice) == [D("6.25"), D(2)]


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
@pytest.mark.parametrize("special", [True, False], ids=["special rate", "no such rate"])
@pytest.mark.parametrize("policy", ConflictPolicy)
def test_what_was_agreed_on_keeps_its_figures_and_its_rate(
    special: bool, policy: ConflictPolicy
) -> None:
    with beside_a_special_rate() if special else shop_in("NZ") as shop:
        shop.stage.set(conflicts=policy)
        invoice = sell(shop, "GST")
        settled(shop)
        total = shop.wire(invoice)["Total"]
        change(shop)
        settled(shop)
        shop.edit(INVOICES, invoice, subject="Bolts, as ordered")
        settled(shop)
        edit_lines(shop, invoice, item_comment="new words")
        settled(shop)
        assert (shop.wire(invoice)["Total"], tax_types(shop, invoice)) == (total, ["OUTPUT2"])
        edit_lines(shop, invoice, quantity=D(4))
        settled(shop)
        assert shop.wire(invoice)["Total"] == D("153.41")
        assert (tax_types(shop, invoice), rates_of(shop, invoice)) == (["OUTPUT2"], [D(15)])


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
def test_a_line_that_is_added_to_an_older_one_has_the_new_percentage() -> None:
    with beside_a_special_rate() as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        change(shop)
        settled(shop)
        held: Any = shop.get(INVOICES, invoice).fields
        lines = (*held["items"], shop.line("50", line_no=2))
        taxes = (*held["taxes"], item_tax("GST", 2, rate=D("12.5")))
        shop.edit(INVOICES, invoice, items=lines, taxes=taxes)
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUT2", "OUTPUT2"]
        assert [line["TaxAmount"] for line in shop.wire(invoice)["LineItems"]] == [
            D("15.01"),
            D("6.25"),
        ]


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
def test_group_taxes_and_charges_of_an_older_invoice_alike() -> None:
    with beside_a_special_rate() as shop:
        nzd = {"currency": "NZD"}
        grouped = shop.invoice(taxes=[whole_tax("GST", rate=D(15))], tax_mode="Group", **nzd)
        taxes = [item_tax("GST", rate=D(15)), charge_tax("GST", rate=D(15))]
        charged = shop.invoice(taxes=taxes, shipping_and_handling=D(5), **nzd)
        settled(shop)
        change(shop)
        settled(shop)
        for each in (grouped, charged):
            edit_lines(shop, each, item_comment="new words")
        settled(shop)
        assert tax_types(shop, grouped) == ["OUTPUT2"]
        assert tax_types(shop, charged) == ["OUTPUT2", "OUTPUT2"]


def test_words_of_an_older_invoice_that_are_edited_in_xero_leave_its_percentage() -> None:
    with beside_a_special_rate() as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        change(shop)
        settled(shop)
        keys = ("LineItemID", "Quantity", "UnitAmount", "AccountCode", "ItemCode", "TaxType")
        (line,) = shop.wire(invoice)["LineItems"]
        words = {**{key: line[key] for key in (*keys, "TaxAmount")}, "Description": "new words"}
        shop.books.edit_invoice(shop.partner(INVOICES, invoice), LineItems=[words])
        settled(shop)
        rows: Any = shop.get(INVOICES, invoice).fields["items"]
        assert rows[0]["item_comment"] == "new words"
        assert rates_of(shop, invoice) == [D(15)]


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
def test_a_partly_paid_invoice_of_the_old_percentage_takes_its_words() -> None:
    with beside_a_special_rate() as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        shop.books.pay_invoice(shop.partner(INVOICES, invoice), "50")
        change(shop)
        settled(shop)
        edit_lines(shop, invoice, item_comment="new words")
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUT2"]


def test_a_line_of_the_old_percentage_that_xero_never_had_is_no_special_rate() -> None:
    with beside_a_special_rate() as shop:
        invoice = shop.invoice(taxes=[item_tax("GST", 1, rate=D(15))], currency="NZD")
        change(shop)
        entry = shop.skip(INVOICES)
        for each in ("line 1", "GST 15%", "Bad Debt Recovery (15%)", "15% GST on Income (12.5%)"):
            assert each in entry.reason
        assert "Xero Tax Rate" in entry.remedy
        assert len(shop.books.invoices) == 0
        shop.edit(INVOICES, invoice, taxes=(item_tax("GST", 1, rate=D("12.5")),))
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUT2"]


def test_the_special_rate_is_chosen_where_a_person_or_the_item_says_so() -> None:
    with beside_a_special_rate() as shop:
        (item,) = shop.books.items.values()
        shop.books.edit_item(item.item_id, SalesDetails={"TaxType": SPECIAL, "UnitPrice": 10})
        change(shop)
        shop.sync()
        old = {"taxes": [item_tax("GST", 1, rate=D(15))], "currency": "NZD"}
        by_item = shop.invoice(**old)
        settled(shop)
        assert tax_types(shop, by_item) == [SPECIAL]
    with beside_a_special_rate() as shop:
        choose(shop, SPECIAL)
        change(shop)
        shop.sync()
        assert tax(shop).rate == D(15)
        by_person = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, by_person) == [SPECIAL]


def test_a_tax_that_a_person_tied_to_the_usual_rate_follows_it() -> None:
    with beside_a_special_rate() as shop:
        choose(shop, "OUTPUT2")
        settled(shop)
        change(shop)
        shop.sync()
        assert tax(shop).rate == D("12.5")
        invoice = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUT2"]


def test_where_accounts_have_both_rates_nothing_tells_and_each_account_gets_its_own() -> None:
    with beside_a_special_rate() as shop:
        shop.books.edit_account("270", TaxType=SPECIAL)
        shop.sync()
        change(shop)
        shop.sync()
        assert tax(shop).rate == D(15)
        recovered = sell(shop, "GST", xero_sales_account=shop.stage.account("270"))
        settled(shop)
        assert tax_types(shop, recovered) == [SPECIAL]
        sell(shop, "GST")
        assert "not clear that it is the right one" in shop.skip(INVOICES).reason


def test_where_no_account_has_either_the_tax_stays_and_the_invoice_waits() -> None:
    with beside_a_special_rate() as shop:
        for each in shop.stage.reference.accounts:
            if each.tax_type == "OUTPUT2":
                shop.books.edit_account(each.code, TaxType="NONE")
        shop.sync()
        change(shop)
        shop.sync()
        assert tax(shop).rate == D(15)
        sell(shop, "GST")
        assert "not clear that it is the right one" in shop.skip(INVOICES).reason
        assert len(shop.books.invoices) == 0


def test_a_tax_that_was_never_of_that_percentage_does_not_follow() -> None:
    with shop_in("NZ") as shop:
        shop.books.add_tax_rate("GST of a lease", [{"Name": "GST", "Rate": "10"}])
        shop.sync()
        shop.crm.add_tax(CrmTax("GST", D(10)))
        shop.sync()
        change(shop)
        shop.sync()
        assert tax(shop).rate == D(10)


def test_the_check_foretells_the_new_percentage() -> None:
    with beside_a_special_rate() as shop:
        change(shop)
        stage = shop.stage
        reference = stage.ledger().reference()
        situation = observe(shop.crm, stage.journal, stage.settings, reference)
        said = [finding.problem for finding in examine(situation)]
        assert any("GST\u201d is 15% in the CRM and 12.5% in Xero" in each for each in said)


@only_read("T15", because="Xero makes the tax anew then, and the run says so")
@pytest.mark.parametrize("direction", [Direction.TO_CRM, Direction.TO_XERO])
def test_one_way_alike(direction: Direction) -> None:
    with beside_a_special_rate() as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        shop.stage.set(direction)
        change(shop)
        shop.sync()
        assert tax(shop).rate == D("12.5")
        if direction is Direction.TO_XERO:
            edit_lines(shop, invoice, item_comment="new words")
        report = shop.sync()
        assert skipped(report, INVOICES) == []
        assert tax_types(shop, invoice) == ["OUTPUT2"]
        assert disagreements(shop.stage) == []


def test_a_product_of_the_tax_keeps_its_rate_in_xero() -> None:
    with beside_a_special_rate() as shop:
        shop.edit(PRODUCTS, shop.bolt, taxes=({"tax": "GST", "rate": D(15)},))
        shop.sync()
        change(shop)
        settled(shop)
        (item,) = shop.books.items.values()
        assert item.sales.get("TaxType") in ("", None, "OUTPUT2")
