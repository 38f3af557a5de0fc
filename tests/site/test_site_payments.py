"""Payments on a site: an invoice's Received, Balance and Status follow them, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
from frappe.exceptions import LinkExistsError, TimestampMismatchError

from tests.contract.world import unique
from tests.site.shop import INVOICE, PAYMENT, Shop, at_once, by_sync, committed_shop, figures
from vtiger_xero.crm import states
from vtiger_xero.vtiger_xero.doctype.xero_account.xero_account import (
    line_accounts,
    payment_accounts,
)


@pytest.fixture
def shop() -> Iterator[Shop]:
    yield Shop()
    frappe.db.rollback()


@pytest.fixture
def open_shop() -> Iterator[Shop]:
    with committed_shop() as shop:
        yield shop


def test_payments_move_received_balance_and_status(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    first = shop.pay(invoice, 30)
    assert figures(invoice) == (30, 70, "Partially Paid")
    second = shop.pay(invoice, 70)
    assert figures(invoice) == (100, 0, "Paid")
    second.update({"payment_status": "Failure"}).save()
    assert figures(invoice) == (30, 70, "Partially Paid")
    first.delete()
    assert figures(invoice) == (0, 100, "Approved")


@pytest.mark.parametrize("status", ["Pending", "In Progress", "Failure", "Paid", "Refunded"])
def test_only_received_payments_count(shop: Shop, status: str) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    shop.pay(invoice, 30, status)
    assert figures(invoice) == (0, 100, "Approved")


def test_a_payment_reads_its_invoice_once_and_a_new_invoice_asks_for_none(
    shop: Shop, counted: list[str]
) -> None:
    counted.clear()
    invoice = shop.invoice(shop.line(100), status="Approved")
    assert [each for each in counted if f"FROM `tab{PAYMENT}`" in each] == []
    counted.clear()
    shop.pay(invoice, 30)
    lines = [each for each in counted if "SELECT * FROM `tabVtiger Invoice Item`" in each]
    assert len(lines) == 1
    assert lines[0].endswith("FOR UPDATE")


def test_what_hooks_compare_a_paid_invoice_with_is_how_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Frappe's own `db_set` has it: a notification on a changed value asks for both."""
    invoice, seen = shop.invoice(shop.line(100), status="Approved"), []
    follow = states.follow_change

    def noting(document: Any) -> None:
        if document.doctype == INVOICE:
            before = document.get_doc_before_save()
            seen.append((before.status, before.balance, len(before.items), document.balance))
        follow(document)

    monkeypatch.setattr(states, "follow_change", noting)
    shop.pay(invoice, 30)
    assert seen == [("Approved", 100, 1, 70)]


def test_a_payment_that_moves_to_another_invoice_counts_there_alone(shop: Shop) -> None:
    one, other = (shop.invoice(shop.line(100), status="Approved") for _ in range(2))
    payment = shop.pay(one, 100)
    payment.update({"related_to": other.name}).save()
    assert figures(one) == (0, 100, "Approved")
    assert figures(other) == (100, 0, "Paid")


def test_what_xero_received_otherwise_counts_too(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    shop.pay(invoice, 30)
    by_sync(invoice.reload()).update({"received_otherwise": 70}).save()
    assert figures(invoice) == (100, 0, "Paid")


def test_a_new_line_on_a_paid_invoice_leaves_it_partially_paid(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    shop.pay(invoice, 100)
    invoice.reload().append("items", shop.line(50))
    invoice.save()
    assert figures(invoice) == (100, 50, "Partially Paid")


def test_a_status_that_somebody_chose_is_theirs(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    shop.pay(invoice, 30)
    invoice.reload().update({"status": "Overdue"}).save()
    assert figures(invoice) == (30, 70, "Overdue")
    invoice.save()
    assert figures(invoice) == (30, 70, "Overdue")


def test_a_cancelled_invoice_stays_cancelled(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    payment = shop.pay(invoice, 40)
    invoice.reload().update({"status": "Cancel"}).save()
    payment.update({"amount": 100}).save()  # what was there before may be corrected
    assert figures(invoice) == (100, 0, "Cancel")


def test_a_payment_takes_organization_and_currency_from_its_invoice(shop: Shop) -> None:
    payment = shop.pay(shop.invoice(shop.line(100)), 5)
    assert (payment.organization_name, payment.currency) == (shop.organization, "NZD")


@pytest.mark.parametrize("amount", [0, -5, 0.001])
def test_a_payment_of_nothing_is_refused(shop: Shop, amount: float) -> None:
    with pytest.raises(frappe.ValidationError, match="more than 0"):
        shop.pay(shop.invoice(shop.line(100)), amount)


def test_payments_are_booked_to_bank_accounts_or_where_payments_are_enabled(shop: Shop) -> None:
    for code, fields in {
        "090": {"type": "BANK"},
        "091": {"type": "BANK", "status": "ARCHIVED"},
        "200": {"type": "REVENUE"},
        "880": {"type": "EQUITY", "enable_payments": 1},
    }.items():
        account = {"account_id": unique(code), "code": code, "title": f"{code} - {shop.bolt}"}
        shop.insert("Xero Account", **{"status": "ACTIVE", **account, **fields})
    assert _offered(payment_accounts, shop.bolt) == ["090", "880"]


def test_lines_are_booked_to_what_is_neither_a_bank_account_nor_kept_by_xero(shop: Shop) -> None:
    for code, fields in {
        "260": {"type": "REVENUE", "system_account": ""},
        "090": {"type": "BANK"},
        "200": {"type": "REVENUE"},
        "210": {"type": "REVENUE", "status": "ARCHIVED"},
        "610": {"type": "CURRENT", "system_account": "DEBTORS"},
        "630": {"type": "INVENTORY"},
    }.items():
        account = {"account_id": unique(code), "code": code, "title": f"{code} - {shop.bolt}"}
        shop.insert("Xero Account", **{"status": "ACTIVE", **account, **fields})
    assert _offered(line_accounts, shop.bolt) == ["200", "260"]
    assert _offered(line_accounts, shop.bolt, {"purchases": 1}) == ["200", "260", "630"]


def _offered(accounts: Any, text: str, filters: dict[str, Any] | None = None) -> list[str]:
    found = accounts("Xero Account", text, "title", 0, 20, filters)
    return [title[:3] for _, title, _ in found]


def test_an_invoice_with_payments_is_not_deleted(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100))
    shop.pay(invoice, 5, "Pending")
    with pytest.raises(LinkExistsError):
        frappe.delete_doc(INVOICE, invoice.name)


def test_a_form_that_was_open_before_a_payment_must_be_read_again(shop: Shop) -> None:
    invoice = shop.invoice(shop.line(100), status="Approved")
    opened = frappe.get_doc(INVOICE, invoice.name)
    shop.pay(invoice, 30)
    with pytest.raises(TimestampMismatchError):
        opened.save()


def test_payments_that_are_saved_at_once_all_count(open_shop: Shop) -> None:
    invoice = open_shop.invoice(open_shop.line(100), status="Approved")
    pending = [open_shop.pay(invoice, 15, "Pending") for _ in range(3)]
    gone = open_shop.pay(invoice, 70)
    frappe.db.commit()

    def receive(payment: Any) -> Callable[[], Any]:
        return lambda: (
            frappe.get_doc(PAYMENT, payment.name).update({"payment_status": "Received"}).save()
        )

    at_once(
        *map(receive, pending),
        *[lambda: open_shop.pay(invoice, 10)] * 2,
        lambda: frappe.delete_doc(PAYMENT, gone.name),
    )
    assert figures(invoice) == (65, 35, "Partially Paid")
