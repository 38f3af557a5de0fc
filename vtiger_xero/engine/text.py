"""How names are compared, and listed.

Xero holds contact names unique without regard to case (facts: Contacts), and bookkeepers
type blanks and accents freely; so there are two keys: one that Xero itself would call equal,
and a weaker one under which two names merely look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_A_LETTER = re.compile(r"[\W_]+")


def tidy(text: object) -> str:
    """`text` without leading, trailing and doubled blanks, in Unicode's composed form.

    What Xero sends as a number where a text belongs is read as what it prints as.
    """
    given = str(text or "")
    composed = given if given.isascii() else unicodedata.normalize("NFC", given)
    return " ".join(composed.split())


def tidy_lines(text: str | None) -> str:
    """Like `tidy`, line by line; empty lines fall away."""
    return "\n".join(line for line in (tidy(each) for each in (text or "").splitlines()) if line)


def name_key(text: object) -> str:
    """Equal for two names that Xero calls the same: case and spare blanks do not count.

    `lower`, not `casefold`: "Straße" and "Strasse" are two names.
    """
    return tidy(text).lower()


def likeness_key(text: str | None) -> str:
    """Equal for two names that look alike: accents and punctuation do not count either."""
    plain = unicodedata.normalize("NFKD", name_key(text))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_A_LETTER.sub(" ", letters).strip()


def named(titles: Iterable[str], most: int) -> str:
    """The first of these names, in quotes and each once, and how many more there are."""
    told = list(dict.fromkeys(titles))
    shown = ", ".join(f"\u201c{title}\u201d" for title in told[:most])
    more = len(told) - len(told[:most])
    return f"{shown} and {more} more" if more > 0 else shown
