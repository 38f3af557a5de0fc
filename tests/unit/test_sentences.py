"""Sentences that were filled in are told in the reader's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.sentences import Sentences

GERMAN = Sentences(
    {
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
        "{0} ({1})": "nothing is ever recognised by this",
        "Waiting": "",
    }
)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Fill in Due Date.", "Tragen Sie Due Date ein."),
        ("Fill in Part Number.", "Tragen Sie Artikelnummer ein."),
        ("“Bolt” on line 3 is not in Xero yet.", "„Bolt“ in Zeile 3 ist noch nicht in Xero."),
        (
            "It has the same name as ACC1: both are one contact in Xero.",
            "In Xero sind beide eins (contact): name wie bei ACC1.",
        ),
        (
            "Xero has no item with the code A-1.",
            "Xero hat keinen Artikel mit dem Code A-1.",
        ),
    ],
)
def test_what_was_filled_in_stays_and_may_be_words_of_its_own(english: str, german: str) -> None:
    assert GERMAN.translate(english) == german


def test_several_sentences_are_told_one_by_one() -> None:
    english = "“A” on line 1 is not in Xero yet. Part Number is empty. Xero requires a code."
    assert GERMAN.translate(english) == (
        "„A“ in Zeile 1 ist noch nicht in Xero. Artikelnummer ist leer. Xero verlangt einen Code."
    )


def test_a_name_with_a_full_stop_does_not_end_a_sentence() -> None:
    english = "“Acme Inc. Bolts” on line 1 is not in Xero yet. Fill in Part Number."
    assert GERMAN.translate(english) == (
        "„Acme Inc. Bolts“ in Zeile 1 ist noch nicht in Xero. Tragen Sie Artikelnummer ein."
    )


def test_names_that_are_listed_stand_in_the_quotes_of_the_reader() -> None:
    assert GERMAN.translate("Fill in “A”, “B”.") == "Tragen Sie „A“, „B“ ein."


def test_lines_are_told_one_by_one() -> None:
    assert GERMAN.translate("Fill in X.\nFill in Y.") == "Tragen Sie X ein.\nTragen Sie Y ein."


@pytest.mark.parametrize("text", ["", "Waiting", "Xero's own words.", "Bolt (4 pieces)"])
def test_what_nobody_translated_stays_as_it_is(text: str) -> None:
    assert GERMAN.translate(text) == text


@given(st.text())
def test_a_text_of_anybody_s_is_never_lost(text: str) -> None:
    assert Sentences({}).translate(text) == text
    assert GERMAN.translate(text) or not text


@given(st.text(alphabet=st.characters(exclude_characters="\n{}"), min_size=1))
def test_a_name_is_told_as_it_was_filled_in(name: str) -> None:
    told = GERMAN.translate(f"Xero has no item with the code {name}.")
    assert name.split(". ")[0] in told
