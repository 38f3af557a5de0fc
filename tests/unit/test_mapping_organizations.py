"""An organization and a Xero contact: what one side holds survives a trip through the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.mapping.organizations import TABLE, borrowed_email
from vtiger_xero.engine.mapping.phones import join, split
from vtiger_xero.engine.modules import TABLES
from vtiger_xero.engine.records import Module, Person
from vtiger_xero.engine.requests import creation, update
from vtiger_xero.engine.text import tidy

text = st.text(max_size=40)
box = st.sampled_from(
    ["", "12", "PO Box 9", "P.O. Box 77", "Postfach 3", "Private Bag 92", "PO Box"]
)
lines = st.lists(st.one_of(text, box), max_size=7).map("\n".join)
FIELDS = {row.field: text for row in TABLE.rows if row.field != "contacts"}
organizations = st.fixed_dictionaries(
    {
        **FIELDS,
        "billing_address": lines,
        "shipping_address": lines,
        "billing_po_box": st.one_of(text, box),
        "shipping_po_box": box,
    }
)
contacts = st.fixed_dictionaries(
    {
        "Name": text,
        "Phones": st.lists(
            st.fixed_dictionaries(
                {
                    "PhoneType": st.sampled_from(["DEFAULT", "MOBILE", "FAX", "DDI"]),
                    "PhoneNumber": text,
                    "PhoneAreaCode": st.one_of(text, st.just("9")),
                    "PhoneCountryCode": st.sampled_from(["", "64", "+64", "0064", "x"]),
                }
            ),
            max_size=4,
            unique_by=lambda phone: phone["PhoneType"],
        ),
        "Addresses": st.lists(
            st.fixed_dictionaries(
                {
                    "AddressType": st.sampled_from(["POBOX", "STREET"]),
                    **{f"AddressLine{n}": st.one_of(text, box) for n in range(1, 5)},
                    "City": text,
                    "Country": text,
                }
            ),
            max_size=2,
            unique_by=lambda address: address["AddressType"],
        ),
    }
)


@given(organizations)
def test_what_the_crm_holds_is_stable_after_one_trip_through_xero(fields: dict[str, str]) -> None:
    once = TABLE.comparable(fields)
    assert TABLE.comparable(once) == once


@given(contacts)
def test_what_xero_holds_comes_back_from_the_crm_unchanged(document: dict[str, object]) -> None:
    in_crm = TABLE.read(document)
    assert TABLE.comparable(in_crm) == in_crm


@given(organizations, contacts)
def test_a_change_of_every_field_arrives_as_it_was_sent(
    fields: dict[str, str], document: dict[str, object]
) -> None:
    values = TABLE.comparable(fields)
    assert TABLE.read(TABLE.fill(document, values)) == values


@given(text)
def test_a_phone_number_loses_nothing_when_it_is_split(number: str) -> None:
    assert join(*split(number)) == tidy(number)


@given(st.tuples(st.sampled_from(["", "64", "+49", "0064"]), text, text))
def test_a_joined_phone_number_stays_the_same_when_it_travels(parts: tuple[str, str, str]) -> None:
    assert join(*split(join(*parts))) == join(*parts)


def test_an_international_number_fills_xeros_three_parts() -> None:
    assert split("+64 9 1234567") == ("64", "9", "1234567")
    assert join("64", "9", "1234567") == "+64 9 1234567"


def test_a_sixth_address_line_is_joined_not_cut() -> None:
    fields = {"billing_address": "a\nb\nc\nd\ne\nf", "billing_po_box": "7"}
    (address, _) = TABLE.fill({}, TABLE.comparable(fields))["Addresses"]
    assert [address[f"AddressLine{n}"] for n in range(1, 5)] == ["a", "b", "c, d, e, f", "PO Box 7"]


def test_a_box_that_was_typed_into_the_street_is_found_there() -> None:
    comparable = TABLE.comparable({"billing_address": "1 Main St\nP.O. Box 12"})
    assert comparable["billing_address"] == "1 Main St"
    assert comparable["billing_po_box"] == "12"


def test_an_organization_without_an_email_borrows_its_primary_contacts() -> None:
    people = (Person("Ann", "Lee", "ann@example.com"), Person("Bo", "Ek", "bo@example.com", True))
    assert borrowed_email({"contacts": people}) == "bo@example.com"
    assert borrowed_email({"contacts": people[:1]}) == "ann@example.com"
    assert borrowed_email({"contacts": people, "primary_email": "office@example.com"}) == ""


def test_an_update_sends_only_the_parts_that_change_and_those_whole() -> None:
    held = {
        "ContactID": "c-1",
        "Name": "Kea",
        "TaxNumber": "1",
        "Addresses": [
            {
                "AddressType": "POBOX",
                "AddressLine1": "1 Main St",
                "City": "Oamaru",
                "AttentionTo": "Ann",
            },
            {"AddressType": "STREET", "City": "Dunedin"},
        ],
    }
    request = update(Module.ORGANIZATIONS, TABLE, held, {"billing_city": "Timaru"})
    assert request == {
        "ContactID": "c-1",
        "Addresses": [
            {
                "AddressType": "POBOX",
                "AddressLine1": "1 Main St",
                "City": "Timaru",
                "AttentionTo": "Ann",
            }
        ],
    }


def test_a_creation_says_nothing_where_there_is_nothing_to_say() -> None:
    values = TABLE.comparable({"organization_name": "Kea", "primary_phone": "123"})
    assert creation(Module.ORGANIZATIONS, TABLE, values) == {
        "Name": "Kea",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "123"}],
    }


def test_every_module_has_a_table_of_unique_fields() -> None:
    for module in Module:
        fields = [row.field for row in TABLES[module].rows]
        assert len(fields) == len(set(fields)) > 0
