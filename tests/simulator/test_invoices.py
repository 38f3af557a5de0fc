"""Invoices written and read: states, lines, lists, filters, times."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.client import Client, messages
from tests.simulator.documents import LINE, change, contact_id, fields, invoice, pay, payment, read
from xero_simulator import Simulator
from xero_simulator.documents import STATUSES

NOT_VALID = "Invoice not of valid status for modification"


def test_the_answer_to_a_write_is_as_recorded(client):
    row = invoice(client, Status="DRAFT", DueDate=None, Date="2026-09-14")
    assert row["DateString"] == "2026-09-14T00:00:00"
    assert row["Date"] == "/Date(1789344000000+0000)/"
    assert "DueDate" not in row
    assert not {"Payments", "CreditNotes", "HasAttachments", "AmountCredited"} & set(row)
    assert row["Contact"]["Addresses"][0]["AddressType"] == "STREET"
    assert row["UpdatedDateUTCString"].endswith("Z")
    assert "FullyPaidOnDate" not in read(client, row)


def test_the_date_is_today_where_the_organisation_is(xero):
    xero.clock.freeze()
    xero.clock.advance(timedelta(hours=13 - xero.clock().hour))  # it is tomorrow in New Zealand
    tomorrow = xero.clock() + timedelta(days=1)
    client = Client(xero)
    assert invoice(client)["DateString"].startswith(f"{tomorrow:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        ("DRAFT", {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        ("SUBMITTED", {"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"}),
        ("AUTHORISED", {"AUTHORISED", "VOIDED"}),
    ],
)
def test_a_status_leads_to_these_and_no_others(client, start, allowed):
    for status in STATUSES:
        row = invoice(client, Status=start)
        path, body = f"/Invoices/{row['InvoiceID']}", {"Status": status}
        if status in allowed:
            assert change(client, row, Status=status)["Status"] == status
        else:
            assert client.refused("POST", path, body) == [NOT_VALID]
            assert read(client, row)["Status"] == start


@pytest.mark.parametrize("end", ["VOIDED", "DELETED"])
def test_what_is_voided_or_deleted_stays_so(client, end):
    row = invoice(client, Status="AUTHORISED" if end == "VOIDED" else "DRAFT")
    change(client, row, Status=end)
    for body in ({"Status": end}, {"Status": "DRAFT"}, {"Reference": "x"}):
        assert client.refused("POST", f"/Invoices/{row['InvoiceID']}", body) == [NOT_VALID]
    assert read(client, row)["AmountDue"] == 0


def test_an_error_among_others_is_told_in_its_element_and_the_rest_are_saved(client):
    row = invoice(client)
    answer = client.write(
        "POST",
        "/Invoices",
        {"InvoiceID": row["InvoiceID"], "Status": "DELETED"},
        fields(client),
        summarizeErrors="false",
    )
    bad, good = answer.json()["Invoices"]
    assert answer.json()["Status"] == "OK"
    assert (bad["StatusAttributeString"], good["StatusAttributeString"]) == ("ERROR", "OK")
    assert (bad["Status"], bad["InvoiceID"]) == ("DELETED", row["InvoiceID"])
    assert messages(bad) == [NOT_VALID]
    assert len(client.xero.organisation.invoices) == 2


def test_with_errors_summarised_one_bad_element_undoes_the_whole_request(client):
    answer = client.write("PUT", "/Invoices", fields(client), fields(client, DueDate=None))
    assert answer.status_code == 400
    assert len(answer.json()["Elements"]) == 1
    assert len(client.xero.organisation.invoices) == 0


def test_lines_are_updated_by_id_added_without_and_deleted_when_not_sent(client):
    row = invoice(client, LINE, {**LINE, "Description": "Second"}, {**LINE, "Description": "Third"})
    first, second, _ = row["LineItems"]
    after = change(
        client,
        row,
        LineItems=[{**second, "Quantity": 1, "LineAmount": 50, "TaxAmount": 7.5},
                   {**LINE, "Description": "New"}],
    )["LineItems"]  # fmt: skip
    assert [line["Description"] for line in after] == ["Second", "New"]
    assert after[0]["LineItemID"] == second["LineItemID"]
    assert after[1]["LineItemID"] not in {line["LineItemID"] for line in row["LineItems"]}
    body = {"LineItems": [{**LINE, "LineItemID": first["LineItemID"]}]}  # gone by now
    [told] = client.refused("POST", f"/Invoices/{row['InvoiceID']}", body)
    assert "line item" in told


def test_an_update_without_lines_keeps_them(client):
    row = invoice(client)
    assert change(client, row, Reference="PO 7")["LineItems"] == row["LineItems"]


def test_an_empty_number_is_no_number(client):
    row = invoice(client)
    assert change(client, row, InvoiceNumber="")["InvoiceNumber"] == row["InvoiceNumber"]


def test_kept_lines_are_looked_at_again_only_for_an_approval(client):
    row, draft = invoice(client), invoice(client, Status="DRAFT")
    client.xero.organisation.edit_account("200", Status="ARCHIVED")
    assert change(client, row, Reference="x")["Reference"] == "x"
    [told] = client.refused("POST", f"/Invoices/{draft['InvoiceID']}", {"Status": "AUTHORISED"})
    assert told.startswith("Account code '200' has been archived")


def test_a_list_without_a_page_has_no_lines_and_a_page_has(client):
    row = invoice(client)
    assert client.get("/Invoices").json()["Invoices"][0]["LineItems"] == []
    body = client.get("/Invoices", page=1, pageSize=5000).json()
    assert body["pagination"] == {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 1}
    lines = [{n: v for n, v in x.items() if n != "ValidationErrors"} for x in row["LineItems"]]
    assert body["Invoices"][0]["LineItems"] == lines
    assert body["Invoices"][0]["Contact"]["Addresses"] == []


def test_every_filter_of_the_list(client):
    one = invoice(client, Reference="Red", InvoiceNumber="A-1", Date="2026-01-10")
    two = invoice(client, Status="DRAFT", Contact={"ContactID": contact_id(client, "Other")})
    bill = invoice(client, {**LINE, "AccountCode": "300"}, Type="ACCPAY")
    pay(client, one, 15)

    def found(**query):
        answer = client.get("/Invoices", **query)
        assert answer.status_code == 200, answer.text
        names = {one["InvoiceID"]: 1, two["InvoiceID"]: 2, bill["InvoiceID"]: 3}
        return sorted(names[row["InvoiceID"]] for row in answer.json()["Invoices"])

    assert found(IDs=f"{one['InvoiceID']},{bill['InvoiceID'].upper()}") == [1, 3]
    assert found(Statuses="DRAFT,PAID") == [2]
    for where, expected in (
        ('Status=="AUTHORISED" AND Type=="ACCREC"', [1]),
        ('Type=="ACCPAY"', [3]),
        ('InvoiceNumber=="a-1"', [1]),
        ('Reference!=null AND Reference.StartsWith("Re")', [1]),
    ):
        assert found(where=where) == expected, where
    answer = client.get("/Invoices", where='Nonsense=="1"')
    assert answer.json()["Type"] == "QueryParseException"


def test_one_is_found_by_id_or_number(client):
    row = invoice(client)
    assert client.one("/Invoices/inv-0001")["InvoiceID"] == row["InvoiceID"]
    assert client.get("/Invoices/INV-9999").status_code == 404
    assert client.write("POST", "/Invoices/INV-0001", {}).status_code == 404
    missing = {"InvoiceID": row["Contact"]["ContactID"]}
    assert client.refused("POST", "/Invoices", missing) == [
        "An existing Invoice with the specified InvoiceID could not be found"
    ]


def test_changes_come_by_if_modified_since_payments_too_but_not_a_due_date(client):
    client.xero.clock.freeze()
    row = invoice(client)

    def changed_since_now():
        client.xero.clock.advance(timedelta(seconds=2))
        header = {"If-Modified-Since": f"{client.xero.clock():%Y-%m-%dT%H:%M:%S}"}
        client.xero.clock.advance(timedelta(seconds=2))
        return lambda: len(client.get("/Invoices", headers=header).json()["Invoices"])

    count = changed_since_now()
    assert count() == 0
    pay(client, row, 10)
    assert count() == 1
    count = changed_since_now()
    change(client, row, DueDate="2027-02-01", SentToContact=True)
    assert count() == 0
    assert read(client, row)["DueDateString"] == "2027-02-01T00:00:00"
    change(client, row, Reference="x")
    assert count() == 1


def test_merged_contacts_take_their_invoices_along(client):
    row, into = invoice(client), contact_id(client, "Into")
    client.xero.organisation.merge_contacts(row["Contact"]["ContactID"], into)
    assert read(client, row)["Contact"]["ContactID"] == into


def test_the_scopes_are_those_of_invoices_and_payments(xero):
    poor = Client(xero, scope="offline_access accounting.contacts accounting.invoices.read")
    assert poor.get("/Invoices").status_code == 200
    assert poor.get("/Items").status_code == 200
    assert poor.write("PUT", "/Invoices", {}).status_code == 401
    assert poor.get("/Payments").status_code == 401


# -- no sequence of acts reaches a state that the ledger cannot be in --------------------------

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("status"), st.sampled_from(STATUSES)),
        st.tuples(st.just("pay"), st.sampled_from([1, 60, 115, 200])),
        st.tuples(st.just("credit"), st.sampled_from([1, 60, 115])),
        st.tuples(st.just("unpay"), st.just(0)),
        st.tuples(st.just("lines"), st.sampled_from([1, 2, 3])),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def world():
    with Simulator(seed=1, minute_limit=90_000, day_limit=90_000) as xero:
        yield xero.organisation, contact_id(Client(xero))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_no_sequence_of_acts_reaches_an_impossible_state(world, acts):
    books, contact = world
    document = books.add_invoice_in_xero(
        Contact={"ContactID": contact}, LineItems=[LINE], DueDate="2026-12-31"
    )
    key, payments = document.document_id, []
    for act, value in acts:
        before = books.invoices[key]
        try:
            if act == "status":
                books.edit_invoice(key, Status=value)
            elif act == "pay":
                payments.append(books.pay_invoice(key, value).payment_id)
            elif act == "credit":
                books.apply_credit_note(key, value)
            elif act == "lines":
                books.edit_invoice(key, LineItems=[{**LINE, "Quantity": value}])
            elif payments:
                books.delete_payment(payments.pop())
        except ValueError:
            assert books.invoices[key] == before  # a refusal changes nothing
        now = books.invoices[key]
        assert now.outstanding >= 0
        settled = now.amount_paid + now.amount_credited
        if now.status == "PAID":
            assert settled == now.total > 0
        elif now.status == "AUTHORISED":
            assert now.outstanding == now.total - settled > 0
        else:
            assert settled == 0
        if before.status in ("VOIDED", "DELETED"):
            assert now == before
        if before.status == "PAID":
            assert now.status in ("PAID", "AUTHORISED")


def test_a_paid_invoice_takes_no_payment_more(client):
    row = invoice(client)
    pay(client, row)
    told = client.refused("PUT", "/Payments", payment(row, 1))
    assert told == ["Payments can only be made against Authorised documents",
                    "Payment amount exceeds the amount outstanding on this document"]  # fmt: skip
