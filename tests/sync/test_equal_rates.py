"""Several rates of Xero say what the CRM's tax says: which of them a line gets, and who decides.

Singapore's special rates come first in Xero's list: Bad Debt Recovery, Bad Debt Relief, Deemed
Supplies and others are of 9 % of GST, as Standard-Rated Supplies is.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.shop import (
    INVOICES,
    ORGANIZATIONS,
    PRODUCTS,
    Shop,
    charge_tax,
    item_tax,
    whole_tax,
)
from tests.support.stage import counts, skipped
from tests.sync.test_countries import fields_of, sell, settled, shop_in, tax_types
from vtiger_xero.engine.doctor import Severity, examine, observe
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.taxes import CrmTax

D = Decimal
GST = CrmTax("GST", D(9))


def undecided_account(shop: Shop) -> str:
    """An account of sales whose own rate is no help: the bookkeeper left it at No Tax."""
    shop.books.edit_account("220", TaxType="NONE")
    shop.stage.learn_reference()
    return shop.stage.account("220")


def choose(shop: Shop, tax_type: str) -> None:
    """A manager chooses the Xero Tax Rate of the tax."""
    shop.crm.add_tax(replace(next(t for t in shop.crm.taxes() if t.name == "GST"), chosen=tax_type))


def tied(shop: Shop) -> CrmTax:
    return next(tax for tax in shop.crm.taxes() if tax.name == "GST")


def test_a_plain_tax_is_the_rate_of_its_account_and_is_tied_to_no_special_one() -> None:
    with shop_in("SG") as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["OUTPUTY24"]
        assert (tied(shop).tax_type, tied(shop).chosen) == ("", "")


def test_where_nothing_decides_the_invoice_waits_and_the_reason_names_the_rates() -> None:
    with shop_in("SG") as shop:
        account = undecided_account(shop)
        sell(shop, "GST", xero_sales_account=account)
        entry = shop.skip(INVOICES)
        for each in ("GST 9%", "line 1", "Bad Debt Recovery (9%)", "Standard-Rated Supplies (9%)"):
            assert each in entry.reason
        assert "Xero Tax Rate" in entry.remedy
        assert len(shop.books.invoices) == 0


def test_one_choice_settles_it_for_good() -> None:
    with shop_in("SG") as shop:
        account = undecided_account(shop)
        invoice = sell(shop, "GST", xero_sales_account=account)
        shop.skip(INVOICES)
        choose(shop, "OUTPUTY24")
        settled(shop)
        later = sell(shop, "GST", xero_sales_account=account)
        settled(shop)
        assert tax_types(shop, invoice) == tax_types(shop, later) == ["OUTPUTY24"]
        assert tied(shop).chosen == "OUTPUTY24"  # no run of the sync has written it


def test_a_choice_that_charges_another_percentage_is_refused_when_it_is_saved() -> None:
    with shop_in("SG") as shop, pytest.raises(Exception, match="is 8% in Xero, and this tax is 9%"):
        choose(shop, "OUTPUTY23")


def test_the_item_s_own_rate_goes_before_the_account_s() -> None:
    with shop_in("SG") as shop:
        (item,) = shop.books.items.values()
        shop.books.edit_item(item.item_id, SalesDetails={"TaxType": "SRLVGY24", "UnitPrice": 10})
        shop.sync()
        invoice = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["SRLVGY24"]


def test_charges_and_group_taxes_are_decided_alike() -> None:
    with shop_in("SG") as shop:
        sgd = {"currency": "SGD"}
        taxes = [item_tax("GST", rate=D(9)), charge_tax("GST", rate=D(9))]
        charged = shop.invoice(taxes=taxes, shipping_and_handling=D("5"), adjustment=D("1"), **sgd)
        grouped = shop.invoice(taxes=[whole_tax("GST", rate=D(9))], tax_mode="Group", **sgd)
        settled(shop)
        assert tax_types(shop, charged) == ["OUTPUTY24", "OUTPUTY24", "NONE"]
        assert tax_types(shop, grouped) == ["OUTPUTY24"]
        undecided = undecided_account(shop)
        line = shop.line(xero_sales_account=undecided)
        shop.invoice(line, taxes=[whole_tax("GST", rate=D(9))], tax_mode="Group", **sgd)
        assert (
            "Several tax rates in Xero match the group taxes (GST 9%)" in shop.skip(INVOICES).reason
        )


@pytest.mark.parametrize("policy", ConflictPolicy)
def test_another_rate_that_says_the_same_is_no_difference_and_stays(policy: ConflictPolicy) -> None:
    """A bookkeeper makes it a deemed supply in Xero; the CRM's GST says that as well."""
    with shop_in("SG") as shop:
        shop.stage.set(**kept(shop), conflicts=policy)
        invoice = sell(shop, "GST")
        settled(shop)
        recode(shop, invoice, "DSOUTPUTY24")
        settled(shop)
        rows = shop.get(INVOICES, invoice).fields["taxes"]
        assert [row["tax"] for row in rows] == ["GST"]  # type: ignore[union-attr]
        shop.edit(INVOICES, invoice, items=tuple({**r, "quantity": D(4)} for r in rows_of(shop)))
        settled(shop)
        assert tax_types(shop, invoice) == ["DSOUTPUTY24"]
        assert shop.wire(invoice)["Total"] == shop.field(INVOICES, invoice, "grand_total")


