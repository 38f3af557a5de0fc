"""Writing contacts: PUT creates, POST creates or updates, updates are sparse, batches hold."""

import uuid
from datetime import timedelta

import pytest

FULL = {
    "Name": "Acme Parts Co.",
    "ContactNumber": "SB2",
    "AccountNumber": "1234567",
    "FirstName": "Blake",
    "LastName": "Kohler",
    "EmailAddress": "bk@krave.example",
    "TaxNumber": "123-22-3456",
    "DefaultCurrency": "USD",
    "Addresses": [
        {
            "AddressType": "STREET",
            "AddressLine1": "1 Fake St",
            "City": "Ōtaki",
            "Country": "NZ",
        },
        {"AddressType": "POBOX", "AddressLine1": "PO Box 1", "AttentionTo": "Blake"},
    ],
    "Phones": [
        {"PhoneType": "DEFAULT", "PhoneNumber": "408-0914", "PhoneAreaCode": "604"},
        {"PhoneType": "MOBILE", "PhoneNumber": "999-44"},
    ],
    "ContactPersons": [{"FirstName": "Sue", "EmailAddress": "sue@krave.example"}],
    "PaymentTerms": {"Sales": {"Day": 10, "Type": "DAYSAFTERBILLMONTH"}},
}


def by_type(rows, name):
    return {row[name]: row for row in rows}


def test_the_envelope_is_xeros(client):
    body = client.put({"Name": "A"}).json()
    assert list(body) == ["Id", "Status", "ProviderName", "DateTimeUTC", "Contacts"]
    uuid.UUID(body["Id"])
    assert body["Status"] == "OK"
    assert body["ProviderName"] == "Demo app"
    assert body["DateTimeUTC"].startswith("/Date(")
    assert body["DateTimeUTC"].endswith(")/")
    assert "+" not in body["DateTimeUTC"]


def test_put_creates_what_was_sent_and_get_returns_it(client):
    created = client.create(**FULL)
    [read] = client.get(f"/Contacts/{created['ContactID']}").json()["Contacts"]
    for name in ("Name", "ContactNumber", "FirstName", "EmailAddress", "TaxNumber"):
        assert created[name] == read[name] == FULL[name]
    assert by_type(read["Addresses"], "AddressType")["STREET"] == {
        "AddressType": "STREET",
        "City": "Ōtaki",
        "Region": "",
        "PostalCode": "",
        "Country": "NZ",
        "AddressLine1": "1 Fake St",
    }
    assert by_type(read["Phones"], "PhoneType")["DEFAULT"]["PhoneNumber"] == "408-0914"
    assert read["PaymentTerms"] == FULL["PaymentTerms"]
    assert read["ContactPersons"] == [
        {"FirstName": "Sue", "EmailAddress": "sue@krave.example", "IncludeInEmails": False}
    ]
    assert read["UpdatedDateUTC"].endswith("+0000)/")


def test_a_contact_always_has_two_addresses_and_four_phones(client):
    created = client.create(Name="A")
    assert [row["AddressType"] for row in created["Addresses"]] == ["STREET", "POBOX"]
    kinds = [row["PhoneType"] for row in created["Phones"]]
    assert kinds == ["DEFAULT", "DDI", "FAX", "MOBILE"]
    assert set(created["Phones"][0].values()) == {"DEFAULT", ""}


def test_a_customer_flag_that_is_sent_is_not_taken(client):
    created = client.create(Name="A", IsCustomer=True)
    assert created["IsCustomer"] is False
    [read] = client.get(f"/Contacts/{created['ContactID']}").json()["Contacts"]
    assert read["IsCustomer"] is False


def test_read_only_elements_are_ignored(client):
    created = client.create(Name="A", Website="https://a.example", Discount=5)
    assert "Website" not in created
    assert "Discount" not in created


def test_a_bare_object_and_any_case_of_the_collection_will_do(client):
    assert client("PUT", "/Contacts", json={"Name": "Bare"}).status_code == 200
    assert client("PUT", "/Contacts", json={"contacts": [{"Name": "Lower"}]}).status_code == 200
    assert client.names() == ["Bare", "Lower"]


def test_an_update_changes_what_is_sent_and_keeps_the_rest(client):
    created = client.create(**FULL)
    client.post({"ContactID": created["ContactID"], "LastName": "Kohl", "FirstName": None})
    [read] = client.get(f"/Contacts/{created['ContactID']}").json()["Contacts"]
    assert read["LastName"] == "Kohl"
    for name in ("FirstName", "Addresses", "Phones", "ContactPersons", "PaymentTerms"):
        assert read[name] == created[name]


def test_an_empty_text_empties(client):
    created = client.create(**FULL)
    [answer] = client.post(
        {"ContactID": created["ContactID"], "FirstName": "", "EmailAddress": "", "TaxNumber": ""}
    ).json()["Contacts"]
    assert "FirstName" not in answer
    assert "TaxNumber" not in answer
    assert answer["EmailAddress"] == ""


def test_an_address_that_is_sent_is_replaced_and_the_other_stays(client):
    created = client.create(**FULL)
    street = {"AddressType": "STREET", "City": "Napier"}
    [answer] = client.post({"ContactID": created["ContactID"], "Addresses": [street]}).json()[
        "Contacts"
    ]
    addresses = by_type(answer["Addresses"], "AddressType")
    assert "AddressLine1" not in addresses["STREET"]
    assert addresses["POBOX"] == by_type(created["Addresses"], "AddressType")["POBOX"]


