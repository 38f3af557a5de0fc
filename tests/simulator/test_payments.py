"""Payments: made, refused, deleted, never changed, and what they do to their invoice."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.simulator.client import messages
from tests.simulator.documents import DUE, LINE, change, invoice, pay, payment, read

ONLY_APPROVED = "Payments can only be made against Authorised documents"
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"


def test_a_payment_in_part_and_the_rest_of_it(client):
    row = invoice(client)
    first = pay(client, row, 15, Reference="part")
    assert (first["PaymentType"], first["Status"]) == ("ACCRECPAYMENT", "AUTHORISED")
    assert first["Account"]["Name"] == "Business Bank Account"
    assert first["Invoice"]["AmountDue"] == 100
    now = read(client, row)
    assert (now["Status"], now["AmountPaid"], now["AmountDue"]) == ("AUTHORISED", 15, 100)
    assert now["UpdatedDateUTC"] == first["UpdatedDateUTC"]
    pay(client, row, 100, Date="2026-11-21")
    now = read(client, row)
    assert (now["Status"], now["AmountDue"]) == ("PAID", 0)
    assert now["FullyPaidOnDate"] == "/Date(1795219200000+0000)/"
    assert [p["Amount"] for p in now["Payments"]] == [15, 100]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"Amount": "115.01"}, [TOO_MUCH]),
        ({"Amount": 0}, ["Payment amounts must be positive amounts"]),
        ({"Amount": -1}, ["Payment amounts must be positive amounts"]),
        ({"Account": {"Code": "999"}}, ["Account could not be found"]),
        ({"Account": {}}, ["Account could not be found"]),
        ({"Account": {"Code": "200"}}, ["Account type is invalid for making a payment to/from"]),
        ({"Date": None}, ["The Date field must be specified."]),
        ({"Reference": "r" * 256}, ["Reference must be 255 characters or fewer."]),
        ({"CurrencyRate": -1}, ["CurrencyRate must be greater than zero."]),
        ({"Invoice": {"InvoiceID": "00000000-0000-4000-8000-000000000000"}},
         ["An existing Invoice with the specified InvoiceID could not be found"]),
        ({"Invoice": {"InvoiceNumber": "NOPE"}},
         ["An existing Invoice with the specified InvoiceNumber could not be found"]),
        ({"Invoice": None}, ["A payment must be made against an invoice, credit note, "
                             "prepayment or overpayment."]),
        ({"Date": "2009-09-30"}, ["The document date cannot be before the period lock date, "
                                  "currently set at 30-Sep-2009"]),
    ],
)  # fmt: skip
def test_a_payment_that_breaks_a_rule_is_refused(client, changes, told):
    row = invoice(client)
    body = {n: v for n, v in payment(row, **{"amount": None, **changes}).items() if v is not None}
    body |= {"Amount": changes["Amount"]} if "Amount" in changes else {}
    assert client.refused("PUT", "/Payments", body) == told
    assert read(client, row)["AmountPaid"] == 0


def test_only_an_approved_document_is_paid(client):
    for status in ("DRAFT", "SUBMITTED"):
        row = invoice(client, Status=status)
        assert client.refused("PUT", "/Payments", payment(row)) == [ONLY_APPROVED]
    row = invoice(client)
    change(client, row, Status="VOIDED")
    assert client.refused("PUT", "/Payments", payment(row)) == [ONLY_APPROVED, TOO_MUCH]


@pytest.mark.parametrize("code", ["091", "615", "850", "880"])
def test_an_account_that_takes_payments_will_do_and_an_archived_one_not(client, code):
    row = invoice(client)
    assert pay(client, row, 10, Account={"Code": code})["Account"]["Code"] == code
    client.xero.organisation.edit_account(code, Status="ARCHIVED")
    told = client.refused("PUT", "/Payments", payment(row, 10, Account={"Code": code}))
    assert told == ["Account could not be found"]


def test_by_number_by_account_id_and_by_post(client):
    row = invoice(client)
    body = {
        "Invoice": {"InvoiceNumber": row["InvoiceNumber"].lower()},
        "Account": {"AccountID": "AC993F75-035B-433C-82E0-7B7A2D40802C"},
        "Date": "/Date(1795219200000)/",
        "Amount": "10.005",
    }
    answer = client.write("POST", "/Payments", body).json()["Payments"][0]
    assert (answer["Amount"], answer["Account"]["Code"]) == (10.01, "090")


def test_xero_pays_twice_for_who_asks_twice_without_a_key(client):
    # [P2]
    row = invoice(client)
    for _ in range(2):
        pay(client, row, 10)
    assert read(client, row)["AmountPaid"] == 20
    for _ in range(2):
        client("PUT", "/Payments", json=payment(row, 10), headers={"Idempotency-Key": "k"})
    assert read(client, row)["AmountPaid"] == 30


def test_a_batch_of_which_one_is_too_much(client):
    row = invoice(client)
    bodies = [payment(row, 100, Date=DUE), payment(row, 100, Date=DUE)]
    assert client.write("PUT", "/Payments", *bodies).status_code == 400
    assert read(client, row)["AmountPaid"] == 0
    answer = client.write("PUT", "/Payments", *bodies, summarizeErrors="false").json()["Payments"]
    assert [p["StatusAttributeString"] for p in answer] == ["OK", "ERROR"]
    assert messages(answer[1]) == [TOO_MUCH]
    assert answer[1]["HasValidationErrors"] is True


def test_a_deleted_payment_stays_readable_and_opens_its_invoice(client):
    # [P3]
    row = invoice(client)
    paid = pay(client, row)
    path = f"/Payments/{paid['PaymentID']}"
    answer = client("POST", path, json={"Status": "DELETED"})
    assert answer.json()["Payments"][0]["Status"] == "DELETED"
    now = read(client, row)
    assert (now["Status"], now["AmountDue"]) == ("AUTHORISED", 115)
    assert "Payments" not in now  # by id, where there are none
    assert "FullyPaidOnDate" not in now
    assert client.one(path)["Status"] == "DELETED"
    assert client.refused("POST", path, {"Status": "DELETED"}) == [
        "Payment not of valid status for modification"
    ]
    assert client("POST", f"/Payments/{row['InvoiceID']}", json={}).status_code == 404


def test_a_payment_is_never_changed(client):
    # [P1]
    row = invoice(client)
    paid = pay(client, row, 10)
    told = ["Payment not of valid status for modification"]
    path = f"/Payments/{paid['PaymentID']}"
    assert client.refused("POST", path, {"Amount": 20}) == told
    assert client.refused("POST", path, {"Status": "AUTHORISED"}) == told
    again = payment(row, 20, PaymentID=paid["PaymentID"])
    assert client.refused("POST", "/Payments", again) == told
    assert read(client, row)["AmountPaid"] == 10


def test_a_reconciled_payment_and_one_in_a_locked_period_are_not_deleted(client):
    row, books = invoice(client), client.xero.organisation
    paid = pay(client, row, 10, IsReconciled=True)
    path = f"/Payments/{paid['PaymentID']}"
    [told] = client.refused("POST", path, {"Status": "DELETED"})
    assert "reconciled" in told
    books.delete_payment(paid["PaymentID"])
    locked = pay(client, row, 10, Date="2026-11-01")
    books.lock_period(datetime(2026, 11, 1, tzinfo=timezone.utc))
    [told] = client.refused("POST", f"/Payments/{locked['PaymentID']}", {"Status": "DELETED"})
    assert "period lock date" in told


def test_a_status_is_held_by_what_settles_the_document(client):
    row = invoice(client)
    paid = pay(client, row, 10)
    for status in ("VOIDED", "DRAFT", "SUBMITTED"):
        [told] = client.refused("POST", f"/Invoices/{row['InvoiceID']}", {"Status": status})
        assert told.startswith(f"The status {status} cannot be applied to the invoice because")
    pay(client, row, 105)
    [told] = client.refused("POST", f"/Invoices/{row['InvoiceID']}", {"Status": "AUTHORISED"})
    assert told.startswith("The status AUTHORISED cannot be applied")
    client.xero.organisation.delete_payment(paid["PaymentID"])
    assert read(client, row)["Status"] == "AUTHORISED"


def test_a_foreign_payment_has_a_rate_and_an_amount_at_the_bank(client):
    row = invoice(client, CurrencyCode="USD", CurrencyRate="0.6")
    paid = pay(client, row, 60, CurrencyRate="0.5")
    assert (paid["CurrencyRate"], paid["Amount"], paid["BankAmount"]) == (0.5, 60, 120)
    assert pay(client, row, 10)["CurrencyRate"] == 0.595238
    assert pay(client, row, 10, CurrencyRate=2, BankAmount=7)["BankAmount"] == 7


def test_the_list_its_pages_and_its_filters(client):
    row, other = invoice(client), invoice(client)
    bill = invoice(client, {**LINE, "AccountCode": "300"}, Type="ACCPAY")
    one = pay(client, row, 10, Reference="r1", Date="2026-10-01")
    two = pay(client, other, 20)
    three = pay(client, bill, 30)
    client.xero.clock.advance(timedelta(seconds=1))  # Xero's times of change are whole seconds
    client.xero.organisation.delete_payment(two["PaymentID"])
    names = {one["PaymentID"]: 1, two["PaymentID"]: 2, three["PaymentID"]: 3}

    def found(**query):
        body = client.get("/Payments", **query).json()
        return [names[p["PaymentID"]] for p in body["Payments"]]

    assert sorted(found()) == [1, 2, 3]
    assert found(page=1, pageSize=2) == [1, 3]  # the deleted one changed last
    assert found(where='PaymentType=="ACCPAYPAYMENT"') == [3]
    assert found(where='Status=="DELETED"') == [2]
    assert found(where='Reference!=null AND Reference=="R1"') == [1]
    listed = client.get("/Payments").json()["Payments"][0]
    assert listed["Invoice"]["InvoiceNumber"] == row["InvoiceNumber"]
    assert "AmountDue" not in listed["Invoice"]


def test_people_pay_and_remove_payments(client):
    row, books = invoice(client), client.xero.organisation
    books.pay_invoice(row["InvoiceID"], "15.00", reference="cheque")
    rest = books.pay_invoice(row["InvoiceID"])
    assert rest.amount == Decimal(100)
    assert read(client, row)["Status"] == "PAID"
    assert books.reconcile_payment(rest.payment_id).is_reconciled
    books.delete_payment(rest.payment_id)
    assert read(client, row)["AmountDue"] == 100
    with pytest.raises(ValueError, match="exceeds the amount outstanding"):
        books.pay_invoice(row["InvoiceID"], 101)