def rows_of(shop: Shop) -> tuple[Any, ...]:
    return fields_of(shop, shop.stage.one(INVOICES).name)


def recode(shop: Shop, invoice: str, tax_type: str) -> None:
    kept = ("LineItemID", "Description", "Quantity", "UnitAmount", "AccountCode", "ItemCode")
    lines = [
        {**{key: line[key] for key in kept}, "TaxType": tax_type}
        for line in shop.wire(invoice)["LineItems"]
    ]
    shop.books.edit_invoice(shop.partner(INVOICES, invoice), LineItems=lines)


def kept(shop: Shop) -> dict[str, Any]:
    names = ("sales_account", "charges_account", "adjustment_account", "payment_account")
    settings = shop.stage.settings
    return {"deletions": True, **{name: getattr(settings, name) for name in names}}


def test_a_rate_of_another_percentage_comes_into_the_crm() -> None:
    with shop_in("SG") as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        recode(shop, invoice, "ZERORATEDOUTPUT")
        settled(shop)
        rows = shop.get(INVOICES, invoice).fields["taxes"]
        assert [row["tax"] for row in rows] == ["Zero-Rated Supplies"]  # type: ignore[union-attr]
        assert tax_types(shop, invoice) == ["ZERORATEDOUTPUT"]


@pytest.mark.parametrize("paid", [False, True])
def test_another_default_of_the_account_rewrites_no_line_that_is_there(paid: bool) -> None:
    with shop_in("SG") as shop:
        invoice = sell(shop, "GST", "")
        settled(shop)
        if paid:
            total = shop.wire(invoice)["Total"]
            shop.books.pay_invoice(shop.partner(INVOICES, invoice), total)
            settled(shop)
        for own in ("DSOUTPUTY24", "NONE", "ES33OUTPUT"):
            shop.books.edit_account("200", TaxType=own)
            shop.books.edit_invoice(shop.partner(INVOICES, invoice), Reference=own)
            settled(shop)
            assert tax_types(shop, invoice) == ["OUTPUTY24", "NONE"]


def test_an_invoice_that_both_ledgers_have_at_their_first_meeting_is_one() -> None:
    with shop_in("SG") as shop:
        invoice = sell(shop, "GST", "")
        contact = shop.partner(Module.ORGANIZATIONS, shop.customer)
        line = {"ItemCode": "BOLT", "Quantity": 3, "TaxType": "DSOUTPUTY24"}
        lines = [shop.xero_line("33.35", **line), shop.xero_line("33.35", **{**line, **free})]
        number = shop.field(INVOICES, invoice, "invoice_no")
        shop.xero_invoice(*lines, contact=contact, InvoiceNumber=number)
        settled(shop)
        assert tax_types(shop, invoice) == ["DSOUTPUTY24", "NONE"]
        assert len(shop.books.invoices) == 1


