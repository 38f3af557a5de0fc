"""Reading contacts: views, pages, filters, orders."""

import uuid
from datetime import timedelta

import pytest

from tests.simulator.client import default_order


@pytest.fixture
def people(client):
    """A few contacts, a second apart."""
    xero = client.xero
    xero.clock.freeze()
    rows = [
        {
            "Name": "Mānuka Honey",
            "EmailAddress": "Info@Manuka.example",
            "ContactNumber": "ACC1",
        },
        {"Name": "Zoë & Sons", "FirstName": "Zoë", "AccountNumber": "A-7"},
        {"Name": "abc Furniture", "LastName": "Smith", "CompanyNumber": "5550001"},
        {"Name": "Hamilton Smith Ltd", "EmailAddress": "hs@hamilton.example"},
    ]
    made = []
    for row in rows:
        xero.clock.advance(timedelta(seconds=1))
        made.append(client.create(**row))
    return {contact["Name"].split()[0]: contact for contact in made}


def test_the_default_order_is_by_update_and_then_by_id(client, people):
    assert [n.split()[0] for n in client.names()] == ["Mānuka", "Zoë", "abc", "Hamilton"]
    client.xero.clock.advance(timedelta(seconds=1))
    client.post({"ContactID": people["Mānuka"]["ContactID"], "FirstName": "M"})
    client.xero.clock.advance(timedelta(seconds=1))
    assert client.names()[-1] == "Mānuka Honey"
    client.put(*({"Name": f"Same moment {n}"} for n in range(9)))
    rows = client.get("/Contacts", page=1).json()["Contacts"]
    assert rows == sorted(rows, key=default_order)


DETAILS = {
    "Name": "A",
    "ContactPersons": [{"FirstName": "P"}],
    "PaymentTerms": {"Sales": {"Day": 1, "Type": "OFCURRENTMONTH"}},
    "SalesDefaultAccountCode": "200",
    "Addresses": [{"AddressType": "STREET", "City": "Ōtaki"}],
    "Phones": [{"PhoneType": "FAX", "PhoneNumber": "1"}],
}


class TestViews:
    def test_without_a_page_a_subset_comes_and_no_persons(self, client):
        client.create(**DETAILS)
        body = client.get("/Contacts").json()
        assert "pagination" not in body
        [contact] = body["Contacts"]
        assert contact["ContactPersons"] == []
        assert contact["Addresses"][0]["City"] == "Ōtaki"
        for name in ("PaymentTerms", "SalesDefaultAccountCode"):
            assert name not in contact

    def test_with_a_page_everything_comes(self, client):
        created = client.create(**DETAILS)
        [paged] = client.get("/Contacts", page=1).json()["Contacts"]
        [single] = client.get(f"/Contacts/{created['ContactID']}").json()["Contacts"]
        assert {**paged, "Attachments": []} == single
        assert paged["ContactPersons"] == [{"FirstName": "P", "IncludeInEmails": False}]
        assert paged["SalesDefaultAccountCode"] == "200"


class TestPages:
    @pytest.fixture(autouse=True)
    def seven(self, client):
        client.put(*({"Name": f"Contact {n}"} for n in range(7)))

    def test_are_described_before_the_collection(self, client):
        body = client.get("/Contacts", page=2, pageSize=3).json()
        assert list(body)[-2:] == ["pagination", "Contacts"]
        assert body["pagination"] == {"page": 2, "pageSize": 3, "pageCount": 3, "itemCount": 7}

    def test_together_have_every_contact_once(self, client):
        seen = [n for page in (1, 2, 3, 4) for n in client.names(page=page, pageSize=3)]
        assert sorted(seen) == [f"Contact {n}" for n in range(7)]

    @pytest.mark.parametrize(("asked", "given"), [(5000, 1000), (0, 1), (-3, 1), (1000, 1000)])
    def test_have_their_size_clamped_and_not_refused(self, client, asked, given):
        body = client.get("/Contacts", page=1, pageSize=asked).json()
        assert body["pagination"]["pageSize"] == given

    def test_hold_a_hundred_unless_told_otherwise(self, client):
        assert client.get("/Contacts", page=1).json()["pagination"]["pageSize"] == 100

    def test_are_not_made_by_page_size_alone(self, client):
        assert len(client.names(pageSize=2)) == 7

    @pytest.mark.parametrize("page", ["x", "1.5", "٣", "9" * 30, ""])
    def test_must_be_numbers(self, client, page):
        assert client.get("/Contacts", page=page).status_code == 400


