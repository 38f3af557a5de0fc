"""Which of Xero's rates a line's taxes are, and back: never a rate that says something else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.bills import account_id, lookups, reference
from vtiger_xero.engine.mapping.drafting import draft
from vtiger_xero.engine.mapping.invoices import table
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.reference import TaxRate
from vtiger_xero.engine.requests import creation
from vtiger_xero.engine.taxes import NO_TAX, CrmTax, TaxBook, guessed_ties
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
@pytest.mark.parametrize("country", ["NZ", "AU", "GB", "US", "CA", "SG", "ZA", "IE"])
def test_every_rate_is_found_again_by_the_taxes_that_it_is_in_the_crm(
    country: str, account_class: str
) -> None:
    rates = reference(country).tax_rates
    book = TaxBook(rates, TaxBook(rates).taxes_to_save())
    for each in rates:
        taxes = [tax.tax for tax in book.of_xero(each.tax_type)]
        if taxes and each.is_for_sales and account_class in each.applies_to:
            assert book.to_xero(taxes, account_class) == each
        free = not taxes or book.to_xero([], account_class) == each
        assert book.canonical_type(each.tax_type, account_class) == (
            NO_TAX if free else each.tax_type
        )


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


# Several rates that say the same

SINGAPORE = ("OUTPUTY24", "BADDEBTRECOVERYY24", "BADDEBTRELIEFY24", "DSOUTPUTY24", "SRLVGY24")
GST_9 = [Tax("GST", D(9))]


def singapore(*held: CrmTax, backwards: bool = False) -> TaxBook:
    rates = reference("SG").tax_rates
    return TaxBook(rates[::-1] if backwards else rates, held)


@pytest.mark.parametrize("backwards", [False, True])
def test_where_nothing_decides_no_rate_is_chosen_by_the_order_of_a_list(backwards: bool) -> None:
    book = singapore(CrmTax("GST", D(9)), backwards=backwards)
    assert {rate.tax_type for rate in book.fitting_rates(GST_9)} >= set(SINGAPORE)
    assert book.to_xero(GST_9) is None
    assert book.to_xero(GST_9, account="OUTPUTY23") is None  # the account's own is of 8 %


@pytest.mark.parametrize("backwards", [False, True])
def test_a_person_s_choice_goes_before_the_item_and_the_item_before_the_account(
    backwards: bool,
) -> None:
    chosen = singapore(CrmTax("GST", D(9), chosen="SRLVGY24"), backwards=backwards)
    plain = singapore(CrmTax("GST", D(9)), backwards=backwards)
    own = {"item": "DSOUTPUTY24", "account": "OUTPUTY24"}
    found = [book.to_xero(GST_9, **own) for book in (chosen, plain)]
    found.append(plain.to_xero(GST_9, account="OUTPUTY24"))
    assert [each and each.tax_type for each in found] == ["SRLVGY24", "DSOUTPUTY24", "OUTPUTY24"]


def test_what_an_earlier_version_tied_because_it_was_listed_first_is_no_choice() -> None:
    guessed = CrmTax("GST", D(9), tax_type="BADDEBTRECOVERYY24")
    made = CrmTax("Bad Debt Recovery", D(9), tax_type="BADDEBTRECOVERYY24")
    book = singapore(guessed, made)
    decided = book.to_xero(GST_9, account="OUTPUTY24")
    assert decided and decided.tax_type == "OUTPUTY24"
    assert book.of_xero("BADDEBTRECOVERYY24")[0].name == "Bad Debt Recovery"
    assert guessed_ties(reference("SG").tax_rates, [guessed, made]) == ["GST"]
    assert replace(guessed, tax_type="") in book.taxes_to_save()
    own = book.to_xero([made.tax], account="OUTPUTY24")
    assert own and own.tax_type == "BADDEBTRECOVERYY24"  # a tax of the rate's own name is that rate


def test_a_tax_that_a_person_tied_stands_for_the_rate_in_both_directions() -> None:
    book = singapore(CrmTax("Sales Tax", D(9), chosen="OUTPUTY24"), CrmTax("GST", D(9)))
    assert [tax.name for tax in book.of_xero("OUTPUTY24")] == ["Sales Tax"]
    found = book.to_xero([Tax("Sales Tax", D(9))])
    assert found and found.tax_type == "OUTPUTY24"
    assert book.to_xero([Tax("Sales Tax", D(8))]) is None  # a line of when it was 8 %
    # A tax that a person tied to another rate is not taken for the one that has its name.
    other = singapore(CrmTax("Deemed Supplies", D(9), chosen="OUTPUTY24"))
    assert [tax.name for tax in other.of_xero("DSOUTPUTY24")] == ["Deemed Supplies (DSOUTPUTY24)"]


def test_combined_rates_of_the_same_components_are_told_apart_by_evidence_alone() -> None:
    parts = (TaxComponent("State", D(6)), TaxComponent("City", D(2)))
    rates = [rate("TAX001", *parts), rate("TAX002", *parts)]
    taxes = [Tax("State", D(6)), Tax("City", D(2))]
    for listed in (rates, rates[::-1]):
        book = TaxBook(listed, [CrmTax("State", D(6)), CrmTax("City", D(2), chosen="TAX002")])
        found = [
            TaxBook(listed).to_xero(taxes),
            TaxBook(listed).to_xero(taxes, account="TAX001"),
            book.to_xero(taxes, account="TAX001"),
        ]
        assert [each and each.tax_type for each in found] == [None, "TAX001", "TAX002"]


def test_a_component_that_has_two_percentages_in_xero_gives_the_crm_s_tax_neither() -> None:
    texas = rate("TAX001", TaxComponent("State", D(6)), TaxComponent("City", D(2)))
    ohio = rate("TAX002", TaxComponent("State", D(5)), TaxComponent("City", D(2)))
    for listed in ([texas, ohio], [ohio, texas]):
        wanted = TaxBook(listed, [CrmTax("State", D(4))]).taxes_to_save()
        assert [(tax.name, tax.rate) for tax in wanted] == [("City", D(2))]


def test_a_tax_that_is_called_as_the_component_of_several_rates_gets_their_percentage() -> None:
    rates = [rate(each, TaxComponent("GST", D(9))) for each in ("OUTPUTY24", "DSOUTPUTY24")]
    assert CrmTax("GST", D(9)) in TaxBook(rates, [CrmTax("GST", D(8))]).taxes_to_save()
    chosen = CrmTax("GST", D(8), chosen="TAX009")
    assert chosen not in [
        replace(tax, rate=D(8)) for tax in TaxBook(rates, [chosen]).taxes_to_save()
    ]


@pytest.mark.parametrize(
    ("country", "own", "expected"),
    [
        ("AU", "EXEMPTOUTPUT", "EXEMPTOUTPUT"),
        ("AU", "EXEMPTEXPORT", "EXEMPTEXPORT"),
        ("AU", "OUTPUT", "BASEXCLUDED"),
        ("GB", "ZERORATEDOUTPUT", "ZERORATEDOUTPUT"),
        ("GB", "EXEMPTOUTPUT", "EXEMPTOUTPUT"),
        ("GB", "OUTPUT2", "NONE"),
        ("ZA", "EXEMPTOUTPUT", "EXEMPTOUTPUT"),
        ("SG", "ES33OUTPUT", "ES33OUTPUT"),
        ("SG", "OUTPUTY24", "NONE"),
        ("NZ", "ZERORATED", "ZERORATED"),
        ("US", "OUTPUT", "OUTPUT"),
        ("US", "INPUT", "NONE"),
    ],
)
def test_no_tax_is_the_account_s_own_kind_of_it(country: str, own: str, expected: str) -> None:
    found = TaxBook(reference(country).tax_rates).to_xero([], account=own)
    assert found and found.tax_type == expected


def test_the_item_s_own_kind_of_no_tax_goes_before_the_account_s() -> None:
    book = TaxBook(reference("AU").tax_rates)
    found = book.to_xero([], item="EXEMPTEXPORT", account="EXEMPTOUTPUT")
    assert found and found.tax_type == "EXEMPTEXPORT"
    taxed = book.to_xero([], item="OUTPUT", account="EXEMPTOUTPUT")
    assert taxed and taxed.tax_type == "EXEMPTOUTPUT"


def test_where_several_kinds_of_no_tax_are_left_nobody_guesses() -> None:
    free = [rate(each, TaxComponent("VAT", D(0))) for each in ("ZERORATED", "EXEMPTOUTPUT")]
    assert TaxBook(free).to_xero([]) is None
    alone = TaxBook(free[:1]).to_xero([])
    assert alone and alone.tax_type == "ZERORATED"


# What is charged, and what is for sales


def test_what_is_owed_decides_where_the_components_say_otherwise() -> None:
    charge = next(r for r in reference("GB").tax_rates if r.tax_type == "DRCHARGE20")
    assert charge.components[0].rate == 20
    assert charge.rate.effective == 0
    book = TaxBook(reference("GB").tax_rates)
    (tax,) = book.of_xero("DRCHARGE20")
    assert (tax.name, tax.rate) == ("Domestic Reverse Charge @ 20% (VAT on Income)", 0)
    assert "DRCHARGE20" not in {each.tax_type for each in book.fitting_rates([Tax("VAT", D(20))])}


def test_a_rate_for_purchases_is_not_offered_on_sales_though_xero_lets_it_be() -> None:
    rates = reference("US").tax_rates
    purchases = next(each for each in rates if each.tax_type == "INPUT")
    assert "REVENUE" in purchases.applies_to
    for known in (purchases, replace(purchases, report_tax_type="INPUT", tax_type="TAX009")):
        book = TaxBook([*rates, known])
        assert not known.is_for_sales
        assert "Tax on Purchases" not in {tax.name for tax in book.taxes_to_save()}
        assert book.to_xero([Tax("Tax on Purchases", D(0))]) is None
        assert known not in book.nearest_rates([Tax("X", D(0))], most=9)
