"""Recognises the English that versions before 0.4 stored, as the messages that it would be now.

Later versions store what a text was made from, so nothing but one patch needs this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vtiger_xero.engine.messages import Message, _lt, lines, listed, sentences

_PLACE = re.compile(r"\{(\w+)\}")
# Where one sentence ends and the next begins; what stands in quotation marks may end with a dot.
_BETWEEN = re.compile(r"(?<=[.!?\u201d]) (?=[A-Z\u201c{])")
_LETTERS = re.compile(r"[A-Za-z]")
# A template of fewer letters of its own ("{0} ({1})") would be found in everything.
_LEAST_LETTERS = 4
_NAME = re.compile("\u201c([^\u201c\u201d]*)\u201d")
_NAMES = re.compile(f"{_NAME.pattern}(, {_NAME.pattern})*")
_COMMA = ", "  # between words that are listed
_LONGEST = 6  # parts that may be one sentence
# What is longer than anything that the engine says is somebody else's text: to look for eight
# hundred templates in a book would take an hour.
_MOST = 20_000  # characters of a text
_MOST_OF_ONE = 2_000  # characters of a sentence
_MOST_PARTS = 300  # of a text: sentences and lines


@dataclass(frozen=True)
class _Pattern:
    """A template, ready to be recognised."""

    template: str
    text: re.Pattern[str]
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


class Recogniser:
    """Knows texts by `templates`, which have places: {0}, {1} … or {name}."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._whole = frozenset(templates)
        made = [_pattern(each) for each in sorted(self._whole) if _PLACE.search(each)]
        telling = [each for each in made if each.letters >= _LEAST_LETTERS]
        self._patterns = _by_first_letter(sorted(telling, key=lambda each: -each.letters))
        self.message = lru_cache(maxsize=10_000)(self._message)

    def _message(self, text: str) -> str:
        """The message that a text is; what is not known stays text."""
        if not text or _is_too_long(text):
            return text
        found = lines(self._line(line) for line in text.split("\n"))
        return found if found == text else text

    def _line(self, line: str) -> str:
        """Sentences one after the other.

        The shortest that is known comes first: a longer one could take a whole sentence for what
        was filled in. Only where a name has a full stop in it are several parts one sentence.
        """
        parts, said = _BETWEEN.split(line), []
        while parts:
            sizes = range(1, min(len(parts), _LONGEST) + 1)
            found = ((size, self._one(" ".join(parts[:size]))) for size in sizes)
            size, message = next(((s, t) for s, t in found if t is not None), (1, parts[0]))
            said.append(message)
            parts = parts[size:]
        return sentences(*said)

    def _one(self, text: str) -> Message | None:
        """A text that one template made, None where there is no such template."""
        if text in self._whole:
            return Message(text)
        if len(text) > _MOST_OF_ONE:
            return None
        candidates = self._patterns.get(text[:1], self._patterns[""])
        found = ((each, each.match(text)) for each in candidates)
        each, match = next(((e, m) for e, m in found if m), (None, None))
        if each is None or match is None:
            return None
        return Message(each.template, {p: self._value(match[f"p{p}"]) for p in each.places})

    def _value(self, text: str) -> str:
        """What was filled in may be words of the engine's own, or a name."""
        return self._one(text) or self._words(text) or _quoted(text) or text

    def _words(self, text: str) -> str:
        """Several words of the engine's own, as it lists them; "" where one of them is none."""
        words = text.split(_COMMA)
        return listed(map(Message, words)) if self._whole.issuperset(words) else ""


def _by_first_letter(patterns: Sequence[_Pattern]) -> Mapping[str, Sequence[_Pattern]]:
    """What a text may be that begins with a letter; "" stands for all others.

    A text that is none, as a name is, would be compared with hundreds of templates.
    """
    first = {each: each.pieces[0][:1] for each in patterns}
    return {
        letter: [each for each in patterns if first[each] in ("", letter)]
        for letter in {"", *first.values()}
    }


def _quoted(text: str) -> str:
    """Names as the engine lists them, "" where the text is something else."""
    return listed(map(_lt("“{0}”").format, _NAME.findall(text))) if _NAMES.fullmatch(text) else ""


def _is_too_long(text: str) -> bool:
    return len(text) > _MOST or text.count("\n") + len(_BETWEEN.findall(text)) > _MOST_PARTS


def _pattern(template: str) -> _Pattern:
    pieces = _PLACE.split(template)
    texts, places = pieces[::2], pieces[1::2]
    seen: set[str] = set()
    source = re.escape(texts[0])
    for place, text in zip(places, texts[1:], strict=True):
        source += f"(?P=p{place})" if place in seen else f"(?P<p{place}>.+?)"
        source += re.escape(text)
        seen.add(place)
    letters = sum(len(_LETTERS.findall(text)) for text in texts)
    found = tuple(dict.fromkeys(places))
    return _Pattern(
        template, re.compile(source), found, letters, tuple(texts), sum(map(len, texts))
    )
