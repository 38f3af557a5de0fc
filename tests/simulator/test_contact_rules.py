"""Every text with which Xero refuses a contact, and that it refuses nothing else."""

import pytest

from tests.simulator.client import messages
from xero_simulator.contact_fields import (
    ADDRESS_LIMITS,
    FIELDS,
    PERSON_LIMITS,
    PHONE_LIMITS,
)
from xero_simulator.contact_rules import LEDGER_RULES, TEXT_RULES

TAKEN = (
    "The contact name {} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."


def refusal(client, **fields):
    """The messages for one contact, by both ways of reporting them."""
    summarised = client.put(fields)
    assert summarised.status_code == 400
    error = summarised.json()
    assert error["ErrorNumber"] == 10
    assert error["Type"] == "ValidationException"
    assert error["Message"] == "A validation exception occurred"
    listed = client.put(fields, summarizeErrors="false")
    assert listed.status_code == 200
    [element] = listed.json()["Contacts"]
    assert element["StatusAttributeString"] == "ERROR"
    assert element["HasValidationErrors"] is True
    assert messages(error["Elements"][0]) == messages(element)
    return messages(element)


WORDED = [
    ({}, "The Contact must contain at least 1 of the following elements to identify the contact: "
         "Name, ContactID, ContactNumber"),
    ({"EmailAddress": "a@b.nz"},
     "The Contact must contain at least 1 of the following elements to identify the contact: "
     "Name, ContactID, ContactNumber"),
    ({"Name": ""}, "Contact Name cannot be empty."),
    ({"Name": "   "}, "Contact Name cannot be empty."),
    ({"ContactNumber": "N1"}, "Contact Name cannot be empty."),
    ({"Name": "A", "EmailAddress": "jürgen@weiß.de"}, "Email address must be valid"),
    ({"Name": "A", "ContactPersons": [{"FirstName": "B", "EmailAddress": "nowhere"}]},
     "Email address must be valid"),
    ({"Name": "A", "DefaultCurrency": "JPY"}, "Organisation is not subscribed to currency JPY"),
    ({"Name": "A", "SalesDefaultAccountCode": "999"},
     "Account code '999' is not a valid code for this document."),
    ({"Name": "A", "PurchasesDefaultAccountCode": "750"},  # archived
     "Account code '750' is not a valid code for this document."),
    ({"Name": "A", "AccountsReceivableTaxType": "OUTPUT"},  # deleted
     "The TaxType code OUTPUT does not exist or cannot be used for this type of transaction."),
    ({"Name": "A", "AccountsPayableTaxType": "NOPE"},
     "The TaxType code NOPE does not exist or cannot be used for this type of transaction."),
    # From here on the wording is the simulator's own.
    ({"Name": "A <B>"}, "The contact name cannot contain the characters < or >."),
    ({"Name": "A  B"}, "The contact name cannot contain leading, trailing or double spaces."),
    ({"Name": " A"}, "The contact name cannot contain leading, trailing or double spaces."),
    ({"Name": "A "}, "The contact name cannot contain leading, trailing or double spaces."),
    ({"Name": "A", "Addresses": [{"AddressType": "STREET", "Country": "Côte d'Ivoire"}]},
     "Country can only contain letters."),
    ({"Name": "A", "ContactPersons": [{"FirstName": f"P{n}"} for n in range(6)]},
     "A contact can have no more than 5 additional contact persons."),
    ({"Name": "A", "ContactStatus": "GDPRREQUEST"},
     "ContactStatus GDPRREQUEST cannot be set via the API."),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), WORDED)
def test_a_broken_rule_is_named_in_xeros_words(client, fields, message):
    assert refusal(client, **fields) == [message]
    assert len(client.xero.organisation.contacts) == 0


@pytest.mark.parametrize(
    "email",
    [
        "plain",
        "a@b",
        "a b@c.nz",
        "a@b..nz",
        "a@b.nz.",
        "@b.nz",
        "a@",
        ".a@b.nz",
        "a@b,nz",
        "ä@b.nz",
    ],
)
def test_these_are_no_email_addresses(client, email):
    assert refusal(client, Name="A", EmailAddress=email) == ["Email address must be valid"]


@pytest.mark.parametrize(
    "email", ["a@b.nz", "o'brien+tag@sub.example.co.nz", "A_1@B-2.EXAMPLE", ""]
)
def test_these_are_email_addresses(client, email):
    assert client.put({"Name": "A", "EmailAddress": email}).status_code == 200


LIMITS = [
    *[({}, row.name, row.limit) for row in FIELDS if row.limit],
    *[({"Addresses": "AddressType"}, name, limit) for name, limit in ADDRESS_LIMITS.items()],
    *[({"Phones": "PhoneType"}, name, limit) for name, limit in PHONE_LIMITS.items()],
    *[({"ContactPersons": ""}, name, limit) for name, limit in PERSON_LIMITS.items()],
]


@pytest.mark.parametrize(("place", "name", "limit"), LIMITS)
def test_a_text_may_be_as_long_as_documented_and_not_longer(client, place, name, limit):
    for length in (limit, limit + 1):
        text = f"{'a' * (length - 5)}@b.nz" if name == "EmailAddress" else "a" * length
        fields = {"Name": f"Of {length}"} | _placed(place, name, text)
        if length == limit:
            assert client.put(fields).status_code == 200
        else:
            assert refusal(client, **fields) == [f"{name} must be {limit} characters or fewer."]


def _placed(place, name, text):
    if not place:
        return {name: text}
    [(collection, type_name)] = place.items()
    kind = {"AddressType": {"AddressType": "POBOX"}, "PhoneType": {"PhoneType": "DEFAULT"}}
    return {collection: [{**kind.get(type_name, {}), name: text}]}