free = {"TaxType": "NONE"}


@pytest.mark.parametrize("direction", [Direction.TO_XERO, Direction.BOTH])
def test_one_way_alike(direction: Direction) -> None:
    with shop_in("SG") as shop:
        shop.stage.set(direction, **kept(shop))
        invoice = sell(shop, "GST", "Deemed Supplies")
        assert shop.sync() and disagreements(shop.stage) == []
        assert tax_types(shop, invoice) == ["OUTPUTY24", "DSOUTPUTY24"]


def test_the_check_lists_the_rates_and_is_an_error_only_where_something_would_be_skipped() -> None:
    with shop_in("SG") as shop:

        def found() -> list[tuple[Severity, str]]:
            ledger = shop.stage.ledger()
            stage = shop.stage
            situation = observe(stage.crm, stage.journal, stage.settings, ledger.reference())
            return [
                (each.severity, each.problem)
                for each in examine(situation)
                if each.code == "ambiguous-taxes" and each.severity is not Severity.FINE
            ]

        ((severity, problem),) = found()
        assert severity is Severity.WARNING
        assert "Bad Debt Recovery (9%)" in problem
        account = undecided_account(shop)
        rows = ({"tax": "GST", "rate": D(9)},)
        shop.product("NUT", "Nut", xero_sales_account=account, taxes=rows)
        ((severity, problem),) = found()
        assert severity is Severity.ERROR
        assert "220" in problem
        choose(shop, "OUTPUTY24")
        assert found() == []


def test_a_product_whose_rate_nothing_decides_takes_over_what_xero_fills_in_without_a_change() -> (
    None
):
    with shop_in("SG") as shop:
        account = undecided_account(shop)
        rows = ({"tax": "GST", "rate": D(9)},)
        nut = shop.product("NUT", "Nut", xero_sales_account=account, taxes=rows)
        settled(shop)
        assert [row["tax"] for row in shop.get(PRODUCTS, nut).fields["taxes"]] == ["GST"]  # type: ignore[union-attr]


def test_a_preview_and_its_run_choose_the_same_rates() -> None:
    with shop_in("SG") as shop:
        account = shop.stage.account("200")
        rows = ({"tax": "GST", "rate": D(9)},)
        nut = shop.product("NUT", "Nut", xero_sales_account=account, taxes=rows)
        other = shop.stage.account("260")
        shop.books.edit_account("260", TaxType="SRLVGY24")
        line = shop.line(item_name=nut, xero_sales_account=other)
        shop.invoice(line, taxes=[item_tax("GST", rate=D(9))], currency="SGD")
        planned = {plan.module: plan for plan in shop.stage.preview()}
        (decision,) = planned[INVOICES].decisions
        foreseen = [line["TaxType"] for line in decision.actions[0].document["LineItems"]]  # type: ignore[union-attr]
        report = shop.sync()
        assert skipped(report, INVOICES) == []
        assert counts(report, INVOICES) == {"XERO Created": 1}
        assert foreseen == tax_types(shop, shop.stage.one(INVOICES).name) == ["OUTPUTY24"]


def test_what_an_earlier_version_tied_and_sent_is_tied_no_more_and_stays_as_it_is_in_xero() -> None:
    with shop_in("SG") as shop:
        shop.crm.save_tax(replace(GST, tax_type="BADDEBTRECOVERYY24"))
        old = sell(shop, "Bad Debt Recovery")  # as that version sent it
        settled(shop)
        rows = tuple({**row, "tax": "GST"} for row in shop.get(INVOICES, old).fields["taxes"])  # type: ignore[union-attr]
        shop.edit(INVOICES, old, taxes=rows)
        new = sell(shop, "GST")
        settled(shop)
        assert tied(shop).tax_type == ""
        assert (tax_types(shop, old), tax_types(shop, new)) == (
            ["BADDEBTRECOVERYY24"],
            ["OUTPUTY24"],
        )


