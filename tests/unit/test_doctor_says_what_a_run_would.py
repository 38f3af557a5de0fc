"""What a rule of a run refuses, the doctor names before: both ask the same code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.doctor import (
    BANK,
    DEBTORS,
    OLD,
    REFERENCE,
    SALES,
    STOCK,
    bad,
    heads,
    invoices,
    product,
    settings,
    situation,
    with_another_gst,
)
from tests.support.fakes import NOON
from vtiger_xero.engine.actions import Pair
from vtiger_xero.engine.conditions import CONDITIONS, Context, Proposal
from vtiger_xero.engine.conditions.base import alone
from vtiger_xero.engine.doctor import Situation
from vtiger_xero.engine.modules import SPECS, table_of
from vtiger_xero.engine.ports import MandatoryField
from vtiger_xero.engine.records import CrmRecord, Module, NotInXero, Side
from vtiger_xero.engine.reference import Reference

D = Decimal
LOCKED = replace(REFERENCE, period_lock_date=date(2026, 3, 31))
PAID = {"payment_no": "PAY1", "payment_status": "Received"}


@dataclass(frozen=True)
class Case:
    """A rule, the check that says so before, and what of a record is refused and what is not."""

    rule: str
    check: str
    module: Module
    refused: dict[str, Any]
    fine: dict[str, Any] = field(default_factory=dict)
    reference: Reference = REFERENCE

    def looked_at(self, changes: dict[str, Any]) -> tuple[CrmRecord, Situation]:
        if self.module is Module.PRODUCTS:
            record = product(**changes)
            return record, situation(reference=self.reference, products=(record,))
        given = {Module.INVOICES: invoices(changes), Module.PAYMENTS: heads(self.module, changes)}
        (head,) = given[self.module][self.module]
        record = CrmRecord(self.module, head.name, NOON, head.keys)
        return record, situation(reference=self.reference, heads=given[self.module])

    def __str__(self) -> str:
        return f"{self.check}: {self.rule} {next(iter(self.refused.items()))}"


INVOICES, PAYMENTS, PRODUCTS = Module.INVOICES, Module.PAYMENTS, Module.PRODUCTS
AT_THE_LOCK, AFTER_IT = "2026-03-31", "2026-04-01"
CASES = [
    Case(
        "I10-locked",
        "lock-dates",
        INVOICES,
        {"invoice_date": AT_THE_LOCK},
        {"invoice_date": AFTER_IT},
        LOCKED,
    ),
    Case(
        "P3-locked",
        "lock-dates",
        PAYMENTS,
        {"payment_date": AT_THE_LOCK, **PAID},
        {"payment_date": AFTER_IT, **PAID},
        LOCKED,
    ),
    Case("G5-invoice", "currencies", INVOICES, {"currency": "EUR"}, {"currency": ""}),
    Case("X-credit", "credit-invoices", INVOICES, {"status": "Credit Invoice"}),
    Case("G1-code", "codes", PRODUCTS, {"part_number": " "}),
    Case("X-length", "long-codes", PRODUCTS, {"part_number": "B" * 31}, {"part_number": "B" * 30}),
    Case(
        "X-length", "long-names", PRODUCTS, {"product_name": "B" * 51}, {"product_name": "B" * 50}
    ),
    *(
        Case("I8-item", "product-accounts", PRODUCTS, {"xero_sales_account": account})
        for account in (OLD, DEBTORS, STOCK, "nowhere")
    ),
    Case(
        "I8-item",
        "product-accounts",
        PRODUCTS,
        {"xero_purchase_account": OLD},
        {"xero_purchase_account": STOCK},
    ),
]


def context(given: Situation, **mandatory: str) -> Context:
    return Context(given.settings, given.reference, mandatory, lookups=given.lookups)


def is_refused(case: Case, record: CrmRecord, given: Situation) -> bool:
    (rule,) = (
        each
        for each in CONDITIONS
        if (each.code, each.module, each.side) == (case.rule, case.module, Side.XERO)
    )
    proposal = alone(record, table_of(record.module, given.lookups).rows)
    return any(rule.find(proposal, context(given)))


def is_named(case: Case, record: CrmRecord, given: Situation) -> bool:
    return record.name in [name for each in bad(case.check, given) for name in each.records]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_rule_refuses_is_named_before(case: Case) -> None:
    seen = case.looked_at(case.refused)
    assert (is_refused(case, *seen), is_named(case, *seen)) == (True, True)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_rule_lets_pass_is_not_named(case: Case) -> None:
    seen = case.looked_at(case.fine)
    assert (is_refused(case, *seen), is_named(case, *seen)) == (False, False)


@pytest.mark.parametrize(
    ("taxes", "account", "reference"),
    [
        (("GST", 14), SALES, REFERENCE),
        (("PST", 7), "", REFERENCE),
        (("Unknown", 15), SALES, REFERENCE),
        (("GST", 15), SALES, with_another_gst("")),
        (("GST", 15), SALES, REFERENCE),
        (("GST", 15), SALES, with_another_gst("OUTPUT2")),
        (("GST", 15), BANK, REFERENCE),
    ],
)
def test_a_product_whose_taxes_do_not_go_to_xero_is_named(
    taxes: tuple[str, int], account: str, reference: Reference
) -> None:
    """By itself, or by its tax where that fits several rates."""
    name, rate = taxes
    one = product(taxes=({"tax": name, "rate": D(rate)},), xero_sales_account=account)
    given = situation(reference=reference, products=(one,))
    sent = table_of(PRODUCTS, given.lookups)["taxes"].of_crm(one.fields)
    errors = [*bad("product-taxes", given), *bad("ambiguous-taxes", given)]
    is_error = any(each.severity.value == "Error" for each in errors)
    assert isinstance(sent, NotInXero) == is_error


@pytest.mark.parametrize("module", Module, ids=lambda module: module.name)
@pytest.mark.parametrize("name", ["of_this_site", "billing_city", "currency", "status_of_ours"])
def test_a_mandatory_field_that_keeps_every_record_out_is_named(module: Module, name: str) -> None:
    """`status_of_ours` is no Status, which the sync always fills."""
    fields = {module: [MandatoryField(name, "Of Ours")]}
    given = situation(mandatory=fields, mapped={module: frozenset()}, settings=settings())
    (rule,) = (c for c in CONDITIONS if (c.code, c.module) == ("G1-crm", module))
    arriving = Proposal(module, Side.CRM, Pair(None, None), {}, frozenset())
    refused = any(rule.find(arriving, context(given, **{name: "Of Ours"})))
    assert refused == bool(bad("mandatory", given)) == (not SPECS[module].crm_fills(name))
