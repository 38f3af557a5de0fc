"""What Xero is reported to do with lines of nothing, with discounts and with signs."""

from dataclasses import replace

import pytest

from tests.simulator.documents import LINE, change, fields, invoice, read
from xero_simulator.readings import HeadUpdate, Readings

CODES = ("AccountCode", "TaxType")


def row(**changes):
    return {**LINE, "Quantity": 1, "UnitAmount": 10, **changes}


def listed(client, row):
    [found] = client.get("/Invoices", IDs=row["InvoiceID"], page=1).json()["Invoices"]
    return found


@pytest.mark.parametrize("nothing", [{"UnitAmount": 0}, {"Quantity": 0}, {"DiscountRate": 100}])
def test_an_approved_line_of_nothing_has_neither_account_nor_tax(client, nothing):
    # [L1]
    made = invoice(client, row(), row(**nothing))
    paid, free = made["LineItems"]
    assert [paid[code] for code in CODES] == ["200", "OUTPUT2"]
    assert not free.keys() & set(CODES)


def test_a_draft_keeps_them_until_it_is_approved(client):
    made = invoice(client, row(), row(UnitAmount=0), Status="DRAFT")
    assert made["LineItems"][1]["TaxType"] == "OUTPUT2"
    change(client, made, Status="AUTHORISED")
    assert "TaxType" not in read(client, made)["LineItems"][1]


def test_what_was_read_of_a_free_line_may_be_sent_again(client):
    # [L13]
    made = invoice(client, row(), row(UnitAmount=0))
    again = change(client, made, LineItems=made["LineItems"])
    assert again["LineItems"] == made["LineItems"]


def test_of_a_discount_a_page_shows_the_rate_alone_and_one_document_all(client):
    # [L3]
    given = row(UnitAmount="2250.45", DiscountAmount="750.45")
    made = invoice(client, given)
    for document in (made, read(client, made)):
        [found] = document["LineItems"]
        assert (found["DiscountRate"], found["DiscountAmount"]) == (33.35, 750.45)
        assert found["DiscountEnteredAsPercent"] is False
        assert document["TotalDiscount"] == 750.45
    [found] = listed(client, made)["LineItems"]
    assert found["DiscountRate"] == 33.35
    assert "DiscountAmount" not in found
    assert found["LineAmount"] == 1500.0


def test_the_rate_wins_where_both_are_sent(client):
    # [L4]
    made = invoice(client, row(DiscountRate=5, DiscountAmount=3))
    assert made["LineItems"][0]["LineAmount"] == 9.5


HEAD_ALONE = [(HeadUpdate.RECOMPUTES, 1499.92), (HeadUpdate.KEEPS, 1500.0)]


@pytest.mark.parametrize(("how", "amount"), HEAD_ALONE)
def test_an_update_of_the_head_alone_may_recompute_a_discount(client, how, amount):
    # [L5]
    client.xero.organisation.readings = replace(Readings(), head_update=how)
    given = row(UnitAmount="2250.45", DiscountAmount="750.45")
    made = invoice(client, given)
    change(client, made, Reference="Other")
    assert read(client, made)["SubTotal"] == amount


def test_or_be_refused(client):
    # [L5]
    client.xero.organisation.readings = replace(Readings(), head_update=HeadUpdate.REFUSES)
    given = row(UnitAmount="2250.45", DiscountAmount="750.45")
    made = invoice(client, given)
    sent = {"InvoiceID": made["InvoiceID"], "Reference": "Other"}
    assert client.refused("POST", "/Invoices", sent) == [
        "The line total 1500.00 does not match the expected line total 1499.92"
    ]


def test_an_approved_line_of_less_than_half_a_cent_is_refused(client):
    # [L6]
    small = row(Quantity=2, UnitAmount="0.001")
    assert client.refused("PUT", "/Invoices", fields(client, small), unitdp=4) == [
        "Account must be valid.",
        "Tax rate must be valid.",
    ]
    assert client.write("PUT", "/Invoices", fields(client, small, Status="DRAFT"), unitdp=4).ok


TOO_MUCH = "The discount rate '{}' is invalid. Discount must not be greater than the line total."
SIGNS = [
    ({"UnitAmount": -50, "DiscountAmount": 5}, TOO_MUCH.format("5.00")),
    ({"UnitAmount": -50, "DiscountAmount": 0}, TOO_MUCH.format("0.00")),
    ({"UnitAmount": "27.826", "DiscountAmount": "27.826"}, TOO_MUCH.format("27.83")),
    ({"Quantity": -1}, "The quantity value '-1.0000' is invalid. Quantity must not be less than "
                       "zero."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), SIGNS)
def test_signs_and_discounts_that_the_api_refuses(client, changes, message):
    # [L2] [L7] [L8]
    sent = fields(client, row(**changes), Status="DRAFT")
    assert client.refused("PUT", "/Invoices", sent, unitdp=4) == [message]


def test_a_negative_price_and_a_rate_on_it_are_taken(client):
    # [L7] [L8]
    lines = [row(UnitAmount=50), row(UnitAmount=-20, DiscountRate=25)]
    made = invoice(client, *lines)
    assert made["SubTotal"] == 35.0


def test_a_person_may_type_a_negative_quantity(client):
    contact = fields(client, row())["Contact"]
    books = client.xero.organisation
    made = books.add_invoice_in_xero(Contact=contact, LineItems=[row(Quantity=-1)])
    assert made.total < 0
