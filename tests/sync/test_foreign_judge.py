"""Xero's published description of its API judges every request that a sync sends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.openapi import (
    OPENAPI_FILE,
    Judge,
    Request,
    description,
    faults_of_answer,
    faults_of_request,
)
from tests.support.shop import Shop
from vtiger_xero.engine.records import Module

ID = "00000000-0000-0000-0000-000000000001"
HEADERS = {"xero-tenant-id": ID}


@pytest.fixture(autouse=True)
def the_description_is_at_hand() -> None:
    if not description():
        pytest.skip(f"left out: {OPENAPI_FILE.name} is not here; XERO_OPENAPI names it")


def asked(method: str, path: str, query: str = "", **body: Any) -> list[str]:
    text = json.dumps(body) if body else ""
    return faults_of_request(Request(method, path, query, HEADERS, text))


def invoice(**fields: Any) -> list[str]:
    return asked("PUT", "/Invoices", "unitdp=4", Invoices=[{"Type": "ACCREC", **fields}])


def test_what_the_description_allows_passes() -> None:
    line = {"Description": "Work", "Quantity": 1, "UnitAmount": 2.5, "LineItemID": ID}
    assert invoice(Status="DRAFT", Contact={"ContactID": ID}, LineItems=[line]) == []
    assert invoice(SubTotal=1, TotalTax=0, Total=1.01, RoundingAmount=0.01) == []
    reading = 'where=Type%3D%3D"ACCREC"&order=UpdatedDateUTC+ASC&page=1&pageSize=1000&unitdp=4'
    assert asked("GET", "/Invoices", reading) == []
    assert asked("GET", "/Contacts", f"IDs={ID},{ID}&includeArchived=True") == []
    assert asked("POST", f"/Payments/{ID}", Status="DELETED") == []
    assert asked("DELETE", f"/Items/{ID}") == []


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (lambda: invoice(Colour="red"), "$.Invoices[0]: Additional properties are not allowed"),
        (lambda: invoice(Status="APPROVED"), "$.Invoices[0].Status: 'APPROVED' is not one of"),
        (lambda: invoice(AmountDue=1), "$.Invoices[0].AmountDue: "),
        (lambda: invoice(InvoiceNumber="9" * 256), "$.Invoices[0].InvoiceNumber: "),
        (lambda: invoice(InvoiceID="1"), "$.Invoices[0].InvoiceID: '1' is not a 'uuid'"),
        (lambda: invoice(LineItems=[{"Quantity": "1"}]), "$.Invoices[0].LineItems[0].Quantity: "),
        (lambda: asked("GET", "/Items", "page=1"), "query page: not a parameter of this call"),
        (lambda: asked("GET", "/Invoices", "page=one"), "query page: 'one' is no integer"),
        (lambda: asked("GET", "/Contacts", "IDs=7"), "query IDs: '7' is no uuid"),
        (lambda: asked("GET", "/Items", "order=Price"), "query order: Price is no field of Item"),
        (lambda: asked("GET", "/Payments", "where=Kind=1"), "query where: Kind is no field of"),
        (lambda: asked("DELETE", "/Items/7"), "path ItemID: '7' is no uuid"),
        (lambda: asked("DELETE", f"/Invoices/{ID}"), "no such call in the description"),
        (lambda: asked("DELETE", f"/Items/{ID}", Code="A"), "body: this call has none"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_place(faults: Any, said: str) -> None:
    [fault] = faults()
    assert fault.startswith(said)


def test_a_request_without_its_organisation_is_a_fault() -> None:
    request = Request("GET", "/Contacts", "", {}, "")
    assert faults_of_request(request) == ["header xero-tenant-id: missing"]


def test_an_answer_that_the_description_does_not_allow_is_named_with_its_place() -> None:
    text = json.dumps({"Invoices": [{"Status": "APPROVED"}]})
    [fault] = faults_of_answer("Invoices", text)
    assert fault.startswith("$.Invoices[0].Status: 'APPROVED'")


def test_every_call_of_a_sync_is_heard(judge: Judge, shop: Shop) -> None:
    heard, answered = judge.requests, judge.answers
    shop.stage.xero.reset_calls()
    shop.pay(shop.invoice(status="Approved"), "11.50")
    shop.sync()
    calls = [call for call in shop.stage.xero.calls if "/api.xro/" in call.path]
    assert {call.method for call in calls} == {"GET", "PUT"}
    assert judge.requests - heard >= len(calls) >= len(Module)
    assert judge.answers - answered >= len(calls)


def test_like_requests_are_judged_once_and_faults_are_taken_once() -> None:
    judge = Judge()
    for name in ("Kea", "Tui"):
        judge.hear(Request("PUT", "/Contacts", "", HEADERS, json.dumps({"Nomen": name})))
    assert len(judge.take_faults()) == 1
    assert judge.take_faults() == []