@pytest.mark.parametrize("persons", [[{"FirstName": "Tom"}], [{"LastName": c} for c in "ABCDE"]])
def test_the_array_of_contact_persons_replaces_the_old_one(client, persons):
    created = client.create(**FULL)
    [answer] = client.post({"ContactID": created["ContactID"], "ContactPersons": persons}).json()[
        "Contacts"
    ]
    assert answer["ContactPersons"] == [{**p, "IncludeInEmails": False} for p in persons]


class TestPost:
    def test_creates_what_is_new(self, client):
        assert client.post({"Name": "New"}).status_code == 200
        assert client.names() == ["New"]

    def test_finds_by_number_and_then_by_name(self, client):
        one = client.create(Name="One", ContactNumber="N1")
        two = client.create(Name="Two")
        [renamed] = client.post({"ContactNumber": "n1", "Name": "Uno"}).json()["Contacts"]
        [found] = client.post({"Name": "TWO", "FirstName": "T"}).json()["Contacts"]
        assert renamed["ContactID"] == one["ContactID"]
        assert found["ContactID"] == two["ContactID"]
        assert client.names() == ["Uno", "TWO"]

    def test_with_an_id_in_the_path_updates_that_one(self, client):
        one, two = client.create(Name="One"), client.create(Name="Two")
        body = {"ContactID": two["ContactID"], "FirstName": "F"}
        answer = client("POST", f"/Contacts/{one['ContactID']}", json=body)
        assert answer.json()["Contacts"][0]["ContactID"] == one["ContactID"]
        assert answer.json()["Contacts"][0]["FirstName"] == "F"

    @pytest.mark.parametrize("key", [str(uuid.uuid4()), "ACC1"])
    def test_to_an_unknown_id_is_404(self, client, key):
        assert client("POST", f"/Contacts/{key}", json={"Name": "A"}).status_code == 404


def test_an_id_that_was_never_issued_is_404_for_the_whole_request(client):
    for summarize in ("true", "false"):
        answer = client.post(
            {"Name": "Good"}, {"ContactID": str(uuid.uuid4())}, summarizeErrors=summarize
        )
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.text == "The resource you're looking for cannot be found"
    assert client.names() == []


class TestBatch:
    def test_with_summarised_errors_one_bad_element_fails_all_and_that_is_the_default(self, client):
        client.create(Name="Old")
        for query in ({}, {"summarizeErrors": "true"}):
            answer = client.post(
                {"Name": "Old", "FirstName": "X"}, {"Name": "N"}, {"Name": "<"}, **query
            )
            assert answer.status_code == 400
            [element] = answer.json()["Elements"]
            assert element["Name"] == "<"
        [old] = client.get("/Contacts", page=1).json()["Contacts"]
        assert "FirstName" not in old
        assert client.put({"Name": "N"}).status_code == 200  # its name is free again

    @pytest.mark.parametrize("false", ["false", "False"])
    def test_without_summary_the_good_ones_are_saved_and_each_says_how_it_went(self, client, false):
        answer = client.put({"Name": "A"}, {"Name": "<"}, {"Name": "B"}, summarizeErrors=false)
        assert answer.status_code == 200
        assert answer.json()["Status"] == "OK"
        good, bad, other = answer.json()["Contacts"]
        assert [e["StatusAttributeString"] for e in (good, bad, other)] == ["OK", "ERROR", "OK"]
        assert bad["ContactID"] == "00000000-0000-0000-0000-000000000000"
        assert "ValidationErrors" not in good
        assert client.names() == ["A", "B"]

    def test_elements_see_the_ones_before_them(self, client):
        answer = client.put({"Name": "A"}, {"Name": "a"}, summarizeErrors="false")
        assert [e["StatusAttributeString"] for e in answer.json()["Contacts"]] == ["OK", "ERROR"]
        assert client.put({"Name": "B"}, {"Name": "b"}).status_code == 400
        assert client.names() == ["A"]

    def test_a_refused_element_is_echoed_trimmed(self, client):
        phone = {"PhoneType": "DEFAULT", "PhoneNumber": "1"}
        sent = {"Name": "<", "EmailAddress": "a@b.nz", "IsCustomer": True, "Phones": [phone]}
        [element] = client.put(sent).json()["Elements"]
        assert element == {
            "ContactID": "00000000-0000-0000-0000-000000000000",
            "Name": "<",
            "EmailAddress": "a@b.nz",
            "IsCustomer": True,
            "Addresses": [],
            "Phones": [{**phone, "ValidationErrors": []}],
            "ContactGroups": [],
            "ContactPersons": [],
            "HasValidationErrors": True,
            "ValidationErrors": element["ValidationErrors"],
        }


def test_updated_dates_never_go_back_even_when_the_clock_does(xero, client):
    first = client.create(Name="A")["UpdatedDateUTC"]
    xero.clock.advance(timedelta(hours=-1))
    assert client.create(Name="B")["UpdatedDateUTC"] >= first


def test_what_the_api_does_not_do_is_501_and_what_there_is_not_is_404(client):
    assert client("PATCH", "/Contacts", json={}).status_code == 501
    answer = client("PUT", "/Accounts", json={})
    assert answer.status_code == 501
    assert answer.json()["Message"] == "The Api Method called is not implemented"
    assert client("GET", "/Nothing").status_code == 404


def test_a_body_over_ten_megabytes_is_too_large(client):
    answer = client("PUT", "/Contacts", data=b" " * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_an_empty_array_of_contact_persons_changes_nothing_and_an_empty_person_clears_it(client):
    created = client.create(**FULL)
    for persons, left in ([], created["ContactPersons"]), ([{"FirstName": ""}], []):
        sent = {"ContactID": created["ContactID"], "ContactPersons": persons}
        [answer] = client.post(sent).json()["Contacts"]
        assert answer["ContactPersons"] == left