class TestOne:
    def test_is_found_by_id_in_any_case_and_by_contact_number(self, client, people):
        contact_id = people["Mānuka"]["ContactID"]
        for key in (contact_id, contact_id.upper(), "ACC1", "acc1"):
            [contact] = client.get(f"/Contacts/{key}").json()["Contacts"]
            assert contact["ContactID"] == contact_id

    def test_is_404_in_html_when_unknown(self, client):
        answer = client.get(f"/Contacts/{uuid.uuid4()}")
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


class TestArchived:
    def test_are_hidden_unless_asked_for_or_read_one_by_one(self, client, people):
        one = people["abc"]["ContactID"]
        client.xero.organisation.archive_contact(one)
        assert "abc Furniture" not in client.names()
        assert "abc Furniture" not in client.names(IDs=one)
        assert "abc Furniture" in client.names(includeArchived="true")
        [contact] = client.get(f"/Contacts/{one}").json()["Contacts"]
        assert contact["ContactStatus"] == "ARCHIVED"

    def test_and_merged_ones_name_the_contact_they_became_in_pages_only(self, client, people):
        gone, kept = people["abc"]["ContactID"], people["Hamilton"]["ContactID"]
        client.xero.organisation.merge_contacts(gone, kept)
        [single] = client.get(f"/Contacts/{gone}").json()["Contacts"]
        assert single["ContactStatus"] == "ARCHIVED"
        assert single["MergedToContactID"] == kept
        query = {"IDs": gone, "includeArchived": "true"}
        [paged] = client.get("/Contacts", page=1, **query).json()["Contacts"]
        [listed] = client.get("/Contacts", **query).json()["Contacts"]
        assert paged["MergedToContactID"] == kept
        assert "MergedToContactID" not in listed


class TestModifiedSince:
    def since(self, client, header):
        answer = client.get("/Contacts", headers={"If-Modified-Since": header})
        assert answer.status_code == 200, answer.text
        return [row["Name"].split()[0] for row in answer.json()["Contacts"]]

    def test_leaves_out_what_is_older(self, client, people):
        now = client.xero.clock()
        assert self.since(client, f"{now - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}") != []
        assert self.since(client, f"{now + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}") == []
        assert len(self.since(client, "2020-01-01T00:00:00")) == 4

    def test_goes_by_the_second(self, client):
        client.xero.clock.freeze()
        now = client.xero.clock()
        client.xero.clock.advance(timedelta(seconds=1, microseconds=500_000 - now.microsecond))
        second = f"{client.xero.clock():%Y-%m-%dT%H:%M:%S}"
        client.create(Name="Half past")
        assert self.since(client, second) == ["Half"]
        assert self.since(client, f"{second}.9") == ["Half"]
        client.xero.clock.advance(timedelta(seconds=1))
        assert self.since(client, f"{client.xero.clock():%Y-%m-%dT%H:%M:%S}") == []

    @pytest.mark.parametrize(
        "header",
        [
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00+00:00",
            "2020-01-01",
            "Wed, 01 Jan 2020 00:00:00 GMT",
        ],
    )
    def test_reads_iso_and_http_dates(self, client, people, header):
        assert len(self.since(client, header)) == 4

    def test_refuses_what_is_no_date(self, client):
        answer = client.get("/Contacts", headers={"If-Modified-Since": "yesterday"})
        assert answer.status_code == 412

    def test_shows_an_archived_contact_only_with_include_archived(self, client, people):
        client.xero.clock.advance(timedelta(seconds=5))
        header = {"If-Modified-Since": f"{client.xero.clock():%Y-%m-%dT%H:%M:%S}"}
        client.xero.clock.advance(timedelta(seconds=5))
        client.xero.organisation.archive_contact(people["abc"]["ContactID"])
        assert client.get("/Contacts", headers=header).json()["Contacts"] == []
        shown = client.get("/Contacts", headers=header, includeArchived="true").json()
        assert len(shown["Contacts"]) == 1


class TestSearch:
    def test_by_ids_gives_those(self, client, people):
        ids = [people["Zoë"]["ContactID"], people["abc"]["ContactID"].upper(), str(uuid.uuid4())]
        assert len(client.names(IDs=",".join(ids))) == 2

    def test_by_more_than_about_fifty_ids_is_too_long_a_url(self, client):
        ids = [str(uuid.uuid4()) for _ in range(60)]
        assert client.get("/Contacts", IDs=",".join(ids[:50])).status_code == 200
        assert client.get("/Contacts", IDs=",".join(ids)).status_code == 404
