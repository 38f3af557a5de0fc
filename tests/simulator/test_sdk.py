"""xero-python 15.2 reads what the simulator writes, and the simulator reads what it sends."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
import urllib3
from xero_python.accounting import (
    AccountingApi,
    Allocation,
    Allocations,
    Contact,
    ContactPerson,
    Contacts,
    Invoice,
    Invoices,
    Item,
    Items,
    LineItem,
    Phone,
    Purchase,
)
from xero_python.api_client.oauth2 import TokenApi
from xero_python.exceptions import (
    AccountingBadRequestException,
    HTTPStatusException,
    NotFoundException,
    RateLimitException,
)
from xero_python.identity import IdentityApi

from tests.simulator.client import sdk_client
from xero_simulator import Fault


@pytest.fixture
def sdk(xero, monkeypatch):
    """An ApiClient with the traps of the SDK closed, and where it keeps its token."""
    api_client = sdk_client(xero)
    api_client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(
        0, respect_retry_after_header=False, raise_on_status=False
    )
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{xero.url}/connect/token")
    monkeypatch.setattr(TokenApi, "revoke_token_url", f"{xero.url}/connect/revocation")
    return api_client


@pytest.fixture
def accounting(xero, sdk):
    return AccountingApi(sdk, base_url=f"{xero.url}/api.xro/2.0")


@pytest.fixture
def tenant(xero):
    return xero.organisation.tenant_id


def test_reference_data(accounting, tenant):
    [organisation] = accounting.get_organisations(tenant).organisations
    assert organisation.name == "Demo Company (NZ)"
    assert organisation.period_lock_date.year == 2009
    accounts = accounting.get_accounts(tenant, where='Type=="BANK"').accounts
    assert [account.code for account in accounts] == ["090", "091"]
    rates = accounting.get_tax_rates(tenant).tax_rates
    assert {str(rate.effective_rate) for rate in rates} == {"0.0000", "12.5000", "15.0000"}
    [rate] = [each for each in rates if each.tax_type == "OUTPUT2"]
    assert rate.tax_components[0].name == "GST"
    assert len(accounting.get_currencies(tenant).currencies) == 5


def test_contacts_there_and_back(accounting, tenant):
    contact = Contact(
        name="Kōwhai Tools",
        contact_number="ACC1",
        phones=[Phone(phone_type="MOBILE", phone_number="555")],
        contact_persons=[ContactPerson(first_name="Hēmi", email_address="h@k.example")],
    )
    batch = Contacts(contacts=[contact, Contact(name="<"), Contact(name="Second")])
    answered = accounting.create_contacts(tenant, batch, summarize_errors=False).contacts
    assert [c.status_attribute_string for c in answered] == ["OK", "ERROR", "OK"]
    assert answered[1].validation_errors[0].message
    changed = Contact(contact_id=answered[0].contact_id, first_name="H")
    [saved] = accounting.update_or_create_contacts(tenant, Contacts(contacts=[changed])).contacts
    assert (saved.name, saved.first_name) == ("Kōwhai Tools", "H")
    [saved] = accounting.update_contact(
        tenant, saved.contact_id, Contacts(contacts=[Contact(last_name="Ngata")])
    ).contacts
    assert saved.last_name == "Ngata"
    page = accounting.get_contacts(
        tenant,
        page=1,
        page_size=1,
        i_ds=[answered[0].contact_id, answered[2].contact_id],
        where='ContactStatus=="ACTIVE"',
        order="Name DESC",
        if_modified_since=datetime(2026, 1, 5, tzinfo=timezone.utc),
        include_archived=True,
    )
    assert [c.name for c in page.contacts] == ["Second"]
    assert page.pagination.item_count == 2
    assert page.contacts[0].updated_date_utc.year >= 2026
    [one] = accounting.get_contact_by_contact_number(tenant, "ACC1").contacts
    assert one.contact_persons[0].first_name == "Hēmi"
    [one] = accounting.get_contact(tenant, one.contact_id).contacts
    assert one.phones[3].phone_number == "555"


def test_errors_arrive_as_the_sdks_own(xero, accounting, tenant):
    accounting.create_contacts(tenant, {"Contacts": [{"Name": "A"}]})
    with pytest.raises(AccountingBadRequestException) as refused:
        accounting.create_contacts(tenant, {"Contacts": [{"Name": "a"}]})
    assert refused.value.reason.startswith("The contact name a is already assigned")
    with pytest.raises(NotFoundException):
        accounting.get_contact(tenant, "00000000-0000-0000-0000-000000000000")
    xero.faults.add(Fault.minute_limit(retry_after=9))
    with pytest.raises(RateLimitException) as limited:
        accounting.get_contacts(tenant)
    assert limited.value.rate_limit == "minute"
    assert limited.value.headers["Retry-After"] == "9"
    xero.faults.add(Fault.unavailable())
    with pytest.raises(HTTPStatusException) as outage:
        accounting.get_contacts(tenant)
    assert outage.value.status == 503


def test_an_idempotency_key_is_sent_as_xero_wants_it(xero, accounting, tenant):
    for _ in range(2):
        accounting.create_contacts(tenant, {"Contacts": [{"Name": "A"}]}, idempotency_key="k1")
    assert [call.idempotency_key for call in xero.calls][-2:] == ["k1", "k1"]
    assert len(xero.organisation.contacts) == 1


def test_identity_refreshes_lists_deletes_and_revokes(xero, sdk, tenant):
    identity = IdentityApi(sdk, base_url=xero.url)
    before = sdk.kept_token["refresh_token"]
    sdk.refresh_oauth2_token()
    assert sdk.kept_token["refresh_token"] != before
    [connection] = identity.get_connections()
    assert connection.tenant_id == tenant
    assert connection.created_date_utc.year >= 2026
    identity.delete_connection(connection.id)
    assert identity.get_connections() == []
    sdk.revoke_oauth2_token()
    assert sdk.kept_token["refresh_token"] is None
    assert xero.calls[-1].path == "/connect/revocation"


@pytest.fixture
def contact(accounting, tenant):
    [made] = accounting.create_contacts(tenant, Contacts(contacts=[Contact(name="A")])).contacts
    return Contact(contact_id=made.contact_id)


def an_invoice(contact, **changes):
    line = LineItem(
        description="Work", quantity=Decimal(3), unit_amount=Decimal("1.2345"), account_code="200"
    )
    fields = {"type": "ACCREC", "contact": contact, "status": "AUTHORISED", "line_items": [line]}
    return Invoice(**{**fields, "due_date": date(2026, 12, 31), **changes})


def test_items_round_trip(accounting, tenant):
    item = Item(
        code="A1",
        name="Thing",
        sales_details=Purchase(unit_price=Decimal("1.2345"), account_code="200"),
        purchase_details=Purchase(cogs_account_code="310"),
        inventory_asset_account_code="630",
    )
    [made] = accounting.create_items(tenant, Items(items=[item]), unitdp=4).items
    [read] = accounting.get_item(tenant, made.item_id, unitdp=4).items
    assert read.sales_details.unit_price == Decimal("1.2345")
    assert (read.is_tracked_as_inventory, read.quantity_on_hand) == (True, 0)
    changed = Items(items=[Item(code="A1", name="Other")])
    accounting.update_item(tenant, made.item_id, changed)
    assert [item.name for item in accounting.get_items(tenant).items] == ["Other"]
    accounting.delete_item(tenant, made.item_id)
    assert accounting.get_items(tenant).items == []


def test_invoices_round_trip(accounting, tenant, contact):
    [made] = accounting.create_invoices(
        tenant, Invoices(invoices=[an_invoice(contact)]), summarize_errors=False, unitdp=4
    ).invoices
    assert (made.sub_total, made.total) == (Decimal("3.7"), Decimal("4.26"))
    [read] = accounting.get_invoices(tenant, page=1, unitdp=4).invoices
    assert read.due_date == date(2026, 12, 31)
    assert read.line_items[0].unit_amount == Decimal("1.2345")
    read.line_items[0].quantity = Decimal(4)
    read.line_items[0].line_amount = read.line_items[0].tax_amount = None
    update = Invoice(line_items=read.line_items, reference="PO")
    answer = accounting.update_invoice(
        tenant, read.invoice_id, Invoices(invoices=[update]), unitdp=4
    )
    [updated] = answer.invoices
    assert (updated.line_items[0].line_item_id, updated.total) == (
        made.line_items[0].line_item_id,
        Decimal("5.68"),
    )
    assert updated.reference == "PO"


def test_an_invoice_that_was_read_is_refused_when_its_totals_are_sent_with_other_lines(
    accounting, tenant, contact
):
    [made] = accounting.create_invoices(tenant, Invoices(invoices=[an_invoice(contact)])).invoices
    made.line_items[0].quantity = Decimal(9)
    with pytest.raises(AccountingBadRequestException) as refused:
        accounting.update_invoice(tenant, made.invoice_id, Invoices(invoices=[made]))
    assert "does not match the expected line total" in refused.value.reason


def test_credits_are_read(xero, accounting, tenant, contact):
    [made] = accounting.create_invoices(tenant, Invoices(invoices=[an_invoice(contact)])).invoices
    note = xero.organisation.add_credit_note_in_xero(made.contact.contact_id, 2)
    row = Allocation(
        invoice=Invoice(invoice_id=made.invoice_id), amount=Decimal(2), date=date(2026, 11, 20)
    )
    rows = Allocations(allocations=[row])
    accounting.create_credit_note_allocation(tenant, note.document_id, rows)
    [read] = accounting.get_invoice(tenant, made.invoice_id).invoices
    assert (read.amount_credited, read.credit_notes[0].credit_note_number) == (2, "CN-0001")
    xero.organisation.apply_overpayment(made.invoice_id, 1)
    xero.organisation.apply_prepayment(made.invoice_id, read.amount_due - 1)
    assert accounting.get_overpayments(tenant, page=1).overpayments[0].remaining_credit == 0
    assert len(accounting.get_prepayments(tenant).prepayments) == 1
    assert len(accounting.get_credit_notes(tenant, page=1).credit_notes) == 1
    [read] = accounting.get_invoice(tenant, made.invoice_id).invoices
    assert (read.status, read.amount_due) == ("PAID", 0)
