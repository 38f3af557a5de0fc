"""The engine's texts in the reader's language.

The engine speaks English and fills in names and figures at once; what it said is kept, and read
later by people of several languages. So a sentence is translated when it is shown: it is
recognised by the pattern that it was made from. The other road, to keep a key and its arguments
with each reason, would have made every reason two things, and the log unreadable without the app.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLACE = re.compile(r"\{(\w+)\}")
# Where one sentence ends and the next begins; what stands in quotation marks may end with a dot.
BETWEEN = re.compile(r"(?<=[.!?\u201d]) (?=[A-Z\u201c{])")
_LETTERS = re.compile(r"[A-Za-z]")
# A pattern of fewer letters of its own ("{0} ({1})") would be found in everything.
_LEAST_LETTERS = 4
_NAME, _IN_QUOTES = "{0}", "\u201c{0}\u201d"  # names that are listed, each in the reader's quotes
_QUOTED = re.compile("\u201c([^\u201c\u201d]*)\u201d")
_COMMA = ", "  # between words that are listed
_LONGEST = 6  # parts that may be one sentence
# What is longer than anything that the engine says is somebody else's text: it is shown as it is,
# for to look for eight hundred patterns in a book would keep a page waiting.
_MOST = 20_000  # characters of a text
_MOST_OF_ONE = 2_000  # characters of a sentence
_MOST_PARTS = 300  # of a text: sentences and lines


@dataclass(frozen=True)
class _Pattern:
    """A sentence with places for what is filled in, ready to be recognised."""

    text: re.Pattern[str]
    target: str
    places: tuple[str, ...]
    letters: int
    pieces: tuple[str, ...]  # what stands between the places
    size: int  # characters of the pieces

    def match(self, text: str) -> re.Match[str] | None:
        """Looks for the pieces first, which is much faster where one of them is missing."""
        if len(text) < self.size:
            return None
        at = 0
        for piece in self.pieces:
            at = text.find(piece, at) + len(piece)
            if at < len(piece):
                return None
        return self.text.fullmatch(text)


class Sentences:
    """Translates sentences that were filled in. `translations`: English patterns → the reader's.

    A pattern has places ({0}, {1} … or {name}); so has its translation, in any order.
    """

    def __init__(self, translations: Mapping[str, str]) -> None:
        self._whole = {english: other for english, other in translations.items() if other}
        self._patterns = _patterns(self._whole)
        self._quotes = self._whole.get(_IN_QUOTES, _IN_QUOTES)

    def translate(self, text: str) -> str:
        """`text` in the reader's language; what is not known stays as it is."""
        if not text or not self._whole or _is_too_long(text):
            return text
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        """Sentences one after the other.

        The shortest that is known comes first: a longer one could take a whole sentence for what
        was filled in. Only where a name has a full stop in it are several parts one sentence.
        """
        parts, said = BETWEEN.split(line), []
        while parts:
            sizes = range(1, min(len(parts), _LONGEST) + 1)
            found = ((size, self._one(" ".join(parts[:size]))) for size in sizes)
            size, other = next(((s, t) for s, t in found if t is not None), (1, parts[0]))
            said.append(str(other))
            parts = parts[size:]
        return " ".join(said)

    def _one(self, text: str) -> str | None:
        """A text that one pattern made, None where there is no such pattern."""
        if text in self._whole:
            return self._whole[text]
        if len(text) > _MOST_OF_ONE:
            return None
        found = ((each, each.match(text)) for each in self._patterns)
        each, match = next(((e, m) for e, m in found if m), (None, None))
        if each is None or match is None:
            return None
        filled = {place: self._translate_filling(match[f"p{place}"]) for place in each.places}
        return _PLACE.sub(lambda place: filled.get(place[1], place[0]), each.target)

    def _translate_filling(self, text: str) -> str:
        """What was filled in may be words of the engine's own, or a name."""
        return self._one(text) or self._words(text) or self._requote(text)

    def _words(self, text: str) -> str:
        """Several words of the engine's own, as it lists them; "" where one of them is none."""
        translate = [self._whole.get(each, "") for each in text.split(_COMMA)]
        return _COMMA.join(translate) if all(translate) else ""

    def _requote(self, text: str) -> str:
        return _QUOTED.sub(lambda name: self._quotes.replace(_NAME, name[1]), text)


def _is_too_long(text: str) -> bool:
    return len(text) > _MOST or text.count("\n") + len(BETWEEN.findall(text)) > _MOST_PARTS


def _patterns(translations: Mapping[str, str]) -> list[_Pattern]:
    """The ones with places, the most telling first."""
    made = [_pattern(*pair) for pair in translations.items() if _PLACE.search(pair[0])]
    telling = [each for each in made if each.letters >= _LEAST_LETTERS]
    return sorted(telling, key=lambda each: -each.letters)


def _pattern(english: str, other: str) -> _Pattern:
    pieces = _PLACE.split(english)
    texts, places = pieces[::2], pieces[1::2]
    seen: set[str] = set()
    source = re.escape(texts[0])
    for place, text in zip(places, texts[1:], strict=True):
        source += f"(?P=p{place})" if place in seen else f"(?P<p{place}>.+?)"
        source += re.escape(text)
        seen.add(place)
    letters = sum(len(_LETTERS.findall(text)) for text in texts)
    found = tuple(dict.fromkeys(places))
    return _Pattern(re.compile(source), other, found, letters, tuple(texts), sum(map(len, texts)))
