"""What a person keeps out of the sync is no difference between the ledgers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.ledgers import (
    INVOICES,
    PAYMENTS,
    Ledgers,
    add_invoice,
    add_organization,
    add_payment,
    equal_ledgers,
    xero_id,
)
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.reconciliation import Reconciliation
from vtiger_xero.engine.records import Module

D = Decimal
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def ledgers() -> Ledgers:
    made = Ledgers()
    add_organization(made, "ACC1", "Kea")
    add_invoice(made, "INV1", "ACC1", D("115.00"), D("15.00"), "Partially Paid")
    add_payment(made, "PAY1", "INV1", D("15.00"))
    return made


def keep_out(ledgers: Ledgers, module: Module, name: str) -> None:
    ledgers.edit_crm(module, name, do_not_sync=True)


def alone(found: Reconciliation) -> set[tuple[str, str]]:
    return {(each.side.name, each.key) for each in found.alone}


@pytest.mark.parametrize("module", Module)
def test_a_record_that_never_travelled_is_alone_by_a_persons_wish(
    ledgers: Ledgers, module: Module
) -> None:
    fields: dict[str, Any] = {"status": "Approved", "payment_status": "Received"}
    ledgers.add_crm(module, "NEW", **fields, do_not_sync=True)
    found = ledgers.reconciled()
    (one,) = found.alone
    assert (one.key, one.known) == ("NEW", True)
    assert "Do Not Sync with Xero" in one.reason
    assert one.remedy
    assert found.agrees


def test_without_the_box_nobody_knows_why_it_is_alone(ledgers: Ledgers) -> None:
    ledgers.add_crm(INVOICES, "NEW", status="Approved", do_not_sync=False)
    assert not ledgers.reconciled().agrees


def test_a_pair_that_is_kept_out_and_equal_counts_like_any_other(ledgers: Ledgers) -> None:
    before = ledgers.reconciled()
    keep_out(ledgers, INVOICES, "INV1")
    found = ledgers.reconciled()
    assert (found.counts, found.sums, found.alone) == (before.counts, before.sums, ())


def test_a_pair_that_is_kept_out_and_differs_stands_alone_on_both_sides(ledgers: Ledgers) -> None:
    keep_out(ledgers, INVOICES, "INV1")
    ledgers.edit_crm(INVOICES, "INV1", grand_total=D("120.00"), balance=D("105.00"))
    found = ledgers.reconciled()
    assert found.agrees
    assert found.drifts == ()
    assert alone(found) == {("CRM", "INV1"), ("XERO", xero_id("INV1"))}
    assert all("Do Not Sync with Xero" in each.reason and each.known for each in found.alone)
    (total,) = (each for each in found.sums if each.figure == "Grand Total")
    assert (total.crm, total.xero) == (0, 0)
    assert (total.crm_only, total.xero_only) == (D("120.00"), D("115.00"))
    (counts,) = (each for each in found.counts if each.module is INVOICES)
    assert (counts.crm, counts.xero, counts.differing) == (1, 1, 0)


def test_without_the_box_the_same_difference_is_one(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV1", grand_total=D("120.00"), balance=D("105.00"))
    assert not ledgers.reconciled().agrees


def test_a_payment_that_is_kept_out_explains_what_its_invoice_received(ledgers: Ledgers) -> None:
    keep_out(ledgers, PAYMENTS, "PAY1")
    ledgers.edit_crm(PAYMENTS, "PAY1", amount=D("20.00"))
    ledgers.edit_crm(INVOICES, "INV1", received=D("20.00"), balance=D("95.00"))
    found = ledgers.reconciled()
    assert found.agrees
    assert alone(found) == {("CRM", "PAY1"), ("XERO", xero_id("PAY1"))}


def test_of_a_payment_that_is_kept_out_and_gone_in_xero_the_crms_alone_is_left(
    ledgers: Ledgers,
) -> None:
    keep_out(ledgers, PAYMENTS, "PAY1")
    ledgers.edit_xero(PAYMENTS, "PAY1", Status="DELETED")
    ledgers.edit_xero(INVOICES, "INV1", AmountPaid=D(0), AmountDue=D("115.00"))
    found = ledgers.reconciled()
    assert found.agrees
    assert alone(found) == {("CRM", "PAY1")}


def test_a_reason_of_old_does_not_hide_that_it_is_kept_out(ledgers: Ledgers) -> None:
    ledgers.add_crm(INVOICES, "NEW", status="Approved", do_not_sync=True)
    told = {"state": LinkState.SKIPPED, "reason": "It has an overall discount."}
    ledgers.link(INVOICES, "NEW", None, **told)
    (one,) = ledgers.reconciled().alone
    assert "Do Not Sync with Xero" in one.reason


@unhurried
@given(
    equal_ledgers(invoices=1),
    st.dictionaries(
        st.sampled_from(["grand_total", "received", "balance"]), st.just(D("-7.77")), min_size=1
    ),
    st.sampled_from(["Created", "Approved", "Cancel"]),
)
def test_whatever_differs_in_an_invoice_that_is_kept_out_the_ledgers_agree(
    ledgers: Ledgers, figures: dict[str, Decimal], status: str
) -> None:
    keep_out(ledgers, INVOICES, "INV0")
    ledgers.edit_crm(INVOICES, "INV0", **figures, status=status)
    found = ledgers.reconciled()
    assert found.agrees
    assert all("Do Not Sync" in each.reason for each in found.alone)
