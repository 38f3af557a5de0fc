"""Amounts, discounts, tax: as recorded, and as an independent computation has them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.client import Client
from tests.simulator.documents import LINE, change, contact_id, fields, invoice, read
from tests.unit.xero_oracle import line_cents, tax_cents
from xero_simulator import Simulator


def test_tax_within_an_amount_is_as_recorded(client):
    row = invoice(client, {**LINE, "Quantity": 1, "UnitAmount": "541.25"},
                  LineAmountTypes="Inclusive")  # fmt: skip
    assert (row["TotalTax"], row["SubTotal"], row["Total"]) == (70.60, 470.65, 541.25)


def test_tax_on_an_amount_is_as_recorded(client):
    row = invoice(client, {**LINE, "Quantity": 2, "UnitAmount": "10.50"})
    assert (row["SubTotal"], row["TotalTax"], row["Total"]) == (21.0, 3.15, 24.15)


def test_no_tax_is_no_tax(client):
    row = invoice(client, LineAmountTypes="NoTax")
    assert (row["TotalTax"], row["Total"]) == (0, 100)
    assert row["LineItems"][0]["TaxType"] == "NONE"


def test_tax_is_rounded_by_line_and_then_summed(client):
    cheap = {**LINE, "Quantity": 1, "UnitAmount": "0.10"}  # 15% of it is half a cent up
    row = invoice(client, *[cheap] * 10)
    assert row["TotalTax"] == 0.20
    together = invoice(client, {**cheap, "Quantity": 10})
    assert together["TotalTax"] == 0.15


def test_a_compound_rate_is_charged_on_the_other_tax(client):
    tax_type = client.xero.organisation.add_tax_rate(
        "Both", [{"Name": "A", "Rate": "5"}, {"Name": "B", "Rate": "9.975", "IsCompound": True}]
    )
    row = invoice(client, {**LINE, "TaxType": tax_type})
    assert row["TotalTax"] == 15.47  # 5 + 9.975% of 105, which is 15.47375


def test_a_tax_amount_that_is_sent_stands_and_a_new_amount_computes_it_anew(client):
    row = invoice(client, {**LINE, "TaxAmount": "15.01"})
    assert (row["TotalTax"], row["Total"]) == (15.01, 115.01)
    [line] = row["LineItems"]
    echoed = change(client, row, LineItems=[{**line, "Description": "Same"}])
    assert echoed["TotalTax"] == 15.01
    [line] = change(client, row, LineItems=[
        {"LineItemID": line["LineItemID"], "Description": "Only this"}])["LineItems"]  # fmt: skip
    assert line["TaxAmount"] == 15.01
    anew = change(client, row, LineItems=[{"LineItemID": line["LineItemID"], "Quantity": 4}])
    assert (anew["SubTotal"], anew["TotalTax"]) == (200, 30)


@pytest.mark.parametrize(
    ("sent", "quantity", "price", "amount"),
    [
        ({"UnitAmount": 10}, 1, 10, 10),
        ({"LineAmount": 30, "Quantity": 3}, 3, 10, 30),
        ({"LineAmount": 30, "UnitAmount": 10}, 3, 10, 30),
        ({"LineAmount": 30}, 1, 30, 30),
        ({"Quantity": "2.5", "UnitAmount": "-4"}, 2.5, -4, -10),
        ({"Quantity": 3, "UnitAmount": 10, "DiscountRate": "33.33"}, 3, 10, 20),
        ({"Quantity": 3, "UnitAmount": 10, "DiscountAmount": "0.50"}, 3, 10, 29.50),
        ({"Quantity": 3, "UnitAmount": 10, "DiscountRate": 0, "DiscountAmount": 0}, 3, 10, 30),
    ],
)
def test_what_is_left_out_of_a_line_is_computed(client, sent, quantity, price, amount):
    base = {"Description": "x", "AccountCode": "200"}
    row = invoice(client, {**base, **sent}, {**LINE, "UnitAmount": 100})
    line = row["LineItems"][0]
    assert (line["Quantity"], line["UnitAmount"], line["LineAmount"]) == (quantity, price, amount)


def test_a_line_of_text_only_is_legal_and_can_be_sent_back(client):
    row = invoice(client, LINE, {"Description": "Thank you"})
    [_, text] = row["LineItems"]
    assert set(text) == {"LineItemID", "Description", "Tracking", "ValidationErrors"}
    again = change(client, row, LineItems=row["LineItems"])
    assert again["LineItems"] == row["LineItems"]
    assert again["Total"] == 115


def test_four_decimals_need_unitdp_on_the_write_and_on_the_read(client):
    exact = {**LINE, "Quantity": 1000, "UnitAmount": "0.1234"}
    cut = client.write("PUT", "/Invoices", fields(client, exact)).json()["Invoices"][0]
    assert (cut["LineItems"][0]["UnitAmount"], cut["SubTotal"]) == (0.12, 120)
    kept = invoice(client, exact)
    assert (kept["LineItems"][0]["UnitAmount"], kept["SubTotal"]) == (0.1234, 123.4)
    path = f"/Invoices/{kept['InvoiceID']}"
    assert client.one(path)["LineItems"][0]["UnitAmount"] == 0.12
    assert client.one(path)["SubTotal"] == 123.4
    assert read(client, kept)["LineItems"][0]["UnitAmount"] == 0.1234


def test_a_rounding_amount_counts_only_with_totals_that_agree(client):
    told = {"SubTotal": 100, "TotalTax": 15, "Total": "115.05"}
    assert len(client.refused("PUT", "/Invoices", fields(client, **told))) == 1
    row = invoice(client, **told, RoundingAmount="0.05")
    assert (row["Total"], row["RoundingAmount"], row["AmountDue"]) == (115.05, 0.05, 115.05)
    assert invoice(client, RoundingAmount="0.05")["Total"] == 115


def test_a_foreign_invoice_has_the_rate_of_the_day_unless_one_is_sent(client):
    assert invoice(client, CurrencyCode="USD")["CurrencyRate"] == 0.595238
    assert invoice(client, CurrencyCode="USD", CurrencyRate="0.6")["CurrencyRate"] == 0.6
    assert invoice(client, CurrencyRate="0.6")["CurrencyRate"] == 1


# -- against arithmetic that shares nothing with the simulator ------------------------------------

RATES = ["NONE", "OUTPUT2", "TAX001", "TAX002", "ZERORATED"]


def computed(lines, types, rates):
    """SubTotal, TotalTax and Total in cents."""
    amount = sum(map(line_cents, lines))
    tax = sum(tax_cents(line, types, rates) for line in lines)
    sub_total = amount - tax if types == "Inclusive" else amount
    return [sub_total, tax, sub_total + tax]


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "Quantity": st.decimals(0, 500, places=3).map(str),
            "UnitAmount": st.decimals(0, 2000, places=4).map(str),
            "TaxType": st.sampled_from(RATES),
        },
        optional={"DiscountRate": st.decimals(0, 100, places=2).map(str)},
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def world():
    with Simulator(seed=1, minute_limit=90_000, day_limit=90_000) as xero:
        add = xero.organisation.add_tax_rate
        add("Two", [{"Name": "A", "Rate": "15"}, {"Name": "B", "Rate": "2"}])
        add("On top", [{"Name": "A", "Rate": "5"},
                       {"Name": "B", "Rate": "9.975", "IsCompound": True}])  # fmt: skip
        yield xero.organisation, contact_id(Client(xero))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, types=st.sampled_from(["Exclusive", "Inclusive", "NoTax"]))
def test_totals_agree_with_an_independent_computation(world, lines, types):
    organisation, contact = world
    rows = [{"Description": "x", "AccountCode": "200", **line} for line in lines]
    document = organisation.add_invoice_in_xero(
        Contact={"ContactID": contact}, LineItems=rows, LineAmountTypes=types
    )
    rates = {rate["TaxType"]: rate for rate in organisation.books.tax_rates}
    found = [document.sub_total, document.total_tax, document.total]
    assert [amount * 100 for amount in found] == computed(lines, types, rates)