def old_rates(shop: Shop) -> list[tuple[str, tuple[str, ...]]]:
    """What the check says of rates that stand on invoices only by an earlier version's rule."""
    stage = shop.stage
    situation = observe(stage.crm, stage.journal, stage.settings, stage.ledger().reference())
    found = (each for each in examine(situation) if each.code == "old-rates")
    return [(each.problem, each.records) for each in found if each.severity is not Severity.FINE]


def sold_by_an_earlier_version(shop: Shop) -> str:
    name = sell(shop, "Bad Debt Recovery")
    settled(shop)
    rows = tuple({**row, "tax": "GST"} for row in shop.get(INVOICES, name).fields["taxes"])  # type: ignore[union-attr]
    shop.edit(INVOICES, name, taxes=rows)
    settled(shop)
    assert tax_types(shop, name) == ["BADDEBTRECOVERYY24"]
    return name


def test_the_check_lists_invoices_whose_rate_only_came_first_in_the_list() -> None:
    with shop_in("SG") as shop:
        old = [sold_by_an_earlier_version(shop) for _ in range(2)]
        sell(shop, "GST")  # as it is chosen now
        sell(shop, "Bad Debt Recovery")  # a person chose it
        settled(shop)
        ((problem, records),) = old_rates(shop)
        assert set(records) == set(old)
        for each in ("Bad Debt Recovery", "2 invoices", *old):
            assert each in problem


def test_it_lists_none_that_a_person_an_item_or_an_account_chose_or_that_is_void() -> None:
    with shop_in("SG") as shop:
        old = sold_by_an_earlier_version(shop)
        assert old_rates(shop)
        choose(shop, "BADDEBTRECOVERYY24")
        assert old_rates(shop) == []
        choose(shop, "")
        shop.books.edit_account("200", TaxType="BADDEBTRECOVERYY24")
        assert old_rates(shop) == []
        shop.books.edit_account("200", TaxType="OUTPUTY24")
        assert old_rates(shop)
        shop.books.void_invoice(shop.partner(INVOICES, old))
        shop.sync()
        assert old_rates(shop) == []


@pytest.mark.parametrize("code", ["NZ", "AU", "GB", "US", "ZA", "SG"])
def test_where_no_invoice_was_sent_by_that_rule_the_check_lists_nothing(code: str) -> None:
    with shop_in(code) as shop:
        sell(shop, *(["GST"] if code in ("NZ", "SG", "AU") else [""]))
        settled(shop)
        made = shop.xero_invoice(shop.xero_line(TaxType="NONE" if code != "AU" else "BASEXCLUDED"))
        shop.sync()
        assert made
        assert old_rates(shop) == []


@pytest.mark.parametrize("status", ["DELETED", "ARCHIVED"])
def test_a_choice_that_xero_no_longer_uses_counts_as_none(status: str) -> None:
    with shop_in("SG") as shop:
        choose(shop, "SRLVGY24")
        first = sell(shop, "GST")
        settled(shop)
        shop.books.edit_tax_rate("SRLVGY24", Status=status)
        second = sell(shop, "GST")
        settled(shop)
        assert (tax_types(shop, first), tax_types(shop, second)) == (["SRLVGY24"], ["OUTPUTY24"])


def test_a_rate_that_is_added_in_xero_later_makes_no_old_line_another_one() -> None:
    with shop_in("NZ") as shop:
        invoice = sell(shop, "GST")
        settled(shop)
        part = {"Name": "GST", "Rate": "15"}
        added = shop.books.add_tax_rate("A Special GST", [part])
        later = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == tax_types(shop, later) == ["OUTPUT2"]
        recode(shop, later, added)
        settled(shop)
        assert tax_types(shop, later) == [added]


