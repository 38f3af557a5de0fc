"""Lines whose Xero rates say the same to the CRM: another code of such a rate is no change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..lookups import Lookups
from ..records import Fields, Line
from ..taxes import NO_TAX
from .coding import Coded
from .drafting import Draft, draft
from .lines import pair_up

_UNCODED = Coded(NO_TAX)


def with_tax_types_of_xero(
    value: Sequence[Line], other: Sequence[Line], fields: Fields, lookups: Lookups
) -> tuple[Line, ...]:
    """The CRM's lines with the TaxTypes of the other ones where these say the same.

    Xero decides which of several rates a line has: the CRM's taxes do not distinguish them, and
    another default of an account or an item rewrites no line that is there.
    """
    if all(old and new.tax_type == old.tax_type for new, old in pair_up(value, other)):
        return tuple(value)
    drafted = draft(fields, lookups)
    coded = {id(line): each for line, each in zip(drafted.lines, drafted.coded)}  # noqa: B905
    said = {id(new): coded.get(id(own), _UNCODED) for new, own in _drafts_of(value, drafted)}
    partners = dict(_pair_equal(value, other, said))
    return tuple(
        replace(line, tax_type=partners[id(line)].tax_type) if id(line) in partners else line
        for line in value
    )


def _drafts_of(value: Sequence[Line], drafted: Draft) -> Iterable[tuple[Line, Line | None]]:
    """Each line with its draft: of lines that look alike, the one in its place."""
    if len(value) == len(drafted.lines):
        return zip(value, drafted.lines, strict=True)
    return pair_up(value, drafted.lines)


def _pair_equal(
    value: Sequence[Line], other: Sequence[Line], coded: Mapping[int, Coded]
) -> Iterator[tuple[int, Line]]:
    """Lines that are one but for the code of their rate; first those that differ in nothing else.

    Of several lines that say the same, those in the same place belong together.
    """
    free, left = list(other), []
    for place, line in enumerate(value):
        same = (
            old
            for old in _first(free, _at(other, place))
            if old == line
            or (coded[id(line)].accepts(old) and replace(old, tax_type=line.tax_type) == line)
        )
        if (found := next(same, None)) is None:
            left.append(line)
            continue
        free = [old for old in free if old is not found]
        yield id(line), found
    for line, old in pair_up(left, free):
        if old and coded[id(line)].accepts(old):
            yield id(line), old


def _at(lines: Sequence[Line], place: int) -> Line | None:
    return lines[place] if place < len(lines) else None


def _first(lines: Sequence[Line], first: Line | None) -> list[Line]:
    return sorted(lines, key=lambda line: line is not first)
