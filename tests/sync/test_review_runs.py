"""What a review found that stopped runs, or made previews more than a look."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.support.settling import settles
from tests.support.shop import INVOICES, ORGANIZATIONS, PAYMENTS, Shop
from tests.support.stage import skipped
from vtiger_xero.engine.errors import RequestFailed
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.xero import wire
from vtiger_xero.xero.ledger import XeroLedger

D = Decimal
NOW = datetime(2026, 11, 2, tzinfo=timezone.utc)


# Previews


class Crash(BaseException):
    """The process dies."""


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts another `send` before the ledger's own one."""
    own = XeroLedger.send

    def put(before: Any) -> None:
        def sent(ledger: XeroLedger, batch: Batch) -> Any:
            return before(batch, lambda: own(ledger, batch))

        monkeypatch.setattr(XeroLedger, "send", sent)

    return put


def crash_after_sending(shop: Shop, send: Any) -> None:
    def lose(batch: Batch, sent: Any) -> None:
        sent()
        raise Crash

    send(lose)
    with pytest.raises(Crash):
        shop.sync()
    send(lambda batch, sent: sent())
    shop.stage.journal.rollback()


def test_a_preview_after_a_lost_answer_leaves_it_to_the_run_to_tell(shop: Shop, send: Any) -> None:
    crash_after_sending(shop, send)
    shop.stage.preview()
    rows = shop.crm._database.rows('SELECT * FROM "Xero Sync Entry"')
    assert rows == []
    report = shop.sync()
    told = [each.title for each in report.entries if each.rule == "found after a lost answer"]
    assert told == ["Kea Ltd"]
    assert len(shop.books.contacts) == 1


def test_one_record_on_which_xero_fails_is_found_though_each_run_is_previewed(
    shop: Shop, send: Any
) -> None:
    for number in range(5):
        shop.add(ORGANIZATIONS, organization_name=f"Number {number}{number}")
    shop.add(ORGANIZATIONS, organization_name="Poison")

    def fail(batch: Batch, sent: Any) -> Any:
        if any(item.document.get("Name") == "Poison" for item in batch.items):
            raise RequestFailed("Xero failed.", after=timedelta(0))
        return sent()

    send(fail)
    report = previewed_runs(shop, 6)
    assert report.header.status is RunStatus.COMPLETED
    assert [each.title for each in skipped(report, ORGANIZATIONS)] == ["Poison"]
    assert len(shop.books.contacts) == 6


def previewed_runs(shop: Shop, number: int) -> Report:
    for _ in range(number):
        shop.stage.preview()
        report = shop.sync()
    return report


# Odd documents


ODD = [
    (ORGANIZATIONS, {"Addresses": "none"}),
    (ORGANIZATIONS, {"Phones": [5]}),
    (Module.PRODUCTS, {"SalesDetails": {"UnitPrice": D("1E+40")}}),
    (Module.PRODUCTS, {"SalesDetails": {"UnitPrice": "ten"}}),
    (INVOICES, {"LineItems": {}}),
    (INVOICES, {"Contact": "Moa"}),
    (INVOICES, {"AmountCredited": D("1E+150")}),
    (PAYMENTS, {"Invoice": "INV-1"}),
    (PAYMENTS, {"Amount": True}),
]


@pytest.mark.parametrize(("module", "odd"), ODD)
def test_one_odd_document_of_xero_costs_itself_and_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, module: Module, odd: dict[str, Any]
) -> None:
    shop.pay(shop.invoice(), "3")
    settles(shop)
    make_odd(monkeypatch, module, odd)
    shop.stage.journal.set_watermark(module, None)
    added = shop.contact("Ruru Ltd")
    report = shop.sync()
    assert report.header.status is RunStatus.COMPLETED, report.header.message
    assert "could not be read and was left out" in " ".join(report.header.notices)
    assert shop.here(ORGANIZATIONS, added) or module is ORGANIZATIONS


def make_odd(monkeypatch: pytest.MonkeyPatch, module: Module, odd: dict[str, Any]) -> None:
    """The first document of a module comes with something else where its pieces should be."""
    own = wire.records

    def records(each: Module, page: list[Any], **how: Any) -> Any:
        changed = [{**page[0], **odd}, *page[1:]] if each is module and page else page
        return own(each, changed, **how)

    monkeypatch.setattr(wire, "records", records)


def test_a_number_where_xero_should_send_a_text_is_read_as_text(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = shop.contact()
    make_odd(monkeypatch, ORGANIZATIONS, {"TaxNumber": 123})
    shop.sync()
    assert shop.here(ORGANIZATIONS, theirs).fields["tax_number"] == "123"
