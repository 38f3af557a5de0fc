"""The doctor: every check finds what is wrong, and says nothing bad of what is fine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.doctor import (
    ACCOUNTS,
    DEBTORS,
    OLD,
    REFERENCE,
    SCOPES,
    STOCK,
    TAXES,
    bad,
    granted,
    invoices,
    locked,
    mandatory,
    modules,
    product,
    settings,
    situation,
    with_another_gst,
    without,
)
from tests.support.fakes import NOON
from vtiger_xero.engine.doctor import CHECKS, Severity, Situation, examine, is_healthy
from vtiger_xero.engine.doctor.old_rates import OldRate
from vtiger_xero.engine.merge import Policy
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.taxes import CrmTax

D = Decimal
ERROR, WARNING, FINE = Severity
TO_XERO, TO_CRM = Direction.TO_XERO, Direction.TO_CRM


# code of a check → (how bad, what the sentence says, a bad situation, one that is fine)
CASES: dict[str, tuple[Severity, str, Situation, Situation]] = {
    "scopes": (ERROR, "accounting.payments", granted(*SCOPES[:3], SCOPES[4]), situation()),
    "base-currency": (ERROR, "keeps its books in NZD", situation(base_currency="EUR"), situation()),
    "currencies": (
        ERROR,
        "the currency EUR, in which these are: 1 invoice (\u201cINV1\u201d)",
        situation(heads=invoices({}, {"currency": "EUR"})),
        situation(heads=invoices({"currency": "USD"}, {"currency": "EUR", "status": "Cancel"})),
    ),
    "decimals": (
        WARNING,
        "KWD has 3 decimals",
        situation(heads=invoices({"currency": "KWD"})),
        situation(heads=invoices({"currency": "JPY"})),
    ),
    "lock-dates": (
        ERROR,
        "up to 2026-03-31. Dated then or before: 1 invoice (\u201cINV0\u201d)",
        locked(period_lock_date=date(2026, 3, 31)),
        locked(period_lock_date=date(2026, 3, 30)),
    ),
    "enabled": (
        ERROR,
        "No module",
        situation(settings=settings(modules=modules(**{m.name.lower(): None for m in Module}))),
        situation(),
    ),
    "modules": (
        ERROR,
        "Invoices sync and Organizations do not",
        situation(settings=settings(modules=modules(organizations=None))),
        situation(settings=settings(modules=modules(invoices=None, payments=None))),
    ),
    "directions": (
        WARNING,
        "Payments go to Xero, and Invoices do not",
        situation(settings=settings(modules=modules(invoices=TO_CRM))),
        situation(settings=settings(modules=modules(payments=TO_CRM))),
    ),
    "conflicts": (
        WARNING,
        "waits for a person's decision",
        situation(settings=settings(conflicts=ConflictPolicy.ASK)),
        situation(settings=settings(conflicts=ConflictPolicy.XERO)),
    ),
    "deletions": (
        WARNING,
        "voided in Xero",
        situation(settings=settings(deletions=True)),
        situation(settings=settings(deletions=True, modules=modules(invoices=TO_CRM))),
    ),
    "possible-matches": (
        WARNING,
        "may be one in both systems: 3",
        situation(possible={Module.PAYMENTS: 3, Module.INVOICES: 0}),
        situation(possible={Module.PAYMENTS: 0}),
    ),
    "old-rates": (
        WARNING,
        "\u201cBad Debt Recovery\u201d is on lines of 2 invoices in Xero",
        situation(old_rates=(OldRate("Bad Debt Recovery", ("I1", "I2"), ("INV1", "INV2")),)),
        situation(),
    ),
    "assigned-to": (
        WARNING,
        "the user who starts the run",
        situation(settings=settings(assigned_to="")),
        situation(
            settings=settings(
                assigned_to="", modules=modules(**{m.name.lower(): TO_XERO for m in Module})
            )
        ),
    ),
    "mandatory": (
        ERROR,
        "Xero has no such field",
        mandatory("product_category", "Product Category"),
        mandatory("product_name", "Product Name"),
    ),
    "default-accounts": (
        ERROR,
        "610 – Receivable is a system account of Xero",
        situation(settings=settings(charges_account=DEBTORS)),
        situation(),
    ),
    "product-accounts": (
        ERROR,
        "is archived in Xero",
        situation(products=(product(), product("PRO2", xero_sales_account=OLD))),
        situation(products=(product(xero_purchase_account=STOCK),)),
    ),
    "account-taxes": (
        WARNING,
        "which does not apply to accounts of the class Revenue",
        situation(
            reference=replace(
                REFERENCE, accounts=(replace(ACCOUNTS[0], tax_type="INPUT2"), *ACCOUNTS[1:])
            )
        ),
        situation(),
    ),
    "crm-taxes": (
        WARNING,
        "The closest: 15% GST on Income (15%), British Columbia (12%).",
        situation(taxes=(*TAXES, CrmTax("Sales", D(14)))),
        situation(taxes=(CrmTax("15% GST on Income", D(15)), *TAXES)),
    ),
    "ambiguous-taxes": (
        ERROR,
        "(15%), Deemed Supplies (15%). For \u201c200 \u2013 Sales\u201d it is not clear which one",
        situation(reference=with_another_gst("")),
        situation(
            reference=with_another_gst(""), taxes=(replace(TAXES[0], chosen="OUTPUT2"), *TAXES[1:])
        ),
    ),
    "chosen-rates": (
        WARNING,
        "\u201cGST\u201d is 15% in the CRM, and its Xero Tax Rate, British Columbia, is 12%",
        situation(taxes=(replace(TAXES[0], chosen="TAX001"),)),
        situation(taxes=(replace(TAXES[0], chosen="OUTPUT2"),)),
    ),
    "renewed-taxes": (
        WARNING,
        "\u201cGST\u201d is 12.5% in the CRM and 15% in Xero",
        situation(taxes=(CrmTax("GST", D("12.5")),)),
        situation(taxes=(CrmTax("Levy", D("12.5")), *TAXES)),
    ),
    "product-taxes": (
        ERROR,
        "for the account 200 – Sales matches: GST (15%), PST (7%).",
        situation(
            products=(product(taxes=({"tax": "PST", "rate": 7}, {"tax": "GST", "rate": 15})),)
        ),
        situation(products=(product(taxes=()), product("PRO2"))),
    ),
    "untaxed": (
        ERROR,
        "no active tax rate of 0%",
        situation(reference=without("NONE")),
        situation(),
    ),
    "codes": (
        ERROR,
        "Without a Part Number, which Xero requires: 1 product (\u201cBolt\u201d)",
        situation(products=(product(part_number=" "),)),
        situation(
            products=(product(part_number="", product_number="PRO1"),),
            settings=settings(number_as_code=True),
        ),
    ),
    "long-codes": (
        ERROR,
        "more than 30",
        situation(products=(product(part_number="B" * 31),)),
        situation(products=(product(part_number="B" * 30),)),
    ),
    "long-names": (
        ERROR,
        "more than 50",
        situation(products=(product(product_name="B" * 51),)),
        situation(products=(product(product_name="B" * 50),)),
    ),
    "shared-codes": (
        WARNING,
        "share one item",
        situation(products=(product(part_number="b1"), product("PRO2", part_number=" B1"))),
        situation(products=(product(), product("PRO2"))),
    ),
    "shared-numbers": (
        ERROR,
        "2 invoices have the number",
        situation(heads=invoices({"invoice_no": "inv7"}, {"invoice_no": "INV7"})),
        situation(heads=invoices({"invoice_no": ""}, {"invoice_no": ""})),
    ),
    "credit-invoices": (
        WARNING,
        "With the status Credit Invoice, which stays in the CRM: 1 invoice (\u201cINV0\u201d)",
        situation(heads=invoices({"status": "Credit Invoice"})),
        situation(),
    ),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_each_check_finds_what_is_wrong_and_says_what_to_do(check) -> None:
    severity, words, sick, _ = CASES[check.code]
    found = bad(check.code, sick)
    assert severity in {finding.severity for finding in found}
    assert words in " ".join(finding.problem for finding in found)
    for finding in found:
        assert finding.subject
        assert finding.problem.endswith(".")
        assert finding.remedy.endswith(".")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_each_check_says_nothing_bad_of_what_is_fine(check) -> None:
    _, _, _, healthy = CASES[check.code]
    assert bad(check.code, healthy) == []


def test_every_code_is_there_once_and_every_promise_is_a_sentence() -> None:
    codes = [check.code for check in CHECKS]
    assert sorted(codes) == sorted(CASES)
    assert all(check.promise.endswith(".") for check in CHECKS)


def test_the_healthy_are_told_so_check_by_check() -> None:
    found = examine(situation())
    assert is_healthy(found)
    assert {finding.severity for finding in found} == {FINE}
    assert {finding.code for finding in found} == {check.code for check in CHECKS}


def test_errors_come_first_and_warnings_before_what_is_fine() -> None:
    found = examine(situation(settings=settings(deletions=True, charges_account="")))
    ranks = [list(Severity).index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("gone", ["INPUT2", "TAX777"])
def test_a_rate_that_was_chosen_and_is_not_for_sales_any_more_is_named(gone: str) -> None:
    (found,) = bad("chosen-rates", situation(taxes=(replace(TAXES[0], chosen=gone), TAXES[1])))
    assert "is not in use for sales in Xero" in found.problem


def test_a_tax_that_its_account_decides_is_a_warning_and_names_the_rates() -> None:
    (found,) = bad("ambiguous-taxes", situation(reference=with_another_gst("OUTPUT2")))
    assert found.severity is WARNING
    assert "15% GST on Income (15%), Deemed Supplies (15%)" in found.problem
    assert found.remedy == "Choose one of them as the Xero Tax Rate of \u201cGST\u201d."


@pytest.mark.parametrize("policy", ConflictPolicy, ids=lambda policy: policy.name)
def test_a_policy_that_may_ask_is_warned_about_and_no_other(policy: ConflictPolicy) -> None:
    asks = Policy(policy, NOON, NOON).winner() is None
    assert (
        policy.may_ask
        == asks
        == bool(bad("conflicts", situation(settings=settings(conflicts=policy))))
    )


def test_products_whose_taxes_together_are_several_rates_are_named() -> None:
    twice = replace(REFERENCE.tax_rates[-1], tax_type="TAX002", name="Yukon")
    taxes = ({"tax": "Federal", "rate": 5}, {"tax": "PST", "rate": 7})
    both = replace(REFERENCE, tax_rates=(*REFERENCE.tax_rates, twice))
    (found,) = bad("product-taxes", situation(reference=both, products=(product(taxes=taxes),)))
    assert "together: British Columbia (12%), Yukon (12%)." in found.problem
    assert found.records == ("PRO1",)


def test_several_kinds_of_no_tax_are_a_warning() -> None:
    none = next(rate for rate in REFERENCE.tax_rates if rate.tax_type == "NONE")
    kinds = [replace(none, tax_type=each, name=each) for each in ("EXEMPT", "ZERO")]
    rates = (*without("NONE").tax_rates, *kinds)
    found = bad("untaxed", situation(reference=replace(REFERENCE, tax_rates=rates)))
    assert {each.severity for each in found} == {WARNING}
    assert "EXEMPT (0%), ZERO (0%)" in found[0].problem
