"""How names are compared, and listed.

Xero holds contact names unique without regard to case (docs/xero.md, P4), and bookkeepers
type blanks and accents freely; so there are two keys: one that Xero itself would call equal,
and a weaker one under which two names merely look alike.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from .messages import _lt, listed

_NOT_A_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=4_096)
def shared(text: str) -> str:
    """The same text, held once for all that came lately: a currency, a day, a customer's id."""
    return text


def have_one_in_common(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a text is among both."""
    return not frozenset(some).isdisjoint(others)


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


_LETTER_PAIRS = str.maketrans({"\u00df": "ss", "\u00e6": "ae", "\u00f8": "o", "\u0153": "oe"})
_RUN = re.compile(r"[^\W\d_]+|\d+")
# Words that end a company's name and say nothing of who it is; "and" stands before some of them.
_FORMS = (
    "ltd limited inc incorporated llc llp lp plc corp corporation co company pty pte proprietary "
    "gmbh mbh ag kg ohg ug ev sa sarl sas srl spa sl bv nv oy ab as aps sdn bhd private and"
)
_LEGAL_FORMS = frozenset(_FORMS.split())


def loose_key(text: object) -> str:
    """Equal for two names that may be one: neither blanks nor punctuation nor accents count."""
    return "".join(_words(text))


def company_key(text: object) -> str:
    """Like `loose_key`, without a legal form: "Kea Ltd." and "Kea Limited" may be one company."""
    words = _words(text)
    kept = words[1:] if words[:1] == ["the"] else words
    end = len(kept)
    while end and kept[end - 1] in _LEGAL_FORMS:
        end -= 1
    kept = kept[:end]
    return "".join(kept or words)


def _words(text: object) -> list[str]:
    quote_names = name_key(text).translate(_LETTER_PAIRS).replace("&", " and ")
    return likeness_key(re.sub(r"[.'\u2019]", "", quote_names)).split()


def number_key(text: object) -> str:
    """Equal for two numbers that may be one: "INV-0007", "inv 7" and "7"."""
    found = _RUN.findall(name_key(text))
    runs = itertools.dropwhile(lambda run: not run.isdigit(), found)
    return "-".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)


def number_letters(text: object) -> str:
    """The letters with which a number begins: "inv" of "INV-0007"."""
    runs = _RUN.findall(name_key(text))
    return "".join(itertools.takewhile(str.isalpha, runs))


def tax_number_key(text: object) -> str:
    """Equal for two spellings of one tax number: with blanks or dots, with the country or not."""
    plain = "".join(_RUN.findall(name_key(text)))
    return plain[2:] if plain[:2].isalpha() and plain[2:].isdigit() else plain


def quote_names(titles: Iterable[str], most: int) -> str:
    """The first of these names, in quotes and each once, and how many more there are."""
    unique = list(dict.fromkeys(titles))
    shown = listed(_lt("“{0}”").format(title) for title in unique[:most])
    more = len(unique) - len(unique[:most])
    return _lt("{0} and {1} more").format(shown, more) if more > 0 else shown
