"""What versions before 0.4 stored is recognised, and told in the reader's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtiger_xero.engine.messages import cause_of, translate
from vtiger_xero.patches.v0_4.recognising import Recogniser

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
    "{0} ({1})": "nothing is ever recognised by this",
    "{0} and {1} more": "{0} und {1} weitere",
}
RECOGNISER = Recogniser(GERMAN)


def told(text: str) -> str:
    return translate(RECOGNISER.message(text), lambda template: GERMAN.get(template, template))


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
    assert told(english) == german


def test_several_sentences_are_told_one_by_one() -> None:
    english = "“A” on line 1 is not in Xero yet. Part Number is empty. Xero requires a code."
    assert told(english) == (
        "„A“ in Zeile 1 ist noch nicht in Xero. Artikelnummer ist leer. Xero verlangt einen Code."
    )


def test_a_name_with_a_full_stop_does_not_end_a_sentence() -> None:
    english = "“Acme Inc. Bolts” on line 1 is not in Xero yet. Fill in Part Number."
    assert told(english) == (
        "„Acme Inc. Bolts“ in Zeile 1 ist noch nicht in Xero. Tragen Sie Artikelnummer ein."
    )


def test_names_that_are_listed_stand_in_the_quotes_of_the_reader() -> None:
    assert told("Fill in “A”, “B”.") == "Tragen Sie „A“, „B“ ein."
    assert told("Fill in “A”, “B” and 3 more.") == "Tragen Sie „A“, „B“ und 3 weitere ein."


def test_what_is_recognised_has_its_cause() -> None:
    english = "“A” on line 1 is not in Xero yet. “B” on line 2 is not in Xero yet."
    assert cause_of(RECOGNISER.message(english)) == "“…” on line … is not in Xero yet."


def test_lines_are_told_one_by_one() -> None:
    assert told("Fill in X.\nFill in Y.") == "Tragen Sie X ein.\nTragen Sie Y ein."


@pytest.mark.parametrize("text", ["", "Xero's own words.", "Bolt (4 pieces)"])
def test_what_nobody_translated_stays_as_it_is(text: str) -> None:
    assert told(text) == text


@given(st.text())
def test_a_text_of_anybody_s_is_never_lost(text: str) -> None:
    assert Recogniser({}).message(text) == text
    assert RECOGNISER.message(text) == text
    assert told(text) or not text


@given(st.text(alphabet=st.characters(exclude_characters="\n{}"), min_size=1))
def test_a_name_is_told_as_it_was_filled_in(name: str) -> None:
    assert name.split(". ")[0] in told(f"Xero has no item with the code {name}.")
