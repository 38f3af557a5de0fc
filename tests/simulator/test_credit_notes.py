"""Credit notes, overpayments, prepayments: applied to invoices, and taken off again."""

import pytest

from tests.simulator.documents import LINE, change, contact_id, fields, invoice, pay, read

NOTE = {"Description": "Returned", "Quantity": 1, "UnitAmount": 40, "AccountCode": "200"}


def credit_note(client, **changes):
    row = {**fields(client, NOTE), "Type": "ACCRECCREDIT", **changes}
    return client.make("/CreditNotes", **row)


def allocate(client, note, row, amount):
    body = {"Invoice": {"InvoiceID": row["InvoiceID"]}, "Amount": amount, "Date": "2026-11-20"}
    return client.write("PUT", f"/CreditNotes/{note['CreditNoteID']}/Allocations", body)


def test_a_credit_note_is_made_and_read(client):
    note = credit_note(client)
    assert (note["CreditNoteNumber"], note["Total"], note["RemainingCredit"]) == ("CN-0001", 46, 46)
    assert client.one("/CreditNotes/cn-0001")["CreditNoteID"] == note["CreditNoteID"]
    assert client.get("/CreditNotes").json()["CreditNotes"][0]["LineItems"] == []
    body = client.get("/CreditNotes", page=1, where='Status=="AUTHORISED"').json()
    assert body["pagination"]["itemCount"] == 1
    assert body["CreditNotes"][0]["LineItems"][0]["Description"] == "Returned"
    client.write("POST", f"/CreditNotes/{note['CreditNoteID']}", {"Reference": "R"})
    assert client.one("/CreditNotes/CN-0001")["Reference"] == "R"
    assert client.refused("PUT", "/CreditNotes", fields(client)) == [
        "Credit Note not of valid type for creation"
    ]


def test_an_allocation_settles_both_sides_and_its_removal_opens_them(client):
    note, row = credit_note(client), invoice(client)
    answer = allocate(client, note, row, 46).json()["Allocations"][0]
    now = read(client, row)
    assert (now["AmountCredited"], now["AmountDue"], now["AmountPaid"]) == (46, 69, 0)
    assert now["CreditNotes"][0]["CreditNoteNumber"] == "CN-0001"
    path = f"/CreditNotes/{note['CreditNoteID']}"
    assert client.one(path)["Status"] == "PAID"
    assert client.one(path)["Allocations"][0]["AllocationID"] == answer["AllocationID"]
    gone = client("DELETE", f"{path}/Allocations/{answer['AllocationID']}")
    assert gone.json()["IsDeleted"] is True
    assert read(client, row)["AmountDue"] == 115
    assert client.one(path)["RemainingCredit"] == 46
    assert client("DELETE", f"{path}/Allocations/{answer['AllocationID']}").status_code == 404


def test_an_allocation_that_breaks_a_rule_is_refused_in_xeros_words(client):
    note, row = credit_note(client), invoice(client)
    path = f"/CreditNotes/{note['CreditNoteID']}/Allocations"

    def told(invoice_row, amount):
        body = {"Invoice": {"InvoiceID": invoice_row["InvoiceID"]}, "Amount": amount}
        return client.refused("PUT", path, body)

    assert told(row, "46.01") == [
        "Credit Note cannot be allocated as amount is greater than amount outstanding"
    ]
    assert told(invoice(client, Status="DRAFT"), 1) == [
        "Payments can only be made against Authorised documents"
    ]
    paid = invoice(client)
    pay(client, paid)
    assert told(paid, 1)[0] == (
        "The invoice you are trying to allocate to has already been paid off"
    )
    stranger = invoice(client, Contact={"ContactID": contact_id(client, "Other")})
    assert "same contact" in told(stranger, 1)[0]
    bill = invoice(client, {**LINE, "AccountCode": "300"}, Type="ACCPAY")
    assert "its own kind" in told(bill, 1)[0]
    assert "same currency" in told(invoice(client, CurrencyCode="USD"), 1)[0]
    assert told(row, 0) == ["The amount must be greater than zero."]
    assert told({"InvoiceID": note["CreditNoteID"]}, 1) == [
        "An existing Invoice with the specified InvoiceID could not be found"
    ]
    assert read(client, row)["AmountCredited"] == 0


def test_what_is_credited_is_held_until_the_credit_is_taken_off(client):
    row = invoice(client)
    client.xero.organisation.apply_credit_note(row["InvoiceID"], 15)
    [told] = client.refused("POST", f"/Invoices/{row['InvoiceID']}", {"Status": "VOIDED"})
    assert told.startswith("The status VOIDED cannot be applied to the invoice because")
    note = client.one("/CreditNotes/CN-0001")
    path = f"/CreditNotes/{note['CreditNoteID']}/Allocations/"
    client("DELETE", path + note["Allocations"][0]["AllocationID"])
    assert change(client, row, Status="VOIDED")["Status"] == "VOIDED"


def test_over_and_prepayments_count_as_credited_and_are_listed(client):
    row, books = invoice(client), client.xero.organisation
    books.apply_overpayment(row["InvoiceID"], 10)
    books.apply_prepayment(row["InvoiceID"], 105)
    now = read(client, row)
    assert (now["Status"], now["AmountCredited"], now["AmountPaid"]) == ("PAID", 115, 0)
    assert now["Overpayments"][0]["AppliedAmount"] == 10
    assert now["Prepayments"][0]["AppliedAmount"] == 105
    for path, kind in (("/Overpayments", "RECEIVE-OVERPAYMENT"),
                       ("/Prepayments", "RECEIVE-PREPAYMENT")):  # fmt: skip
        body = client.get(path, page=1).json()
        [credit] = body[path[1:]]
        assert (credit["Type"], credit["Status"]) == (kind, "PAID")
        [allocation] = credit["Allocations"]
        assert allocation["Invoice"]["InvoiceID"] == row["InvoiceID"]
        assert client.one(f"{path}/{credit['ID']}")["RemainingCredit"] == 0
        gone = client("DELETE", f"{path}/{credit['ID']}/Allocations/{allocation['AllocationID']}")
        assert gone.status_code == 200
    assert read(client, row)["Status"] == "AUTHORISED"


def test_a_credit_note_is_refunded_by_a_payment(client):
    note = credit_note(client)
    paid = client.make(
        "/Payments",
        CreditNote={"CreditNoteID": note["CreditNoteID"]},
        Account={"Code": "090"},
        Date="2026-11-20",
        Amount=46,
    )
    assert paid["PaymentType"] == "ARCREDITPAYMENT"
    assert client.one("/CreditNotes/CN-0001")["Status"] == "PAID"


def test_the_screens_refuse_what_is_more_than_outstanding(client):
    row = invoice(client)
    with pytest.raises(ValueError, match="greater than amount outstanding"):
        client.xero.organisation.apply_credit_note(row["InvoiceID"], 116)
    assert len(client.xero.organisation.credit_notes) == 0
