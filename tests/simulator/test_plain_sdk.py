"""xero-python as its readme has it: its own retries, refresh and models, none of our settings."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import (
    Account,
    AccountingApi,
    Contact,
    Contacts,
    Invoice,
    Invoices,
    Item,
    Items,
    LineItem,
    Payment,
    PaymentDelete,
    Payments,
    Purchase,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.oauth2 import TokenApi
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from tests.simulator.client import sdk_client
from xero_simulator import Fault, Simulator


@pytest.fixture
def client(xero: Simulator, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{xero.url}/connect/token")
    return sdk_client(xero)


@pytest.fixture
def api(xero: Simulator, client: ApiClient) -> AccountingApi:
    return AccountingApi(client, base_url=f"{xero.url}/api.xro/2.0")


@pytest.fixture
def tenant(xero: Simulator, client: ApiClient) -> str:
    [connection] = IdentityApi(client, base_url=xero.url).get_connections()
    return str(connection.tenant_id)


@pytest.fixture
def invoice(api: AccountingApi, tenant: str) -> Any:
    """An approved invoice of ten bolts at 1.25 and 10 % off, read again as one of a page."""
    [contact] = api.create_contacts(tenant, Contacts(contacts=[Contact(name="Kea Ltd")])).contacts
    sold = Purchase(unit_price=Decimal("1.25"), account_code="200")
    api.create_items(tenant, Items(items=[Item(code="BOLT", name="Bolt", sales_details=sold)]))
    line = LineItem(item_code="BOLT", description="Bolts", quantity=10, discount_rate=10)
    made = Invoice(
        type="ACCREC",
        contact=Contact(contact_id=contact.contact_id),
        date=date(2026, 11, 2),
        due_date=date(2026, 12, 1),
        status="AUTHORISED",
        line_items=[line],
    )
    api.create_invoices(tenant, Invoices(invoices=[made]))
    [read] = api.get_invoices(tenant, page=1).invoices
    return read


def test_an_item_lends_its_price_account_and_tax_to_a_line(invoice: Any) -> None:
    [line] = invoice.line_items
    assert (line.unit_amount, line.account_code, line.tax_type) == (1.25, "200", "OUTPUT2")
    assert (invoice.sub_total, invoice.total_tax) == (Decimal("11.25"), Decimal("1.69"))


def test_what_was_read_is_taken_when_it_is_sent_back_with_other_words(
    api: AccountingApi, tenant: str, invoice: Any
) -> None:
    invoice.reference = "PO 7"
    invoice.line_items[0].description = "Ten bolts"
    [saved] = api.update_or_create_invoices(tenant, Invoices(invoices=[invoice])).invoices
    assert (saved.reference, saved.line_items[0].description) == ("PO 7", "Ten bolts")
    assert (saved.total, saved.line_items[0].line_item_id) == (
        invoice.total,
        invoice.line_items[0].line_item_id,
    )


def test_a_payment_is_made_refused_and_deleted(
    api: AccountingApi, tenant: str, invoice: Any
) -> None:
    def pay(amount: str) -> Any:
        payment = Payment(
            invoice=Invoice(invoice_id=invoice.invoice_id),
            account=Account(code="090"),
            date=date(2026, 11, 5),
            amount=Decimal(amount),
        )
        return api.create_payments(tenant, Payments(payments=[payment])).payments[0]

    paid = pay("12.94")
    assert (paid.status, paid.invoice.amount_due) == ("AUTHORISED", 0)
    [read] = api.get_invoice(tenant, invoice.invoice_id).invoices
    assert (read.status, read.payments[0].amount) == ("PAID", Decimal("12.94"))
    with pytest.raises(AccountingBadRequestException) as refused:
        pay("0.01")
    assert refused.value.status == 400
    api.delete_payment(tenant, paid.payment_id, PaymentDelete(status="DELETED"))
    [read] = api.get_invoice(tenant, invoice.invoice_id).invoices
    assert (read.status, read.amount_due) == ("AUTHORISED", Decimal("12.94"))


def test_an_invoice_is_voided_and_then_takes_nothing(
    api: AccountingApi, tenant: str, invoice: Any
) -> None:
    voiding = Invoices(invoices=[Invoice(status="VOIDED")])
    [voided] = api.update_invoice(tenant, invoice.invoice_id, voiding).invoices
    assert voided.status == "VOIDED"
    late = Invoices(invoices=[Invoice(reference="late")])
    with pytest.raises(AccountingBadRequestException) as refused:
        api.update_invoice(tenant, invoice.invoice_id, late)
    assert "not of valid status for modification" in refused.value.reason


def test_it_waits_by_itself_where_xero_says_how_long(
    xero: Simulator, api: AccountingApi, tenant: str
) -> None:
    xero.faults.add(Fault.minute_limit(retry_after=1))
    began = time.monotonic()
    assert api.get_items(tenant).items == []
    assert time.monotonic() - began >= 1
    assert [call.status for call in xero.calls][-2:] == [429, 200]
