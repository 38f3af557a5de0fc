"""Which two records of the CRM may become one, as plain rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.mapping.doctypes import INVOICE, ORGANIZATION, PAYMENT, PRODUCT, SERVICE
from vtiger_xero.engine.saving.merging import Merged, require_mergeable

ORDER = {"organization_name": "ACC1", "currency": "NZD", "status": "Approved"}
MONEY = {"related_to": "INV1", "amount": 30.0}
ALL = [ORGANIZATION, PRODUCT, SERVICE, INVOICE, PAYMENT]


def one(**fields: Any) -> Merged:
    return Merged("A", {**ORDER, **MONEY, **fields}, customer="Ann", invoice="2026-1")


def other(**fields: Any) -> Merged:
    return Merged("B", {**ORDER, **MONEY, **fields}, customer="Bob", invoice="2026-2")


@pytest.mark.parametrize("doctype", ALL)
def test_two_records_of_one_thing_become_one(doctype: str) -> None:
    require_mergeable(doctype, one(), other())


@pytest.mark.parametrize(
    ("doctype", "fields", "said"),
    [
        (INVOICE, {"organization_name": "ACC2"}, "“A” is an invoice of “Ann” and “B” one of “Bob”"),
        (INVOICE, {"currency": "USD"}, "“A” is in NZD and “B” in USD"),
        (INVOICE, {"status": "Credit Invoice"}, "One of “A” and “B” is a credit invoice"),
        (PAYMENT, {"related_to": "INV2"}, "of the invoice “2026-1” and “B” one of “2026-2”"),
        (PAYMENT, {"amount": 30.01}, "“A” is over 30.00 and “B” over 30.01"),
    ],
)
def test_what_no_ledger_could_mean_is_refused(
    doctype: str, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(RecordRefused, match=said) as refused:
        require_mergeable(doctype, one(), other(**fields))
    assert refused.value.remedy.endswith(".")
    with pytest.raises(RecordRefused):
        require_mergeable(doctype, one(**fields), other())


def test_a_cancelled_invoice_takes_no_payments_over() -> None:
    cancelled = other(status="Cancel")
    require_mergeable(INVOICE, one(), cancelled)
    with pytest.raises(RecordRefused, match="“A” has payments, but “B” is cancelled"):
        require_mergeable(INVOICE, replace(one(), paid=True), cancelled)
    require_mergeable(INVOICE, cancelled, replace(one(), paid=True))


@pytest.mark.parametrize("doctype", ALL)
def test_two_in_xero_are_two(doctype: str) -> None:
    mine, theirs = replace(one(), xero_id="x"), replace(other(), xero_id="y")
    with pytest.raises(RecordRefused, match=r"“A” and “B” are two .* in Xero") as refused:
        require_mergeable(doctype, mine, theirs)
    assert "in Xero and sync" in refused.value.remedy
    require_mergeable(doctype, mine, other())
    require_mergeable(doctype, one(), theirs)
    require_mergeable(doctype, mine, replace(theirs, xero_id="x"))


def test_a_currency_that_is_not_said_is_no_other_one() -> None:
    require_mergeable(INVOICE, one(), other(currency=None))
