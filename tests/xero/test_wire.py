"""Xero's JSON in and out."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.records import Module
from vtiger_xero.xero import wire

ID = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
GOOD = {"ContactID": ID, "Name": "ABC", "UpdatedDateUTC": "/Date(1789378199100+0000)/"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1789378199100+0000)/", "2026-09-14T09:29:59.100000+00:00"),
        ("/Date(1789378199160)/", "2026-09-14T09:29:59.160000+00:00"),
        # The milliseconds are UTC whatever the offset says.
        ("/Date(1789378199100+1200)/", "2026-09-14T09:29:59.100000+00:00"),
        ("/Date(-86400000+0000)/", "1969-12-31T00:00:00+00:00"),
        ("2026-09-14T09:29:59Z", "2026-09-14T09:29:59+00:00"),
        ("2026-09-14T09:29:59", "2026-09-14T09:29:59+00:00"),
        ("2019-12-07T18:46:19.5165400", "2019-12-07T18:46:19.516540+00:00"),
        ("2019-12-07T18:46:19.5", "2019-12-07T18:46:19.500000+00:00"),
        ("2026-09-14T21:29:59+12:00", "2026-09-14T09:29:59+00:00"),
    ],
)
def test_every_form_of_a_time_is_read_as_utc(text: str, expected: str) -> None:
    assert wire.moment(text).isoformat() == expected
    assert wire.moment(text).tzinfo is timezone.utc


@pytest.mark.parametrize(
    "odd", ["", "yesterday", "/Date(x)/", "/Date(99999999999999999)/", None, 7]
)
def test_what_is_no_time_is_a_value_error(odd: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.moment(odd)


@given(st.text() | st.integers() | st.none())
def test_no_text_breaks_the_reading_of_times(odd: object) -> None:
    with suppress(ValueError):  # the one answer to what is no time
        assert wire.moment(odd).tzinfo is timezone.utc


@pytest.mark.parametrize(
    "odd", [None, "", "x", 5, "00000000-0000-0000-0000-000000000000", ["a"], ID[:-1]]
)
def test_what_is_no_id_is_a_value_error(odd: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.guid(odd)


def test_ids_are_told_in_one_form() -> None:
    assert wire.guid(ID.upper()) == ID
    record = wire.record(Module.ORGANIZATIONS, {**GOOD, "ContactID": ID.upper()})
    assert record.id == record.document["ContactID"] == ID


def test_numbers_are_decimals_and_dates_are_iso_text() -> None:
    body = b'{"Contacts": [{"Discount": 10.10, "Date": "/Date(1789344000000+0000)/", "X": null}]}'
    (found,) = [wire.plain(each) for each in wire.elements("Contacts", wire.envelope(body))]
    assert found == {"Discount": Decimal("10.10"), "Date": "2026-09-14T00:00:00+00:00"}
    assert isinstance(found["Discount"], Decimal)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"Contacts": [{"Na', b'{"x": NaN}', b"\xff"]
)
def test_what_is_no_envelope_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.envelope(body)


def test_an_odd_date_costs_its_field_and_not_its_record() -> None:
    element = {**GOOD, "Founded": "/Date(99999999999999999)/"}
    record = wire.record(Module.ORGANIZATIONS, element)
    assert record.document["Founded"] == "/Date(99999999999999999)/"


@given(
    st.lists(
        st.none()
        | st.integers()
        | st.text()
        | st.just(GOOD)
        | st.dictionaries(
            st.sampled_from(["ContactID", "Name", "UpdatedDateUTC"]),
            st.none() | st.text() | st.integers(),
        )
    )
)
def test_whatever_is_on_a_page_the_good_records_are_read(page: list[Any]) -> None:
    records, notices = wire.records(Module.ORGANIZATIONS, page)
    assert len(records) + len(notices) == len(page)
    assert sum(record.id == ID for record in records) >= page.count(GOOD)


def test_an_answer_to_a_write_may_lack_its_time_but_not_have_a_wrong_one() -> None:
    now = datetime(2026, 1, 5, tzinfo=timezone.utc)
    silent = {"ContactID": ID, "Name": "ABC"}
    assert wire.record(Module.ORGANIZATIONS, silent, saved=now).updated == now
    with pytest.raises(ValueError, match="not a time"):
        wire.record(Module.ORGANIZATIONS, silent)


def test_a_request_is_the_same_whatever_the_order_of_its_keys() -> None:
    one = {"Name": "A", "Phones": [{"PhoneType": "FAX", "PhoneNumber": "1"}], "X": None}
    two = {"Phones": [{"PhoneNumber": "1", "PhoneType": "FAX"}], "Name": "A"}
    assert str(wire.request("Contacts", [one])) == str(wire.request("Contacts", [two]))


def test_half_a_character_in_an_answer_becomes_a_whole_one() -> None:
    body = b'{"Name": "Kea \\ud83d", "Whole": "\\ud83d\\ude00", "List": ["\\udc00"]}'
    found = wire.envelope(body)
    assert found == {"Name": "Kea \ufffd", "Whole": "\U0001f600", "List": ["\ufffd"]}
