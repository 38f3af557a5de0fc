"""Organisation, Accounts, TaxRates, Currencies: complete, filtered, never paged."""

import pytest

from tests.simulator.client import Client
from tests.support.openapi import OPENAPI_FILE, openapi_validators
from xero_simulator import NewOrganisation, Simulator


def test_every_answer_of_these_tests_is_held_against_xeros_own_description():
    if not OPENAPI_FILE.exists():
        pytest.skip(f"left out: {OPENAPI_FILE.name} is not here; XERO_OPENAPI names it")
    assert {
        "Contacts",
        "Accounts",
        "TaxRates",
        "Currencies",
        "Organisations",
        "Actions",
        "Error",
        "Items",
        "Invoices",
        "Payments",
        "CreditNotes",
        "Overpayments",
        "Prepayments",
        "Allocations",
        "Allocation",
    } <= (set(openapi_validators()))


def test_the_demo_company_is_the_recorded_one(client):
    [profile] = client.get("/Organisation").json()["Organisations"]
    assert profile["Name"] == "Demo Company (NZ)"
    assert profile["BaseCurrency"] == "NZD"
    assert profile["IsDemoCompany"] is True
    assert profile["ShortCode"] == "!Qj35V"
    assert profile["Timezone"] == "NEWZEALANDSTANDARDTIME"
    assert profile["PeriodLockDate"] == "/Date(1254268800000+0000)/"
    accounts = {a["Code"]: a for a in client.get("/Accounts").json()["Accounts"]}
    assert accounts["090"]["AccountID"] == "ac993f75-035b-433c-82e0-7b7a2d40802c"
    assert accounts["200"]["AccountID"] == "7d05a53d-613d-4eb2-a2fc-dcb6adb80b80"
    assert accounts["860"]["SystemAccount"] == "ROUNDING"
    assert "SystemAccount" not in accounts["200"]


def test_new_zealands_tax_rates_are_the_recorded_ones_deleted_ones_too(client):
    answer = client.get("/TaxRates")
    rates = {r["TaxType"]: r for r in answer.json()["TaxRates"]}
    assert set(rates) == {
        "INPUT",
        "OUTPUT",
        "INPUT2",
        "OUTPUT2",
        "GSTONIMPORTS",
        "NONE",
        "ZERORATED",
    }
    assert rates["INPUT"]["Status"] == "DELETED"
    assert rates["INPUT2"]["CanApplyToRevenue"] is False
    assert rates["OUTPUT2"]["CanApplyToExpenses"] is False
    assert '"EffectiveRate":15.0000' in answer.text


@pytest.mark.parametrize(
    ("path", "where", "count"),
    [
        ("/Accounts", 'Type=="BANK"', 2),
        ("/Accounts", 'Status=="ARCHIVED"', 2),
        ("/Accounts", 'Status=="ARCHIVED" AND Class=="LIABILITY"', 0),
        ("/Accounts", 'SystemAccount=="ROUNDING"', 1),
        ("/TaxRates", 'TaxType=="OUTPUT2"', 1),
        ("/Currencies", 'Code=="USD"', 1),
    ],
)
def test_they_can_be_filtered(client, path, where, count):
    answer = client.get(path, where=where)
    assert len(answer.json()[path[1:]]) == count


def test_they_can_be_ordered_and_are_never_paged(client):
    codes = [c["Code"] for c in client.get("/Currencies", order="Code DESC").json()["Currencies"]]
    assert codes == ["USD", "NZD", "GBP", "EUR", "AUD"]
    body = client.get("/Accounts", page=1, pageSize=1).json()
    assert len(body["Accounts"]) > 40
    assert "pagination" not in body


def test_accounts_know_if_modified_since(client):
    header = {"If-Modified-Since": "2100-01-01T00:00:00"}
    assert client.get("/Accounts", headers=header).json()["Accounts"] == []
    header = {"If-Modified-Since": "2020-01-01T00:00:00"}
    assert len(client.get("/Accounts", headers=header).json()["Accounts"]) > 40


@pytest.mark.parametrize("country", ["NZ", "AU", "GB", "US", "CA"])
def test_organisations_of_other_countries_hold_together(country):
    """Each has rates for its accounts, and its answers are what Xero's description allows."""
    with Simulator(organisations=[NewOrganisation("One", country, "EUR")]) as xero:
        client = Client(xero)
        types = {rate["TaxType"] for rate in client.get("/TaxRates").json()["TaxRates"]}
        accounts = client.get("/Accounts").json()["Accounts"]
        assert {account["TaxType"] for account in accounts} <= types
        [profile] = client.get("/Organisation").json()["Organisations"]
        assert profile["CountryCode"] == country
        currencies = client.get("/Currencies").json()["Currencies"]
        assert [currency["Code"] for currency in currencies] == ["EUR"]


def test_there_are_books_for_five_countries():
    with pytest.raises(ValueError, match="no books for FR"):
        Simulator(organisations=[NewOrganisation("Un", "FR", "EUR")])
