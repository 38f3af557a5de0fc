"""What was recorded or reported of Xero and no other test says: see the rows B of docs/xero.md."""

from datetime import timedelta

from tests.simulator.client import default_order, messages
from tests.simulator.documents import LINE, contact_id, invoice, pay, payment, read

EMPTY = {"AddressType", "City", "Region", "PostalCode", "Country"}


def test_a_contact_that_is_written_as_it_is_keeps_its_time(client):
    made = client.create(Name="Kea", EmailAddress="a@kea.nz")
    client.xero.clock.advance(timedelta(seconds=5))
    [same] = client.post({"ContactID": made["ContactID"], "Name": "Kea"}).json()["Contacts"]
    assert same["UpdatedDateUTC"] == made["UpdatedDateUTC"]
    [other] = client.post({"ContactID": made["ContactID"], "Name": "Kea 2"}).json()["Contacts"]
    assert other["UpdatedDateUTC"] > made["UpdatedDateUTC"]


def test_an_account_that_is_saved_as_it_is_keeps_its_time(client):
    [before] = client.get("/Accounts", where='Code=="200"').json()["Accounts"]
    client.xero.clock.advance(timedelta(seconds=5))
    client.xero.organisation.edit_account("200", Name=before["Name"])
    assert client.get("/Accounts", where='Code=="200"').json()["Accounts"] == [before]


def test_a_contact_shows_empty_elements_by_who_last_wrote_it(client):
    books = client.xero.organisation
    by_hand = books.add_contact_in_xero(Name="Never edited")
    path = f"/Contacts/{by_hand.contact_id}"
    never = client.one(path)
    assert never["Addresses"] == [{"AddressType": "STREET"}, {"AddressType": "POBOX"}]
    assert all(set(phone) == {"PhoneType"} for phone in never["Phones"])
    assert not {"EmailAddress", "BankAccountDetails", "FirstName"} & set(never)
    books.edit_contact(by_hand.contact_id, Name="Edited")
    assert {"AddressLine1", "AttentionTo"} < set(client.one(path)["Addresses"][0])
    assert client.one(path)["FirstName"] == ""
    client.post({"ContactID": by_hand.contact_id, "Name": "Written"})
    assert set(client.one(path)["Addresses"][0]) == EMPTY
    assert client.one(path)["EmailAddress"] == ""


def test_a_contact_has_balances_once_something_is_open(client):
    row = invoice(client, DueDate="2020-01-31", Date="2020-01-01")
    path = f"/Contacts/{contact_id(client)}"
    owed = {"Outstanding": 115, "Overdue": 115}
    nothing = {"Outstanding": 0, "Overdue": 0}
    balances = {"AccountsReceivable": owed, "AccountsPayable": nothing}
    assert client.one(path)["Balances"] == balances
    assert "Balances" not in row["Contact"]
    pay(client, row)
    assert "Balances" not in client.one(path)


def test_the_answer_to_voiding_shows_what_was_due_and_the_list_nothing(client):
    row = invoice(client)
    path = f"/Invoices/{row['InvoiceID']}"
    [voided] = client.write("POST", path, {"Status": "VOIDED"}).json()["Invoices"]
    assert (voided["Status"], voided["AmountDue"]) == ("VOIDED", 115)
    [listed] = client.get("/Invoices", page=1).json()["Invoices"]
    assert (listed["Status"], listed["AmountDue"]) == ("VOIDED", 0)


def test_the_echo_of_a_refused_update_shows_what_is_stored(client):
    row = invoice(client, Reference="r")
    sent = {"InvoiceID": row["InvoiceID"], "Status": "DELETED"}
    answer = client.write("POST", "/Invoices", sent, summarizeErrors="false")
    [echo] = answer.json()["Invoices"]
    assert echo["Status"] == "DELETED"
    stored = ("Type", "DueDate", "LineAmountTypes", "SubTotal", "Total", "CurrencyCode")
    assert {name: echo[name] for name in stored} == {name: row[name] for name in stored}
    assert "ValidationErrors" not in echo["LineItems"][0]
    assert not {"InvoiceNumber", "Reference", "AmountDue"} & set(echo)


def test_a_line_names_its_account_and_its_item_by_their_ids(client):
    item = client.make("/Items", Code="NUT", Name="Nut")
    row = invoice(client, {**LINE, "ItemCode": "NUT"})
    [line] = row["LineItems"]
    assert line["Item"] == {"ItemID": item["ItemID"], "Name": "Nut", "Code": "NUT"}
    account = client.one("/Accounts", where='Code=="200"')
    assert line["AccountID"] == account["AccountID"]


def test_a_single_invoice_has_attachments_and_no_empty_lists_of_payments(client):
    single = read(client, invoice(client))
    assert single["Attachments"] == []
    assert not {"Payments", "CreditNotes", "InvoiceAddresses"} & set(single)
    [listed] = client.get("/Invoices", page=1).json()["Invoices"]
    assert listed["Payments"] == listed["CreditNotes"] == listed["InvoiceAddresses"] == []


def test_a_payment_before_its_invoice_is_taken_with_a_remark(client):
    row = invoice(client, Date="2026-11-10")
    early = pay(client, row, 10, Date="2026-11-09")
    assert early["Warnings"] == [{"Message": "The payment date is prior to the invoice date."}]
    assert "Warnings" not in pay(client, row, 10, Date="2026-11-10")


def test_a_refused_payment_has_no_id_and_an_invoice_with_empty_lists(client):
    row = invoice(client)
    answer = client.write("PUT", "/Payments", payment(row, 500), summarizeErrors="false")
    [echo] = answer.json()["Payments"]
    assert "PaymentID" not in echo
    zero = "00000000-0000-0000-0000-000000000000"
    assert echo["Account"] == {"AccountID": zero, "Code": "090", "ValidationErrors": []}
    assert echo["Invoice"]["LineItems"] == echo["Invoice"]["Payments"] == []
    assert messages(echo) == ["Payment amount exceeds the amount outstanding on this document"]


def test_the_answer_to_a_payment_names_its_invoice_without_what_settles_it(client):
    paid = pay(client, invoice(client), 15)
    assert paid["Invoice"]["AmountDue"] == 100
    left_out = {"Payments", "CreditNotes", "AmountCredited", "HasAttachments", "Attachments"}
    assert not left_out & set(paid["Invoice"])


def test_payments_of_a_batch_say_so_and_cannot_be_deleted(client):
    first, second = invoice(client), invoice(client)
    ids = [pay(client, row)["PaymentID"] for row in (first, second)]
    batch = client.xero.organisation.put_in_batch(*ids)
    [one, _] = client.get("/Payments").json()["Payments"]
    assert one["BatchPaymentID"] == one["BatchPayment"]["BatchPaymentID"] == batch
    assert one["BatchPayment"]["TotalAmount"] == 230
    assert read(client, first)["Payments"][0]["BatchPaymentID"] == batch
    assert client.refused("POST", f"/Payments/{ids[0]}", {"Status": "DELETED"}) == [
        "Payments within a batch cannot be deleted."
    ]


def test_ids_are_ordered_from_their_last_part(client):
    client.put(*({"Name": f"Same moment {n}"} for n in range(9)))
    rows = client.get("/Contacts", page=1).json()["Contacts"]
    assert rows == sorted(rows, key=default_order)
