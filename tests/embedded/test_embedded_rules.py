"""The rules of a DocType, each refusing with a sentence that names the field."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from demo.crm import DocType
from demo.crm.rules import conform, defaults
from vtiger_xero.engine.errors import RecordRefused


def kept(fieldtype: str, value: Any, **properties: Any) -> Any:
    """What a field of this type keeps of a value."""
    field = {"fieldname": "it", "label": "The Field", "fieldtype": fieldtype, **properties}
    doctype = DocType.of({"name": "Test", "fields": [field]})
    return conform(doctype, {"it": value}, lambda doctype, name: name == "there")["it"]


ACCEPTED = [
    ("Data", "x" * 140, {}, "x" * 140),
    ("Data", "x" * 200, {"length": 200}, "x" * 200),
    ("Text", "x" * 100_000, {}, "x" * 100_000),
    ("Data", Decimal("1.50"), {}, "1.50"),
    ("Data", None, {}, None),
    ("Data", "  as typed ", {}, "  as typed "),
    ("Int", "-3", {}, -3),
    ("Int", Decimal("3.000"), {}, 3),
    ("Int", True, {}, 1),
    ("Check", 7, {}, 1),
    ("Check", "0", {}, 0),
    ("Float", "1.5", {}, Decimal("1.5")),
    ("Currency", Decimal("0.1234567891"), {}, Decimal("0.123456789")),
    ("Select", " b ", {"options": "a\nb"}, "b"),
    ("Select", "anything", {"options": ""}, "anything"),
    ("Link", "there", {"options": "Ship"}, "there"),
    ("Link", "NZD", {"options": "Currency"}, "NZD"),
    ("Data", "ada+x@sub.example.com, b@example.co.nz", {"options": "Email"}, None),
    ("Data", "+64 (9) 123-4567 #12", {"options": "Phone"}, None),
    ("Data", "https://example.com/x?y=1", {"options": "URL"}, None),
    ("Int", 0, {"reqd": 1}, 0),
]


@pytest.mark.parametrize(("fieldtype", "value", "properties", "expected"), ACCEPTED)
def test_what_fits_is_kept(
    fieldtype: str, value: Any, properties: dict[str, Any], expected: Any
) -> None:
    found = kept(fieldtype, value, **properties)
    assert found == (value if expected is None else expected)


REFUSED = [
    ("Data", "x" * 141, {}, "141 characters; the CRM takes at most 140"),
    ("Small Text", None, {"reqd": 1}, "is mandatory"),
    ("Data", " \n ", {"reqd": 1}, "is mandatory"),
    ("Int", "many", {}, "not a number"),
    ("Int", "1.5", {}, "not a whole number"),
    ("Int", 2**31, {}, "more than the CRM can keep"),
    ("Currency", "1,000", {}, "not a number"),
    ("Currency", "NaN", {}, "not a number"),
    ("Currency", 10**12, {}, "more than the CRM can keep"),
    ("Float", "-0.5", {"non_negative": 1}, "less than 0"),
    ("Date", "29/02/2020", {}, "not a date"),
    ("Datetime", "noon", {}, "not a time"),
    ("Datetime", "2020-01-01 12:00", {}, "no time zone"),
    ("Select", "c", {"options": "a\nb"}, "none of the CRM's choices"),
    ("Link", "nowhere", {"options": "Ship"}, "does not exist"),
    ("Link", "dollars", {"options": "Currency"}, "does not exist"),
    ("Data", "ada@", {"options": "Email"}, "not an e-mail address"),
    ("Data", "a b@example.com", {"options": "Email"}, "not an e-mail address"),
    ("Data", "call me", {"options": "Phone"}, "not a phone number"),
    ("Data", "example.com", {"options": "URL"}, "not a web address"),
    ("Data", "http://[", {"options": "URL"}, "not a web address"),
]


@pytest.mark.parametrize(("fieldtype", "value", "properties", "reason"), REFUSED)
def test_what_does_not_fit_is_refused_by_its_label(
    fieldtype: str, value: Any, properties: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RecordRefused) as refusal:
        kept(fieldtype, value, **properties)
    assert reason in refusal.value.reason
    assert refusal.value.reason.startswith("The Field")


def test_a_new_record_starts_with_its_defaults() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    wanted = {"a": "Today", "b": "__user", "c": "7", "d": "", "e": "Now"}
    fields = [{"fieldname": name, "default": default} for name, default in wanted.items()]
    doctype = DocType.of({"name": "Test", "fields": fields})
    expected = {"a": now.date(), "b": "ada", "c": "7", "d": None, "e": now}
    assert defaults(doctype, now, "ada") == expected
