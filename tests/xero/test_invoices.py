"""Invoices: only sales, with their lines; and amounts that arrive as they were sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_python.api_client.serializer import serialize

from tests.xero.support import (
    INVOICES,
    Desk,
    batch,
    openapi_faults,
    read_all,
)
from tests.xero.trade import DATE, DUE, UNKNOWN, customer, entered, invoice, line
from vtiger_xero.engine.errors import BatchRefused
from vtiger_xero.engine.outbox import Batch, Method
from vtiger_xero.engine.ports import Outcome
from vtiger_xero.engine.records import Document
from vtiger_xero.xero import ledger as ledger_module
from vtiger_xero.xero import wire
from xero_simulator import Fault

MOST = Decimal("9999999999.99")  # Xero's largest line amount


def load(desk: Desk, count: int, spread: bool = True) -> None:
    """Invoices in Xero and as many bills, a second apart or all in one."""
    first = datetime.fromisoformat("2026-01-05T08:00:00+00:00")
    contact = {"ContactID": customer(desk)}
    desk.organisation.load_invoices(
        {
            "Type": kind,
            "Contact": contact,
            "InvoiceNumber": f"{kind}-{number:05}",
            "UpdatedDateUTC": (first + timedelta(seconds=number if spread else 0)).isoformat(),
            "LineItems": [line(LineAmount="100.00", TaxAmount="15.00")],
        }
        for number in range(count)
        for kind in ("ACCREC", "ACCPAY")
    )


def send(desk: Desk, *documents: Document, method: Method = Method.CREATE) -> list[Outcome]:
    return list(desk.ledger().send(batch(desk, *documents, method=method, module=INVOICES)))


def create(desk: Desk, document: Document) -> Document:
    (outcome,) = send(desk, document)
    assert outcome.record is not None, outcome.refusal
    return outcome.record.document


# -- reading ---------------------------------------------------------------------------------


def test_only_sales_are_read_page_by_page(desk: Desk) -> None:
    load(desk, 1_200)
    records = read_all(desk.ledger(), module=INVOICES)
    assert len({record.id for record in records}) == 1_200
    assert {record.document["Type"] for record in records} == {"ACCREC"}
    calls = desk.api_calls()
    assert len(calls) == 2
    for call in calls:
        assert "where=Type%3D%3D%22ACCREC%22" in call.query
        assert "unitdp=4" in call.query
        assert "page=1&" in call.query


def test_the_filter_holds_together_with_the_time_of_change(desk: Desk) -> None:
    old = entered(desk, "INV-1")
    first = list(desk.ledger().changed_since(INVOICES, None))
    desk.simulator.clock.advance(timedelta(minutes=1))
    entered(desk, "BILL-1", Type="ACCPAY", LineItems=[line(TaxType="INPUT2", AccountCode="300")])
    new = entered(desk, "INV-2")
    since = first[-1].watermark + timedelta(seconds=10)
    found = [record.id for record in read_all(desk.ledger(), since, module=INVOICES)]
    assert found == [new]
    assert old not in found


def test_numbered_pages_keep_the_filter(desk: Desk) -> None:
    load(desk, 1_150, spread=False)
    moving = [each.document_id for each in desk.organisation.invoices.in_order() if each.is_sale]
    desk.simulator.faults.add(
        Fault.meanwhile(
            lambda: desk.organisation.edit_invoice(moving[0], Reference="Moved"),
            skip=1,
            path="/Invoices",
            method="GET",
        )
    )
    records = read_all(desk.ledger(), module=INVOICES)
    assert {record.id for record in records} == set(moving)
    assert any("page=2&" in call.query for call in desk.api_calls())
    assert all("where=" in call.query for call in desk.api_calls())


@pytest.mark.parametrize("status", ["VOIDED", "DELETED"])
def test_what_is_voided_or_deleted_is_read_too(desk: Desk, status: str) -> None:
    approved = status == "VOIDED"
    invoice_id = entered(desk, "INV-1", Status="AUTHORISED" if approved else "DRAFT")
    books = desk.organisation
    (books.void_invoice if approved else books.delete_invoice)(invoice_id)
    (record,) = read_all(desk.ledger(), module=INVOICES)
    assert record.document["Status"] == status


def test_an_invoice_is_read_with_its_lines_four_decimals_and_iso_dates(desk: Desk) -> None:
    entered(desk, "INV-1", LineItems=[line(UnitAmount="12.3456")])
    (record,) = read_all(desk.ledger(), module=INVOICES)
    (row,) = record.document["LineItems"]
    assert row["UnitAmount"] == Decimal("12.3456")
    assert row["LineItemID"]
    assert record.document["Date"] == f"{DATE}T00:00:00+00:00"
    assert record.document["DueDate"] == f"{DUE}T00:00:00+00:00"
    assert record.document["Contact"]["ContactID"] == customer(desk)
    assert openapi_faults("Invoice", record.document) == []


# -- writing ---------------------------------------------------------------------------------


def test_invoices_are_created_by_put_and_changed_by_post(desk: Desk, bodies: list[Any]) -> None:
    made = create(desk, invoice(desk, "INV-1", line(), line(Description="More")))
    assert made["Total"] == Decimal("230")
    lines = [{"LineItemID": row["LineItemID"]} for row in made["LineItems"]]
    change = {
        "InvoiceID": made["InvoiceID"],
        "Status": "AUTHORISED",
        "Reference": "PO 7",
        "LineItems": lines,
    }
    (outcome,) = send(desk, change, method=Method.UPDATE)
    assert outcome.key == made["InvoiceID"]
    assert outcome.record is not None
    assert outcome.record.document["Reference"] == "PO 7"
    assert [row["LineItemID"] for row in outcome.record.document["LineItems"]] == [
        row["LineItemID"] for row in made["LineItems"]
    ]
    calls = desk.api_calls()
    assert [call.method for call in calls] == ["PUT", "POST"]
    assert all("unitdp=4" in call.query and call.idempotency_key for call in calls)
    assert [openapi_faults("Invoices", body) for body in bodies] == [[], []]
    assert openapi_faults("Invoice", outcome.record.document) == []


def test_an_answer_without_its_time_of_change_was_saved_now(desk: Desk) -> None:
    def timeless(payload: dict[str, Any]) -> dict[str, Any]:
        (row,) = payload["Invoices"]
        return {**payload, "Invoices": [{k: v for k, v in row.items() if "Updated" not in k}]}

    desk.simulator.clock.freeze()
    desk.simulator.faults.add(Fault.altered(timeless, method="PUT"))
    (outcome,) = send(desk, invoice(desk, "INV-1"))
    assert outcome.record is not None
    assert outcome.record.updated == desk.clock.now()


def test_one_bad_invoice_costs_one_invoice(desk: Desk) -> None:
    entered(desk, "INV-2")
    sent = [invoice(desk, f"INV-{number}") for number in (1, 2, 3)]
    sent.append(invoice(desk, "INV-4", line(AccountCode="999")))
    found = {outcome.key: outcome for outcome in send(desk, *sent)}
    assert found["number:inv-1"].record
    assert found["number:inv-3"].record
    assert "already has an invoice with this number" in found["number:inv-2"].refusal
    assert "The account 999 cannot be used here" in found["number:inv-4"].refusal
    assert found["number:inv-4"].remedy


def test_a_locked_period_names_its_date(desk: Desk) -> None:
    (outcome,) = send(desk, invoice(desk, "INV-1", Date="2009-09-01"))
    assert "closed up to 30-Sep-2009 (period lock date)" in outcome.refusal


def test_warnings_come_with_the_invoice_that_was_saved(desk: Desk) -> None:
    document = invoice(desk, "INV-1", line(AccountCode="999"), Status="DRAFT")
    (outcome,) = send(desk, document)
    assert outcome.record is not None
    assert (
        len(outcome.warnings) == 1
        and "Account code '999' has been removed" in (outcome.warnings[0])
    )


def test_an_approved_invoice_is_voided_by_an_update(desk: Desk) -> None:
    invoice_id = entered(desk, "INV-1")
    (outcome,) = send(desk, {"InvoiceID": invoice_id, "Status": "VOIDED"}, method=Method.UPDATE)
    assert outcome.record is not None
    assert outcome.record.document["Status"] == "VOIDED"


def test_an_invoice_with_a_payment_is_not_voided_and_says_why(desk: Desk) -> None:
    invoice_id = entered(desk, "INV-1")
    desk.organisation.pay_invoice(invoice_id, "15.00")
    (outcome,) = send(desk, {"InvoiceID": invoice_id, "Status": "VOIDED"}, method=Method.UPDATE)
    assert outcome.key == invoice_id
    assert "payment or credit in Xero" in outcome.refusal
    assert "Remove the payment or credit" in outcome.remedy


def test_a_contact_that_xero_does_not_know_refuses_the_whole_batch(desk: Desk) -> None:
    stray = invoice(desk, "INV-2", Contact={"ContactID": UNKNOWN})
    with pytest.raises(BatchRefused):
        send(desk, invoice(desk, "INV-1"), stray)
    (outcome,) = send(desk, stray)
    assert "This record is not in Xero" in outcome.refusal


def test_xero_has_no_call_to_delete_an_invoice_and_none_is_made(desk: Desk) -> None:
    (outcome,) = send(desk, {"InvoiceID": UNKNOWN}, method=Method.DELETE)
    assert outcome.key == UNKNOWN
    assert outcome.refusal == "Xero does not let an app delete such a record."
    assert desk.api_calls() == []


def test_invoices_with_many_lines_go_in_parts_that_xero_takes(desk: Desk) -> None:
    long = [line(Description=f"{number} {'x' * 3_900}") for number in range(45)]
    one = invoice(desk, "INV-1", *long)
    assert wire.size(wire.request("Invoices", [one])) < ledger_module.LARGEST_BODY / 10
    ledger, waiting, sizes = desk.ledger(), [
        batch(desk, *({**one, "InvoiceNumber": f"INV-{at}"} for at in range(50)), module=INVOICES)
    ], list[int]()  # fmt: skip
    saved = 0
    while waiting:
        each: Batch = waiting.pop()
        try:
            saved += sum(outcome.record is not None for outcome in ledger.send(each))
        except BatchRefused:
            waiting.extend(each.halves(desk.tenant, desk.clock.now()))
        else:
            sizes.append(len(each.items))
    assert saved == sum(sizes) == 50
    assert 12 <= max(sizes) <= 25
    assert ledger.calls == len(sizes)  # what was too large was never sent


# -- amounts ---------------------------------------------------------------------------------


def through_the_sdk(value: Decimal) -> Decimal:
    """What Xero reads of what is sent, as xero-python writes it."""
    body = json.dumps(serialize(wire.request("Invoices", [{"Amount": value}])))
    return json.loads(body, parse_float=Decimal, parse_int=Decimal)["Invoices"][0]["Amount"]  # type: ignore[no-any-return]


@given(st.decimals(-MOST, MOST, places=2) | st.decimals(-MOST, MOST, places=4))
def test_no_amount_that_xero_takes_is_changed_on_its_way(amount: Decimal) -> None:
    assert through_the_sdk(amount) == amount


@given(st.decimals(Decimal("0.000001"), Decimal(999_999), places=6))
def test_no_conversion_rate_is_changed_on_its_way(rate: Decimal) -> None:
    assert through_the_sdk(rate) == rate


@pytest.mark.parametrize(
    ("price", "total"),
    [
        (Decimal("9999999999.99"), Decimal("9999999999.99")),
        (Decimal("9999999999.9899"), Decimal("9999999999.99")),
        (Decimal("0.0051"), Decimal("0.01")),
        (Decimal("0.1") + Decimal("0.2"), Decimal("0.30")),
        (Decimal("1234567.8905"), Decimal("1234567.89")),
    ],
)
def test_amounts_arrive_exactly(
    desk: Desk, bodies: list[Any], price: Decimal, total: Decimal
) -> None:
    row = line(Quantity=Decimal(1), UnitAmount=price, TaxType="NONE")
    made = create(desk, invoice(desk, "INV-1", row))
    assert bodies[0]["Invoices"][0]["LineItems"][0]["UnitAmount"] == price
    assert made["LineItems"][0]["UnitAmount"] == price
    assert made["Total"] == total
    (read,) = read_all(desk.ledger(), module=INVOICES)
    assert read.document["LineItems"][0]["UnitAmount"] == price