# Items: what Xero fills in of its own


def test_a_product_without_taxes_stays_so_when_it_gets_an_account() -> None:
    with shop_in("NZ") as shop:
        (item,) = shop.books.items.values()
        assert "TaxType" not in item.sales
        shop.edit(PRODUCTS, shop.bolt, xero_sales_account=shop.stage.account("200"))
        settled(shop)
        (item,) = shop.books.items.values()
        assert (item.sales["AccountCode"], item.sales["TaxType"]) == ("200", "NONE")
        assert shop.get(PRODUCTS, shop.bolt).fields["taxes"] == ()


def test_a_product_whose_taxes_xero_does_not_know_keeps_them() -> None:
    with shop_in("NZ") as shop:
        shop.crm.add_tax(CrmTax("Old VAT", D("4.5")))
        rows = ({"tax": "Old VAT", "rate": D("4.5")},)
        account = shop.stage.account("200")
        nut = shop.product("NUT", "Nut", xero_sales_account=account, taxes=rows)
        settled(shop)
        assert [row["tax"] for row in shop.get(PRODUCTS, nut).fields["taxes"]] == ["Old VAT"]  # type: ignore[union-attr]
        held = next(item for item in shop.books.items.values() if item.code == "NUT")
        sales = {"AccountCode": "200", "TaxType": "ZERORATED"}
        shop.books.edit_item(held.item_id, SalesDetails=sales)
        settled(shop)  # a bookkeeper's choice comes all the same
        assert [row["tax"] for row in shop.get(PRODUCTS, nut).fields["taxes"]] == ["Zero Rated"]  # type: ignore[union-attr]


@pytest.mark.parametrize("policy", [ConflictPolicy.NEWEST, ConflictPolicy.CRM])
@pytest.mark.parametrize(
    ("country", "tax_type"),
    [("GB", "ZERORATEDOUTPUT"), ("AU", "EXEMPTOUTPUT"), ("AU", "EXEMPTEXPORT")],
)
def test_which_kind_of_no_tax_a_line_has_is_xeros_to_know_at_the_first_meeting(
    country: str, tax_type: str, policy: ConflictPolicy
) -> None:
    with shop_in(country) as shop:
        shop.stage.set(conflicts=policy)
        shop.sync()
        ours = shop.invoice(shop.line("100"), taxes=(), invoice_no="A-1", status="Approved")
        line = shop.xero_line("100", TaxType=tax_type)
        shop.xero_invoice(
            line, contact=shop.partner(ORGANIZATIONS, shop.customer), InvoiceNumber="A-1"
        )
        settled(shop)
        assert tax_types(shop, ours) == [tax_type]


def test_another_default_of_an_account_rewrites_no_untaxed_line() -> None:
    with shop_in("AU") as shop:
        shop.books.edit_account("200", TaxType="EXEMPTOUTPUT")
        shop.stage.learn_reference()
        invoice = shop.invoice(shop.line("100"), taxes=(), status="Approved")
        settled(shop)
        assert tax_types(shop, invoice) == ["EXEMPTOUTPUT"]
        shop.books.edit_account("200", TaxType="BASEXCLUDED")
        shop.edit(INVOICES, invoice, subject="Nuts")
        settled(shop)
        assert tax_types(shop, invoice) == ["EXEMPTOUTPUT"]


def test_another_choice_is_for_new_lines() -> None:
    with shop_in("SG") as shop:
        shop.sync()
        choose(shop, "DSOUTPUTY24")
        invoice = sell(shop, "GST")
        settled(shop)
        choose(shop, "OUTPUTY24")
        shop.edit(INVOICES, invoice, subject="Nuts")
        later = sell(shop, "GST")
        settled(shop)
        assert tax_types(shop, invoice) == ["DSOUTPUTY24"]
        assert tax_types(shop, later) == ["OUTPUTY24"]
