"""Xero's validation messages in a bookkeeper's words: what is wrong, and what to do about it.

The table is closed: a sentence that no row knows is passed on in Xero's own words, with no
remedy. A guess at one would send a bookkeeper the wrong way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .masking import mask


@dataclass(frozen=True)
class Refusal:
    """Why Xero would not save one record, and what a bookkeeper can do ("" if unknown)."""

    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class Row:
    """A pattern of Xero's text; `reason` may use the pattern's groups."""

    pattern: str
    reason: str
    remedy: str


# Texts and their sources: facts, section 4. Rows for invoices, items and payments join here.
ROWS = (
    Row(
        r"^The contact name (?P<name>.+?) is already assigned to another contact\.",
        r"Xero already has an active contact named {name}, and names must be unique there.",
        "Rename one of the two, or let the organization be linked with that contact.",
    ),
    Row(
        r"^Another contact has this contact number\.",
        "Another Xero contact already has this organization's number as its Contact Code.",
        "Change the Contact Code of that contact in Xero, then sync again.",
    ),
    Row(
        r"matched an archived contact\.",
        "This contact is archived in Xero, and Xero lets nobody change an archived contact "
        "from outside.",
        "Restore the contact in Xero, then sync again.",
    ),
    Row(
        r"^Email address must be valid",
        "Xero does not accept this e-mail address.",
        "Correct the Primary Email of the organization or of its contact persons.",
    ),
    Row(
        r"^Website must be valid",
        "Xero refuses every change to this contact, because the website that is stored in Xero "
        "is not a valid address.",
        "Correct or clear the website of the contact in Xero, then sync again.",
    ),
    Row(
        r"^(Contact Name cannot be empty|The Contact must contain at least 1 of the following)",
        "The organization has no name, and Xero needs one.",
        "Enter an Organization Name.",
    ),
    Row(
        r"not subscribed to currency '?(?P<code>[A-Z]{3})'?",
        r"The Xero organisation does not use the currency {code}.",
        "Add the currency in Xero (Settings, Currencies), or choose another one here.",
    ),
    Row(
        r"^The resource you're looking for cannot be found",
        "Xero does not know this record, or no longer.",
        "Look for the record in Xero. If it was removed there, sync again after Resync everything.",
    ),
)
_COMPILED = tuple((re.compile(row.pattern), row) for row in ROWS)


def refusal(messages: Iterable[str]) -> Refusal:
    """One refusal for all that Xero said of a record; every sentence is kept, once."""
    found = [_translated(message) for message in dict.fromkeys(messages) if message.strip()]
    if not found:
        return Refusal("Xero refused this record and did not say why.")
    return Refusal(_joined(each.reason for each in found), _joined(each.remedy for each in found))


def _translated(message: str) -> Refusal:
    sentence = mask(message.strip())
    for pattern, row in _COMPILED:
        if match := pattern.search(sentence):
            return Refusal(row.reason.format(**match.groupdict()), row.remedy)
    return Refusal(sentence)


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
