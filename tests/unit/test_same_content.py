"""What was read again is news only where it says something else, not where it says it otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from vtiger_xero.engine.same_content import has_same_content

CONTACT = {"ContactID": "c-1", "Name": "Kea", "Phones": [{"PhoneType": "DDI"}], "Website": ""}


def test_flags_of_an_answer_and_what_is_empty_say_nothing() -> None:
    answer = {**CONTACT, "StatusAttributeString": "OK", "ValidationErrors": [], "IsCustomer": True}
    assert has_same_content(answer, {**CONTACT, "HasAttachments": False, "IsCustomer": False})
    assert has_same_content(CONTACT, {key: value for key, value in CONTACT.items() if value})


def test_what_another_document_says_of_itself_is_its_own_news() -> None:
    answer = {"PaymentID": "p-1", "Invoice": {"InvoiceID": "i-1", "Total": 5, "LineItems": [{}]}}
    assert has_same_content(answer, {"PaymentID": "p-1", "Invoice": {"InvoiceID": "i-1"}})
    assert not has_same_content(answer, {"PaymentID": "p-1", "Invoice": {"InvoiceID": "i-2"}})


def test_what_others_make_of_a_record_is_no_news_of_it() -> None:
    line = {"ItemCode": "A", "Item": {"ItemID": "i-1", "Name": "Nut"}}
    renamed = {"ItemCode": "A", "Item": {"ItemID": "i-1", "Name": "Bolt"}}
    assert has_same_content({"LineItems": [line]}, {"LineItems": [renamed]})
    assert not has_same_content({"LineItems": [line]}, {"LineItems": [{**line, "ItemCode": "B"}]})
    owes = {"Balances": {"AccountsReceivable": {"Outstanding": 5}}}
    tracked = {"SalesTrackingCategories": [{"TrackingCategoryName": "Region"}]}
    assert has_same_content(CONTACT, {**CONTACT, **owes, **tracked})


@pytest.mark.parametrize(
    "change",
    [
        {"Name": "Moa"},
        {"Website": "https://kea.example"},
        {"Phones": [{"PhoneType": "DDI", "PhoneNumber": "1"}]},
        {"Phones": [{"PhoneType": "DDI"}, {"PhoneType": "FAX"}]},
        {"Phones": []},
        {"UpdatedDateUTC": "2026-11-02T00:00:00+00:00"},
        {"ContactStatus": "ARCHIVED"},
    ],
)
def test_everything_else_is_news(change: dict[str, Any]) -> None:
    assert not has_same_content(CONTACT, {**CONTACT, **change})
    assert not has_same_content({**CONTACT, **change}, CONTACT)
