"""What is written is kept in the state file; what makes no sense is refused, never a crash."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.client import Client
from tests.simulator.documents import contact_id, invoice, pay, read
from xero_simulator import Simulator

BOOKS = ("items", "invoices", "credit_notes", "overpayments", "prepayments", "payments")


def test_a_killed_xero_has_forgotten_nothing(tmp_path):
    path = tmp_path / "xero.sqlite"
    with Simulator(seed=1, minute_limit=9_000, state_file=path) as xero:
        client = Client(xero)
        details = {"UnitPrice": "1.2345", "AccountCode": "200"}
        client.make("/Items", Code="A", Description="x", SalesDetails=details)
        row = invoice(client, {"ItemCode": "A", "Quantity": 100}, Date="2026-03-01")
        pay(client, row, 10)
        xero.organisation.apply_credit_note(row["InvoiceID"], 5)
        xero.organisation.apply_overpayment(row["InvoiceID"], 1)
        xero.organisation.apply_prepayment(row["InvoiceID"], 1)
        shown = read(client, row)
        held = {name: dict(getattr(xero.organisation, name)) for name in BOOKS}
    with Simulator(seed=1, minute_limit=9_000, state_file=path) as xero:
        assert {name: dict(getattr(xero.organisation, name)) for name in BOOKS} == held
        client = Client(xero)
        assert read(client, row) == shown
        assert invoice(client)["InvoiceNumber"] == "INV-0002"
        [line] = xero.organisation.invoices[row["InvoiceID"]].lines
        assert line.unit_amount == Decimal("1.2345")


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["ACCREC", "AUTHORISED", "DRAFT", "200", "2026-01-01", "/Date(1)/", ""]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["ContactID", "Name", "Description", "Quantity", "UnitAmount", "Code",
                             "LineAmount", "TaxAmount", "AccountCode", "TaxType", "LineItemID",
                             "InvoiceID", "InvoiceNumber", "ItemCode", "DiscountRate"]),
            inner, max_size=4,
        ),
    ),
    max_leaves=6,
)  # fmt: skip
ELEMENTS = {
    "/Invoices": ["Type", "Contact", "LineItems", "Status", "Date", "DueDate", "CurrencyCode",
                  "CurrencyRate", "LineAmountTypes", "InvoiceNumber", "Reference", "SubTotal",
                  "Total", "RoundingAmount", "InvoiceID", "Url", "SentToContact"],
    "/Items": ["Code", "Name", "ItemID", "SalesDetails", "PurchaseDetails", "IsSold",
               "Description", "InventoryAssetAccountCode"],
    "/Payments": ["Invoice", "Account", "Amount", "Date", "Reference", "Status", "PaymentID",
                  "CreditNote", "CurrencyRate", "BankAmount", "InvoiceNumber", "Code"],
    "/CreditNotes": ["Type", "Contact", "LineItems", "CreditNoteID", "Status", "Date"],
}  # fmt: skip


@pytest.fixture(scope="module")
def known():
    with Simulator(seed=1, minute_limit=90_000, day_limit=90_000) as xero:
        client = Client(xero)
        client.http.hooks["response"] = []  # junk that is echoed need not fit Xero's schema
        yield client, invoice(client), contact_id(client)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_body_whatever_is_a_crash(known, data):
    client, row, contact = known
    path = data.draw(st.sampled_from(sorted(ELEMENTS)))
    body = data.draw(st.dictionaries(st.sampled_from(ELEMENTS[path]), JUNK, max_size=6))
    if data.draw(st.booleans()):
        good = {"Type": "ACCREC", "Contact": {"ContactID": contact},
                "LineItems": [data.draw(JUNK)], "Invoice": {"InvoiceID": row["InvoiceID"]},
                "Account": {"Code": "090"}, "Date": "2026-11-20"}  # fmt: skip
        body = {**{k: v for k, v in good.items() if k in ELEMENTS[path]}, **body}
    method = data.draw(st.sampled_from(["PUT", "POST"]))
    flags = data.draw(st.sampled_from([{}, {"summarizeErrors": "false"}]))
    answer = client(method, path, data=json.dumps(body), params=flags)  # NaN and all
    assert answer.status_code in (200, 400, 404), answer.text
