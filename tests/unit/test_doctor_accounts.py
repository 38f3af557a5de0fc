"""The doctor on accounts, taxes and products."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.doctor import (
    ACCOUNTS,
    BANK,
    DEBTORS,
    OLD,
    RATES,
    REFERENCE,
    SALES,
    STOCK,
    TAXES,
    bad,
    invoices,
    modules,
    product,
    settings,
    situation,
)
from vtiger_xero.engine.doctor import Severity, examine, is_healthy
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, SERVICE
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals.taxes import Method

D = Decimal
ERROR, WARNING, _ = Severity
TO_CRM = Direction.TO_CRM


# Accounts


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (BANK, "is a bank account"),
        (OLD, "is archived in Xero"),
        (STOCK, "an inventory account"),
        (DEBTORS, "is a system account"),
        ("nowhere", "is not in Xero's chart of accounts"),
    ],
)
def test_a_default_account_that_cannot_stand_on_a_line_is_an_error(chosen: str, words: str) -> None:
    (found,) = bad("default-accounts", situation(settings=settings(sales_account=chosen)))
    assert (found.severity, words in found.problem) == (ERROR, True)


def test_a_payment_needs_a_bank_account_or_one_that_takes_payments() -> None:
    (found,) = bad("default-accounts", situation(settings=settings(payment_account=SALES)))
    assert "Enable Payments" in found.problem
    open_to_payments = replace(
        REFERENCE, accounts=(replace(ACCOUNTS[0], enable_payments=True), *ACCOUNTS[1:])
    )
    given = situation(settings=settings(payment_account=SALES), reference=open_to_payments)
    assert not bad("default-accounts", given)


def test_no_sales_account_is_an_error_once_a_product_has_none_either() -> None:
    none = settings(sales_account="")
    (found,) = bad("default-accounts", situation(settings=none))
    assert found.severity is WARNING
    poor = (product(), product("PRO2", xero_sales_account=""))
    (found,) = bad("default-accounts", situation(settings=none, products=poor))
    assert (found.severity, found.records) == (ERROR, ("PRO2",))


@pytest.mark.parametrize(
    ("field", "booked", "lost"),
    [
        ("charges_account", "Shipping & Handling is booked to the Sales", "Handling is skipped"),
        ("adjustment_account", "The Adjustment is booked to the Sales", "Adjustment is skipped"),
    ],
)
def test_the_sales_account_stands_in_for_what_has_no_account_of_its_own(
    field: str, booked: str, lost: str
) -> None:
    (found,) = bad("default-accounts", situation(settings=settings(**{field: ""})))
    assert (found.severity, booked in found.problem) == (WARNING, True)
    assert lost not in found.problem
    none = settings(**{field: "", "sales_account": ""})
    _, found = bad("default-accounts", situation(settings=none))
    assert lost in found.problem
    assert booked not in found.problem


def test_account_ids_are_the_same_whatever_their_case() -> None:
    upper = situation(settings=settings(sales_account=SALES.upper()))
    assert not bad("default-accounts", upper)


def test_products_of_one_bad_account_are_one_finding_that_names_them() -> None:
    some = [product(f"PRO{n}", product_name=f"Bolt {n}", xero_sales_account=BANK) for n in range(5)]
    (found,) = bad("product-accounts", situation(products=some))
    assert (
        "of 5 products and services: \u201cBolt 0\u201d, \u201cBolt 1\u201d, \u201cBolt 2\u201d "
        "and 2 more."
    ) in found.problem
    assert len(found.records) == 5


# Taxes


def test_a_deducted_tax_is_named() -> None:
    kept = CrmTax("Kept back", D(2), Method.DEDUCTED)
    (found,) = bad("crm-taxes", situation(taxes=(*TAXES, kept)))
    assert "deducted tax" in found.problem


def test_a_rate_that_does_not_apply_to_the_products_account_is_found() -> None:
    expense = replace(ACCOUNTS[0], account_class="EXPENSE", tax_type="INPUT2")
    reference = replace(REFERENCE, accounts=(expense, *ACCOUNTS[1:]), tax_rates=RATES[:1])
    assert bad("product-taxes", situation(reference=reference))


def test_a_product_travels_without_taxes_that_xero_cannot_say() -> None:
    only = modules(invoices=None, payments=None)
    odd = (product(taxes=({"tax": "GST", "rate": 14},)),)
    (found,) = bad("product-taxes", situation(settings=settings(modules=only), products=odd))
    assert found.severity is WARNING


def test_a_bad_account_is_not_said_twice() -> None:
    given = situation(products=(product(xero_sales_account=OLD),))
    assert not bad("product-taxes", given)


def test_an_adjustment_needs_a_rate_of_nothing_on_its_own_account() -> None:
    revenue_only = replace(RATES[2], applies_to=frozenset({"REVENUE"}))
    reference = replace(REFERENCE, tax_rates=(*RATES[:2], revenue_only))
    (found,) = bad("untaxed", situation(reference=reference))
    assert "an Adjustment is skipped" in found.problem


# Products


def test_the_placeholder_of_lines_without_an_item_needs_no_code() -> None:
    assert not bad("codes", situation(products=(product(product_name="??????", part_number=""),)))


def test_products_and_services_are_told_apart_so_that_a_list_can_be_opened() -> None:
    some = (
        product(part_number=""),
        product("SER1", part_number="", **{ITEM_TYPE: SERVICE}),
    )
    found = bad("codes", situation(products=some))
    assert {(each.doctype, each.records) for each in found} == {
        ("Vtiger Product", ("PRO1",)),
        ("Vtiger Service", ("SER1",)),
    }


def test_what_does_not_go_to_xero_need_not_fit_it() -> None:
    inwards = settings(modules=modules(**{m.name.lower(): TO_CRM for m in Module}))
    poor = product(part_number="", product_name="B" * 60, xero_sales_account=BANK)
    given = situation(settings=inwards, products=(poor,), heads=invoices({"currency": "EUR"}))
    assert is_healthy(examine(given))
