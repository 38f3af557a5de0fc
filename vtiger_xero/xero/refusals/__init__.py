"""Xero's validation messages in a bookkeeper's words: what is wrong, and what to do about it.

The table is closed: a sentence that no row knows is passed on in Xero's own words, with no
remedy. A guess at one would send a bookkeeper the wrong way. The rows stand by their subject;
their texts are sentences that Xero was seen to send, which tests/xero/test_refusals.py lists. What
the simulator had to word itself is no row: it would fit nothing that the real Xero says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...engine.messages import _lt, sentences
from ..masking import mask
from . import common, contacts, invoices, items, lines, payments

# The first row that fits wins, so those that fit many sentences come last.
ROWS = (
    *contacts.ROWS,
    *items.ROWS,
    *lines.ROWS,
    *payments.ROWS,
    *invoices.ROWS,
    *common.ROWS,
)
_LONGEST = 1_000  # characters of one message; Xero's have some hundred
_MOST = 50  # messages of one record
_COMPILED = tuple((re.compile(row.pattern), row) for row in ROWS)


@dataclass(frozen=True)
class Refusal:
    """Why Xero would not save one record, and what a bookkeeper can do ("" if unknown)."""

    reason: str
    remedy: str = ""


def refusal(messages: Iterable[str]) -> Refusal:
    """One refusal for all that Xero said of a record; every sentence is kept, once."""
    said = [message for message in dict.fromkeys(messages) if message.strip()]
    found = [_translated(message) for message in said[:_MOST]]
    if not found:
        return Refusal(_lt("Xero refused this record and gave no reason."))
    return Refusal(_joined(each.reason for each in found), _joined(each.remedy for each in found))


def _translated(message: str) -> Refusal:
    sentence = _cut(mask(message.strip()))
    for pattern, row in _COMPILED:
        if match := pattern.search(sentence):
            return Refusal(row.reason.format(**match.groupdict()), row.remedy)
    return Refusal(sentence)


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}\u2026"


def _joined(parts: Iterable[str]) -> str:
    return sentences(*dict.fromkeys(parts))
