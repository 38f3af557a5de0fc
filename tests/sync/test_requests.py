"""Whatever the mapping sends is what Xero's description of its API allows, and what Xero takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.bills import KEA_AT_XERO, any_invoices, lookups, plain_invoices
from tests.support.openapi import OPENAPI_FILE, openapi_validators
from tests.support.stage import Stage, staged
from tests.xero.support import openapi_faults
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.mapping.drafting import draft
from vtiger_xero.engine.mapping.invoices import ITEMS, table
from vtiger_xero.engine.outbox import Batch, Item, Method
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.requests import creation
from vtiger_xero.xero import ledger as ledger_module
from vtiger_xero.xero import wire
from xero_simulator import make_sample
from xero_simulator.sample_items import TAX_RATES

Body = tuple[str, dict[str, Any]]
TABLE = table(lookups())
DRAFTED = (plain_invoices | any_invoices).filter(
    lambda fields: (
        fields["currency"] == "NZD"
        and not draft(fields, lookups()).faults
        and not draft(fields, lookups()).unapprovable
        and request(fields).get("LineItems")
    )
)


def request(fields: dict[str, Any]) -> dict[str, Any]:
    return creation(Module.INVOICES, TABLE, TABLE.comparable(fields))


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[Body]:
    """What was sent, by its collection."""
    sent: list[Body] = []

    def listening(collection: str, documents: list[Any]) -> Any:
        body = wire_request(collection, documents)
        sent.append((collection, body))
        return body

    wire_request = wire.request
    monkeypatch.setattr(ledger_module.wire, "request", listening)
    return sent


@pytest.fixture(scope="module")
def desk() -> Iterator[Stage]:
    """A Xero with what the drafted invoices refer to."""
    with staged() as stage:
        stage.books.load_tax_rates(TAX_RATES)
        stage.books.load_contacts([{"ContactID": KEA_AT_XERO, "Name": "Kea"}])
        for code in ("A-1", "HELP"):
            stage.books.add_item_in_xero(Code=code, Name=code)
        yield stage


def described() -> None:
    if not openapi_validators():
        pytest.skip(f"left out: {OPENAPI_FILE.name} is not here; XERO_OPENAPI names it")


def test_all_that_a_sample_sends_is_as_xero_describes_it(bodies: list[Body]) -> None:
    described()
    with staged() as stage:
        stage.fill(make_sample(60, products=60, invoices=120, payments=60))
        for _ in range(2):
            stage.sync()
        work_on(stage)
        stage.sync()
    assert {collection for collection, _ in bodies} == {"Contacts", "Items", "Invoices", "Payments"}
    assert any("InvoiceID" in row for name, body in bodies for row in body[name])
    assert [fault for name, body in bodies for fault in openapi_faults(name, body)] == []


def work_on(stage: Stage) -> None:
    """Every record of the CRM is changed, every fifth taken away."""
    stage.xero.clock.advance(timedelta(minutes=1))
    for module, change in CHANGES.items():
        for place, record in enumerate(stage.records(module)):
            if place % 5 == 4 and module is not Module.ORGANIZATIONS:
                with suppress(RecordRefused):  # another record names it
                    stage.crm.trash(module, record.name)
            else:
                stage.crm.edit(module, record.name, **change)


CHANGES: dict[Module, dict[str, Any]] = {
    Module.PAYMENTS: {"payment_status": "Pending"},
    Module.INVOICES: {"subject": "Changed", "adjustment": Decimal("1.10")},
    Module.PRODUCTS: {"unit_price": Decimal("7.1234"), "description": "Changed"},
    Module.ORGANIZATIONS: {"tax_number": "9", "fax": "1234"},
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(DRAFTED)
def test_every_invoice_is_sent_as_xero_describes_it(fields: dict[str, Any]) -> None:
    described()
    assert openapi_faults("Invoices", wire.request("Invoices", [request(fields)])) == []


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(several=st.lists(DRAFTED, min_size=3, max_size=8))
def test_the_simulator_takes_every_invoice_to_the_cent(
    desk: Stage, several: list[dict[str, Any]]
) -> None:
    number = len(desk.books.invoices)
    named = [{**each, "invoice_no": f"R{number + at}"} for at, each in enumerate(several)]
    sent = {each["invoice_no"]: each for each in named}
    items = tuple(Item(request(each), no, module=Module.INVOICES) for no, each in sent.items())
    tenant, now = desk.settings.tenant, desk.clock.now()
    desk.xero.clock.advance(timedelta(minutes=1))
    batch = Batch.of(tenant, Module.INVOICES, Method.CREATE, items, now)
    for outcome in desk.ledger().send(batch):
        assert outcome.record is not None, outcome.refusal
        document = outcome.record.document
        fields = sent[document["InvoiceNumber"]]
        assert document["Total"] == draft(fields, lookups()).total
        compared = TABLE.comparable(fields)
        assert TABLE.read_beside(document, compared)[ITEMS] == compared[ITEMS]
