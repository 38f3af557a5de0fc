"""What a link says of an invoice and its payments: what is, and one reason for one cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.readings import only_read
from tests.support.rules import applies, spares
from tests.support.shop import (
    DAY,
    INVOICES,
    ORGANIZATIONS,
    PAYMENTS,
    Shop,
)
from tests.support.stage import skipped
from vtiger_xero.engine.links import Link, LinkState
from vtiger_xero.engine.records import Direction, Module
from vtiger_xero.engine.settings import ModuleSettings

D = Decimal
OTHER_INVOICE = "Choose another invoice, or change the Payment Status."


def links(shop: Shop, module: Module) -> dict[str | None, Link]:
    return {each.crm_name: each for each in shop.stage.journal.links(module)}


def link(shop: Shop, name: str, module: Module = INVOICES) -> Link:
    return links(shop, module)[name]


def directed(shop: Shop, module: Module, direction: Direction | None) -> None:
    """A module in one direction, or (None) switched off; the others both ways."""
    is_on = direction is not None
    one = ModuleSettings(enabled=is_on, direction=direction or Direction.BOTH)
    shop.stage.set(modules={**{each: ModuleSettings() for each in Module}, module: one})


# An invoice of nothing


@only_read("F7", because="it stays approved on both sides then")
def test_where_invoices_only_go_to_xero_an_invoice_of_nothing_says_that_xero_closed_it(
    shop: Shop,
) -> None:
    directed(shop, INVOICES, Direction.TO_XERO)
    name = shop.invoice(shop.line("0"), taxes=[])
    shop.sync()
    assert (shop.wire(name)["Status"], shop.field(INVOICES, name, "status")) == ("PAID", "Approved")
    held = link(shop, name)
    assert held.state is LinkState.WAITING
    assert "Xero has marked it as paid" in held.reason
    assert held.remedy == "Set Status to Paid here, too."
    assert shop.sync().writes == 0
    assert link(shop, name) == held


@only_read("F7", because="it stays approved on both sides then")
def test_the_remedy_of_it_works_and_so_does_another_direction(shop: Shop) -> None:
    directed(shop, INVOICES, Direction.TO_XERO)
    first, second = (shop.invoice(shop.line("0"), taxes=[]) for _ in range(2))
    shop.sync()
    shop.edit(INVOICES, first, status="Paid")
    shop.sync()
    assert (link(shop, first).state, link(shop, first).reason) == (LinkState.IN_SYNC, "")
    directed(shop, INVOICES, Direction.BOTH)
    shop.sync()
    assert (link(shop, second).state, link(shop, second).reason) == (LinkState.IN_SYNC, "")
    assert shop.field(INVOICES, second, "status") == "Paid"


@only_read("F7", because="it stays approved on both sides then")
def test_what_xero_closes_in_the_second_look_of_a_run_is_not_in_sync_before_it_is_paid_here(
    shop: Shop,
) -> None:
    name = shop.invoice()
    payment = shop.pay(name, "4")
    shop.sync()
    (row,) = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, items=({**row, "selling_price": D(0)},))
    shop.crm.trash(PAYMENTS, payment)
    shop.sync()
    statuses = shop.wire(name)["Status"], shop.field(INVOICES, name, "status")
    assert statuses == ("PAID", "Paid") or link(shop, name).state is LinkState.WAITING
    shop.sync()
    assert shop.field(INVOICES, name, "status") == "Paid"
    assert link(shop, name).state is LinkState.IN_SYNC


# A payment of an invoice that takes none


def cancelled_here(shop: Shop, name: str) -> None:
    shop.edit(INVOICES, name, status="Cancel")


def made_a_credit(shop: Shop, name: str) -> None:
    shop.edit(INVOICES, name, status="Credit Invoice")


def voided_in_xero(shop: Shop, name: str) -> None:
    shop.books.void_invoice(shop.partner(INVOICES, name))


OVER = [(cancelled_here, "is cancelled"), (made_a_credit, "is a credit invoice")]


@applies("P1-over")
@pytest.mark.parametrize("deletions", [True, False])
@pytest.mark.parametrize(("end", "says"), [*OVER, (voided_in_xero, "")])
@pytest.mark.parametrize("has_account", [True, False])
def test_a_payment_of_an_invoice_that_is_over_has_one_reason_and_a_remedy_that_books_nothing(
    shop: Shop, deletions: bool, end: Any, says: str, has_account: bool
) -> None:
    lacks = {} if has_account else {"payment_account": ""}
    shop.stage.set(deletions=deletions, **lacks)
    name = shop.invoice()
    shop.sync()
    payment = shop.pay(name, "4")
    end(shop, name)
    shop.sync()
    says = says or ("is cancelled" if deletions else "is voided in Xero")
    held = link(shop, payment, PAYMENTS)
    assert "\n" not in held.reason
    assert says in held.reason
    assert "cannot have a payment" in held.reason
    assert held.remedy == OTHER_INVOICE
    assert len(shop.books.payments) == 0


@pytest.mark.parametrize(("end", "says"), OVER)
@pytest.mark.parametrize("kept_out", [0, 1])
def test_so_does_one_of_an_invoice_that_xero_never_had(
    shop: Shop, end: Any, says: str, kept_out: int
) -> None:
    name = shop.invoice(do_not_sync=kept_out)
    payment = shop.pay(name, "4")
    end(shop, name)
    shop.sync()
    held = link(shop, payment, PAYMENTS)
    assert (says in held.reason, held.remedy) == (True, OTHER_INVOICE)
    assert "\n" not in held.reason


def test_a_draft_that_was_deleted_in_xero_takes_no_payment_either(shop: Shop) -> None:
    shop.stage.set(deletions=False)
    name = shop.invoice(status="Created")
    shop.sync()
    payment = shop.pay(name, "4")
    shop.edit(INVOICES, name, status="Approved")
    shop.books.delete_invoice(shop.partner(INVOICES, name))
    shop.sync()
    held = link(shop, payment, PAYMENTS)
    assert (
        held.reason
        == f"The invoice \u201c{name}\u201d is deleted in Xero and cannot have a payment."
    )


@spares("P1-over")
def test_the_remedy_of_it_can_be_followed(shop: Shop) -> None:
    first, second = shop.invoice(), shop.invoice()
    shop.sync()
    payments = [shop.pay(first, "4"), shop.pay(first, "5")]
    voided_in_xero(shop, first)
    shop.sync()
    shop.edit(PAYMENTS, payments[0], related_to=second)
    shop.edit(PAYMENTS, payments[1], payment_status="Pending")
    shop.sync()
    assert link(shop, payments[0], PAYMENTS).state is LinkState.IN_SYNC
    assert shop.wire(second)["AmountDue"] == D("7.50")
    assert "Pending" in link(shop, payments[1], PAYMENTS).reason


def test_a_payment_of_a_draft_says_once_that_the_invoice_is_to_be_approved(shop: Shop) -> None:
    name = shop.invoice(status="Created")
    payment = shop.pay(name, "4")
    shop.edit(INVOICES, name, status="Created")
    shop.sync()
    held, invoice = link(shop, payment, PAYMENTS), link(shop, name)
    assert held.remedy == "Approve the invoice."
    assert "\n" not in held.reason
    assert held.reason in invoice.reason
    assert invoice.remedy == "Approve the invoice."


def test_a_payment_of_a_draft_that_is_kept_out_says_only_that(shop: Shop) -> None:
    name = shop.invoice(status="Created", do_not_sync=1)
    payment = shop.pay(name, "4")
    shop.edit(INVOICES, name, status="Created")
    shop.sync()
    held = link(shop, payment, PAYMENTS)
    assert "\n" not in held.reason
    assert "does not sync: Do Not Sync with Xero" in held.reason


# What has nothing in Xero is not In Sync


def test_an_invoice_that_was_cancelled_before_xero_had_it_is_not_linked(shop: Shop) -> None:
    name = shop.invoice(status="Cancel")
    shop.sync()
    assert links(shop, INVOICES) == {}
    assert skipped(shop.sync(), INVOICES) == []
    shop.edit(INVOICES, name, status="Approved")
    shop.sync()
    assert link(shop, name).state is LinkState.IN_SYNC


def test_so_is_one_that_was_skipped_until_it_was_cancelled(shop: Shop) -> None:
    name = shop.invoice(due_date=None)
    shop.sync()
    assert link(shop, name).state is LinkState.SKIPPED
    shop.edit(INVOICES, name, status="Cancel")
    shop.sync()
    assert links(shop, INVOICES) == {}


def test_and_one_that_an_earlier_version_called_in_sync(shop: Shop) -> None:
    name = shop.invoice(status="Cancel")
    seen = shop.get(INVOICES, name).modified
    shop.stage.journal.save_link(Link(INVOICES, name, None, LinkState.IN_SYNC, seen), {})
    shop.stage.journal.commit()
    shop.sync()
    assert links(shop, INVOICES) == {}
    assert shop.sync().writes == 0


def test_a_credit_invoice_and_one_that_is_kept_out_go_on_saying_why(shop: Shop) -> None:
    credit, kept_out = shop.invoice(status="Credit Invoice"), shop.invoice(do_not_sync=1)
    shop.sync()
    assert "credit note" in link(shop, credit).reason
    assert link(shop, kept_out).state is LinkState.EXCLUDED
    shop.edit(INVOICES, kept_out, status="Cancel")
    shop.sync()
    assert link(shop, kept_out).state is LinkState.EXCLUDED


def test_nothing_that_is_called_in_sync_lacks_a_partner(shop: Shop) -> None:
    names = [shop.invoice(status=each) for each in ("Created", "Approved", "Cancel")]
    for status in ("Received", "Pending", "Failure"):
        shop.pay(names[1], "1", payment_status=status)
    shop.crm.trash(INVOICES, shop.invoice(status="Cancel"))
    shop.sync()
    shop.sync()
    found = (each for module in Module for each in shop.stage.journal.links(module))
    assert [e for e in found if e.state is LinkState.IN_SYNC and not e.xero_id] == []


@pytest.mark.parametrize("direction", [Direction.TO_XERO, Direction.TO_CRM])
def test_what_only_a_payment_makes_different_is_not_put_down_to_the_direction_of_invoices(
    shop: Shop, direction: Direction
) -> None:
    name = shop.invoice()
    shop.sync()
    directed(shop, INVOICES, direction)
    shop.pay(name, "50")
    shop.sync()
    held = link(shop, name)
    assert "only 11.50 is outstanding" in held.reason
    assert "Sync Direction" not in held.reason + held.remedy


# Where payments do not sync


def entered_in_both(shop: Shop, here: str, there: str) -> str:
    """An invoice in step, with a payment that people typed on each side."""
    directed(shop, PAYMENTS, None)
    name = shop.invoice(shop.line("100"))
    shop.sync()
    if here:
        shop.pay(name, here)
    if there:
        shop.books.pay_invoice(shop.partner(INVOICES, name), there, on=DAY)
    shop.sync()
    return name


@pytest.mark.parametrize(
    ("here", "there", "received"),
    [
        ("50", "50", "50"),
        ("115", "115", "115"),
        ("", "50", "50"),
        ("30", "50", "80"),
        ("50", "", "50"),
        ("80", "50", "130"),
    ],
)
def test_without_payments_what_was_entered_in_both_systems_counts_once(
    shop: Shop, here: str, there: str, received: str
) -> None:
    name = entered_in_both(shop, here, there)
    assert shop.field(INVOICES, name, "received") == D(received)
    held, is_equal = link(shop, name), D(received) == D(there or 0)
    assert (held.state is LinkState.IN_SYNC) == is_equal
    assert shop.sync().writes == 0


@pytest.mark.parametrize(("days", "received"), [(0, "50"), (7, "50"), (8, "100"), (31, "100")])
def test_an_equal_amount_a_month_later_is_other_money(shop: Shop, days: int, received: str) -> None:
    directed(shop, PAYMENTS, None)
    name = shop.invoice(shop.line("100"))
    shop.sync()
    shop.pay(name, "50")
    day = DAY + timedelta(days=days)
    shop.books.pay_invoice(shop.partner(INVOICES, name), "50", on=day)
    shop.sync()
    assert shop.field(INVOICES, name, "received") == D(received)
    if received == "100":
        reason = link(shop, name).reason
        assert "Received is 100.00 here and 50.00 in Xero" in reason
        assert reason.count("Payments do not sync.") == 1
        assert "only in Xero" not in reason


def test_equal_payments_pair_up_by_how_many_there_are(shop: Shop) -> None:
    directed(shop, PAYMENTS, None)
    name = shop.invoice(shop.line("100"))
    shop.sync()
    for _ in range(3):
        shop.pay(name, "20")
    for _ in range(2):
        shop.books.pay_invoice(shop.partner(INVOICES, name), "20", on=DAY)
    shop.sync()
    assert shop.field(INVOICES, name, "received") == D("60")
    assert link(shop, name).reason.count("is only in the CRM") == 1


def test_what_the_crm_alone_has_then_is_said_with_the_way_to_sync_it(shop: Shop) -> None:
    name = entered_in_both(shop, "50", "")
    held = link(shop, name)
    assert "Received is 50.00 here and 0.00 in Xero" in held.reason
    assert "Payments do not sync." in held.reason
    assert held.remedy == "Enable sync for Payments in Xero Settings."
    directed(shop, PAYMENTS, Direction.BOTH)
    shop.sync()
    assert link(shop, name).state is LinkState.IN_SYNC
    assert shop.wire(name)["AmountPaid"] == D("50")


def test_the_payment_that_differs_is_named_and_not_one_that_both_have(shop: Shop) -> None:
    directed(shop, PAYMENTS, None)
    name = shop.invoice(shop.line("100"))
    shop.sync()
    both, alone = shop.pay(name, "50"), shop.pay(name, "30")
    shop.books.pay_invoice(shop.partner(INVOICES, name), "50", on=DAY)
    shop.sync()
    reason = link(shop, name).reason
    assert (alone in reason, both in reason) == (True, False)


def test_two_ledgers_that_meet_without_payments_count_them_once_in_the_first_run(
    shop: Shop,
) -> None:
    directed(shop, PAYMENTS, None)
    shop.stage.set(modules={e: ModuleSettings(enabled=e is ORGANIZATIONS) for e in Module})
    shop.sync()
    directed(shop, PAYMENTS, None)
    name = shop.invoice(shop.line("100"))
    shop.pay(name, "115")
    number = shop.field(INVOICES, name, "invoice_no")
    contact = shop.partner(ORGANIZATIONS, shop.customer)
    made = shop.xero_invoice(shop.xero_line("100"), contact=contact, InvoiceNumber=number)
    shop.books.pay_invoice(made, on=DAY)
    shop.sync()
    assert shop.partner(INVOICES, name) == made
    record = shop.get(INVOICES, name).fields
    assert (record["received"], record["balance"]) == (D("115"), D("0"))


def test_a_payment_that_was_sent_before_payments_were_switched_off_counts_once(shop: Shop) -> None:
    name = shop.invoice(shop.line("100"))
    shop.pay(name, "50")
    shop.sync()
    directed(shop, PAYMENTS, None)
    shop.books.pay_invoice(shop.partner(INVOICES, name), "20")
    shop.sync()
    assert shop.field(INVOICES, name, "received") == D("70")
    directed(shop, PAYMENTS, Direction.BOTH)
    shop.sync()
    assert shop.field(INVOICES, name, "received") == D("70")
    assert link(shop, name).state is LinkState.IN_SYNC


def test_where_payments_only_go_those_of_xero_are_counted_and_not_named(shop: Shop) -> None:
    directed(shop, PAYMENTS, Direction.TO_XERO)
    shop.stage.settings = replace(shop.stage.settings, payment_account="")
    name = shop.invoice(shop.line("100"))
    shop.sync()
    shop.books.pay_invoice(shop.partner(INVOICES, name), "15", on=DAY)
    shop.pay(name, "20")
    shop.sync()
    held = link(shop, name)
    assert shop.field(INVOICES, name, "received") == D("35")
    assert "of 20.00 is only in the CRM. No bank account is chosen" in held.reason
    assert "only in Xero" not in held.reason
    assert "Choose one here" in held.remedy


def test_where_payments_only_come_one_that_is_here_alone_says_so(shop: Shop) -> None:
    directed(shop, PAYMENTS, Direction.TO_CRM)
    name = shop.invoice(shop.line("100"))
    shop.pay(name, "50")
    shop.sync()
    held = link(shop, name)
    assert "Payments sync in the other direction only." in held.reason
    assert held.remedy == "Set the Sync Direction of Payments in Xero Settings to: Sync both ways."
