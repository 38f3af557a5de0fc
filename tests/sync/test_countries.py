"""A small shop in each of Xero's countries: totals to the cent, and the rate a bookkeeper chooses.

The rates are those that Xero gives an organisation there (`xero_simulator/tax_rates.txt` names the
sources). What each stands for is from the tax authorities: what is exported, exempt or out of scope
is another line of the tax return than what is taxed at 0 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.support.agreement import disagreements
from tests.support.shop import INVOICES, PRODUCTS, Shop, item_tax
from tests.support.stage import counts, skipped, staged
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.taxes import CrmTax
from xero_simulator import NewOrganisation

D = Decimal


@dataclass(frozen=True)
class Country:
    """A country's shop.

    `tax` is what people call the usual tax, of `percent`; a person made it in the CRM before Xero
    was connected. `sales` are further taxes that come from Xero, by their names there, with the
    TaxType that a line with one gets. `untaxed` is the TaxType of a line without taxes, by the code
    of its account.
    """

    currency: str
    tax: str
    percent: str
    usual: str
    sales: Mapping[str, str]
    untaxed: Mapping[str, str]
    added: tuple[Mapping[str, str], ...] = field(default=())


COUNTRIES = {
    # GST Guide IR375: zero-rated supplies are declared, exempt ones (interest) are not.
    "NZ": Country(
        "NZD", "GST", "15", "OUTPUT2", {"Zero Rated": "ZERORATED"}, {"200": "NONE", "270": "NONE"}
    ),
    # BAS: G2 exports, G3 other GST-free sales, G4 input taxed; BAS Excluded is in none of them.
    "AU": Country(
        "AUD",
        "GST",
        "10",
        "OUTPUT",
        {
            "GST Free Income": "EXEMPTOUTPUT",
            "GST Free Exports": "EXEMPTEXPORT",
            "Input Taxed": "INPUTTAXED",
        },
        {"200": "BASEXCLUDED", "270": "EXEMPTOUTPUT"},
    ),
    # VAT Notice 700/12: zero-rated and exempt sales are in box 6, what is outside of VAT is not.
    "GB": Country(
        "GBP",
        "VAT",
        "20",
        "OUTPUT2",
        {
            "5% (VAT on Income)": "RROUTPUT",
            "Zero Rated Income": "ZERORATEDOUTPUT",
            "Exempt Income": "EXEMPTOUTPUT",
            "Zero Rated EC Services": "ECZROUTPUTSERVICES",
            "Domestic Reverse Charge @ 20% (VAT on Income)": "DRCHARGE20",
        },
        {"200": "NONE", "270": "NONE"},
    ),
    # No default rate of Xero's has a percentage in the US: people add their own, often combined.
    "US": Country(
        "USD",
        "Denver",
        "8.81",
        "TAX002",
        {"Tax on Sales": "OUTPUT", "State + City": "TAX001"},
        {"200": "OUTPUT", "270": "NONE"},
        ({"Name": "Denver", "Rate": "8.81"},),
    ),
    # IRAS "Completing GST return": box 1 standard-rated, 2 zero-rated, 3 exempt supplies.
    "SG": Country(
        "SGD",
        "GST",
        "9",
        "OUTPUTY24",
        {
            "Zero-Rated Supplies": "ZERORATEDOUTPUT",
            "Regulation 33 Exempt Supplies": "ES33OUTPUT",
            "Out Of Scope Supplies": "OSOUTPUT2",
            "Deemed Supplies": "DSOUTPUTY24",
            "2023 Standard-Rated Supplies": "OUTPUTY23",
        },
        {"200": "NONE", "270": "NONE"},
    ),
    # VAT201: field 1 standard, 1A capital goods, 2 zero-rated, 2A exported, 3 exempt.
    "ZA": Country(
        "ZAR",
        "VAT",
        "15",
        "OUTPUT3",
        {
            "Zero rate (Excluding Goods Exported)": "ZERORATED",
            "Zero Rate (only Exported Goods)": "ZERORATEDOUTPUT",
            "Exempt and Non-Supplies": "EXEMPTOUTPUT",
            "Standard Rate Sales - Capital Goods": "SROUTPUT2",
        },
        {"200": "NONE", "270": "NONE"},
    ),
    # The global edition, in Ireland: Xero's own rates are of 0 %, the VAT is added by hand.
    "IE": Country(
        "EUR",
        "VAT",
        "23",
        "TAX001",
        {"Tax on Sales": "OUTPUT"},
        {"200": "OUTPUT", "270": "NONE"},
        ({"Name": "VAT", "Rate": "23"},),
    ),
}


@contextmanager
def shop_in(code: str) -> Iterator[Shop]:
    """The country's shop, connected; the CRM has taken over Xero's taxes."""
    country = COUNTRIES[code]
    opened = [NewOrganisation("Kea Ltd", code, country.currency)]
    with staged(base_currency=country.currency, organisations=opened) as stage:
        for part in country.added:
            stage.books.add_tax_rate(part["Name"], [part])
        stage.learn_reference()
        shop = Shop.__new__(Shop)
        shop.stage, shop.crm, shop.books = stage, stage.crm, stage.books
        shop.crm.add_tax(CrmTax(country.tax, D(country.percent)))
        shop.customer = shop.add(Module.ORGANIZATIONS, organization_name="Kea Ltd")
        shop.bolt = shop.product("BOLT", "Bolt", unit_price=D("10"))
        shop.sync()
        yield shop


def by_name(code: str) -> dict[str, str]:
    """Every tax that a line may carry in the country, and the TaxType that it gets."""
    country = COUNTRIES[code]
    return {country.tax: country.usual, **country.sales}


def taxes_of(shop: Shop, name: str, line: int) -> list[dict[str, Any]]:
    rates = {tax.name: tax.rate for tax in shop.crm.taxes()}
    return [item_tax(each, line, rate=rates[each]) for each in name.split(" + ")]


def sell(shop: Shop, *names: str, price: str = "33.35", **fields: Any) -> str:
    """An invoice of the CRM with a line for each tax, "" for a line without."""
    lines = [shop.line(price, "3", **fields) for _ in names]
    taxes = [row for n, name in enumerate(names, 1) if name for row in taxes_of(shop, name, n)]
    return shop.invoice(*lines, taxes=taxes, currency=shop.crm.base_currency())


def tax_types(shop: Shop, name: str) -> list[str]:
    return [line["TaxType"] for line in shop.wire(name)["LineItems"]]


def settled(shop: Shop) -> None:
    """Nothing is skipped or differs, and another run has nothing to do."""
    assert_nothing_skipped(shop.sync())
    assert disagreements(shop.stage) == []
    again = shop.sync()
    assert {each: counts(again, each) for each in Module} == {key: {} for key in Module}


def assert_nothing_skipped(report: Report) -> None:
    entries = [each for module in Module for each in skipped(report, module)]
    assert [(each.title, each.reason) for each in entries] == []


@pytest.mark.parametrize("code", COUNTRIES)
def test_each_tax_of_the_country_is_sent_as_the_rate_that_a_bookkeeper_there_chooses(
    code: str,
) -> None:
    with shop_in(code) as shop:
        expected = by_name(code)
        single = {name: sell(shop, name) for name in expected}
        mixed = sell(shop, *expected, "")
        settled(shop)
        assert {name: tax_types(shop, invoice) for name, invoice in single.items()} == {
            name: [tax_type] for name, tax_type in expected.items()
        }
        untaxed = COUNTRIES[code].untaxed["200"]
        assert tax_types(shop, mixed) == [*expected.values(), untaxed]
        usual = single[COUNTRIES[code].tax]
        exact = D("100.05") * D(COUNTRIES[code].percent) / 100
        owed = exact.quantize(D("0.01"), ROUND_HALF_UP)
        assert shop.wire(usual)["TotalTax"] == owed
        assert shop.field(INVOICES, usual, "grand_total") == D("100.05") + owed


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_line_without_taxes_is_what_its_account_says_of_no_tax(code: str) -> None:
    with shop_in(code) as shop:
        sold = {
            account: sell(shop, "", xero_sales_account=shop.stage.account(account))
            for account in COUNTRIES[code].untaxed
        }
        settled(shop)
        found = {account: tax_types(shop, invoice) for account, invoice in sold.items()}
        assert found == {key: [each] for key, each in COUNTRIES[code].untaxed.items()}
        for invoice in sold.values():
            assert shop.get(INVOICES, invoice).fields["taxes"] == ()


@pytest.mark.parametrize("kind", ["Exclusive", "Inclusive"])
@pytest.mark.parametrize("code", COUNTRIES)
def test_what_is_sold_in_xero_comes_with_its_taxes_and_goes_back_as_it_was(
    code: str, kind: str
) -> None:
    with shop_in(code) as shop:
        wanted = [*by_name(code).values(), *COUNTRIES[code].untaxed.values()]
        lines = [shop.xero_line("33.35", TaxType=each, Quantity=3) for each in wanted]
        sold = shop.xero_invoice(*lines, LineAmountTypes=kind)
        before = dict(shop.books.invoices)[sold]
        settled(shop)
        here = shop.here(INVOICES, sold)
        assert dict(shop.books.invoices)[sold] == before
        rows = [dict(row) for row in here.fields["items"]]
        rows[0]["item_comment"] = "Changed here"
        shop.edit(INVOICES, here.name, items=tuple(rows))
        settled(shop)
        wire = shop.wire(here.name)
        assert [line["TaxType"] for line in wire["LineItems"]] == wanted
        assert wire["LineItems"][0]["Description"] == "Changed here"
        assert wire["Total"] == shop.field(INVOICES, here.name, "grand_total")


@pytest.mark.parametrize("code", COUNTRIES)
def test_prices_that_change_on_either_side_keep_their_rates(code: str) -> None:
    with shop_in(code) as shop:
        expected = [*by_name(code).values(), COUNTRIES[code].untaxed["200"]]
        invoice = sell(shop, *by_name(code), "")
        settled(shop)
        names = tax_names(shop, invoice)
        rows = [{**row, "selling_price": D("12.95")} for row in fields_of(shop, invoice)]
        shop.edit(INVOICES, invoice, items=tuple(rows))
        settled(shop)
        assert tax_types(shop, invoice) == expected
        xero_id = shop.partner(INVOICES, invoice)
        wire = shop.wire(invoice)["LineItems"]
        kept = ("LineItemID", "Description", "Quantity", "AccountCode", "TaxType", "ItemCode")
        lines = [{**{key: each[key] for key in kept}, "UnitAmount": D("7.77")} for each in wire]
        shop.books.edit_invoice(xero_id, LineItems=lines)
        settled(shop)
        assert tax_types(shop, invoice) == expected
        assert {row["selling_price"] for row in fields_of(shop, invoice)} == {D("7.77")}
        assert tax_names(shop, invoice) == names


def tax_names(shop: Shop, invoice: str) -> list[tuple[int, str]]:
    rows = shop.get(INVOICES, invoice).fields["taxes"]
    return sorted((row["line"], row["tax"]) for row in rows)  # type: ignore[union-attr]


def fields_of(shop: Shop, invoice: str) -> tuple[Any, ...]:
    return tuple(shop.get(INVOICES, invoice).fields["items"])  # type: ignore[arg-type]


@pytest.mark.parametrize("code", COUNTRIES)
def test_products_with_and_without_taxes_stay_what_they_are(code: str) -> None:
    """Xero gives an item that names no TaxType that of its account: a tax, where it is of sales."""
    with shop_in(code) as shop:
        account = shop.stage.account("200")
        country = COUNTRIES[code]
        plain = shop.product("PLAIN", "Plain", xero_sales_account=account)
        rows = tuple(
            {"tax": row["tax"], "rate": row["rate"]} for row in taxes_of(shop, country.tax, 1)
        )
        taxed = shop.product("TAXED", "Taxed", xero_sales_account=account, taxes=rows)
        settled(shop)
        at_xero = {item.code: item.sales.get("TaxType") for item in shop.books.items.values()}
        assert at_xero["PLAIN"] == country.untaxed["200"]
        assert at_xero["TAXED"] == country.usual
        assert shop.get(PRODUCTS, plain).fields["taxes"] == ()
        assert [row["tax"] for row in shop.get(PRODUCTS, taxed).fields["taxes"]] == [country.tax]  # type: ignore[union-attr]


# A CRM whose lines carry no tax, and a Xero whose lines say of what kind


UNTAXED = [
    ("GB", "ZERORATEDOUTPUT"),
    ("AU", "EXEMPTOUTPUT"),
    ("AU", "EXEMPTEXPORT"),
    ("SG", "ES33OUTPUT"),
    ("ZA", "ZERORATEDOUTPUT"),
]


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize(("code", "rate"), UNTAXED)
def test_a_line_without_taxes_says_nothing_of_which_rate_of_nothing_xero_has(
    code: str, rate: str, policy: ConflictPolicy
) -> None:
    with shop_in(code) as shop:
        shop.stage.settings = replace(shop.stage.settings, conflicts=policy)
        contact = shop.partner(Module.ORGANIZATIONS, shop.customer)
        line = shop.xero_line("100", TaxType=rate, ItemCode="BOLT")
        currency = {"CurrencyCode": COUNTRIES[code].currency}
        shop.xero_invoice(line, contact=contact, InvoiceNumber="SI-1", **currency)
        here = {"currency": COUNTRIES[code].currency, "invoice_no": "SI-1", "subject": "SI-1"}
        name = shop.invoice(shop.line("100"), taxes=[], **here)
        shop.sync()
        assert tax_types(shop, name) == [rate]
        shop.edit(INVOICES, name, subject="Other words")
        shop.sync()
        assert tax_types(shop, name) == [rate]
        assert shop.sync().writes == 0


@pytest.mark.parametrize("paid", [None, "20", "200.10"])
@pytest.mark.parametrize(
    "rates", [("NONE", "OUTPUT"), ("OUTPUT", "NONE"), ("NONE", "OUTPUT", "NONE")]
)
def test_equal_lines_of_several_rates_of_nothing_are_left_as_they_are(
    rates: tuple[str, ...], paid: str | None
) -> None:
    with shop_in("US") as shop:
        lines = [shop.xero_line("33.35", Quantity=3, TaxType=rate) for rate in rates]
        made = shop.xero_invoice(*lines, CurrencyCode="USD")
        if paid:
            shop.books.pay_invoice(made, paid)
        assert [skipped(shop.sync(), INVOICES), shop.sync().writes] == [[], 0]
        assert tax_types(shop, shop.here(INVOICES, made).name) == list(rates)
