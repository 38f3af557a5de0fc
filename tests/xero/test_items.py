"""Items: read whole, so that a deletion is seen; written in batches; deleted one by one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.xero.support import (
    PRODUCTS,
    Desk,
    batch,
    openapi_faults,
    read_all,
)
from vtiger_xero.engine.errors import BatchRefused, RetryLater
from vtiger_xero.engine.outbox import Method
from vtiger_xero.engine.ports import Outcome, Page
from vtiger_xero.engine.records import Document
from xero_simulator import Fault

YESTERDAY = datetime(2026, 1, 4, tzinfo=timezone.utc)
UNKNOWN = "5f0ee000-0000-4000-8000-00000000beef"
TRACKED: Document = {
    "InventoryAssetAccountCode": "630",
    "PurchaseDetails": {"COGSAccountCode": "310"},
    "SalesDetails": {"UnitPrice": "9", "AccountCode": "200"},
}


def the_page(desk: Desk, since: datetime | None = None) -> Page:
    (page,) = desk.ledger().changed_since(PRODUCTS, since)
    return page


def codes(page: Page) -> list[str]:
    return [record.document["Code"] for record in page.records]


def spoilt(code: str, fields: dict[str, Any]) -> Any:
    """Xero's answer with these laid over the item of that code."""

    def change(payload: dict[str, Any]) -> dict[str, Any]:
        rows = [{**row, **(fields if row["Code"] == code else {})} for row in payload["Items"]]
        return {**payload, "Items": rows}

    return change


def deletion(desk: Desk, *documents: Document) -> list[Outcome]:
    return list(desk.ledger().send(batch(desk, *documents, method=Method.DELETE, module=PRODUCTS)))


# -- reading ---------------------------------------------------------------------------------


def test_items_are_always_read_whole_in_one_call(desk: Desk) -> None:
    for code in ("A1", "B2", "C3"):
        desk.organisation.add_item_in_xero(Code=code)
    page = the_page(desk, since=desk.clock.now() + timedelta(days=1))
    assert sorted(codes(page)) == ["A1", "B2", "C3"]
    assert page.complete
    (call,) = desk.api_calls()
    assert "unitdp=4" in call.query
    assert "page" not in call.query
    assert page.watermark >= max(record.updated for record in page.records)


def test_the_page_reaches_to_the_newest_change(desk: Desk) -> None:
    desk.organisation.add_item_in_xero(Code="A1")
    newest = desk.organisation.add_item_in_xero(Code="B2")
    page = the_page(desk)
    assert page.watermark == page.records[-1].updated
    assert abs(page.watermark - newest.updated) < timedelta(seconds=1)


def test_an_organisation_without_items_still_has_a_complete_page(desk: Desk) -> None:
    assert the_page(desk, YESTERDAY) == Page([], YESTERDAY, complete=True)
    desk.simulator.clock.freeze()
    assert the_page(desk) == Page([], desk.clock.now(), complete=True)


def test_the_deletion_of_the_last_item_is_seen_and_the_watermark_stays(desk: Desk) -> None:
    item = desk.organisation.add_item_in_xero(Code="A1")
    before = the_page(desk)
    desk.organisation.delete_item(item.item_id)
    after = the_page(desk, before.watermark)
    assert after == Page([], before.watermark, complete=True)


def test_the_watermark_never_goes_back_though_the_newest_item_is_deleted(desk: Desk) -> None:
    desk.organisation.add_item_in_xero(Code="A1")
    desk.simulator.clock.advance(timedelta(hours=1))
    newest = desk.organisation.add_item_in_xero(Code="B2")
    before = the_page(desk)
    desk.organisation.delete_item(newest.item_id)
    after = the_page(desk, before.watermark)
    assert codes(after) == ["A1"]
    assert after.watermark == before.watermark


