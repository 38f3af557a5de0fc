"""Whose answer is whose, with answers as they may come: shuffled, short, odd, or a stranger's."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.errors import RetryLater
from vtiger_xero.engine.outbox import Batch, Item, Method
from vtiger_xero.engine.ports import Outcome
from vtiger_xero.engine.records import Document, Module
from vtiger_xero.xero import answers
from vtiger_xero.xero.endpoints import ENDPOINTS
from vtiger_xero.xero.wire import NOBODY

NOW = datetime(2026, 1, 5, tzinfo=timezone.utc)
INVOICE = "60aa0000-0000-4000-8000-000000000001"
REFUSED = {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "No"}]}


def new_id(number: int) -> str:
    return f"5f0ee000-0000-4000-8000-{number:012}"


def told(
    module: Module, sent: list[Document], rows: list[Any], method: Method = Method.CREATE
) -> list[Outcome]:
    items = tuple(Item(each, crm_name=str(at), module=module) for at, each in enumerate(sent))
    batch = Batch.of("tenant", module, method, items, NOW)
    endpoint = ENDPOINTS[module]
    return answers.outcomes(batch, endpoint, {endpoint.collection: rows}, NOW)


def paid(amount: str, reference: str = "", **changes: Any) -> Document:
    row = {
        "Invoice": {"InvoiceID": INVOICE},
        "Account": {"AccountID": new_id(90)},
        "Date": date(2026, 11, 20),
        "Amount": Decimal(amount),
        "Reference": reference,
    }
    return {**row, **changes}


def as_xero_tells_it(sent: Document, number: int) -> Document:
    """A payment that was made: its own id, its date in Xero's form."""
    return {
        **sent,
        "PaymentID": new_id(number),
        "Date": "/Date(1795132800000+0000)/",
        "Account": {**sent["Account"], "Code": "090"},
        "UpdatedDateUTC": "/Date(1795132800000+0000)/",
        "HasValidationErrors": False,
    }


# -- by key ----------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(0, 400), min_size=1, max_size=20, unique=True)


@given(NUMBERS, st.randoms())
def test_whatever_the_order_each_gets_its_own(numbers: list[int], chance: Any) -> None:
    for module, id_key, name in (
        (Module.PRODUCTS, "ItemID", "Code"),
        (Module.INVOICES, "InvoiceID", "InvoiceNumber"),
    ):
        sent = [{name: f"A{number}"} for number in numbers]
        rows = [{**each, id_key: new_id(int(each[name][1:]) + 1)} for each in sent]
        chance.shuffle(rows)
        found = {outcome.key: outcome.record for outcome in told(module, sent, rows)}
        items = [Item(each, crm_name="", module=module) for each in sent]
        assert [found[item.key].document[name] for item in items] == [each[name] for each in sent]  # type: ignore[union-attr]


@given(st.lists(st.sampled_from(["5.00", "10.00", "10"]), min_size=1, max_size=6), st.randoms())
def test_payments_are_told_by_what_they_are_and_alike_ones_by_turns(
    amounts: list[str], chance: Any
) -> None:
    sent = [paid(amount) for amount in amounts]
    rows = [as_xero_tells_it(each, number + 1) for number, each in enumerate(sent)]
    chance.shuffle(rows)
    found = told(Module.PAYMENTS, sent, rows)
    assert len({outcome.record.id for outcome in found if outcome.record}) == len(sent)
    for outcome in found:
        assert outcome.record is not None
        assert f"{outcome.record.document['Amount']:.2f}" in outcome.key


def test_an_invoice_answer_may_leave_out_its_payments_and_credits() -> None:
    (outcome,) = told(
        Module.INVOICES,
        [{"InvoiceID": INVOICE, "Status": "AUTHORISED"}],
        [{"InvoiceID": INVOICE.upper(), "InvoiceNumber": "INV-1", "Total": Decimal(1)}],
        Method.UPDATE,
    )
    assert outcome.record is not None
    assert outcome.record.id == INVOICE
    assert "Payments" not in outcome.record.document


# -- by what it repeats ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "sent", "echo"),
    [
        (Module.PRODUCTS, {"Code": "A1"}, {"ItemID": NOBODY, "Code": "A1"}),
        (Module.PRODUCTS, {"Code": "A1", "Name": "Anvil"}, {"Code": "", "Name": "Anvil"}),
        (Module.INVOICES, {"InvoiceNumber": "I1"}, {"InvoiceID": NOBODY, "InvoiceNumber": "I1"}),
        (
            Module.INVOICES,
            {"InvoiceID": INVOICE, "Status": "VOIDED"},
            {"InvoiceID": NOBODY, "Status": "VOIDED"},
        ),
        (Module.PAYMENTS, paid("10.00"), {"Amount": 10, "Invoice": {"InvoiceID": INVOICE}}),
        (Module.PAYMENTS, paid("10.00"), {"Date": "/Date(1795132800000+0000)/"}),
        (Module.PAYMENTS, paid("10.00"), {}),
    ],
)
def test_a_refused_element_that_repeats_little_is_known_all_the_same(
    module: Module, sent: Document, echo: Document
) -> None:
    (outcome,) = told(module, [sent], [{**echo, **REFUSED}])
    assert outcome.record is None
    assert outcome.refusal == "No"


