"""What Xero refuses in an invoice, each rule by its own words."""

import uuid
from datetime import datetime, timezone

import pytest

from tests.simulator.client import messages
from tests.simulator.documents import LINE, change, contact_id, fields, invoice, pay, read

UNKNOWN = "Account code '{}' is not a valid code for this document."
ARCHIVED = (
    "Account code '{}' has been archived, or has been deleted. "
    "Each line item must reference a valid account."
)
UNFIT = "The TaxType code '{}' cannot be used with account code '{}'."
NO_TYPE = "The TaxType code {} does not exist or cannot be used for this type of transaction."
REMOVED = "Account code '600' has been removed as it does not match a recognised account."
LOCKED = "The document date cannot be before the period lock date, currently set at 30-Sep-2009"


def line(**changes):
    return {name: value for name, value in {**LINE, **changes}.items() if value is not None}


REFUSED = [
    ({"LineItems": []}, "One or more line items must be specified"),
    ({"LineItems": None}, "One or more line items must be specified"),
    ({"Contact": None}, "A Contact must be specified for this type of transaction"),
    ({"Type": None}, "Invoice not of valid type for creation"),
    ({"Type": "ACCRECCREDIT"}, "Invoice not of valid type for creation"),
    ({"Status": "PAID"}, "Invoice not of valid status for creation"),
    ({"Status": "VOIDED"}, "Invoice not of valid status for creation"),
    ({"DueDate": None}, "The document DueDate field must be specified."),
    ({"CurrencyCode": "JPY"}, "Organisation is not subscribed to currency JPY"),
    ({"Date": "2009-09-30"}, LOCKED),
    ({"SubTotal": "99.00"}, "The document total does not equal the sum of the lines."),
    ({"Total": "115.01"}, "The document total does not equal the sum of the lines."),
    ({"CurrencyCode": "USD", "CurrencyRate": -1}, "CurrencyRate must be greater than zero."),
    ({"Url": "https://xero.example/1"},
     "Url must be an absolute address and cannot contain the word xero."),
    ({"Url": "crm/1"}, "Url must be an absolute address and cannot contain the word xero."),
    ({"Reference": "r" * 256}, "Reference must be 255 characters or fewer."),
    ({"InvoiceNumber": "n" * 256}, "InvoiceNumber must be 255 characters or fewer."),
    ({"RoundingAmount": "0.11"}, "RoundingAmount must be between -0.10 and 0.10."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_a_header_that_breaks_a_rule_is_refused_in_xeros_words(client, changes, message):
    assert client.refused("PUT", "/Invoices", fields(client, **changes)) == [message]
    assert len(client.xero.organisation.invoices) == 0


DISCOUNT = "The discount rate '{}' is invalid. Discount must not be greater than the line total."
REFUSED_LINES = [
    ({"AccountCode": "999"}, UNKNOWN.format("999")),
    ({"AccountCode": "090"}, UNKNOWN.format("090")),  # a bank account
    ({"AccountCode": "610"}, UNKNOWN.format("610")),  # accounts receivable
    ({"AccountCode": "820"}, UNKNOWN.format("820")),  # GST
    ({"AccountCode": "960"}, UNKNOWN.format("960")),  # retained earnings
    ({"AccountCode": "630"}, UNKNOWN.format("630")),  # inventory, without a tracked item
    ({"AccountCode": None}, UNKNOWN.format("")),
    ({"AccountCode": "205"}, ARCHIVED.format("205")),
    ({"TaxType": "OUTPUT"}, NO_TYPE.format("OUTPUT")),  # deleted
    ({"TaxType": "NOPE"}, NO_TYPE.format("NOPE")),
    ({"TaxType": "INPUT2"}, UNFIT.format("INPUT2", "200")),
    ({"AccountCode": "300", "TaxType": "OUTPUT2"}, UNFIT.format("OUTPUT2", "300")),
    ({"AccountCode": "300", "TaxType": "ZERORATED"}, UNFIT.format("ZERORATED", "300")),
    ({"LineAmount": "99.99"}, "The line total 99.99 does not match the expected line total 100.00"),
    ({"Description": None}, "The description field is mandatory for each line item."),
    ({"Description": "d" * 4001}, "Description must be 4000 characters or fewer."),
    ({"ItemCode": "NOPE"}, "Item code 'NOPE' is not valid"),
    ({"Quantity": "1.234567890123"}, "Quantity must be 13 characters or fewer."),
    ({"Quantity": 1, "UnitAmount": "9999999999.994"}, None),
    ({"Quantity": 2, "UnitAmount": "5000000000"}, "The line amount cannot exceed 9999999999.99."),
    ({"DiscountRate": 101}, "DiscountRate must be between 0 and 100."),
    ({"DiscountAmount": "100.01"}, DISCOUNT.format("100.01")),
    ({"DiscountRate": 100, "LineAmount": 0},
     "The line total -100.00 does not match the expected line total 0.00"),
    ({"DiscountAmount": 100, "LineAmount": 0},
     "The line total -100.00 does not match the expected line total 0.00"),
    ({"TaxType": "NONE", "TaxAmount": "1.00"},
     "A TaxAmount cannot be given for the TaxType NONE, whose rate is zero."),
    ({"Tracking": [{}, {}, {}]}, "A line item can have no more than 2 tracking categories."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), REFUSED_LINES)
def test_a_line_that_breaks_a_rule_is_refused_in_xeros_words(client, changes, message):
    row = fields(client, line(**changes))
    if message is None:
        assert client.make("/Invoices", **row)["SubTotal"] == 9999999999.99
    else:
        assert client.refused("PUT", "/Invoices", row) == [message]


def test_all_that_is_wrong_is_told_at_once_and_echoed_as_recorded(client):
    answer = client.write("PUT", "/Invoices", fields(client, line(AccountCode="999"), DueDate=None))
    [element] = answer.json()["Elements"]
    assert messages(element) == [UNKNOWN.format("999"),
                                 "The document DueDate field must be specified."]  # fmt: skip
    assert element["InvoiceID"] == str(uuid.UUID(int=0))
    assert element["HasErrors"] is True
    assert element["Contact"]["HasValidationErrors"] is False
    assert element["Status"] == "AUTHORISED"
    assert element["LineItems"][0]["AccountCode"] == "999"
    assert element["Payments"] == element["InvoicePaymentServices"] == []


def test_a_draft_loses_an_unknown_account_with_a_warning_and_nothing_else_is_overlooked(client):
    row = fields(client, line(AccountCode="600"), Status="DRAFT", DueDate=None)
    answer = client.write("PUT", "/Invoices", row, summarizeErrors="false").json()["Invoices"][0]
    assert answer["StatusAttributeString"] == "WARNING"
    assert answer["Warnings"] == [{"Message": REMOVED}]
    assert "AccountCode" not in read(client, answer)["LineItems"][0]
    bank = fields(client, line(AccountCode="090"), Status="DRAFT")
    assert client.refused("PUT", "/Invoices", bank) == [UNKNOWN.format("090")]


def test_sent_to_contact_is_for_approved_ones_and_only_a_warning(client):
    row = fields(client, Status="DRAFT", SentToContact=True)
    answer = client.write("PUT", "/Invoices", row, summarizeErrors="false").json()["Invoices"][0]
    assert answer["Warnings"] == [
        {"Message": "Only AUTHORISED invoices may have SentToContact updated."}
    ]
    assert read(client, answer)["SentToContact"] is False
    assert invoice(client, SentToContact=True)["SentToContact"] is True


def test_a_discount_is_for_sales_only(client):
    bill = fields(client, line(AccountCode="300", DiscountRate=5), Type="ACCPAY")
    told = client.refused("PUT", "/Invoices", bill)
    assert told == ["Discounts may not be applied to ACCPAY invoices."]


def test_a_number_is_unique_among_sales_whatever_became_of_its_holder(client):
    first = invoice(client, InvoiceNumber="A-1")
    assert client.refused("PUT", "/Invoices", fields(client, InvoiceNumber="a-1")) == [
        "Invoice # must be unique."
    ]
    other = invoice(client)
    told = client.refused("POST", f"/Invoices/{other['InvoiceID']}", {"InvoiceNumber": "A-1"})
    assert told == ["Invoice # must be unique."]
    change(client, first, Status="VOIDED")
    assert client.refused("PUT", "/Invoices", fields(client, InvoiceNumber="A-1")) == [
        "Invoice # must be unique."
    ]
    for _ in range(2):
        bill = invoice(client, line(AccountCode="300"), Type="ACCPAY", InvoiceNumber="A-1")
        assert bill["InvoiceNumber"] == "A-1"


def test_a_post_with_a_known_number_means_that_invoice(client):
    first = invoice(client, InvoiceNumber="A-1")
    answer = client.write("POST", "/Invoices", {"InvoiceNumber": "A-1", "Reference": "again"})
    assert answer.json()["Invoices"][0]["InvoiceID"] == first["InvoiceID"]
    change(client, first, Status="VOIDED")
    told = client.refused("POST", "/Invoices", fields(client, InvoiceNumber="A-1"))
    assert told == ["Invoice not of valid status for modification"]


def test_missing_numbers_are_counted_on_from_the_highest(client):
    assert invoice(client)["InvoiceNumber"] == "INV-0001"
    invoice(client, InvoiceNumber="INV-0054")
    invoice(client, InvoiceNumber="INV-0002")
    assert invoice(client)["InvoiceNumber"] == "INV-0003"


def test_an_archived_contact_gets_no_new_invoice(client):
    row = invoice(client)
    client.xero.organisation.archive_contact(row["Contact"]["ContactID"])
    same = {"Contact": {"ContactID": row["Contact"]["ContactID"]}}
    [told] = client.refused("PUT", "/Invoices", fields(client, **same))
    assert told.startswith("The contact with the specified contact details has been archived.")
    by_name = fields(client, Contact={"Name": "ABC Furniture"})
    assert client.refused("PUT", "/Invoices", {**by_name})[0] == told
    assert change(client, row, **same, Reference="still mine")["Reference"] == "still mine"


def test_an_unknown_contact_is_a_404_for_the_whole_batch(client):
    row = fields(client, Contact={"ContactID": str(uuid.uuid4())})
    answer = client.write("PUT", "/Invoices", fields(client), row, summarizeErrors="false")
    assert answer.status_code == 404
    assert len(client.xero.organisation.invoices) == 0


def test_a_contact_with_more_than_its_id_is_rewritten_and_loses_its_persons(client):
    made = client.create(Name="A", ContactPersons=[{"FirstName": "Sue"}], FirstName="Al")
    only_id = {"ContactID": made["ContactID"], "HasValidationErrors": False}
    invoice(client, Contact=only_id)
    contact = client.xero.organisation.contacts[made["ContactID"]]
    assert contact.persons[0]["FirstName"] == "Sue"
    assert contact.get("IsCustomer") is True
    invoice(client, Contact={**only_id, "FirstName": "Bo"})
    contact = client.xero.organisation.contacts[made["ContactID"]]
    assert (contact.persons, contact.get("FirstName")) == ([], "Bo")
    told = client.refused(
        "PUT", "/Invoices", fields(client, Contact={**only_id, "EmailAddress": "x"})
    )
    assert told == ["Email address must be valid"]


def test_a_contact_is_found_by_name_or_made(client):
    known = contact_id(client)
    assert invoice(client, Contact={"Name": "abc furniture"})["Contact"]["ContactID"] == known
    made = invoice(client, Contact={"Name": "New Ltd"})["Contact"]
    assert client.names(where='Name=="New Ltd"') == ["New Ltd"]
    assert made["Name"] == "New Ltd"


def test_a_refused_invoice_leaves_no_new_contact_behind(client):
    row = fields(client, line(AccountCode="999"), Contact={"Name": "New Ltd"})
    client.write("PUT", "/Invoices", row, summarizeErrors="false")
    assert "New Ltd" not in client.names()


def test_in_a_locked_period_nothing_moves(client):
    row = invoice(client, Date="2026-03-01")
    client.xero.organisation.lock_period(datetime(2026, 3, 1, tzinfo=timezone.utc))
    locked = LOCKED.replace("30-Sep-2009", "01-Mar-2026")
    path = f"/Invoices/{row['InvoiceID']}"
    for changes in ({"Reference": "x"}, {"Date": "2026-04-01"}, {"Status": "VOIDED"}):
        assert client.refused("POST", path, changes) == [locked]
    client.xero.organisation.lock_period(None)
    assert change(client, row, Status="VOIDED")["Status"] == "VOIDED"


def test_the_end_of_the_year_is_locked_too(client):
    books = client.xero.organisation
    books._change_books(profile={**books.books.profile, "EndOfYearLockDate": "2026-03-31"})
    told = client.refused("PUT", "/Invoices", fields(client, Date="2026-03-31"))
    assert told == [
        "The document date cannot be before the end of year lock date, currently set at 31-Mar-2026"
    ]


def test_what_is_paid_in_part_keeps_all_but_a_few_fields(client):
    row = invoice(client)
    pay(client, row, 10)
    path, [kept] = f"/Invoices/{row['InvoiceID']}", row["LineItems"]
    settled = "This document cannot be edited as it has a payment or credit note allocated to it."
    for changes in (
        {"Date": "2026-10-01"},
        {"CurrencyCode": "USD"},
        {"LineAmountTypes": "Inclusive"},
        {"LineItems": [{"LineItemID": kept["LineItemID"], "Quantity": 3}]},
    ):
        assert client.refused("POST", path, changes) == [settled]
    no_id = {"LineItems": [LINE]}
    assert client.refused("POST", path, no_id) == [
        "To update fields on a paid invoice line item, you must supply a LineItemID"
    ]
    changed = change(
        client, row, Reference="r", InvoiceNumber="N-1", DueDate="2027-01-31", Status="AUTHORISED",
        LineItems=[{**kept, "Description": "Better", "AccountCode": "260"}],
    )  # fmt: skip
    assert (changed["Reference"], changed["InvoiceNumber"]) == ("r", "N-1")
    [line_now] = changed["LineItems"]
    assert (line_now["Description"], line_now["AccountCode"]) == ("Better", "260")
    assert (changed["Total"], changed["AmountDue"]) == (115, 105)


def test_the_contact_may_change_unless_a_credit_note_was_applied(client):
    row, other = invoice(client), contact_id(client, "Other")
    pay(client, row, 10)
    assert change(client, row, Contact={"ContactID": other})["Contact"]["ContactID"] == other
    client.xero.organisation.apply_credit_note(row["InvoiceID"], 5)
    back = {"Contact": {"ContactID": contact_id(client)}}
    assert len(client.refused("POST", f"/Invoices/{row['InvoiceID']}", back)) == 1


UNREADABLE = [
    {"Type": "SALE"}, {"Status": "SENT"}, {"LineAmountTypes": "EXCLUSIVE"}, {"Date": "1/2/2026"},
    {"LineItems": {}}, {"LineItems": ["x"]}, {"LineItems": [{"Quantity": "two"}]},
    {"LineItems": [{"UnitAmount": True}]}, {"LineItems": [{"UnitAmount": "1e400"}]},
    {"LineItems": [{"LineItemID": "1"}]}, {"Contact": "ABC"}, {"InvoiceID": "7"},
    {"LineItems": [{"AccountCode": 200}]}, {"SentToContact": "yes"}, {"Contact": {"ContactID": 7}},
]  # fmt: skip


@pytest.mark.parametrize("changes", UNREADABLE)
def test_what_cannot_be_read_fails_the_whole_request(client, changes):
    answer = client.write(
        "PUT", "/Invoices", fields(client), fields(client, **changes), summarizeErrors="false"
    )
    assert answer.status_code == 400
    assert answer.json()["Type"] == "PostDataInvalidException"
    assert len(client.xero.organisation.invoices) == 0