@pytest.mark.parametrize("gone", ["UpdatedDateUTC", None])
def test_items_without_a_time_of_change_lose_no_page(desk: Desk, gone: str | None) -> None:
    desk.organisation.add_item_in_xero(Code="A1")
    desk.organisation.add_item_in_xero(Code="B2")

    def timeless(payload: dict[str, Any]) -> dict[str, Any]:
        rows = [{k: v for k, v in row.items() if k != gone} for row in payload["Items"]]
        if gone is None:
            rows = [{**row, "UpdatedDateUTC": None} for row in rows]
        return {**payload, "Items": rows}

    desk.simulator.faults.add(Fault.altered(timeless, path="/Items"))
    page = the_page(desk, YESTERDAY)
    assert sorted(codes(page)) == ["A1", "B2"]
    assert page.complete
    assert {record.updated for record in page.records} == {YESTERDAY}
    assert page.watermark == YESTERDAY


@pytest.mark.parametrize("odd", [{"ItemID": "x"}, {"ItemID": None}, {"UpdatedDateUTC": "soon"}])
def test_nobody_may_think_an_item_gone_that_could_not_be_read(
    desk: Desk, odd: dict[str, Any]
) -> None:
    desk.organisation.add_item_in_xero(Code="A1", Name="Anvil")
    desk.organisation.add_item_in_xero(Code="B2", Name="Bolt")
    desk.simulator.faults.add(Fault.altered(spoilt("B2", odd), path="/Items"))
    ledger = desk.ledger()
    (page,) = ledger.changed_since(PRODUCTS, None)
    assert codes(page) == ["A1"]
    assert not page.complete
    assert len(ledger.notices) == 1
    assert "An item of Xero (ID " in ledger.notices[0]
    assert "Bolt" not in ledger.notices[0]


def test_an_answer_without_items_is_a_fault_and_not_the_end_of_all_items(desk: Desk) -> None:
    desk.simulator.faults.add(
        Fault.altered(lambda payload: {"Status": "OK"}, path="/Items", times=None)
    )
    with pytest.raises(RetryLater):
        the_page(desk)


def test_prices_are_read_with_four_decimals(desk: Desk) -> None:
    desk.organisation.add_item_in_xero(Code="A1", SalesDetails={"UnitPrice": "12.3456"})
    (record,) = read_all(desk.ledger(), module=PRODUCTS)
    assert record.document["SalesDetails"]["UnitPrice"] == Decimal("12.3456")
    assert openapi_faults("Item", record.document) == []


# -- writing ---------------------------------------------------------------------------------


def test_items_are_created_by_put_and_changed_by_post(desk: Desk, bodies: list[Any]) -> None:
    document = {
        "Code": "A1",
        "Name": "Anvil",
        "SalesDetails": {"UnitPrice": Decimal("12.3456"), "AccountCode": "200"},
        "PurchaseDetails": {"UnitPrice": Decimal("9999999999.9999"), "AccountCode": "300"},
    }
    ledger = desk.ledger()
    (made,) = ledger.send(batch(desk, document, module=PRODUCTS))
    assert made.record is not None
    assert made.key == "code:a1"
    assert made.record.document["SalesDetails"]["UnitPrice"] == Decimal("12.3456")
    assert made.record.document["PurchaseDetails"]["UnitPrice"] == Decimal("9999999999.9999")
    change = {"ItemID": made.record.id, "Code": "A1", "Name": "Great Anvil"}
    (changed,) = ledger.send(batch(desk, change, method=Method.UPDATE, module=PRODUCTS))
    assert changed.key == made.record.id
    assert changed.record is not None
    assert changed.record.document["Name"] == "Great Anvil"
    assert [call.method for call in desk.api_calls()] == ["PUT", "POST"]
    assert all("unitdp=4" in call.query for call in desk.api_calls())
    assert [openapi_faults("Items", body) for body in bodies] == [[], []]
    assert openapi_faults("Item", changed.record.document) == []


def test_a_code_that_is_taken_costs_one_item(desk: Desk) -> None:
    desk.organisation.add_item_in_xero(Code="A1")
    sent = batch(desk, {"Code": "B2"}, {"Code": "A1"}, {"Code": "C3"}, module=PRODUCTS)
    found = {outcome.key: outcome for outcome in desk.ledger().send(sent)}
    assert found["code:b2"].record
    assert found["code:c3"].record
    assert found["code:a1"].record is None
    assert "already has an item with the code A1" in found["code:a1"].refusal


# -- deleting --------------------------------------------------------------------------------


