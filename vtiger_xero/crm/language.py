"""Translates the English texts of the engine for the user who reads them.

Runs write English, whoever started them: their texts are stored and read by several people. The
German translation is complete (a test holds it to that), so its left column is the list of every
sentence there is; a site may add other languages by Frappe's own Translations.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.translate import get_all_translations, get_translations_from_csv, get_user_lang
from frappe.utils.caching import request_cache

from ..engine.sentences import Sentences

ENGLISH = "en"
_COMPLETE = "de"
_CONTEXT = ":Vtiger Invoice"
_TRANSLATED_KEYS = (
    "reason",
    "remedy",
    "problem",
    "subject",
    "cause",
    "message",
    "notices",
    "progress_step",
)


def translated(text: str | None, language: str = "") -> str:
    """A text of the engine in this language, by default the current user's."""
    language = language or frappe.local.lang or ENGLISH
    return (
        _sentences(language).translate(text or "") if text and language != ENGLISH else text or ""
    )


def translated_row(row: Mapping[str, Any], language: str = "") -> dict[str, Any]:
    """A row with the texts of the engine translated."""
    return {**row, **_translations_of(row, language)}


def _translations_of(row: Mapping[str, Any], language: str = "") -> dict[str, str]:
    return {key: translated(row[key], language) for key in _TRANSLATED_KEYS if row.get(key)}


def show_translated(document: Document) -> None:
    """Translate the texts of the engine in a form that is read-only."""
    document.update(_translations_of(document.as_dict()))


def by_language(people: Iterable[str]) -> Mapping[str, list[str]]:
    """These users by the language that each has chosen."""
    found: dict[str, list[str]] = {}
    for person in people:
        found.setdefault(get_user_lang(person), []).append(person)
    return found


@contextmanager
def speaking(language: str = ENGLISH) -> Iterator[None]:
    """Within, Frappe's `_` speaks this language."""
    before = frappe.local.lang
    frappe.local.lang = language
    try:
        yield
    finally:
        frappe.local.lang = before


@request_cache
def _sentences(language: str) -> Sentences:
    known, there = _known(), get_all_translations(language)
    held = {each: there[each] for each in known if there.get(each)}
    # "Cancel" is a button of Frappe's and a status of an invoice: here it is the status.
    of_fields = {each.partition(":")[0]: held[each] for each in held if each.endswith(_CONTEXT)}
    return _made(tuple({**held, **of_fields}.items()))


@lru_cache(maxsize=8)
def _made(pairs: tuple[tuple[str, str], ...]) -> Sentences:
    return Sentences(dict(pairs))


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    """Every text of the app."""
    return tuple(get_translations_from_csv(_COMPLETE, "vtiger_xero"))
