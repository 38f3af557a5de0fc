"""Payments: made, matched though they have no number, deleted, and never changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.xero.support import PAYMENTS, Desk, batch, openapi_faults, read_all
from tests.xero.trade import UNKNOWN, entered, line, payment
from vtiger_xero.engine.errors import BatchRefused, RetryLater
from vtiger_xero.engine.outbox import KEY_LIFE, Method
from vtiger_xero.engine.ports import Outcome
from vtiger_xero.engine.records import Document
from xero_simulator import Fault
from xero_simulator.answers import ConnectionDropped
from xero_simulator.faults import Match


def send(desk: Desk, *documents: Document, method: Method = Method.CREATE) -> list[Outcome]:
    return list(desk.ledger().send(batch(desk, *documents, method=method, module=PAYMENTS)))


def delete(desk: Desk, payment_id: str) -> Outcome:
    document = {"PaymentID": payment_id, "Status": "DELETED"}
    (outcome,) = send(desk, document, method=Method.DELETE)
    assert outcome.key == payment_id
    return outcome


# -- reading ---------------------------------------------------------------------------------


def test_only_payments_of_sales_invoices_are_read(desk: Desk) -> None:
    books = desk.organisation
    sale = entered(desk, "INV-1")
    purchase = [line(TaxType="INPUT2", AccountCode="300")]
    bill = entered(desk, "BILL-1", Type="ACCPAY", LineItems=purchase)
    paid = books.pay_invoice(sale, "15.00", reference="PAY-1")
    books.pay_invoice(bill, "15.00")
    (record,) = read_all(desk.ledger(), module=PAYMENTS)
    assert record.id == paid.payment_id
    assert record.document["Amount"] == Decimal(15)
    assert record.document["Invoice"]["InvoiceID"] == sale
    assert record.document["Date"].endswith("T00:00:00+00:00")
    assert openapi_faults("Payment", record.document) == []
    (call,) = desk.api_calls()
    assert "where=PaymentType%3D%3D%22ACCRECPAYMENT%22" in call.query
    assert "page=1&" in call.query
    assert "unitdp" not in call.query


def test_a_deleted_payment_is_read_as_deleted(desk: Desk) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00")
    before = list(desk.ledger().changed_since(PAYMENTS, None))
    desk.organisation.delete_payment(paid.payment_id)
    (record,) = read_all(desk.ledger(), before[-1].watermark, module=PAYMENTS)
    assert record.document["Status"] == "DELETED"


# -- making ----------------------------------------------------------------------------------


def test_payments_are_made_by_put_and_found_though_they_have_no_number(
    desk: Desk, bodies: list[Any]
) -> None:
    first, second = entered(desk, "INV-1"), entered(desk, "INV-2")
    sent = [payment(first), payment(first, "20.00"), payment(second)]
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {**payload, "Payments": payload["Payments"][::-1]}, method="PUT"
        )
    )
    found = send(desk, *sent)
    by_key = {outcome.key: outcome.record for outcome in found}
    assert len(by_key) == 3
    for document, item in zip(sent, batch(desk, *sent, module=PAYMENTS).items, strict=True):
        record = by_key[item.key]
        assert record is not None
        assert record.document["Invoice"]["InvoiceID"] == document["Invoice"]["InvoiceID"]
        assert record.document["Amount"] == document["Amount"]
        assert openapi_faults("Payment", record.document) == []
    assert [call.method for call in desk.api_calls()] == ["PUT"]
    assert openapi_faults("Payments", bodies[0]) == []


@pytest.mark.parametrize("order", [1, -1])
def test_two_payments_that_are_alike_get_two_answers(desk: Desk, order: int) -> None:
    invoice_id = entered(desk, "INV-1")
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {**payload, "Payments": payload["Payments"][::order]}, method="PUT"
        )
    )
    found = send(desk, payment(invoice_id), payment(invoice_id))
    ids = {outcome.record.id for outcome in found if outcome.record}
    assert len(ids) == 2 == len(desk.organisation.payments)
    assert len({outcome.key for outcome in found}) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_payments_that_differ_in_their_account_each_gets_its_own(
    desk: Desk, order: int
) -> None:
    invoice_id = entered(desk, "INV-1")
    accounts = [
        "ac993f75-035b-433c-82e0-7b7a2d40802c",
        "ebd06280-af70-4bed-97c6-7451a454ad85",
    ]
    sent = [payment(invoice_id, Account={"AccountID": each}) for each in accounts]
    desk.simulator.faults.add(
        Fault.altered(
            lambda payload: {**payload, "Payments": payload["Payments"][::order]}, method="PUT"
        )
    )
    found = send(desk, *sent)
    told = [each.record.document["Account"]["AccountID"] for each in found if each.record]
    assert told == accounts[::order]


def test_a_payment_that_does_not_fit_costs_itself(desk: Desk) -> None:
    invoice_id = entered(desk, "INV-1")
    fits, much = payment(invoice_id, "100.00"), payment(invoice_id, "200.00", Reference="PAY-2")
    found = {outcome.key: outcome for outcome in send(desk, fits, much)}
    saved, refused = (found[item.key] for item in batch(desk, fits, much, module=PAYMENTS).items)
    assert saved.record
    assert "larger than what the invoice still owes" in refused.refusal
    assert refused.remedy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Account": {"Code": "200"}}, "account of this payment cannot receive payments"),
        ({"Account": {"Code": "999"}}, "no such account for the payment"),
        ({"Date": "2009-09-30"}, "closed up to 30-Sep-2009"),
        ({"Amount": Decimal(0)}, "zero or less"),
        ({"Invoice": {"InvoiceID": UNKNOWN}}, "This Invoice is not in Xero"),
    ],
)
def test_what_keeps_a_payment_out_is_told_in_a_bookkeepers_words(
    desk: Desk, change: Document, words: str
) -> None:
    (outcome,) = send(desk, payment(entered(desk, "INV-1"), **change))
    assert outcome.record is None
    assert words in outcome.refusal
    assert outcome.remedy


def test_a_payment_of_a_draft_waits_for_its_approval(desk: Desk) -> None:
    (outcome,) = send(desk, payment(entered(desk, "INV-1", Status="DRAFT")))
    assert "approved invoices" in outcome.refusal
    assert "Approve the invoice" in outcome.remedy


def test_a_lost_answer_makes_no_second_payment(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.dropped_after_commit(method="PUT"))
    (outcome,) = send(desk, payment(entered(desk, "INV-1")))
    assert outcome.record is not None
    assert len(desk.organisation.payments) == 1
    assert len({call.idempotency_key for call in desk.api_calls("PUT")}) == 1


# -- never changed ---------------------------------------------------------------------------


def test_xero_has_no_call_to_change_a_payment_and_none_is_made(desk: Desk) -> None:
    found = send(desk, {"PaymentID": UNKNOWN}, payment(UNKNOWN), method=Method.UPDATE)
    assert len(found) == 2
    assert {outcome.refusal for outcome in found} == {
        "Xero does not let an app change such a record."
    }
    assert desk.api_calls() == []


# -- deleting --------------------------------------------------------------------------------


def test_a_deleted_payment_is_what_xero_answers(desk: Desk, bodies: list[Any]) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00")
    outcome = delete(desk, paid.payment_id)
    assert outcome.record is not None
    assert outcome.record.document["Status"] == "DELETED"
    assert outcome.record.document["Amount"] == Decimal(15)
    assert openapi_faults("Payment", outcome.record.document) == []
    assert desk.organisation.payments[paid.payment_id].status == "DELETED"
    (call,) = desk.api_calls()
    assert call.method == "POST"
    assert call.path.endswith(f"/Payments/{paid.payment_id}")
    assert call.idempotency_key
    assert bodies == [{"Status": "DELETED"}]
    assert openapi_faults("PaymentDelete", bodies[0]) == []


def test_a_payment_that_xero_does_not_know_is_as_good_as_deleted(desk: Desk) -> None:
    outcome = delete(desk, UNKNOWN)
    assert outcome.record is not None
    assert outcome.record.document == {"PaymentID": UNKNOWN, "Status": "DELETED"}


def test_a_deletion_whose_answer_was_lost_is_replayed(desk: Desk) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00")
    desk.simulator.faults.add(Fault.dropped_after_commit(method="POST", path="/Payments"))
    assert delete(desk, paid.payment_id).record
    assert [call.status for call in desk.api_calls()] == [0, 200]


def test_a_reconciled_payment_is_kept_and_says_what_to_do(desk: Desk) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00", reconciled=True)
    outcome = delete(desk, paid.payment_id)
    assert outcome.record is None
    assert "reconciled" in outcome.refusal
    assert outcome.remedy == ""  # in Xero's own words: the real ones are not known


def test_a_payment_is_not_deleted_twice(desk: Desk) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00")
    desk.organisation.delete_payment(paid.payment_id)
    outcome = delete(desk, paid.payment_id)
    assert outcome.record is None
    assert "deletes a payment only once" in outcome.refusal


def test_an_answer_without_the_payment_leaves_its_deletion_open(desk: Desk) -> None:
    paid = desk.organisation.pay_invoice(entered(desk, "INV-1"), "15.00")
    desk.simulator.faults.add(Fault.altered(lambda payload: {"Status": "OK"}, method="POST"))
    with pytest.raises(RetryLater):
        delete(desk, paid.payment_id)


def test_payments_are_deleted_one_by_one(desk: Desk) -> None:
    with pytest.raises(BatchRefused):
        send(desk, {"PaymentID": UNKNOWN}, {"PaymentID": UNKNOWN}, method=Method.DELETE)
    assert desk.api_calls() == []


# -- sending again ---------------------------------------------------------------------------


def answers_lost_for(desk: Desk, duration: timedelta) -> None:
    """The work is done, the answer lost, and so much time passes before that is noticed."""

    def leaving(answer: Any) -> Any:
        desk.simulator.clock.advance(duration)
        raise ConnectionDropped

    desk.simulator.faults.add(Fault("lost", Match("PUT", "/Payments"), leaving=leaving))


def test_a_payment_is_sent_again_while_xero_knows_its_key(desk: Desk) -> None:
    sent = payment(entered(desk, "INV-1"))
    answers_lost_for(desk, timedelta(seconds=20))
    (outcome,) = send(desk, sent)
    assert outcome.record is not None
    assert len(desk.organisation.payments) == 1
    assert len(desk.api_calls("PUT")) == 2


@pytest.mark.parametrize("minutes", [1, 7], ids=["a time-out", "a machine that was asleep"])
def test_a_payment_is_not_sent_again_once_xero_may_have_forgotten_its_key(
    desk: Desk, minutes: int
) -> None:
    sent = payment(entered(desk, "INV-1"))
    answers_lost_for(desk, timedelta(minutes=minutes))
    with pytest.raises(RetryLater, match="did not answer in time"):
        send(desk, sent)
    assert len(desk.organisation.payments) == 1
    assert len(desk.api_calls("PUT")) == 1


def test_the_wait_for_a_limit_counts_where_an_answer_was_lost_before(desk: Desk) -> None:
    sent = payment(entered(desk, "INV-1"))
    desk.simulator.faults.add(Fault.dropped_after_commit(method="PUT"))
    desk.simulator.faults.add(Fault.minute_limit(retry_after=55, method="PUT"))
    with pytest.raises(RetryLater):
        send(desk, sent)
    assert [call.status for call in desk.api_calls("PUT")] == [0, 429]


def test_a_payment_that_only_waited_for_a_limit_is_sent(desk: Desk) -> None:
    desk.simulator.faults.add(Fault.minute_limit(retry_after=55, method="PUT", times=2))
    (outcome,) = send(desk, payment(entered(desk, "INV-1")))
    assert outcome.record is not None


def test_no_call_begins_after_the_life_of_the_key(desk: Desk) -> None:
    kept = batch(desk, payment(entered(desk, "INV-1")), module=PAYMENTS)
    desk.clock.sleep(KEY_LIFE)
    with pytest.raises(RetryLater):
        desk.ledger().send(kept)
    assert desk.api_calls("PUT") == []