def test_a_deleted_item_becomes_a_tombstone(desk: Desk) -> None:
    desk.simulator.clock.freeze()
    item = desk.organisation.add_item_in_xero(Code="A1")
    document = {"ItemID": item.item_id, "Code": "A1", "Status": "DELETED"}
    (outcome,) = deletion(desk, document)
    assert outcome.key == item.item_id
    assert outcome.record is not None
    assert outcome.record.document == document
    assert outcome.record.updated == desk.clock.now()
    assert codes(the_page(desk)) == []
    (call,) = desk.api_calls("DELETE")
    assert call.status == 204
    assert call.path.endswith(f"/Items/{item.item_id}")
    assert call.idempotency_key is None  # Xero heeds none on DELETE


def test_an_item_that_xero_does_not_know_is_as_good_as_deleted(desk: Desk) -> None:
    (outcome,) = deletion(desk, {"ItemID": UNKNOWN, "Code": "A1"})
    assert outcome.record is not None
    assert outcome.record.document == {"ItemID": UNKNOWN, "Code": "A1", "Status": "DELETED"}
    assert len(desk.api_calls()) == 1


def test_a_deletion_whose_answer_was_lost_is_asked_for_again(desk: Desk) -> None:
    item = desk.organisation.add_item_in_xero(Code="A1")
    desk.simulator.faults.add(Fault.dropped_after_commit(method="DELETE"))
    (outcome,) = deletion(desk, {"ItemID": item.item_id, "Code": "A1"})
    assert outcome.record is not None
    assert [call.status for call in desk.api_calls("DELETE")] == [0, 404]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"Login": "required"}'),
        (200, b"<html>Sign in</html>"),
        (400, b"<html>Bad Request</html>"),
        (404, b"<html>Not here</html>"),
        (404, b'{"error": "no such page"}'),
        (404, b"Not here"),
        (404, b""),
    ],
)
def test_what_something_else_than_xero_answers_is_no_deletion(
    desk: Desk, status: int, body: bytes
) -> None:
    item = desk.organisation.add_item_in_xero(Code="A1")
    fault = Fault.turned_away(body, status=status, method="DELETE", times=None)
    desk.simulator.faults.add(fault)
    with pytest.raises(RetryLater):
        deletion(desk, {"ItemID": item.item_id, "Code": "A1"})
    assert codes(the_page(desk)) == ["A1"]


def test_an_internal_error_leaves_a_deletion_open(desk: Desk) -> None:
    item = desk.organisation.add_item_in_xero(Code="A1")
    desk.simulator.faults.add(Fault.internal_error_after_commit(method="DELETE"))
    with pytest.raises(RetryLater):
        deletion(desk, {"ItemID": item.item_id, "Code": "A1"})
    assert codes(the_page(desk)) == []  # the next complete reading tells


def test_a_tracked_item_that_was_used_stays_in_xeros_own_words(desk: Desk) -> None:
    books = desk.organisation
    item = books.add_item_in_xero(Code="A1", QuantityOnHand=5, TotalCostPool=10, **TRACKED)
    customer = books.add_contact_in_xero(Name="Buyer")
    books.add_invoice_in_xero(
        Contact={"ContactID": customer.contact_id},
        Status="AUTHORISED",
        DueDate="2026-12-31",
        LineItems=[{"ItemCode": "A1", "Quantity": 1, "Description": "One"}],
    )
    (outcome,) = deletion(desk, {"ItemID": item.item_id, "Code": "A1"})
    assert outcome.record is None
    assert "cannot be deleted" in outcome.refusal
    assert codes(the_page(desk)) == ["A1"]


def test_items_are_deleted_one_by_one(desk: Desk) -> None:
    both = [{"ItemID": UNKNOWN, "Code": "A1"}, {"ItemID": UNKNOWN[:-1] + "e", "Code": "B2"}]
    with pytest.raises(BatchRefused):
        deletion(desk, *both)
    assert desk.api_calls() == []


def test_a_deletion_waits_for_a_spent_minute_too(desk: Desk) -> None:
    item = desk.organisation.add_item_in_xero(Code="A1")
    desk.simulator.faults.add(Fault.minute_limit(retry_after=7, method="DELETE"))
    (outcome,) = deletion(desk, {"ItemID": item.item_id, "Code": "A1"})
    assert outcome.record is not None
    assert desk.waits == [7]