def test_a_name_is_unique_among_active_contacts_whatever_its_case(client):
    first = client.create(Name="Kōwhai Tools Ltd")
    assert refusal(client, Name="KŌWHAI TOOLS LTD") == [TAKEN.format("KŌWHAI TOOLS LTD")]
    other = client.create(Name="Other")
    answer = client.post({"ContactID": other["ContactID"], "Name": "kōwhai tools ltd"})
    assert messages(answer.json()["Elements"][0]) == [TAKEN.format("kōwhai tools ltd")]
    assert answer.json()["Elements"][0]["ContactID"] == other["ContactID"]
    client.post({"ContactID": first["ContactID"], "ContactStatus": "ARCHIVED"})
    assert client.put({"Name": "kōwhai tools ltd"}).status_code == 200


def test_a_contact_may_keep_its_own_name(client):
    first = client.create(Name="ABC")
    assert client.post({"ContactID": first["ContactID"], "Name": "abc"}).status_code == 200


def test_a_contact_number_is_unique_too(client):
    client.create(Name="A", ContactNumber="acc1")
    assert refusal(client, Name="B", ContactNumber="ACC1") == [NUMBER_TAKEN]
    other = client.create(Name="B", ContactNumber="ACC2")
    answer = client.post({"ContactID": other["ContactID"], "ContactNumber": "ACC1"})
    assert messages(answer.json()["Elements"][0]) == [NUMBER_TAKEN]


def test_an_archived_contact_cannot_be_edited_by_id_number_or_name_and_not_restored(client):
    one = client.create(Name="A", ContactNumber="ACC1")
    answer = client.post({"ContactID": one["ContactID"], "ContactStatus": "ARCHIVED"})
    assert answer.json()["Contacts"][0]["ContactStatus"] == "ARCHIVED"
    for fields in (
        {"ContactID": one["ContactID"], "Name": "B"},
        {"ContactID": one["ContactID"], "ContactStatus": "ACTIVE"},
        {"ContactNumber": "ACC1", "Name": "B"},
        {"Name": "A"},
    ):
        answer = client.post(fields)
        assert messages(answer.json()["Elements"][0]) == [ARCHIVED]
        assert answer.json()["Elements"][0]["ContactID"] == one["ContactID"]
    assert refusal(client, Name="B", ContactNumber="ACC1") == [ARCHIVED]


def test_a_website_that_only_the_screens_took_fails_every_update(client):
    by_hand = client.xero.organisation.add_contact_in_xero(Name="A", Website="example")
    answer = client.post({"ContactID": by_hand.contact_id, "FirstName": "B"})
    assert messages(answer.json()["Elements"][0]) == ["Website must be valid"]
    client.xero.organisation.edit_contact(by_hand.contact_id, Website="https://example.nz")
    assert client.post({"ContactID": by_hand.contact_id, "FirstName": "B"}).status_code == 200


def test_several_broken_rules_are_all_named(client):
    told = refusal(client, Name="<A>  B", EmailAddress="x", DefaultCurrency="JPY")
    assert len(told) == 4


UNREADABLE = [
    {"Name": 7},
    {"Name": "A", "ContactStatus": "SLEEPING"},
    {"Name": "A", "TaxNumberType": "VAT"},
    {"Name": "A", "ContactID": "not-a-guid"},
    {"Name": "A", "ContactID": 7},
    {"Name": "A", "Addresses": {"AddressType": "STREET"}},
    {"Name": "A", "Addresses": [{"AddressType": "HOME"}]},
    {"Name": "A", "Addresses": [{"City": "Ōtaki"}]},
    {"Name": "A", "Phones": [{"PhoneType": "PAGER", "PhoneNumber": "1"}]},
    {"Name": "A", "Phones": [{"PhoneType": ["DEFAULT"]}]},
    {"Name": "A", "Phones": ["1"]},
    {"Name": "A", "ContactPersons": [{"IncludeInEmails": "yes"}]},
    {"Name": "A", "PaymentTerms": "none"},
]


@pytest.mark.parametrize("fields", UNREADABLE)
def test_what_cannot_be_read_fails_the_whole_request_even_without_summary(client, fields):
    answer = client.put({"Name": "Good"}, fields, summarizeErrors="false")
    assert answer.status_code == 400
    assert answer.json()["Type"] == "PostDataInvalidException"
    assert client.names() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'"x"', b"{\"Contacts\":{}}", b'{"Contacts":[]}', b'{"Contacts":[7]}',
     b"<Contact><Name>A</Name></Contact>", b"[" * 100_000, b"\xff\xfe", b'{"Contacts":null}'],
)  # fmt: skip
def test_a_body_that_is_no_json_of_contacts_is_refused(client, body):
    answer = client("PUT", "/Contacts", data=body)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "PostDataInvalidException"


def test_every_row_of_the_rule_tables_is_broken_by_a_test_above():
    """A row added without a test is noticed here."""
    tested = {message for _, message in WORDED}
    tested |= {f"{name} must be {limit} characters or fewer." for _, name, limit in LIMITS}
    tested |= {"Website must be valid", ARCHIVED, NUMBER_TAKEN, TAKEN.format("{value}")}
    templates = {
        "Organisation is not subscribed to currency {value}": "JPY",
        "Account code '{value}' is not a valid code for this document.": "999",
        "The TaxType code {value} does not exist or cannot be used for this type of transaction.": (
            "NOPE"
        ),
    }
    for rule in (*TEXT_RULES, *LEDGER_RULES):
        value = templates.get(rule.message)
        assert (rule.message.format(value=value) if value else rule.message) in tested
