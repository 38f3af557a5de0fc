"""Totals that a person types over, CIS deductions, invoices of nothing, and numberless ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import Client
from tests.simulator.documents import LINE, change, contact_id, fields, invoice, pay, read
from xero_simulator.readings import Readings


def listed(client: Client, row: dict[str, Any]) -> dict[str, Any]:
    """The invoice as a page of the list shows it."""
    rows = client.get("/Invoices", page="1", unitdp="4").json()["Invoices"]
    return next(each for each in rows if each["InvoiceID"] == row["InvoiceID"])


def typed_over(client: Client, total: str = "115.05") -> dict[str, Any]:
    row = invoice(client)
    client.xero.organisation.type_total(row["InvoiceID"], total)
    return row


def test_a_total_typed_over_is_a_rounding_amount_by_id_and_only_a_total_in_lists(
    client: Client,
) -> None:
    row = typed_over(client)
    found = read(client, row)
    assert (found["SubTotal"], found["TotalTax"], found["Total"]) == (100, 15, 115.05)
    assert (found["RoundingAmount"], found["EnteredTotal"], found["AmountDue"]) == (
        0.05, 115.05, 115.05,
    )  # fmt: skip
    in_list = listed(client, row)
    assert in_list["Total"] == 115.05
    assert not {"RoundingAmount", "EnteredTotal"} & in_list.keys()


@pytest.mark.parametrize(("forgets", "total"), [(False, 115.05), (True, 115)])
def test_an_update_that_mentions_no_rounding_is_read_either_way(
    client: Client, forgets: bool, total: float
) -> None:
    row = typed_over(client)
    client.xero.organisation.readings = Readings(forgets_rounding=forgets)
    assert change(client, row, Reference="x")["Total"] == total


@pytest.mark.parametrize("forgets", [False, True])
def test_a_rounding_that_is_sent_with_its_totals_stays(client: Client, forgets: bool) -> None:
    row = typed_over(client)
    client.xero.organisation.readings = Readings(forgets_rounding=forgets)
    told = {"SubTotal": 100, "TotalTax": 15, "Total": "115.05", "RoundingAmount": "0.05"}
    assert change(client, row, Reference="x", **told)["Total"] == 115.05


def test_nobody_types_over_more_than_ten_cents_or_what_is_paid(client: Client) -> None:
    row = typed_over(client)
    with pytest.raises(ValueError, match="between"):
        client.xero.organisation.type_total(row["InvoiceID"], "115.11")
    pay(client, row, "5")
    with pytest.raises(ValueError, match="payment"):
        client.xero.organisation.type_total(row["InvoiceID"], "115")


def test_a_cis_deduction_is_not_due_and_changes_no_total(client: Client) -> None:
    row = invoice(client)
    client.xero.organisation.deduct_cis(row["InvoiceID"], "20")
    found = listed(client, row)
    assert (found["Total"], found["AmountDue"]) == (115, 95)
    assert (found["CISDeduction"], found["CISRate"]) == (20, 20)
    pay(client, row, "95")
    found = read(client, row)
    assert (found["Status"], found["AmountPaid"], found["AmountDue"]) == ("PAID", 95, 0)


def test_an_invoice_of_nothing_is_paid_once_it_is_approved_and_takes_no_change(
    client: Client,
) -> None:
    free = {**LINE, "UnitAmount": 0}
    draft = invoice(client, free, Status="DRAFT")
    assert draft["Status"] == "DRAFT"
    assert change(client, draft, Status="AUTHORISED")["Status"] == "PAID"
    assert invoice(client, free)["Status"] == "PAID"
    path = f"/Invoices/{draft['InvoiceID']}"
    assert client.refused("POST", path, {"Status": "AUTHORISED", "Reference": "x"}) == [
        "Invoice not of valid status for modification"
    ]


def test_no_screen_gives_a_closed_invoice_of_nothing_another_total(client: Client) -> None:
    closed = invoice(client, {**LINE, "UnitAmount": 0})
    key, line = closed["InvoiceID"], closed["LineItems"][0]["LineItemID"]
    people, priced = client.xero.organisation, [{"LineItemID": line, "UnitAmount": 10}]
    for edit in (
        lambda: people.edit_invoice(key, LineItems=priced),
        lambda: people.edit_invoice(key, LineItems=[{**LINE, "UnitAmount": 10}]),
        lambda: people.type_total(key, "0.05"),
        lambda: people.deduct_cis(key, "0"),
    ):
        with pytest.raises(ValueError, match=r"edited|LineItemID"):
            edit()
    assert client.refused("POST", f"/Invoices/{key}", {"LineItems": priced})
    assert (read(client, closed)["Status"], read(client, closed)["Total"]) == ("PAID", 0)
    assert change(client, closed, Reference="x")["Reference"] == "x"


def test_no_screen_deducts_anew_from_what_is_partly_paid(client: Client) -> None:
    row = invoice(client)
    pay(client, row, "5")
    with pytest.raises(ValueError, match="payment"):
        client.xero.organisation.deduct_cis(row["InvoiceID"], "20")


def test_an_invoice_without_a_number_is_made_by_people_and_keeps_none(client: Client) -> None:
    sent = fields(client, InvoiceNumber="")
    assert invoice(client, InvoiceNumber="")["InvoiceNumber"] == "INV-0001"
    made = client.xero.organisation.add_invoice_in_xero(**sent)
    row = {"InvoiceID": made.document_id}
    assert read(client, row)["InvoiceNumber"] == ""
    assert change(client, row, Reference="x")["InvoiceNumber"] == ""


def test_a_tax_that_avalara_computed_has_an_amount_of_its_own(client: Client) -> None:
    organisation = client.xero.organisation
    usual = next(each for each in organisation.books.tax_rates if each["TaxType"] == "OUTPUT2")
    nothing = {"TaxComponents": [], "EffectiveRate": Decimal(0), "DisplayTaxRate": Decimal(0)}
    rate = {**usual, **nothing, "TaxType": "AVALARA", "Name": "Auto Sales Tax"}
    organisation.load_tax_rates([rate])
    line = {**LINE, "TaxType": "AVALARA", "TaxAmount": "8.25"}
    made = organisation.add_invoice_in_xero(
        Contact={"ContactID": contact_id(client)}, LineItems=[line]
    )
    assert (made.total_tax, made.total) == (Decimal("8.25"), Decimal("108.25"))
