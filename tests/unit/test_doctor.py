"""The doctor: every check finds what is wrong, and says nothing bad of what is fine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
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
    SCOPES,
    STOCK,
    TAXES,
    heads,
    invoices,
    modules,
    product,
    settings,
    situation,
    without,
)
from vtiger_xero.engine.doctor import CHECKS, Finding, Severity, Situation, examine, is_healthy
from vtiger_xero.engine.mapping.doctypes import ITEM_TYPE, SERVICE
from vtiger_xero.engine.ports import MandatoryField
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ConflictPolicy
from vtiger_xero.engine.taxes import CrmTax
from vtiger_xero.engine.totals.taxes import Method

D = Decimal
ERROR, WARNING, FINE = Severity


def locked(**days: date) -> Situation:
    return situation(
        reference=replace(REFERENCE, **days), heads=invoices({"invoice_date": "2026-03-31"})
    )


def granted(*scopes: str, **changes: object) -> Situation:
    return situation(reference=replace(REFERENCE, scopes=frozenset(scopes)), **changes)


def mandatory(field: str, label: str, doctype: str = "", **changes: object) -> Situation:
    return situation(
        mandatory={Module.PRODUCTS: [MandatoryField(field, label, doctype)]},
        mapped={Module.PRODUCTS: frozenset({"description", "product_name"})},
        **changes,
    )


TO_XERO, TO_CRM = Direction.TO_XERO, Direction.TO_CRM
# code of a check → (how bad, what the sentence says, a bad situation, one that is fine)
CASES: dict[str, tuple[Severity, str, Situation, Situation]] = {
    "scopes": (ERROR, "accounting.payments", granted(*SCOPES[:3], SCOPES[4]), situation()),
    "base-currency": (ERROR, "keeps its books in NZD", situation(base_currency="EUR"), situation()),
    "currencies": (
        ERROR,
        "the currency EUR of 1 invoice (\u201cINV1\u201d)",
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
        "waits until a person decides",
        situation(settings=settings(conflicts=ConflictPolicy.ASK)),
        situation(settings=settings(conflicts=ConflictPolicy.XERO)),
    ),
    "deletions": (
        WARNING,
        "voided in Xero",
        situation(settings=settings(deletions=True)),
        situation(settings=settings(deletions=True, modules=modules(invoices=TO_CRM))),
    ),
    "assigned-to": (
        WARNING,
        "whoever starts a run",
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
    "renewed-taxes": (
        WARNING,
        "\u201cGST\u201d is 12.5% in the CRM and 15% in Xero",
        situation(taxes=(CrmTax("GST", D("12.5")),)),
        situation(taxes=(CrmTax("Levy", D("12.5")), *TAXES)),
    ),
    "product-taxes": (
        ERROR,
        "for the account 200 – Sales is: GST (15%), PST (7%).",
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


def of(code: str, found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.code == code]


def bad(code: str, given: Situation) -> list[Finding]:
    return [each for each in of(code, examine(given)) if each.severity is not FINE]


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


# The connection


def test_a_broad_permission_of_an_older_app_will_do() -> None:
    narrow = ("offline_access", "accounting.contacts", "accounting.settings")
    assert not bad("scopes", granted(*narrow, "accounting.transactions"))


def test_a_permission_to_read_will_do_where_nothing_is_written() -> None:
    reading = ("offline_access", "accounting.contacts.read", "accounting.settings.read")
    only = modules(organizations=TO_CRM, products=None, invoices=None, payments=None)
    assert not bad("scopes", granted(*reading, settings=settings(modules=only)))
    both = modules(products=None, invoices=None, payments=None)
    assert bad("scopes", granted(*reading, settings=settings(modules=both)))


def test_a_permission_that_no_module_needs_is_not_missed() -> None:
    held = [scope for scope in SCOPES if scope != "accounting.payments"]
    assert not bad("scopes", granted(*held, settings=settings(modules=modules(payments=None))))


def test_nothing_is_said_of_permissions_that_nobody_knows() -> None:
    assert of("scopes", examine(granted())) == []


def test_two_base_currencies_only_warn_where_no_money_syncs() -> None:
    only = modules(products=None, invoices=None, payments=None)
    (found,) = bad("base-currency", situation(base_currency="EUR", settings=settings(modules=only)))
    assert found.severity is WARNING


def test_a_crm_without_a_base_currency_is_asked_for_one() -> None:
    (found,) = bad("base-currency", situation(base_currency=""))
    assert "NZD" in found.remedy


def test_an_invoice_that_is_in_xero_already_is_nobodys_trouble() -> None:
    sent = {Module.INVOICES: frozenset({"INV0"})}
    euro = situation(heads=invoices({"currency": "EUR"}), linked=sent)
    assert not bad("currencies", euro)
    assert not bad("lock-dates", replace(locked(period_lock_date=date(2026, 6, 1)), linked=sent))


def test_the_lock_date_is_named_even_where_nothing_is_dated_before_it() -> None:
    (found,) = of("lock-dates", examine(locked(year_lock_date=date(2025, 3, 31))))
    assert (found.severity, "2025-03-31" in found.problem) == (FINE, True)


def test_only_received_payments_are_held_against_the_lock_date() -> None:
    day = {"payment_date": "2026-01-05"}
    rows = heads(
        Module.PAYMENTS,
        {**day, "payment_no": "PAY1", "payment_status": "Received"},
        {**day, "payment_no": "PAY2", "payment_status": "Pending"},
    )
    reference = replace(REFERENCE, period_lock_date=date(2026, 1, 5))
    (found,) = bad("lock-dates", situation(reference=reference, heads=rows))
    assert found.records == ("PAY0",)


# Modules


def test_invoices_to_xero_with_payments_back_is_how_it_is_meant() -> None:
    chosen = modules(invoices=TO_XERO, payments=TO_CRM)
    assert not bad("directions", situation(settings=settings(modules=chosen)))


def test_payments_without_invoices_cannot_work_and_lines_without_products_can() -> None:
    (found,) = bad("modules", situation(settings=settings(modules=modules(invoices=None))))
    assert (found.severity, found.subject) == (ERROR, "Payments")
    (found,) = bad("modules", situation(settings=settings(modules=modules(products=None))))
    assert (found.severity, found.subject) == (WARNING, "Invoices")


# Mandatory fields


def test_a_mandatory_field_that_xero_has_may_still_be_empty_there() -> None:
    (found,) = bad("mandatory", mandatory("description", "Description"))
    assert found.severity is WARNING


def test_a_services_own_fields_count_where_items_become_services() -> None:
    given = {"settings": settings(incoming_items=SERVICE)}
    assert not bad("mandatory", mandatory("product_name", "Service Name", SERVICE, **given))
    (found,) = bad("mandatory", mandatory("category", "Category", SERVICE, **given))
    assert found.subject == "Mandatory field: Category (Vtiger Service)"


def test_what_never_comes_in_need_not_be_filled() -> None:
    assert not bad("mandatory", mandatory("category", "Category", SERVICE))
    outwards = settings(modules=modules(products=TO_XERO))
    assert not bad("mandatory", mandatory("category", "Category", settings=outwards))


# Accounts


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (BANK, "is a bank account"),
        (OLD, "is archived in Xero"),
        (STOCK, "holds stock"),
        (DEBTORS, "is a system account"),
        ("nowhere", "is not among Xero's accounts"),
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
