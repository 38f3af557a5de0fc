"""The German translation is complete, and says nothing that nobody asks for."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from tests.support import strings
from tests.support.doctor import product, situation
from tests.unit.test_doctor import CASES
from vtiger_xero.engine.doctor import examine
from vtiger_xero.engine.messages import Message, cause_of, translate
from vtiger_xero.patches.v0_4.recognising import Recogniser

FILE = strings.APP / "translations" / "de.csv"
# Sentences that no run writes any more, but that the log of a site may still hold: one a line.
EARLIER_FILE = strings.APP / "translations" / "earlier.txt"
PLACE = re.compile(r"\{\w*\}")
# What the log keeps, with German as it is told: sentences of each kind that a bookkeeper reads.
TOLD = {
    "“Bolt” on line 3 is not in Xero yet.": "„Bolt“ (Position 3) ist noch nicht in Xero.",
    "Enable sync for Products/Services in Xero Settings.": (
        "Aktivieren Sie in den Xero-Einstellungen die Synchronisation für "
        "Produkte/Dienstleistungen."
    ),
    "The invoice “INV7” of this payment is not in Xero yet.": (
        "Die Rechnung „INV7“ dieser Zahlung ist noch nicht in Xero."
    ),
    "Due Date is empty. Xero requires it to approve the invoice.": (
        "Fälligkeitsdatum ist leer. Xero verlangt diese Angabe, um die Rechnung zu genehmigen."
    ),
    "The date 2026-01-31 lies in a period that is locked in Xero up to 2026-03-31.": (
        "Das Datum 2026-01-31 liegt in einer Periode, die in Xero bis 2026-03-31 gesperrt ist."
    ),
    "With the status Credit Invoice, which stays in the CRM: 2 invoices (“A”, “B” and 3 more).": (
        "Mit dem Status „Credit Invoice“, der im CRM bleibt: 2 Rechnungen („A“, „B“ und 3 weitere)."
    ),
    "Sales Account is not set in Xero Settings. An invoice with an Adjustment is skipped.": (
        "In den Xero-Einstellungen fehlt: Erlöskonto. "
        "Eine Rechnung mit einer Anpassung wird übersprungen."
    ),
}


def rows() -> list[tuple[str, ...]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


GERMAN = {row[0]: row[1] for row in rows() if len(row) == 2}
RECOGNISER = Recogniser(GERMAN)
EARLIER = set(EARLIER_FILE.read_text(encoding="utf-8").splitlines())


def german(text: str) -> str:
    return translate(text, lambda template: GERMAN.get(template, template))


def stored(english: str) -> str:
    """What a version before 0.4 stored, in German."""
    return german(RECOGNISER.message(english))


def test_a_sentence_of_the_engine_is_a_template() -> None:
    """Filled in by an f-string it could be neither translated nor grouped."""
    assert list(strings.unmarked_sentences()) == []


def test_every_text_that_a_person_may_read_is_translated() -> None:
    assert len(strings.needed()) > 1000
    assert sorted(each for each in strings.needed() if not GERMAN.get(each, "").strip()) == []


def test_no_row_is_left_over() -> None:
    assert sorted(set(GERMAN) - strings.known() - EARLIER) == []


def test_what_an_older_log_may_hold_is_still_translated() -> None:
    assert sorted(EARLIER - set(GERMAN)) == []
    assert sorted(EARLIER & strings.needed()) == []


def test_each_row_is_a_pair_and_is_there_once() -> None:
    """What means something else in Frappe has a row of its own, with the DocType as context."""
    assert [row for row in rows() if row[2:]] == [("Cancel", "Storniert", "Vtiger Invoice")]
    assert [text for text, times in Counter(row[::2] for row in rows()).items() if times > 1] == []


@pytest.mark.parametrize("english", sorted(text for text in GERMAN if PLACE.search(text)))
def test_a_translation_has_the_places_of_its_sentence(english: str) -> None:
    assert set(PLACE.findall(english)) == set(PLACE.findall(GERMAN[english]))


@pytest.mark.parametrize("german", sorted(set(GERMAN.values())))
def test_people_are_spoken_to_politely_and_quoted_as_germans_do(german: str) -> None:
    assert not re.search(r"\b([Dd]u|[Dd]ein(e[mnrs]?)?|[Dd]ich|[Dd]ir)\b", german)
    assert "”" not in german
    assert german.count("„") == german.count("“")


@pytest.mark.parametrize("english", TOLD, ids=lambda text: text[:30])
def test_what_was_filled_in_is_told_in_german(english: str) -> None:
    assert stored(english) == TOLD[english]


@pytest.mark.parametrize("english", sorted(set(strings.sentences()) & set(GERMAN)))
def test_a_text_of_several_sentences_is_translated_as_a_whole(english: str) -> None:
    """No shorter pattern takes its first sentence for another text."""
    names = {place: f"X{number}" for number, place in enumerate(PLACE.findall(english))}
    filled, told = (
        PLACE.sub(lambda place: names[place[0]], text) for text in (english, GERMAN[english])
    )
    assert stored(filled) == told, (
        "A template that is too general was taken for the beginning of this sentence of a log of "
        "before (patches/v0_4/recognising.py). If you added one, choose longer words."
    )


NAMES = "Kea Ltd|15% GST on (Income|Expenses)|British Columbia|Sync|Financial settings|Old Shop"
ENGLISH = re.compile(
    r"\b(the|of|is|are|and|with|which|Tax|products?|services?|Invoices|Payments)\b"
)


@pytest.mark.parametrize("code", sorted({*CASES, "products"}))
def test_the_check_is_german_from_end_to_end(code: str) -> None:
    two = tuple(product(f"PRO{n}", part_number="", taxes=ODD_TAXES) for n in range(2))
    situations = CASES[code][2:] if code in CASES else (situation(products=two),)
    for found in (each for one in situations for each in examine(one)):
        for text in (found.subject, found.problem, found.remedy):
            told = re.sub(NAMES, "", re.sub("„[^“]*“", "", german(text)))
            assert not ENGLISH.search(told), german(text)
            assert not re.search(r"[.!?:][A-ZÄÖÜ]", told), german(text)


ODD_TAXES = ({"tax": "GST", "rate": 15}, {"tax": "PST", "rate": 7})


def test_words_that_are_listed_are_told_each() -> None:
    english = "Xero has not given the app the permission x. It is needed for: Invoices, Payments."
    assert stored(english).endswith("für: Rechnungen, Zahlungen.")


def test_a_sentence_without_what_is_one_record_s_own_is_told_too() -> None:
    """The page of causes shows these."""
    for english in strings.sentences("engine/conditions", "engine/mapping", "xero/refusals"):
        cause = cause_of(Message(english, {place[1:-1]: "7" for place in PLACE.findall(english)}))
        assert german(cause) != cause, english
