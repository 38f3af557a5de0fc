"""Answers of Xero that never came: nothing is doubled afterwards, and nothing is missing.

The first attempt does its work and its answer is lost; every further one of that run fails, so
that no Idempotency-Key helps within it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from demo.crm import EmbeddedJournal
from tests.support import settling
from tests.support.shop import INVOICES, PAYMENTS, PRODUCTS, Shop, open_shop
from vtiger_xero.engine.report import RunStatus
from xero_simulator.faults import Fault

D = Decimal
PAGE = b"<html><body><h1>Bad Request</h1>Your browser sent a request like no other.</body></html>"
LOSSES: dict[str, Callable[..., tuple[Fault, ...]]] = {
    "done, and the connection lost": lambda **at: (
        Fault.dropped_after_commit(**at),
        Fault.dropped_before_commit(times=None, **at),
    ),
    "done, and an error told": lambda **at: (
        Fault.internal_error_after_commit(**at),
        Fault.internal_error(times=None, **at),
    ),
    "not done": lambda **at: (Fault.dropped_before_commit(times=None, **at),),
    "half an answer": lambda **at: (Fault.torn(**at),),
    "done, and a gateway's page told": lambda **at: (
        Fault.replaced(PAGE, "text/html", 400, **at),
        Fault.turned_away(PAGE, times=None, **at),
    ),
    "done, and a proxy's JSON": lambda **at: (
        Fault.replaced(b'{"error": "no"}', status=404, **at),
        Fault.turned_away(PAGE, status=404, times=None, **at),
    ),
    "not done, and a proxy's 404": lambda **at: (
        Fault.turned_away(PAGE, status=404, times=None, **at),
    ),
    "done, and nothing": lambda **at: (Fault.replaced(b"", None, 202, times=3, **at),),
    "done, and a page with 200": lambda **at: (Fault.replaced(PAGE, "text/html", **at),),
    "not done, and a proxy's 403": lambda **at: (
        Fault.turned_away(PAGE, status=403, times=None, **at),
    ),
}


@pytest.fixture(params=LOSSES, ids=list(LOSSES))
def lose(request: Any) -> Callable[..., tuple[Fault, ...]]:
    return LOSSES[request.param]


def settles(shop: Shop) -> None:
    """At once, within the life of the key; while Xero may still be at work; and after that."""
    shop.stage.engine().run()
    shop.sync()
    settling.settles(shop)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        settling.settles(shop)
        yield shop


@pytest.fixture(params=["within the life of the key", "after it"])
def lost(request: Any, shop: Shop, lose: Callable[..., tuple[Fault, ...]]) -> Callable[..., None]:
    """A run that loses what Xero answers to a method on a path."""

    def run(path: str, method: str) -> None:
        shop.stage.xero.faults.add(*lose(path=path, method=method))
        soon = request.param.startswith("within")
        report = shop.stage.engine().run() if soon else shop.sync()
        assert report.header.status in (RunStatus.WAITING, RunStatus.COMPLETED)
        shop.stage.xero.faults.clear()

    return run


def items(shop: Shop) -> list[str]:
    return sorted(each.code for each in shop.books.items.values())


def invoices(shop: Shop) -> dict[str, str]:
    found = [(each.number, each.status) for each in shop.books.invoices.values()]
    assert len(dict(found)) == len(found), found
    return dict(found)


def payments(shop: Shop) -> Counter[tuple[str, Decimal]]:
    return Counter((each.status, each.amount) for each in shop.books.payments.values())


def test_items_are_made_changed_and_deleted_once(shop: Shop, lost: Callable[..., None]) -> None:
    nut = shop.product("NUT", "Nut")
    lost("/Items", "PUT")
    settles(shop)
    assert items(shop) == ["BOLT", "NUT"]
    shop.edit(PRODUCTS, nut, part_number="NUT-2", unit_price=D("3.5"))
    lost("/Items", "POST")
    settles(shop)
    assert items(shop) == ["BOLT", "NUT-2"]
    shop.crm.trash(PRODUCTS, nut)
    lost("/Items", "DELETE")
    settles(shop)
    assert items(shop) == ["BOLT"]


def test_an_item_recoded_before_it_is_found_is_one(shop: Shop, lost: Callable[..., None]) -> None:
    nut = shop.product("NUT", "Nut")
    lost("/Items", "PUT")
    shop.edit(PRODUCTS, nut, part_number="NUT-2")
    settles(shop)
    assert items(shop) == ["BOLT", "NUT-2"]


def test_invoices_are_made_changed_and_voided_once(shop: Shop, lost: Callable[..., None]) -> None:
    kept, gone, trashed = (shop.invoice(invoice_no=number) for number in "ABC")
    lost("/Invoices", "PUT")
    settles(shop)
    assert set(invoices(shop)) == {"A", "B", "C"}
    (row,) = shop.field(INVOICES, kept, "items")
    shop.edit(INVOICES, kept, items=({**row, "quantity": D(3)},))
    shop.edit(INVOICES, gone, status="Cancel")
    shop.crm.trash(INVOICES, trashed)
    lost("/Invoices", "POST")
    settles(shop)
    assert invoices(shop) == {"A": "AUTHORISED", "B": "VOIDED", "C": "VOIDED"}
    assert shop.wire(kept)["Total"] == D("34.5")


def test_a_change_whose_answer_was_lost_is_in_the_log(
    shop: Shop, lost: Callable[..., None]
) -> None:
    name = shop.invoice(invoice_no="A")
    settles(shop)
    shop.edit(INVOICES, name, subject="typed")
    lost("/Invoices", "POST")
    settles(shop)
    rows = shop.crm._database.rows('SELECT changes FROM "Xero Sync Entry"')
    changed = [json.loads(row["changes"]) for row in rows]
    ((change,),) = [each for each in changed if each]
    assert (change["field"], change["new"]) == ("subject", "typed")


def test_an_invoice_edited_before_it_is_found_is_one(shop: Shop, lost: Callable[..., None]) -> None:
    name = shop.invoice(invoice_no="A")
    lost("/Invoices", "PUT")
    (row,) = shop.field(INVOICES, name, "items")
    shop.edit(INVOICES, name, subject="typed", items=({**row, "quantity": D(3)},))
    settles(shop)
    assert invoices(shop) == {"A": "AUTHORISED"}
    assert (shop.wire(name)["Reference"], shop.wire(name)["Total"]) == ("typed", D("34.5"))


def test_an_invoice_trashed_before_it_is_found_does_not_stay(
    shop: Shop, lost: Callable[..., None]
) -> None:
    name = shop.invoice(invoice_no="A")
    lost("/Invoices", "PUT")
    shop.crm.trash(INVOICES, name)
    settles(shop)
    assert invoices(shop) in ({}, {"A": "VOIDED"})
    assert shop.stage.records(INVOICES) == []


def test_payments_are_made_and_deleted_once(shop: Shop, lost: Callable[..., None]) -> None:
    invoice = shop.invoice(shop.line("100"))
    settles(shop)
    first, *_ = [shop.pay(invoice, "10", reference="same") for _ in range(2)]
    shop.pay(invoice, "7")
    lost("/Payments", "PUT")
    settles(shop)
    assert payments(shop) == {("AUTHORISED", 10): 2, ("AUTHORISED", 7): 1}
    shop.crm.trash(PAYMENTS, first)
    lost("/Payments", "POST")
    settles(shop)
    assert payments(shop) == {("AUTHORISED", 10): 1, ("DELETED", 10): 1, ("AUTHORISED", 7): 1}


def test_a_payment_trashed_before_it_is_found_does_not_stay(
    shop: Shop, lost: Callable[..., None]
) -> None:
    invoice = shop.invoice(shop.line("100"))
    settles(shop)
    payment = shop.pay(invoice, "10")
    lost("/Payments", "PUT")
    shop.crm.trash(PAYMENTS, payment)
    settles(shop)
    assert ("AUTHORISED", D(10)) not in payments(shop)
    assert shop.field(INVOICES, invoice, "received") == 0


class Dies(Exception):
    """What a SIGKILL is to a test within one process."""


class DyingJournal(EmbeddedJournal):
    """A journal whose process ends as a batch is closed."""

    def close(self, batch: Any) -> None:
        self.rollback()
        raise Dies


def test_what_was_found_is_told_once_though_the_run_that_found_it_dies(
    shop: Shop, lost: Callable[..., None]
) -> None:
    shop.product("NUT", "Nut")
    lost("/Items", "PUT")
    stage, healthy = shop.stage, shop.stage.journal
    stage.journal = DyingJournal(healthy._database, stage.settings.tenant)
    with suppress(Dies):
        stage.engine().run()
    stage.journal = healthy
    stage.engine().run()
    settles(shop)
    told = healthy._database.rows(
        "SELECT name FROM \"Xero Sync Entry\" WHERE side = 'Xero' AND operation = 'Created' "
        "AND record_name = 'Nut'"
    )
    assert len(told) == 1
    assert items(shop) == ["BOLT", "NUT"]


@pytest.mark.answers_unlike_xero("a payment has a status that is not in the list")
def test_no_payment_is_sent_again_while_those_of_xero_cannot_be_read(shop: Shop) -> None:
    invoice = shop.invoice(shop.line("100"))
    settles(shop)
    shop.pay(invoice, "10")
    faults = shop.stage.xero.faults
    faults.add(Fault.dropped_after_commit(path="/Payments", method="PUT"))
    faults.add(Fault.dropped_before_commit(path="/Payments", method="PUT", times=None))
    shop.sync()
    faults.clear()
    odd = {"Status": "FORESEEN"}
    faults.add(
        Fault.altered(
            lambda page: {**page, "Payments": [{**each, **odd} for each in page["Payments"]]},
            path="/Payments",
            method="GET",
            times=3,
        )
    )
    for _ in range(3):
        report = shop.sync()
        told = " ".join(report.header.notices)
        assert "FORESEEN" in told
        assert "not sent again" in told
        assert payments(shop) == {("AUTHORISED", 10): 1}
    settles(shop)
    assert payments(shop) == {("AUTHORISED", 10): 1}


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 407, 502])
@pytest.mark.parametrize("path", ["/Contacts", "/Items", "/Invoices", "/Payments"])
def test_a_page_in_the_place_of_a_list_is_no_records_fault(
    shop: Shop, path: str, status: int
) -> None:
    """The run waits and says so, in sentences of its own; the next one goes on."""
    shop.xero_invoice(InvoiceNumber="X-1", contact=shop.contact())
    shop.invoice(invoice_no="A")
    page = Fault.turned_away(PAGE, status=status, method="GET", path=path, times=None)
    shop.stage.xero.faults.add(page)
    report = shop.stage.engine().run()
    assert report.header.status is RunStatus.WAITING, report.header
    assert not [each for each in report.entries if each.reason]
    shop.stage.xero.faults.clear()
    settles(shop)
    assert sorted(invoices(shop)) == ["A", "X-1"]
