"""`where` and `order`: what is documented works, what is malformed is a 400, nothing is a 500."""

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xero_simulator.answers import Refused
from xero_simulator.contact_fields import Contact, View, contact_table
from xero_simulator.query import Order, Where

TABLE = contact_table(View.FULL)
ONE_ID = "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777"


def contact(number, name, **fields):
    contact_id = ONE_ID if number == 1 else f"00000000-0000-4000-8000-{number:012}"
    updated = datetime(2026, 1, number, tzinfo=timezone.utc)
    return Contact(contact_id, updated, {"Name": name, "ContactStatus": "ACTIVE", **fields})


CONTACTS = [
    contact(1, "Mānuka", EmailAddress="info@manuka.example", IsCustomer=True),
    contact(2, 'The "Quote"'),
    contact(3, "weiß & Söhne", AccountNumber="A1", Discount=5),
]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Name=="Mānuka"', [1]),
        ('Name="MANUKA"', [1]),
        ('name == "WEISS & SOHNE"', [3]),
        ('Name=="The ""Quote"""', [2]),
        ('Name!="Mānuka"', [2, 3]),
        ('Name<>"Mānuka"', [2, 3]),
        ('EmailAddress=="INFO@manuka.example"', [1]),
        ('AccountNumber=="a1"', [3]),
        (f'ContactID==guid("{ONE_ID}")', [1]),
        (f'ContactID==Guid("{ONE_ID.upper()}")', [1]),
        (f'ContactID.ToString()=="{ONE_ID}"', [1]),
        ('Name=="Mānuka" OR AccountNumber=="A1"', [1, 3]),
        ('Name=="Mānuka" || Name=="weiß & Söhne"', [1, 3]),
        ('ContactStatus=="ACTIVE" AND IsCustomer==true', [1]),
        ('ContactStatus=="ACTIVE" && IsCustomer==false', [2, 3]),
        ("NOT IsCustomer", [2, 3]),
        ("!(IsCustomer)", [2, 3]),
        ('(Name=="Mānuka" or Name=="x") and IsCustomer', [1]),
        ("EmailAddress==null", [2, 3]),
        ("EmailAddress!=null", [1]),
        ('EmailAddress!=null AND EmailAddress.Contains("manuka")', [1]),
        ('EmailAddress!=null AND EmailAddress.EndsWith("nz")', []),
        ('Name.StartsWith("The")', [2]),
        ('Name.Contains("QUOTE")', []),
        ('Name.ToUpper().Contains("QUOTE")', [2]),
        ('Name.Replace("Mā","Ma").Trim()=="Manuka"', [1]),
        ("UpdatedDateUTC>=DateTime(2026,1,2)", [2, 3]),
        ("UpdatedDateUTC<DateTime(2026,01,02,00,00,01)", [1, 2]),
        ('UpdatedDateUTC>DateTime.Parse("2026-01-02")', [3]),
        ("Discount>4.5", [3]),
        ("Discount>-1", [3]),
        ("Discount==null", [1, 2]),
        ("true", [1, 2, 3]),
    ],
)
def test_a_documented_filter_finds_what_it_says(where, found):
    parsed = Where(where, TABLE)
    assert [c.updated.day for c in CONTACTS if parsed.matches(c)] == found


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ('Nom=="x"', "No property or field 'Nom' exists in type 'Contact'"),
        ('Contact.Name=="x"', "No property or field 'Contact.Name' exists in type 'Contact'"),
        (f'ContactID=="{ONE_ID}"',
         "Operator '==' incompatible with operand types 'Guid' and 'String'"),
        ("Name==7", "Operator '==' incompatible with operand types 'String' and 'Decimal'"),
        ("IsCustomer<true", "Operator '<' incompatible with operand types 'Boolean' and 'Boolean'"),
        ("Name=='ABC'", "Character literal must contain exactly one character"),
        ('Name=="Bat \\"QUOTE\\" Man"', "Syntax error"),
        ('Name=="open', "Syntax error"),
        ('Name==', "Syntax error"),
        ('=="x"', "Syntax error"),
        ('Name=="x" AND', "Syntax error"),
        ('(Name=="x"', "Syntax error"),
        ('Name=="x")', "Syntax error"),
        ("Name", "Expression of type 'Boolean' expected"),
        ('"x" OR true', "Expression of type 'Boolean' expected"),
        ('Name.Frob("x")', "No applicable method 'Frob' exists in type 'String'"),
        ("IsCustomer.ToLower()", "No applicable method 'ToLower' exists in type 'Boolean'"),
        ('ContactID==guid("x")', "Guid should contain 32 digits with 4 dashes"),
        ("UpdatedDateUTC>DateTime(2026,13,1)", "String was not recognized as a valid DateTime."),
        ("UpdatedDateUTC>DateTime(2026.5,1,1)",
         "No applicable constructor exists in type 'DateTime'"),
        ("(" * 500 + "true" + ")" * 500, "Syntax error"),
        ("!" * 500 + "true", "Syntax error"),
    ],
)  # fmt: skip
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
    bare = 'EmailAddress.Contains("x")'
    answer = client.get("/Contacts", where=bare)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "QueryParseException"
    assert client.names(where=f"EmailAddress!=null AND {bare}") == []


def test_an_index_hides_no_error():
    """`Name` alone would skip the contact without an address; the order of reading decides."""
    assert Where('Name=="x" AND EmailAddress.Contains("y")', TABLE).pinned == {"name": "x"}
    assert Where('EmailAddress.Contains("y") AND Name=="x"', TABLE).pinned == {}
    assert Where('Name=="x" OR Name=="y"', TABLE).pinned == {}
    assert Where('NOT Name=="x"', TABLE).pinned == {}


@pytest.mark.parametrize(
    ("order", "days"),
    [
        ("Name", [1, 2, 3]),
        ("Name DESC", [3, 2, 1]),
        ("name desc", [3, 2, 1]),
        ("UpdatedDateUTC DESC", [3, 2, 1]),
        ("EmailAddress ASC", [2, 3, 1]),
        ("IsCustomer DESC, Name DESC", [1, 3, 2]),
        ("ContactID", [2, 3, 1]),
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
    [
        "Name",
        "EmailAddress",
        "ContactID",
        "IsCustomer",
        "UpdatedDateUTC",
        "Discount",
        "==",
        "=",
        "!=",
        "<",
        ">=",
        "AND",
        "OR",
        "NOT",
        "!",
        "&&",
        "(",
        ")",
        ".",
        ",",
        "-",
        '"x"',
        "'x'",
        "7",
        "null",
        "true",
        "guid",
        "DateTime",
        "Parse",
        "Contains",
        "ToLower",
        f'guid("{ONE_ID}")',
        "DateTime(2026,1,1)",
    ]
)


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40))
@example('Name=="\ud800"')
@example("Discount>" + "9" * 5000)
@example("UpdatedDateUTC>DateTime(" + "9" * 5000 + ",1,1)")
@example('DateTime("0001-01-01T00:00:00+23:59")<UpdatedDateUTC')
@example("Discount>٣")
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


def test_nested_names_are_looked_up_whole():
    """Invoices will have `Contact.Name`; the table decides, not the parser."""
    from xero_simulator.query import Column, Kind, Table

    table = Table("Invoice", {"contact.name": Column(Kind.STRING, lambda row: row.contact)})
    where = Where('Contact.Name=="abc" AND Contact.Name.StartsWith("A")', table)
    assert where.matches(SimpleNamespace(contact="ABC"))
