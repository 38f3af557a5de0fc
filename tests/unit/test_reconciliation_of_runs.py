"""After a sync both ledgers agree: the real engine, the simulator, and the books of both."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.support.stage import Stage, staged
from vtiger_xero.engine.doctor import examine, is_healthy, observe
from vtiger_xero.engine.reconciliation import Reconciliation, reconcile
from vtiger_xero.engine.records import Module
from vtiger_xero.xero import SCOPES
from xero_simulator import make_sample

ORGANIZATIONS, PRODUCTS, INVOICES, PAYMENTS = Module


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Sample books on both sides, with every oddity, synced until nothing more is new."""
    with staged(seed=3) as stage:
        stage.fill(make_sample(60, 3, products=40, invoices=80, payments=40))
        for _ in range(2):  # the second run reads what payments did to invoices
            stage.sync()
        yield stage


def compared(stage: Stage) -> Reconciliation:
    stage.preview()  # reads what is new in Xero
    return reconcile(stage.crm, stage.journal, list(Module), settings=stage.settings)


def test_what_is_linked_agrees_and_whatever_is_not_has_its_reason(stage: Stage) -> None:
    found = compared(stage)
    assert found.drifts == ()
    assert [each for each in found.alone if not each.known] == []
    assert found.agrees
    assert {each.module for each in found.counts} == set(Module)
    assert all(counts.xero_linked for counts in found.counts)


def test_the_doctor_knew_before_what_the_sync_then_skipped(stage: Stage) -> None:
    situation = observe(stage.crm, stage.journal, stage.settings, stage.reference, scopes=SCOPES)
    findings = examine(situation)
    assert not is_healthy(findings)
    foretold = {name for finding in findings for name in finding.records}
    alone = compared(stage).alone
    products = {each.key for each in alone if each.module is PRODUCTS and each.remedy}
    assert products
    assert products <= foretold


def test_what_a_bookkeeper_does_in_xero_shows_until_it_is_synced(stage: Stage) -> None:
    invoice = next(
        document
        for document in stage.books.invoices.values()
        if document.kind == "ACCREC"
        and document.status == "AUTHORISED"
        and document.outstanding
        and any(link.xero_id == document.document_id for link in stage.journal.links(INVOICES))
    )
    stage.books.pay_invoice(invoice.document_id, Decimal("0.01"))
    found = compared(stage)
    assert not found.agrees
    assert {drift.what for drift in found.drifts} == {"Received", "Balance"}
    assert {abs(drift.difference or 0) for drift in found.drifts} == {Decimal("0.01")}
    stage.sync()
    stage.sync()
    assert compared(stage).agrees
