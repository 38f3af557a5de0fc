"""Values as people read them: what a merge tells apart reads differently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.mapping.people import identity
from vtiger_xero.engine.records import Line, Person
from vtiger_xero.engine.showing import format_value, name_rates

D = Decimal
BOLTS = Line("as agreed", D(2), D("10"), D("20.00"), "BOLT", "200", "OUTPUT2", D("3.00"))
CHANGED = {
    "description": "as agreed\nin blue",
    "quantity": D(3),
    "unit_amount": D("9.5"),
    "amount": D("19.00"),
    "item": "NUT",
    "account": "260",
    "tax_type": "ZERORATED",
    "tax": D("2.99"),
}
names = st.sampled_from(["", "Ann", "Bo"])
people = st.builds(
    Person, names, names.map(lambda name: name and f"{name}son"), names, st.booleans()
)


def test_plain_values_read_as_they_are_written() -> None:
    values = ("Zo\u00eb", D("1.50"), date(2026, 3, 1), None, ())
    assert [format_value(value) for value in values] == ["Zo\u00eb", "1.50", "2026-03-01", "", ""]


def test_people_stand_in_a_row_and_the_primary_one_says_so() -> None:
    ada = Person("Ada", "Lovelace", "ada@example.com", is_primary=True)
    assert format_value((ada, Person("Bob"))) == "Ada Lovelace <ada@example.com> (primary), Bob"


@given(people, people)
def test_two_people_that_xero_tells_apart_read_differently(one: Person, other: Person) -> None:
    assert identity(one) == identity(other) or format_value((one,)) != format_value((other,))


def test_lines_stand_below_each_other_with_what_they_come_to() -> None:
    text = Line("Thank you\nfor buying")
    assert format_value((BOLTS, text)) == (
        "BOLT, as agreed: 2 \u00d7 10 = 20.00 + 3.00 OUTPUT2 (200)\nThank you / for buying"
    )


@pytest.mark.parametrize("field", CHANGED)
def test_a_line_that_differs_in_anything_reads_differently(field: str) -> None:
    """Found on looking at a conflict: with another description both sides showed one text."""
    assert format_value((replace(BOLTS, **{field: CHANGED[field]}),)) != format_value((BOLTS,))


def test_what_no_line_of_xero_can_say_is_shown_as_it_is() -> None:
    assert format_value((Line("Overall Discount", fault="10.00"),)) == "Overall Discount: 10.00"


def test_a_line_without_tax_says_nothing_of_tax() -> None:
    free = replace(BOLTS, tax=D(0), tax_type="NONE")
    assert format_value((free,)) == "BOLT, as agreed: 2 \u00d7 10 = 20.00 (200)"


@pytest.mark.parametrize("account", ["200", ""])
@pytest.mark.parametrize("rate", ["OUTPUT2", "?GST 15% + PST 7%", "?VAT (old) 20%"])
def test_the_rate_of_a_line_gets_its_name_and_nothing_else_changes(rate: str, account: str) -> None:
    """Found on looking at taxes that are not in Xero: of several the last one alone was named."""
    line = replace(BOLTS, tax_type=rate, account=account)
    free = replace(line, tax=D(0), tax_type="NONE")
    named = name_rates(format_value((line, Line("Thank you"), free)), lambda code: f"<{code}>")
    ending = " (200)" if account else ""
    assert named.split("\n") == [
        f"BOLT, as agreed: 2 \u00d7 10 = 20.00 + 3.00 <{rate}>{ending}",
        "Thank you",
        f"BOLT, as agreed: 2 \u00d7 10 = 20.00{ending}",
    ]
