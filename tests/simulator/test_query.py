"""`where` and `order`: what the app sends works, what cannot be read is a 400, nothing is a 500."""

from datetime import datetime, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xero_simulator.answers import Refused
from xero_simulator.contact_fields import CONTACTS as TABLE
from xero_simulator.contact_fields import Contact
from xero_simulator.query import Order, Where


def contact(number, name, **fields):
    contact_id = f"00000000-0000-4000-8000-{number:012}"
    updated = datetime(2026, 1, number, tzinfo=timezone.utc)
    return Contact(contact_id, updated, {"Name": name, "ContactStatus": "ACTIVE", **fields})


CONTACTS = [
    contact(1, "Mānuka", EmailAddress="info@manuka.example"),
    contact(2, 'The "Quote"'),
    contact(3, "weiß AND Söhne", AccountNumber="A1"),
]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Name=="Mānuka"', [1]),
        ('Name="MANUKA"', [1]),
        ('name == "WEISS AND SOHNE"', [3]),
        ('Name=="The ""Quote"""', [2]),
        ('Name!="Mānuka"', [2, 3]),
        ('Name<>"Mānuka"', [2, 3]),
        ('AccountNumber=="a1"', [3]),
        ('ContactStatus=="ACTIVE" AND AccountNumber=="A1"', [3]),
        ('ContactStatus=="ACTIVE" && Name=="The ""Quote"""', [2]),
        ("EmailAddress==null", [2, 3]),
        ("EmailAddress!=null", [1]),
        ('EmailAddress!=null AND EmailAddress.StartsWith("info")', [1]),
        ('Name.StartsWith("The")', [2]),
        ('Name.StartsWith("THE")', []),
    ],
)
def test_a_filter_finds_what_it_says(where, found):
    parsed = Where(where, TABLE)
    assert [c.updated.day for c in CONTACTS if parsed.matches(c)] == found


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ('Nom=="x"', "No property or field 'Nom' exists in type 'Contact'"),
        ('Contact.Name=="x"', "No property or field 'Contact.Name' exists in type 'Contact'"),
        ('Name=="Bat \\"QUOTE\\" Man"', "Syntax error"),
        ('Name=="open', "Syntax error"),
        ("Name==", "Syntax error"),
        ("Name==7", "Syntax error"),
        ('=="x"', "Syntax error"),
        ('Name=="x" AND', "Syntax error"),
        ('Name=="x" Name=="y"', "Syntax error"),
        ('(Name=="x"', "Syntax error"),
        ("Name", "Syntax error"),
    ],
)
def test_a_malformed_filter_is_a_query_parse_exception(where, message):
    with pytest.raises(Refused) as refused:
        Where(where, TABLE)
    assert refused.value.answer.status == 400
    assert refused.value.answer.payload == {
        "ErrorNumber": 16,
        "Type": "QueryParseException",
        "Message": message,
    }


def test_a_method_on_a_null_is_a_query_parse_exception_unless_guarded(client):
    client.create(Name="No address")
    bare = 'EmailAddress.StartsWith("x")'
    answer = client.get("/Contacts", where=bare)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "QueryParseException"
    assert client.names(where=f"EmailAddress!=null AND {bare}") == []


@pytest.mark.parametrize(
    ("order", "days"),
    [
        ("Name", [1, 2, 3]),
        ("Name DESC", [3, 2, 1]),
        ("name desc", [3, 2, 1]),
        ("UpdatedDateUTC DESC", [3, 2, 1]),
        ("EmailAddress ASC", [2, 3, 1]),
        ("ContactStatus DESC, Name DESC", [3, 2, 1]),
    ],
)
def test_an_order_orders(order, days):
    assert [c.updated.day for c in Order(order, TABLE).sort(CONTACTS)] == days


@pytest.mark.parametrize("order", ["Nom", "Name UP", "Name ASC DESC", ",", "Name,,Name"])
def test_a_malformed_order_is_a_query_parse_exception(order):
    with pytest.raises(Refused) as refused:
        Order(order, TABLE)
    assert refused.value.answer.payload["Type"] == "QueryParseException"


WORDS = st.sampled_from(
    ["Name", "EmailAddress", "==", "!=", "AND", "OR", "&&", "(", ")", ".", ",", '"x"', "7", "null"]
)


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40))
@example('Name=="\ud800"')
@example('EmailAddress.StartsWith("x") AND Name==null')
def test_no_filter_and_no_order_whatsoever_is_a_500(text):
    """It filters, or it is refused with 400. Anything else comes up as an exception here."""
    assert status_of(lambda: list(filter(Where(text, TABLE).matches, CONTACTS))) in (200, 400)
    assert status_of(lambda: Order(text, TABLE).sort(CONTACTS)) in (200, 400)


def status_of(work):
    try:
        work()
    except Refused as refused:
        return refused.answer.status
    return 200


def test_the_same_holds_over_http(client):
    client.create(Name="A")
    for text in ('Name=="A', "((", "\x00", "DateTime()", "a.b.c.d", "💥", "&", "%"):
        assert client.get("/Contacts", where=text).status_code == 400
        assert client.get("/Contacts", order=text).status_code == 400


@pytest.mark.parametrize("name", ["summaryOnly", "searchTerm", "ContactIDs", "allowBackorders"])
def test_a_parameter_that_is_left_out_is_refused_and_not_passed_over(client, name):
    for path in ("/Contacts", "/Invoices"):
        assert client.get(path, **{name: "true"}).status_code == 501
