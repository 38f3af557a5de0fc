"""Shows the messages of the engine to the user who reads them, in their language.

Runs write English for all users: their texts are stored and read by several people. What they were
made from is stored beside them, and is translated like any other text of the app.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timezone
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.translate import get_all_translations, get_user_lang
from frappe.utils import format_date

from ..engine.messages import DAY, MOMENT_FORMAT, Message, translate
from ..engine.stored import message_of
from .stored_text import from_stored, to_stored
from .times import CLOCK, to_user

ENGLISH = "en"
# "Cancel" is a button of Frappe's and a status of an invoice: here it is the status.
_CONTEXT = ":Vtiger Invoice"
_COLUMN = "messages"
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
    known = get_all_translations(language) if text and language != ENGLISH else {}

    def gettext(each: str) -> str:
        return known.get(each + _CONTEXT) or known.get(each) or each

    return translate(text, gettext, _show_time) if text else ""


def _show_time(kind: str, value: str) -> str:
    """A day or a moment of a message, as the user at hand reads times; other text stays."""
    try:
        if kind == DAY:
            return str(format_date(date.fromisoformat(value)))
        moment = datetime.strptime(value, MOMENT_FORMAT).replace(tzinfo=timezone.utc)
    except ValueError:
        return value
    local = to_user(moment)
    clock = f"{local:%H:%M}"
    is_today = local.date() == to_user(CLOCK.now()).date()
    return clock if is_today else f"{format_date(local.date())} {clock}"


def print_in_chosen_language() -> None:
    """Print in the language that the print view was asked for (`_lang`).

    Frappe 15.55 takes it from the request and, when it resumes the session, puts the user's own in
    its place.
    """
    chosen = frappe.form_dict.get("_lang")
    if isinstance(chosen, str) and chosen and frappe.db.exists("Language", chosen):
        frappe.local.lang = chosen


def translated_row(row: Mapping[str, Any], language: str = "") -> dict[str, Any]:
    """A row with the texts of the engine translated, without what they were made from."""
    shown = {**row, **_translations_of(row, language)}
    shown.pop(_COLUMN, None)
    return shown


def _translations_of(row: Mapping[str, Any], language: str) -> dict[str, str]:
    return {key: _translation(row, key, language) for key in _TRANSLATED_KEYS if row.get(key)}


def _translation(row: Mapping[str, Any], key: str, language: str) -> str:
    text: str = row[key]
    if isinstance(text, Message):
        return translated(text, language)
    plain = from_stored(text)
    shown = translated(message_of({key: plain, _COLUMN: row.get(_COLUMN)}, key), language)
    return shown if plain == text else to_stored(shown)


def show_translated(document: Document) -> None:
    """Translate the texts of the engine in a form that is read-only."""
    document.update(_translations_of(document.as_dict(), ""))


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
