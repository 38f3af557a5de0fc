"""What people do in Xero's own screens, behind the client's back, and how the API shows it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.simulator.client import Client


def test_a_contact_added_by_hand_is_there_with_what_the_api_cannot_write(client):
    by_hand = client.xero.organisation.add_contact_in_xero(
        Name="By hand",
        Website="https://hand.example",
        Discount=Decimal("12.5"),
        IsCustomer=True,
        Balances={"AccountsReceivable": {"Outstanding": Decimal("760.00"), "Overdue": Decimal(0)}},
    )
    answer = client.get(f"/Contacts/{by_hand.contact_id}")
    [contact] = answer.json()["Contacts"]
    assert contact["Website"] == "https://hand.example"
    assert contact["IsCustomer"] is True
    assert '"Discount":12.5' in answer.text
    assert '"Outstanding":760.00' in answer.text  # a number, with the digits it has


def test_a_change_by_hand_is_a_change(client):
    created = client.create(Name="A")
    client.xero.clock.advance(timedelta(seconds=2))
    client.xero.organisation.edit_contact(created["ContactID"], Name="B", EmailAddress="b@c.nz")
    [contact] = client.get("/Contacts").json()["Contacts"]
    assert (contact["Name"], contact["EmailAddress"]) == ("B", "b@c.nz")
    assert contact["UpdatedDateUTC"] > created["UpdatedDateUTC"]
    assert client.put({"Name": "A"}).status_code == 200


def test_a_person_can_restore_what_the_api_cannot(client):
    created = client.create(Name="A")
    client.xero.organisation.archive_contact(created["ContactID"])
    client.xero.organisation.restore_contact(created["ContactID"])
    assert client.post({"ContactID": created["ContactID"], "Name": "B"}).status_code == 200


def test_names_are_unique_in_the_screens_too(client):
    one, _ = client.create(Name="A"), client.create(Name="B")
    organisation = client.xero.organisation
    for act in (
        lambda: organisation.add_contact_in_xero(Name="b"),
        lambda: organisation.edit_contact(one["ContactID"], Name="b"),
        lambda: organisation.merge_contacts(one["ContactID"], one["ContactID"]),
    ):
        with pytest.raises(ValueError, match=r"already named|into another"):
            act()


def test_a_locked_period_and_reference_data_changed_by_hand_show(client):
    organisation = client.xero.organisation
    organisation.lock_period(client.xero.clock())
    tax_type = organisation.add_tax_rate(
        "Québec",
        [{"Name": "GST", "Rate": "5"}, {"Name": "QST", "Rate": "8.5", "IsCompound": True}],
    )
    organisation.edit_tax_rate("ZERORATED", Status="DELETED")
    organisation.edit_account("200", Name="Turnover")
    organisation.add_currency("JPY", "Japanese Yen")
    [profile] = client.get("/Organisation").json()["Organisations"]
    assert profile["PeriodLockDate"].startswith("/Date(1")
    answer = client.get("/TaxRates", where=f'TaxType=="{tax_type}"')
    assert tax_type == "TAX001"
    assert '"EffectiveRate":13.9250' in answer.text
    [deleted] = client.get("/TaxRates", where='TaxType=="ZERORATED"').json()["TaxRates"]
    assert deleted["Status"] == "DELETED"
    assert client.get("/Accounts", where='Name=="Turnover"').json()["Accounts"][0]["Code"] == "200"
    assert client.put({"Name": "A", "DefaultCurrency": "JPY"}).status_code == 200
    organisation.lock_period(None)
    [profile] = client.get("/Organisation").json()["Organisations"]
    assert "PeriodLockDate" not in profile


def test_calls_are_counted(xero):
    client = Client(xero)
    xero.reset_calls()
    client.put({"Name": "A"}, key="k1")
    client.get("/Contacts", page=1)
    first, second = xero.calls
    assert (first.method, first.path, first.status) == ("PUT", "/api.xro/2.0/Contacts", 200)
    assert first.tenant == xero.organisation.tenant_id
    assert first.idempotency_key == "k1"
    assert second.query == "page=1"
