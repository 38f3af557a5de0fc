"""A message is its English, and keeps what it was made from."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.messages import (
    Message,
    _lt,
    cause_of,
    from_data,
    is_made_from,
    label,
    lines,
    listed,
    sentences,
    split_lines,
    split_sentences,
    to_data,
    translate,
)

GERMAN = {
    "“{0}” on {1} is not in Xero yet.": "„{0}“ in {1} ist noch nicht in Xero.",
    "line {0}": "Zeile {0}",
    "{0} is empty. Xero requires a code.": "{0} ist leer. Xero verlangt einen Code.",
    "Part Number": "Artikelnummer",
    "“{0}”": "„{0}“",
    "Fill in {0}.": "Tragen Sie {0} ein.",
    "It has the same {0} as {1}: both are one {2} in Xero.": (
        "In Xero sind beide eins ({2}): {0} wie bei {1}."
    ),
    "Xero has no item with the code {code}.": "Xero hat keinen Artikel mit dem Code {code}.",
    "{0} and {1} more": "{0} und {1} weitere",
}
BOLT = _lt("“{0}” on {1} is not in Xero yet.").format("Bolt", _lt("line {0}").format(3))
FILL = _lt("Fill in {0}.").format(label("Part Number"))
SAME = _lt("It has the same {0} as {1}: both are one {2} in Xero.")


def german(text: str) -> str:
    return translate(text, lambda template: GERMAN.get(template, template))


def test_a_message_is_its_english_text() -> None:
    assert BOLT == "“Bolt” on line 3 is not in Xero yet."
    assert {BOLT: 1}[str(BOLT)] == 1
    assert f"{BOLT}" == json.loads(json.dumps(BOLT)) == BOLT


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (_lt("Fill in {0}.").format(label("Due Date")), "Tragen Sie Due Date ein."),
        (FILL, "Tragen Sie Artikelnummer ein."),
        (BOLT, "„Bolt“ in Zeile 3 ist noch nicht in Xero."),
        (
            SAME.format("name", "ACC1", "contact"),
            "In Xero sind beide eins (contact): name wie bei ACC1.",
        ),
        (
            _lt("Xero has no item with the code {code}.").format(code="A-1"),
            "Xero hat keinen Artikel mit dem Code A-1.",
        ),
        (_lt("Nothing knows this."), "Nothing knows this."),
        ("Part Number", "Artikelnummer"),  # as it is read from a database
        ("Xero's own words.", "Xero's own words."),
        ("", ""),
    ],
)
def test_a_message_is_told_in_another_language(message: str, told: str) -> None:
    assert german(message) == told


def test_a_record_s_own_name_is_not_translated() -> None:
    """A customer may be called like a field."""
    assert german(_lt("“{0}”").format("Part Number")) == "„Part Number“"


def test_what_was_filled_in_may_look_like_a_place() -> None:
    named = _lt("“{0}” on {1} is not in Xero yet.").format("{1} {code}", "line")
    assert named == "“{1} {code}” on line is not in Xero yet."
    assert german(named) == "„{1} {code}“ in line ist noch nicht in Xero."


def test_joined_messages_are_told_one_by_one() -> None:
    several = sentences(BOLT, "", FILL, "Xero's own words.")
    assert several == f"{BOLT} {FILL} Xero's own words."
    assert german(several) == f"{german(BOLT)} {german(FILL)} Xero's own words."
    names = listed(_lt("“{0}”").format(each) for each in "ab")
    assert german(_lt("{0} and {1} more").format(names, 3)) == "„a“, „b“ und 3 weitere"


def test_joined_sentences_are_told_apart_again() -> None:
    several = sentences(sentences(BOLT, FILL), "Xero's own words. Two of them.")
    assert split_sentences(several) == [BOLT, FILL, "Xero's own words. Two of them."]
    assert [is_made_from(_lt("Fill in {0}."), each) for each in (BOLT, FILL, "")] == [0, 1, 0]


# Causes


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (BOLT, "“…” on line … is not in Xero yet."),
        (FILL, FILL),
        (
            SAME.format(label("name"), "ACC1", 5),
            "It has the same name as …: both are one … in Xero.",
        ),
        (sentences(BOLT, BOLT.format("Nut"), FILL), f"“…” on line … is not in Xero yet. {FILL}"),
        (
            _lt("{0} and {1} more").format(listed(_lt("“{0}”").format(each) for each in "abc"), 4),
            "“…” and … more",
        ),
        (_lt("line {0}").format(listed(["a", label("b")])), "line …, b"),
        ("Account code '999' is not a valid code.", "Account code '999' is not a valid code."),
        (sentences(FILL, "Xero's own words 1."), f"{FILL} Xero's own words 1."),
    ],
)
def test_a_cause_is_a_message_without_what_is_one_record_s_own(message: str, cause: str) -> None:
    assert cause_of(message) == cause


def test_a_cause_is_translated_as_its_message_is() -> None:
    assert german(cause_of(BOLT)) == "„…“ in Zeile … ist noch nicht in Xero."


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
messages = st.recursive(
    texts,
    lambda values: st.one_of(
        st.builds(_lt("a {0} of {name}.").format, values, name=values),
        st.builds(sentences, values, values),
        st.lists(values, max_size=3).map(lines),
        st.lists(values, min_size=1, max_size=3).map(listed),
    ),
    max_leaves=8,
)


@given(messages)
def test_what_is_stored_is_read_again(message: str) -> None:
    for same in (
        from_data(json.loads(json.dumps(to_data(message)))),
        pickle.loads(pickle.dumps(message)),
        copy.deepcopy(message),
    ):
        assert (same, to_data(same)) == (message, to_data(message))


@given(messages)
def test_a_cause_is_its_own_cause(message: str) -> None:
    cause = cause_of(message)
    assert cause_of(cause) == cause


@given(messages)
def test_without_translations_a_message_stays_english(message: str) -> None:
    assert translate(message, lambda template: template) == message


@given(texts, texts)
def test_one_message_with_other_values_is_one_cause(one: str, two: str) -> None:
    place = _lt("line {0}")
    assert cause_of(BOLT.format(one, place.format(two))) == cause_of(BOLT)


# Several lines


@given(st.lists(st.one_of(st.just(""), st.just(BOLT), st.text("abc")), min_size=1, max_size=5))
def test_lines_are_split_as_they_were_joined(parts: list[str]) -> None:
    assert split_lines(lines(parts)) == parts


def test_a_line_keeps_a_value_of_several_lines() -> None:
    odd = BOLT.format("a\nb")
    assert split_lines(lines([odd, FILL])) == [odd, FILL]
    assert all(isinstance(each, Message) for each in split_lines(lines([odd, FILL])))
    assert split_lines(odd) == [odd]


def test_a_day_and_a_moment_are_shown_as_the_reader_does() -> None:
    """Found by a user in Auckland: "from 2026-11-30 03:09 UTC" is 16:09 there."""
    sent = _lt("Locked up to {0}, from {1}.").format(
        date(2026, 9, 30), datetime(2026, 11, 30, 3, 9, tzinfo=timezone.utc)
    )
    assert sent == "Locked up to 2026-09-30, from 2026-11-30 03:09 UTC."
    kept = from_data(to_data(sent))
    shown = translate(kept, lambda each: each, lambda kind, value: f"<{kind[1:-1]} {value}>")
    assert shown == "Locked up to <day 2026-09-30>, from <moment 2026-11-30 03:09 UTC>."
    assert cause_of(sent) == "Locked up to \u2026, from \u2026."


def test_a_name_that_looks_like_a_day_stays_a_name() -> None:
    named = _lt("“{0}” is empty.").format("2026-09-30")
    assert translate(named, lambda each: each, lambda kind, value: "?") == named