def test_of_two_payments_the_refused_one_is_told_by_its_amount() -> None:
    sent = [paid("10.00"), paid("20.00")]
    echo = {"PaymentID": NOBODY, "Amount": Decimal("20.00"), **REFUSED}
    found = told(Module.PAYMENTS, sent, [echo, as_xero_tells_it(sent[0], 1)])
    refused, saved = found
    assert "|20.00|" in refused.key
    assert saved.record is not None
    assert "|10.00|" in saved.key


def test_a_payment_whose_reference_is_not_repeated_is_still_its_own() -> None:
    sent = [paid("10.00", "Ours"), paid("20.00", "Ours too")]
    rows = [as_xero_tells_it({**each, "Reference": ""}, at + 1) for at, each in enumerate(sent)]
    found = told(Module.PAYMENTS, sent, rows[::-1])
    assert [outcome.record.id for outcome in found if outcome.record] == [new_id(2), new_id(1)]
    assert ["|20.00|" in outcome.key for outcome in found] == [True, False]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"ItemID": new_id(1), "Code": "A1"}],
        [{"ItemID": new_id(1), "Code": "A1"}, {"ItemID": new_id(2), "Code": "Z9"}],
        [{"ItemID": new_id(1), "Code": "A1"}, "text", None],
        [REFUSED, REFUSED],  # whose is which?
        [{"ItemID": new_id(1), "Code": ["A1"]}, {"ItemID": new_id(2), "Code": {"x": "B2"}}],
    ],
)
def test_what_is_nobodys_answer_leaves_the_batch_open(rows: list[Any]) -> None:
    with pytest.raises(RetryLater):
        told(Module.PRODUCTS, [{"Code": "A1"}, {"Code": "B2"}], rows)


def test_a_strangers_payment_is_nobodys() -> None:
    stranger = as_xero_tells_it(paid("99.00"), 1)
    with pytest.raises(RetryLater):
        told(Module.PAYMENTS, [paid("10.00")], [stranger])


@pytest.mark.parametrize("odd", [{"Invoice": "x"}, {"Invoice": ["x"]}, {"Reference": 7}])
def test_an_odd_piece_of_an_answer_breaks_nothing(odd: Document) -> None:
    rows = [{**as_xero_tells_it(paid("10.00"), 1), **odd}]
    with pytest.raises(RetryLater):
        told(Module.PAYMENTS, [paid("10.00", "R")], rows)


# -- what became of it -----------------------------------------------------------------------


def test_an_item_is_refused_by_its_errors_alone() -> None:
    """As in Xero's own example of PUT /Items: no status, no flag, even an id."""
    said = [{"Message": "Price List Item with Code 'abc' already exists"}]
    row = {"ItemID": new_id(1), "Code": "abc", "ValidationErrors": said}
    (outcome,) = told(Module.PRODUCTS, [{"Code": "abc"}], [row])
    assert outcome.record is None
    assert "abc" in outcome.refusal


def test_the_zero_guid_is_a_refusal_though_no_reason_is_given() -> None:
    row = {"InvoiceID": NOBODY, "InvoiceNumber": "I1"}
    (outcome,) = told(Module.INVOICES, [{"InvoiceNumber": "I1"}], [row])
    assert outcome.record is None
    assert "gave no reason" in outcome.refusal


def test_errors_of_lines_are_told_with_the_invoice() -> None:
    row = {
        "InvoiceID": NOBODY,
        "InvoiceNumber": "I1",
        "HasErrors": True,
        "LineItems": [{"ValidationErrors": [{"Message": "Item code 'X' is not valid"}]}],
    }
    (outcome,) = told(Module.INVOICES, [{"InvoiceNumber": "I1"}], [row])
    assert "no item with the code X" in outcome.refusal


def test_warnings_are_passed_on_and_the_record_counts_as_saved() -> None:
    row = {
        "InvoiceID": INVOICE,
        "InvoiceNumber": "I1",
        "StatusAttributeString": "WARNING",
        "ValidationErrors": [],
        "Warnings": [{"Message": "Mind the rate"}, {}],
    }
    (outcome,) = told(Module.INVOICES, [{"InvoiceNumber": "I1"}], [row])
    assert outcome.record is not None
    assert outcome.warnings == ("Mind the rate",)
