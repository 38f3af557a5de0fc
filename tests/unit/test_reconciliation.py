"""Sums and single records of both books, held against each other to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.ledgers import (
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    PRODUCTS,
    Ledgers,
    add_invoice,
    add_organization,
    add_payment,
    named,
    one,
    xero_id,
)
from vtiger_xero.engine.links import LinkState
from vtiger_xero.engine.reconciliation import Standing, reconcile_books
from vtiger_xero.engine.records import Direction, Side
from vtiger_xero.engine.settings import ModuleSettings, Settings

D = Decimal


@pytest.fixture
def ledgers() -> Ledgers:
    """Kea has two invoices, one of them partly paid, and Moa has none."""
    made = Ledgers()
    add_organization(made, "ACC1", "Kea")
    add_organization(made, "ACC2", "Moa")
    add_invoice(made, "INV1", "ACC1", D("115.00"), D("15.00"), "Partially Paid")
    add_invoice(made, "INV2", "ACC1", D("230.00"))
    add_payment(made, "PAY1", "INV1", D("15.00"))
    return made


# Sums


def test_sums_are_told_per_currency_and_drafts_apart(ledgers: Ledgers) -> None:
    add_invoice(ledgers, "INV3", "ACC2", D("10.00"), status="Created")
    add_invoice(ledgers, "INV4", "ACC2", D("20.00"), currency="USD")
    add_invoice(ledgers, "INV5", "ACC2", D("40.00"), status="Cancel")
    totals = {
        (each.standing, each.currency): (each.crm, each.xero)
        for each in ledgers.reconciled().sums
        if each.figure == "Grand Total"
    }
    assert totals == {
        (Standing.BOOKED, "NZD"): (345, 345),
        (Standing.BOOKED, "USD"): (20, 20),
        (Standing.DRAFT, "NZD"): (10, 10),
    }


def test_credits_count_as_received(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV2", received=D(30), balance=D(200))
    ledgers.edit_xero(INVOICES, "INV2", AmountPaid=D(10), AmountCredited=D(20), AmountDue=D(200))
    assert ledgers.reconciled().agrees


def test_an_answer_to_a_write_leaves_credits_out_and_is_read_all_the_same(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV2", received=D(30), balance=D(200))
    ledgers.edit_xero(INVOICES, "INV2", AmountPaid=D(10), AmountDue=D(200))
    del ledgers.xero[INVOICES][xero_id("INV2")].document["AmountCredited"]
    assert ledgers.reconciled().agrees


def test_each_organization_has_its_own_sums_by_its_contact(ledgers: Ledgers) -> None:
    found = ledgers.reconciled()
    rows = {
        (each.module, each.figure): (each.owner and each.owner.title, each.crm, each.xero)
        for each in found.by_organization
    }
    assert rows[INVOICES, "Balance"] == ("Kea", 330, 330)
    assert rows[PAYMENTS, "Amount"] == ("Kea", 15, 15)


def test_twins_share_a_contact_and_are_added_up(ledgers: Ledgers) -> None:
    ledgers.add_crm(ORGANIZATIONS, "ACC9", organization_name="KEA")
    ledgers.link(ORGANIZATIONS, "ACC9", xero_id("ACC1"), duplicate_of="ACC1")
    ledgers.edit_crm(INVOICES, "INV2", organization_name="ACC9")
    found = ledgers.reconciled()
    assert found.agrees
    (row,) = [r for r in found.by_organization if (r.module, r.figure) == (INVOICES, "Grand Total")]
    assert row.owner
    assert row.owner.organizations == ("ACC1", "ACC9")
    assert (row.crm, row.xero) == (345, 345)
    (counts,) = [each for each in found.counts if each.module is ORGANIZATIONS]
    assert (counts.crm, counts.xero, counts.duplicates) == (3, 2, 1)


def test_invoices_of_a_merged_contact_count_for_the_one_it_became() -> None:
    ledgers = Ledgers()
    add_organization(ledgers, "ACC1", "Kea")
    add_organization(ledgers, "ACC2", "Kea NZ")
    add_invoice(ledgers, "INV1", "ACC2", D(10))
    ledgers.edit_xero(INVOICES, "INV1", Contact={"ContactID": xero_id("ACC1")})
    ledgers.edit_xero(ORGANIZATIONS, "ACC2", ContactStatus="ARCHIVED")
    assert not ledgers.reconciled().agrees
    books = ledgers.books()
    merged = {xero_id("ACC2"): xero_id("ACC1")}
    books[ORGANIZATIONS] = replace(books[ORGANIZATIONS], merged=merged)
    found = reconcile_books(books)
    assert found.agrees
    assert [each.owner.title for each in found.by_organization if each.owner][:1] == ["Kea"]


def test_organizations_are_listed_by_their_names() -> None:
    ledgers = Ledgers()
    for number, title in enumerate(("Totara", "kea", "Rimu"), 1):
        add_organization(ledgers, f"ACC{number}", title)
        add_invoice(ledgers, f"INV{number}", f"ACC{number}", D(10))
    sums = [each for each in ledgers.reconciled().by_organization if each.figure == "Grand Total"]
    assert [each.owner.title for each in sums if each.owner] == ["kea", "Rimu", "Totara"]


def test_what_one_side_has_alone_is_added_up_apart(ledgers: Ledgers) -> None:
    del ledgers.crm[INVOICES]["INV2"]
    ledgers.links[INVOICES].pop()
    found = ledgers.reconciled()
    (row,) = [each for each in found.sums if each.figure == "Grand Total"]
    assert (row.crm, row.xero, row.xero_only, row.difference) == (115, 115, 230, 0)


# Single records


def test_an_invoice_that_stands_under_another_customer_is_named(ledgers: Ledgers) -> None:
    ledgers.edit_xero(INVOICES, "INV2", Contact={"ContactID": xero_id("ACC2")})
    found = ledgers.reconciled()
    assert (one(found).what, one(found).crm, one(found).xero) == ("Organization Name", "Kea", "Moa")
    assert not found.agrees


def test_a_payment_on_another_invoice_is_named(ledgers: Ledgers) -> None:
    ledgers.edit_crm(PAYMENTS, "PAY1", related_to="INV2")
    assert one(ledgers.reconciled()).what == "Related To"


def test_currencies_are_never_held_against_each_other(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV2", currency="USD")
    drift = one(ledgers.reconciled())
    assert (drift.what, drift.crm, drift.xero, drift.difference) == ("Currency", "USD", "NZD", None)


@pytest.mark.parametrize(
    ("status", "at_xero", "same"),
    [
        ("AutoCreated", "DRAFT", True),
        ("Sent", "SUBMITTED", True),
        ("Initiated", "AUTHORISED", True),
        ("Paid", "PAID", True),
        ("Approved", "PAID", True),
        ("Cancel", "VOIDED", True),
        ("Cancel", "DELETED", True),
        ("Sent", "DRAFT", False),
        ("Approved", "SUBMITTED", False),
        ("Cancel", "AUTHORISED", False),
        ("Paid", "VOIDED", False),
        ("Credit Invoice", "AUTHORISED", False),
    ],
)
def test_statuses_are_held_against_each_other_as_they_are_mapped(
    ledgers: Ledgers, status: str, at_xero: str, same: bool
) -> None:
    ledgers.edit_crm(INVOICES, "INV2", status=status)
    ledgers.edit_xero(INVOICES, "INV2", Status=at_xero)
    found = ledgers.reconciled()
    assert found.agrees is same
    if not same:
        assert (one(found).what, one(found).crm, one(found).xero) == ("Status", status, at_xero)


def test_pending_payments_are_no_money_and_nobody_misses_them(ledgers: Ledgers) -> None:
    ledgers.add_crm(PAYMENTS, "PAY2", related_to="INV2", amount=D(7), payment_status="Pending")
    ledgers.add_xero(PAYMENTS, "gone", Amount=D(9), Status="DELETED")
    assert ledgers.reconciled().agrees


def test_a_payment_that_was_deleted_in_xero_and_stands_as_received_is_named(
    ledgers: Ledgers,
) -> None:
    ledgers.edit_xero(PAYMENTS, "PAY1", Status="DELETED")
    drift = one(ledgers.reconciled())
    assert (drift.what, drift.crm, drift.xero) == ("Status", "Received", "DELETED")


def test_two_invoices_that_claim_one_document_are_named(ledgers: Ledgers) -> None:
    ledgers.add_crm(INVOICES, "INV9", status="Approved", grand_total=D(230))
    ledgers.link(INVOICES, "INV9", xero_id("INV2"))
    drift = one(ledgers.reconciled())
    assert (drift.crm_name, drift.what) == ("INV9", "Record")
    assert "Another record of the CRM" in drift.reason


@pytest.mark.parametrize(
    ("in_crm", "in_xero", "words"),
    [
        (True, False, "changed in the CRM"),
        (False, True, "changed in Xero"),
        (True, True, "Both sides changed it"),
        (False, False, "treats the two as equal"),
    ],
)
def test_a_difference_says_which_side_moved_since_the_last_run(
    ledgers: Ledgers, in_crm: bool, in_xero: bool, words: str
) -> None:
    record = ledgers.crm[INVOICES]["INV2"]
    ledgers.crm[INVOICES]["INV2"] = replace(record, fields={**record.fields, "balance": D(1)})
    if in_crm:
        ledgers.edit_crm(INVOICES, "INV2")
    pending = [xero_id("INV2")] if in_xero else []
    drift = one(ledgers.reconciled(*pending))
    assert words in drift.reason
    assert drift.remedy


def test_a_payment_that_the_copy_of_the_invoice_does_not_know_yet_is_named(
    ledgers: Ledgers,
) -> None:
    """The run that sent it read the invoice before."""
    ledgers.edit_xero(INVOICES, "INV1", AmountPaid=D(0), AmountDue=D(115))
    payment = ledgers.xero[PAYMENTS][xero_id("PAY1")]
    later = payment.updated + timedelta(seconds=1)
    ledgers.xero[PAYMENTS][xero_id("PAY1")] = replace(payment, updated=later)
    found = ledgers.reconciled()
    assert {drift.what for drift in found.drifts} == {"Received", "Balance"}
    assert all("newer than the copy" in drift.reason for drift in found.drifts)


def unsent_payment(ledgers: Ledgers, reason: str) -> None:
    """PAY1 never reached Xero, and there its invoice is unpaid."""
    ledgers.links[PAYMENTS] = []
    ledgers.link(PAYMENTS, "PAY1", None, state=LinkState.SKIPPED, reason=reason, remedy="Open it.")
    del ledgers.xero[PAYMENTS][xero_id("PAY1")]
    ledgers.edit_xero(INVOICES, "INV1", AmountPaid=D(0), AmountDue=D(115))


def test_a_payment_that_xero_does_not_have_explains_what_its_invoice_received(
    ledgers: Ledgers,
) -> None:
    unsent_payment(ledgers, "The period is locked.")
    found = ledgers.reconciled()
    assert found.agrees
    assert [each.key for each in found.alone] == ["PAY1"]
    sums = {each.figure: each for each in found.sums}
    received, balance = sums["Received"], sums["Balance"]
    assert (received.crm, received.xero, received.crm_only, received.xero_only) == (0, 0, 15, 0)
    assert (balance.crm, balance.xero, balance.crm_only) == (345, 345, -15)


def test_a_payment_that_the_crm_does_not_have_explains_it_too(ledgers: Ledgers) -> None:
    ledgers.links[PAYMENTS] = []
    ledgers.link(PAYMENTS, None, xero_id("PAY1"), reason="Amount is mandatory.")
    del ledgers.crm[PAYMENTS]["PAY1"]
    ledgers.edit_crm(INVOICES, "INV1", received=D(0), balance=D(115))
    found = ledgers.reconciled()
    assert found.agrees
    (received,) = [each for each in found.sums if each.figure == "Received"]
    assert (received.crm, received.xero, received.xero_only) == (0, 0, 15)


def test_a_payment_without_a_reason_explains_nothing(ledgers: Ledgers) -> None:
    unsent_payment(ledgers, "")
    found = ledgers.reconciled()
    assert {drift.what for drift in found.drifts} == {"Received", "Balance"}


def test_what_a_payment_does_not_explain_is_named_with_it(ledgers: Ledgers) -> None:
    unsent_payment(ledgers, "The period is locked.")
    ledgers.edit_xero(INVOICES, "INV1", AmountPaid=D(1), AmountDue=D(114))
    found = ledgers.reconciled()
    said = "The payment \u201cPAY1\u201d on it is only in Vtiger CRM: The period is locked."
    assert {drift.what: drift.reason for drift in found.drifts} == {
        "Received": said,
        "Balance": said,
    }
    assert not found.agrees


def test_what_the_sync_said_of_a_record_comes_first(ledgers: Ledgers) -> None:
    link = ledgers.links[INVOICES].pop()
    known = replace(
        link, state=LinkState.SKIPPED, reason="The period is locked.", remedy="Open it."
    )
    ledgers.links[INVOICES].append(known)
    ledgers.edit_crm(INVOICES, "INV2", balance=D(1))
    drift = one(ledgers.reconciled())
    assert (drift.reason, drift.remedy) == ("The period is locked.", "Open it.")


# On one side only


def test_a_stated_reason_explains_and_none_does_not(ledgers: Ledgers) -> None:
    ledgers.add_crm(INVOICES, "INV7", status="Approved", grand_total=D(5))
    found = ledgers.reconciled()
    assert (found.agrees, named(found)) == (False, {"INV7"})
    ledgers.link(INVOICES, "INV7", None, state=LinkState.SKIPPED, reason="It has a group discount.")
    found = ledgers.reconciled()
    assert found.agrees
    (alone,) = found.alone
    assert (alone.side, alone.key, alone.amount) == (Side.CRM, "INV7", 5)
    assert alone.reason == "It has a group discount."
    (counts,) = [each for each in found.counts if each.module is INVOICES]
    assert (counts.only_crm, counts.unexplained) == (1, 0)


def test_an_archived_contact_leaves_its_organization_alone_and_says_so(ledgers: Ledgers) -> None:
    ledgers.edit_xero(ORGANIZATIONS, "ACC1", ContactStatus="ARCHIVED")
    found = ledgers.reconciled()
    (alone,) = found.alone
    assert (alone.key, alone.known) == ("ACC1", True)
    assert "archived" in alone.reason
    assert found.agrees, "its invoices are as they were"


def test_what_was_deleted_on_one_side_is_listed_with_that_reason(ledgers: Ledgers) -> None:
    del ledgers.crm[INVOICES]["INV2"]
    ledgers.links[INVOICES][-1] = replace(ledgers.links[INVOICES][-1], state=LinkState.GONE)
    (alone,) = ledgers.reconciled().alone
    assert (alone.side, alone.known) == (Side.XERO, True)
    assert "deletions do not sync" in alone.reason


def test_settings_explain_what_they_keep_on_one_side(ledgers: Ledgers) -> None:
    ledgers.add_crm(INVOICES, "INV7", status="Approved", grand_total=D(5))
    ledgers.add_xero(ORGANIZATIONS, "s1", Name="Supplier", IsCustomer=False)
    ledgers.add_crm(PRODUCTS, "PRO1", product_name="Bolt")
    modules = {
        ORGANIZATIONS: ModuleSettings(),
        INVOICES: ModuleSettings(direction=Direction.TO_CRM),
        PAYMENTS: ModuleSettings(),
    }
    found = ledgers.reconciled(settings=Settings("t", modules, customers_only=True))
    assert found.agrees
    assert {each.key: each.reason for each in found.alone} == {
        "INV7": "The Sync Direction is: Sync Xero data with Vtiger.",
        "s1": "It is not a customer, and Customers Only is ticked in Xero Settings.",
        "PRO1": "Products/Services do not sync.",
    }


def test_bills_and_what_is_paid_on_them_have_no_place_here(ledgers: Ledgers) -> None:
    ledgers.add_xero(INVOICES, "bill", Type="ACCPAY", Status="AUTHORISED", Total=D(9))
    ledgers.add_xero(PAYMENTS, "paid", PaymentType="ACCPAYPAYMENT", Amount=D(9))
    assert ledgers.reconciled().agrees


def test_an_inactive_product_stays_out_of_the_way(ledgers: Ledgers) -> None:
    ledgers.pair(
        PRODUCTS, "PRO1", {"product_name": "Old", "product_active": False}, {"Name": "Old"}
    )
    ledgers.add_crm(PRODUCTS, "PRO2", product_name="Older", product_active=False)
    assert ledgers.reconciled().agrees


def test_only_the_modules_that_are_asked_for_are_told(ledgers: Ledgers) -> None:
    ledgers.edit_crm(INVOICES, "INV2", balance=D(1))
    found = ledgers.reconciled(modules=[PAYMENTS])
    assert [each.module for each in found.counts] == [PAYMENTS]
    assert found.agrees
