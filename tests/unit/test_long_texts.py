"""What parses sentences is done in no time with whatever anybody writes into a text."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import vtiger_xero
from vtiger_xero.engine import text
from vtiger_xero.engine.messages import Message, cause_of
from vtiger_xero.patches.v0_4.recognising import Recogniser
from vtiger_xero.xero.errors import Reply, messages
from vtiger_xero.xero.masking import mask
from vtiger_xero.xero.refusals import refusal

LENGTH = 100_000
PIECES = [
    *(
        "a",
        "1",
        " ",
        "<",
        "(",
        "'",
        '"',
        "\u201c",
        "\u201d",
        "\n",
        "a\n",
        "1 ",
        "Ab. ",
        ", ",
        " is ",
    ),
    *(
        "\u201ca\u201d ",
        " 'a",
        "Bearer ",
        "eyJ",
        "The contact name ",
        "Line 3 has no description. ",
    ),
]
_ROWS = csv.reader(
    (Path(vtiger_xero.__file__).parent / "translations" / "de.csv").read_text().splitlines()
)
RECOGNISER = Recogniser(row[0] for row in _ROWS if len(row) > 1)
PARSERS: dict[str, Callable[[str], object]] = {
    "recognising": RECOGNISER.message,
    "cause": lambda long: cause_of(RECOGNISER.message(long)),
    "refusal": lambda long: refusal([long, *long.split(".")]),
    "body": lambda long: messages(Reply(400, {}, long.encode())),
    "mask": mask,
    "company": text.company_key,
    "number": text.number_key,
    "letters": text.number_letters,
    "tax number": text.tax_number_key,
    "likeness": text.likeness_key,
    "lines": text.tidy_lines,
}


@pytest.mark.parametrize("parser", PARSERS)
def test_a_hundred_thousand_characters_take_less_than_three_seconds(parser: str) -> None:
    for piece in PIECES:
        long = piece * (LENGTH // len(piece))
        for whole in (long, long[: LENGTH // 6]):  # the latter is short enough to be looked at
            began = time.process_time()
            PARSERS[parser](whole)
            assert time.process_time() - began < 3, (piece, len(whole))


def test_what_is_longer_than_any_sentence_is_shown_as_it_is() -> None:
    known = "Xero refused this record and gave no reason."
    assert isinstance(RECOGNISER.message(known), Message)
    assert not isinstance(RECOGNISER.message(f"{known} " * 5_000), Message)


def test_xeros_sentences_are_cut_where_no_sentence_of_xeros_ends() -> None:
    found = refusal(["x" * LENGTH])
    assert found.reason == "x" * 1_000 + "\u2026"
    assert len(refusal(str(number) for number in range(1_000)).reason.split()) == 50


def test_keys_of_names_are_what_they_were() -> None:
    assert text.number_key("Invoice no. INV-0007/12") == "7-12"
    assert text.company_key("The Kea Pty Ltd") == "kea"
    assert text.company_key("Ltd") == "ltd"
