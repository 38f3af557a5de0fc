"""Which of Xero's rates a line's taxes are, and back: never a rate that says something else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.bills import account_id, lookups, reference
from vtiger_xero.engine.mapping.drafting import draft
from vtiger_xero.engine.mapping.invoices import table
from vtiger_xero.engine.mapping.requests import creation
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.reference import TaxRate
from vtiger_xero.engine.taxes import NO_TAX, CrmTax, TaxBook
from vtiger_xero.engine.totals.taxes import Method, Tax
from vtiger_xero.engine.xero_totals import TaxComponent

D = Decimal
REVENUE, LIABILITY = "REVENUE", "LIABILITY"


def rate(tax_type: str, *parts: TaxComponent, applies: str = REVENUE) -> TaxRate:
    return TaxRate(
        tax_type, f"Rate {tax_type}", components=parts, applies_to=frozenset({applies, LIABILITY})
    )


def test_a_tax_that_is_compounded_on_some_of_the_others_only_is_no_rate_of_xero() -> None:
    parts = (TaxComponent("A", D(5)), TaxComponent("B", D(2)), TaxComponent("C", D(9), True))
    book = TaxBook([rate("TAX001", *parts)])
    simple = [Tax("A", D(5)), Tax("B", D(2))]
    on_all = Tax("C", D(9), Method.COMPOUND, frozenset("AB"))
    assert book.to_xero([*simple, on_all]).tax_type == "TAX001"  # type: ignore[union-attr]
    assert book.to_xero([*simple, replace(on_all, compounds_on=frozenset("A"))]) is None


def test_a_tax_of_the_crm_is_the_rate_that_it_stands_for_before_one_of_the_same_component() -> None:
    rates = [
        rate("INPUT2", TaxComponent("GST", D(15)), applies="EXPENSE"),
        rate("OUTPUT2", TaxComponent("GST", D(15))),
    ]
    for held in ([], [CrmTax("GST", D(15), tax_type="OUTPUT2")]):
        found = TaxBook(rates, held).to_xero([Tax("GST", D(15))], LIABILITY)
        assert found is not None and found.tax_type == "OUTPUT2"


@pytest.mark.parametrize("account_class", [REVENUE, LIABILITY, "EXPENSE"])
@pytest.mark.parametrize("country", ["NZ", "AU", "GB", "US", "CA"])
def test_every_rate_is_found_again_by_the_taxes_that_it_is_in_the_crm(
    country: str, account_class: str
) -> None:
    rates = reference(country).tax_rates
    book = TaxBook(rates, TaxBook(rates).wanted())
    for each in rates:
        taxes = [tax.tax for tax in book.of_xero(each.tax_type)]
        if taxes and each.is_active and {REVENUE, account_class} <= each.applies_to:
            assert book.to_xero(taxes, account_class) == each
        free = not taxes or book.to_xero([], account_class) == each
        assert book.canonical(each.tax_type, account_class) == (NO_TAX if free else each.tax_type)


@pytest.mark.parametrize(("country", "tax_type"), [("NZ", "NONE"), ("AU", "BASEXCLUDED")])
def test_a_line_without_tax_is_sent_with_the_rate_that_says_so_in_the_country(
    country: str, tax_type: str
) -> None:
    fields = {
        "items": ({"item_comment": "Bolt", "quantity": D(1), "selling_price": D(2), "line_no": 1},),
        "taxes": (),
        "currency": "NZD",
        "adjustment": D(1),
    }
    invoices = table(lookups(country))
    assert draft(fields, lookups(country)).faults == ()
    document = creation(Module.INVOICES, invoices, invoices.comparable(fields))
    assert {line["TaxType"] for line in document["LineItems"]} == {tax_type}


@pytest.mark.parametrize("tax_type", ["NONE", None, "BASEXCLUDED"])
@pytest.mark.parametrize("kind", ["NoTax", "Exclusive"])
def test_whatever_says_no_tax_is_one_thing_to_the_crm(kind: str, tax_type: str | None) -> None:
    line = {"Description": "Bolt", "Quantity": D(1), "UnitAmount": D(2), "LineAmount": D(2)}
    coded = {**line, "AccountCode": "200", **({"TaxType": tax_type} if tax_type else {})}
    invoices = table(lookups("AU"))
    read = invoices.read({"LineAmountTypes": kind, "LineItems": [coded], "CurrencyCode": "NZD"})
    assert invoices.comparable(invoices.to_crm(read, {}, {"CurrencyCode": "NZD"})) == read


def test_a_line_of_text_alone_needs_no_account() -> None:
    nobody = replace(lookups(), settings=replace(lookups().settings, sales_account=""))
    line = {"item_comment": "Thank you", "quantity": D(0), "selling_price": D(0), "line_no": 1}
    assert draft({"items": (line,), "taxes": (), "currency": "NZD"}, nobody).faults == ()
    assert account_id("200")
