"""What cannot be read: it is told, it costs nobody else, and it is there as soon as it can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.xero.support import INVOICES, ORGANIZATIONS, PAYMENTS, Desk, read_all
from vtiger_xero.engine.errors import RetryLater
from vtiger_xero.engine.records import Module
from vtiger_xero.xero import paging, wire
from xero_simulator import Fault

ID = "5f0ee000-0000-4000-8000-00000000beef"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_that_cannot_be_read_is_asked_for_until_it_can(desk: Desk, place: int) -> None:
    for name in ("A", "B", "C"):
        desk.organisation.add_contact_in_xero(Name=name)
        desk.simulator.clock.advance(timedelta(minutes=1))

    def odd(payload: dict[str, Any]) -> dict[str, Any]:
        rows = list(payload["Contacts"])
        rows[place] = {**rows[place], "ContactID": "?"}
        return {**payload, "Contacts": rows}

    since = None
    for _ in range(2):
        desk.simulator.faults.add(Fault.altered(odd, path="/Contacts"))
        ledger = desk.ledger()
        (page,) = ledger.changed_since(ORGANIZATIONS, since)
        assert (len(page.records), len(ledger.notices), ledger.calls) == (2, 1, 1)
        since = page.watermark
    (page,) = desk.ledger().changed_since(ORGANIZATIONS, since)
    assert {each.document["Name"] for each in page.records} == {"A", "B", "C"}
    (page,) = desk.ledger().changed_since(ORGANIZATIONS, page.watermark)
    assert [each.document["Name"] for each in page.records] == ["C"]


@pytest.mark.parametrize(
    ("module", "key"),
    [(INVOICES, "Status"), (INVOICES, "LineAmountTypes"), (PAYMENTS, "Status")],
)
def test_a_word_of_money_that_nobody_knows_costs_its_record(module: Module, key: str) -> None:
    element = {"InvoiceID": ID, "PaymentID": ID, "UpdatedDateUTC": "/Date(0)/"}
    for odd in ("FROZEN", ["DRAFT"], 7):
        records, notices = wire.records(module, [{**element, key: odd}, element])
        assert len(records) == 1
        assert key in notices[0]


def test_a_list_that_never_ends_is_left_before_it_costs_the_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a cache between here and Xero would have it: the same full page, whatever is asked for."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    monkeypatch.setattr(paging, "MARGIN", 1)
    for name in "ABC":
        desk.organisation.add_contact_in_xero(Name=name)
    rows = desk.ledger()._client.call("get_contacts", page=1)["Contacts"]
    desk.simulator.faults.add(
        Fault.altered(lambda payload: {"Contacts": rows}, path="/Contacts", times=None)
    )
    ledger = desk.ledger()
    with pytest.raises(RetryLater, match="another server between"):
        read_all(ledger)
    assert ledger.calls <= 8


def test_an_import_of_many_pages_a_second_is_read_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changed a second later is asked for from a second early: the import comes again."""
    monkeypatch.setattr(paging, "PAGE_SIZE", 20)
    monkeypatch.setattr(paging, "MARGIN", 2)
    clock = desk.simulator.clock
    clock.freeze()
    for name in range(400):
        if name % 100 == 0:
            clock.advance(timedelta(seconds=1))
        desk.organisation.add_contact_in_xero(Name=f"Imported {name}")
    ledger = desk.ledger()
    assert len(read_all(ledger)) == len(desk.organisation.contacts)
    assert ledger.calls < 100, "each row comes twice, or three times"


DEEP = b'{"x": ' * 5_000 + b"1" + b"}" * 5_000
RATHER_DEEP = b'{"Contacts": [' + b'{"x": ' * 450 + b"1" + b"}" * 450 + b"]}"


def test_json_that_is_nested_without_end_is_an_answer_that_cannot_be_read(desk: Desk) -> None:
    with pytest.raises(ValueError, match="nested"):
        wire.envelope(DEEP)
    for body in (DEEP, RATHER_DEEP):
        desk.simulator.faults.add(Fault.replaced(body, path="/Contacts"))
        assert read_all(desk.ledger()) == []
        desk.simulator.faults.add(Fault.replaced(body, path="/Contacts", status=400))
        assert read_all(desk.ledger()) == []  # not Xero's: asked again


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"', b"<html>", b"\xff", DEEP])
def test_a_sign_in_service_that_answers_something_else_is_out_of_order(
    desk: Desk, body: bytes
) -> None:
    desk.simulator.clock.advance(timedelta(minutes=31))
    desk.simulator.faults.add(Fault.replaced(body, path="/connect/token", times=3))
    with pytest.raises(RetryLater, match="sign-in service"):
        read_all(desk.ledger())
    desk.simulator.faults.clear()
    assert read_all(desk.ledger()) == []
