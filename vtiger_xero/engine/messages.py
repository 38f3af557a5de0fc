"""What the app says to people: a template and the values in it, rendered in English.

A `Message` is its English text, so it is compared, logged and stored like any other text. It also
has the template that it was made from, and the values that were filled in. So it can be translated
(the template is what a translator translates) and grouped with others of the same cause, without
reading the English again.

`_lt` makes one. Frappe's own tools look for this name when they collect texts for translators;
there it means what it means here, a text that is translated later. Like there, values are filled in
by `format`:

    _lt("Line {0} has no description.").format(3)

A value that is a `Message` itself (the label of a field, a module) is translated with the rest and
belongs to the cause. Any other value (a name, a figure, Xero's own words) is one record's own. A
day or a moment is kept as what it is, so that readers see it in their own format and time zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

OMITTED = "\u2026"
_PLACE = re.compile(r"\{(\w+)\}")
_JOINED = re.compile(r"\{0\}( |\n|, )\{1\}(?:\1\{\d+\})*")
# A day, and a moment (UTC), as values of a message; what stands in their one place is ISO text.
DAY, MOMENT = "{day}", "{moment}"
MOMENT_FORMAT = "%Y-%m-%d %H:%M UTC"
_TEMPLATE, _VALUES = "template", "values"


class Message(str):
    """An English text with the template and the values that it was made from.

    `values` has them by their place, as in `str.format`: "0", "1" … or a name.
    """

    template: str
    values: Mapping[str, str]
    __slots__ = ("template", "values")

    def __new__(cls, template: str, values: Mapping[str, str] | None = None) -> Message:
        """`values` by their places; a place without one stays as it is."""
        values = values or {}
        self = super().__new__(cls, _fill(template, values) if values else template)
        self.template = str(template)
        self.values = values
        return self

    def format(self, *args: object, **kwargs: object) -> Message:
        """The message with these values in its places."""
        places = {**{str(place): value for place, value in enumerate(args)}, **kwargs}
        return Message(self.template, {**self.values, **{k: _text(v) for k, v in places.items()}})

    def __getnewargs__(self) -> tuple[str, Mapping[str, str]]:  # type: ignore[override]
        return self.template, self.values


def _lt(template: str) -> Message:
    """A text of the app, to be translated when a user reads it."""
    return Message(template)


def label(word: str | Enum) -> Message:
    """A word of the app that stands here as no literal: a field's label, a member of an enum."""
    text = word.value if isinstance(word, Enum) else word
    return text if isinstance(text, Message) else Message(str(text))


def _text(value: object) -> str:
    if isinstance(value, Exception) and value.args:
        (value, *_) = value.args
    if isinstance(value, datetime):
        return Message(MOMENT, {MOMENT[1:-1]: format(value, MOMENT_FORMAT)})
    if isinstance(value, date):
        return Message(DAY, {DAY[1:-1]: value.isoformat()})
    return value if isinstance(value, str) else format(value)


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


# Several messages in one text


def sentences(*parts: str) -> str:
    """Sentences one after the other; empty ones are left out."""
    return _join(" ", [each for each in parts if each])


def lines(parts: Iterable[str]) -> str:
    """Texts below each other; an empty one keeps its line."""
    return _join("\n", list(parts))


def listed(parts: Iterable[str]) -> str:
    """Words and names, with commas."""
    return _join(", ", list(parts))


def split_sentences(text: str) -> list[str]:
    """The texts that `sentences` joined, in however many steps."""
    if not isinstance(text, Message) or _separator(text) != " ":
        return [text]
    return [part for each in _in_order(text) for part in split_sentences(each)]


def is_made_from(template: Message, text: str) -> bool:
    """Whether a text is this message with values of its own."""
    return isinstance(text, Message) and text.template == template.template


def split_lines(text: str) -> list[str]:
    """The texts that `lines` joined."""
    if not isinstance(text, Message):
        return text.split("\n")
    return _in_order(text) if _separator(text) == "\n" else [text]


def _join(separator: str, parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    if not any(isinstance(each, Message) for each in parts):
        return separator.join(parts)
    places = [str(place) for place in range(len(parts))]
    template = separator.join(f"{{{place}}}" for place in places)
    return Message(template, dict(zip(places, parts, strict=True)))


def _in_order(joined: Message) -> list[str]:
    return [joined.values[str(place)] for place in range(len(joined.values))]


def _separator(message: Message) -> str:
    """What stands between joined texts, "" where the message is not joined."""
    found = _JOINED.fullmatch(message.template)
    return found[1] if found else ""


# What is made of a message


def _as_it_is(kind: str, value: str) -> str:
    return value


def translate(
    text: str, gettext: Callable[[str], str], show: Callable[[str, str], str] = _as_it_is
) -> str:
    """A message in another language; `gettext` gives the translation of a template.

    `show` writes a DAY or a MOMENT as the reader does. A text that is no message may be one without
    values that was read from a database.
    """
    return _translate(text, gettext, show) if isinstance(text, Message) else gettext(text)


def _translate(text: str, gettext: Callable[[str], str], show: Callable[[str, str], str]) -> str:
    if not isinstance(text, Message):
        return text
    if text.template in (DAY, MOMENT):
        return show(text.template, "".join(text.values.values()))
    values = {place: _translate(value, gettext, show) for place, value in text.values.items()}
    template = gettext(text.template) if not _separator(text) else text.template
    return _fill(template, values)


def cause_of(text: str) -> str:
    """A message without what is one record's own; what joined messages repeat, once.

    A text that is no message is its own cause.
    """
    return _cause(text, inside=False)


def _cause(text: str, *, inside: bool) -> str:
    """`inside`: what is no message was filled into a sentence, and is one record's own."""
    if not isinstance(text, Message):
        return OMITTED if inside else text
    separator = _separator(text)
    if separator:
        parts = (_cause(each, inside=inside) for each in _in_order(text))
        return _join(separator, list(dict.fromkeys(parts)))
    values = {place: _cause(value, inside=True) for place, value in text.values.items()}
    return Message(text.template, values)


def to_data(text: str) -> Any:
    """A message as plain JSON: its template and values, or the text itself if it is no message."""
    if not isinstance(text, Message):
        return text
    values = {place: to_data(value) for place, value in text.values.items()}
    return {_TEMPLATE: text.template, **({_VALUES: values} if values else {})}


def from_data(data: Any) -> str:
    """What `to_data` made."""
    if isinstance(data, str):
        return data
    values = data.get(_VALUES, {})
    return Message(data[_TEMPLATE], {place: from_data(each) for place, each in values.items()})
