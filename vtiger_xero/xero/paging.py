"""Reading what changed, so that no row is lost while people keep working in Xero.

Xero lists by time of change. A row that changes while pages are read moves to the end, and
under page numbers every row behind it moves up by one: the first row of the next page slips
onto the page that was read before. So after a full page the next request is not "page 2" but
"changed since the last row", a second early because Xero's filter knows seconds only.

A row that cannot be read is told and left out. The last page is read again in the next run then:
that costs nothing, for a run asks for it anyway, and the row is there as soon as it can be read.

What Xero writes in the very moment of reading may bear the time of rows that were read already,
or become visible after a later one. So the watermark stays some seconds behind the time at which
Xero answered; what changed in them is read once more in the next run.

More rows in one second than fit on a page (an import into Xero) leave page numbers only. Then
pages overlap, so that a row may move up a good way and still be seen.

Items are another matter (`whole`): Xero lists no deleted ones and marks none, so that only the
whole list tells which are gone, and it comes in one answer anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..engine.ports import Page
from ..engine.records import Document, Module, XeroRecord
from . import errors, wire
from .endpoints import Endpoint

PAGE_SIZE = 1000  # Xero's largest, and a page costs one call whatever its size
MARGIN = 100  # rows that numbered pages have in common
RESTARTS = 3  # an end, also for pages on which nothing can be read
OVERLAP = timedelta(seconds=1)
SETTLING = timedelta(seconds=5)
_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Place:
    """A place in the list: so many rows after the beginning of what changed since `since`."""

    since: datetime | None
    rows: int = 0

    @property
    def size(self) -> int:
        """The page size under which a page begins at least `MARGIN` rows before this place."""
        return self._before // (self.number - 1) if self.number > 1 else PAGE_SIZE

    @property
    def number(self) -> int:
        """The number of that page, the first one where the beginning is near."""
        return -(-self._before // PAGE_SIZE) + 1

    @property
    def _before(self) -> int:
        return max(0, self.rows - MARGIN)

    def after(self, count: int, reached: datetime | None) -> Place:
        """Where to go on after a page of `count` rows whose last one changed at `reached`."""
        if reached and (self.since is None or header(reached) > header(self.since)):
            return Place(reached)
        return Place(self.since, self.size * (self.number - 1) + count)


Answer = Callable[[], Document]  # waits for a page that was asked for
Begin = Callable[[Place], Answer]


def header(since: datetime) -> str:
    """If-Modified-Since, to the second: what changed within that second is asked for again."""
    return f"{since - OVERLAP:%Y-%m-%dT%H:%M:%S}"


def pages(
    module: Module,
    endpoint: Endpoint,
    since: datetime | None,
    first: Answer,
    begin: Begin,
    notice: Callable[[str], None],
) -> Iterator[Page]:
    """Everything that changed since `since`, oldest change first, each version told once.

    `begin` asks Xero for the page at a place, and `first` is the answer for the first one; `notice`
    is told of rows that cannot be read. While a page is at work the next one is on its way.
    """
    place, told, restarts, answer = Place(since), _Told(), 0, first
    hole: datetime | None = None
    while True:
        document = answer()
        page = wire.elements(endpoint.collection, document)
        records, notices = wire.records(module, page)
        if place.number > 1 and not told.knows_any(records):
            # Nothing in common with the page before: more rows moved than the margin has room
            # for. Its rows wait, lest the watermark pass those that slipped by.
            if restarts < RESTARTS:
                place, restarts = Place(place.since), restarts + 1
                answer = begin(place)
                continue
            hole = hole or place.since or _EVER  # the next run looks for them
        for sentence in told.new_notices(notices):
            notice(sentence)
        is_last = _is_last(document, len(page), place)
        fresh = told.new(records)
        if told.heard_too_often(0 if fresh else len(page)):
            raise errors.torn("the same pages again and again")
        at, place = place, place.after(len(page), records[-1].updated if records else None)
        if not is_last:
            answer = begin(place)
        if records:
            # What could not be read is asked for again, as long as that costs no further call.
            again = notices and is_last and at.number == 1
            reached = _settled(document, max(record.updated for record in records))
            settled = (at.since or _EVER) if again else max(reached, since or _EVER)
            yield Page(fresh, hole or settled)
        if is_last:
            return


def _settled(document: Document, reached: datetime) -> datetime:
    """How far nothing can come in between any more, by Xero's own clock where it tells the time."""
    try:
        return min(reached, wire.moment(document.get("DateTimeUTC")) - SETTLING)
    except ValueError:
        return reached


def whole(
    module: Module,
    endpoint: Endpoint,
    since: datetime | None,
    answer: Answer,
    notice: Callable[[str], None],
    now: datetime,
) -> Iterator[Page]:
    """Everything there is, as one page; what is not on it is gone.

    An empty list is such a page too: it tells of the last deletion. A list with an element that
    cannot be read is not, for nobody may conclude that this one is gone. The watermark never
    goes back, though the newest record may be the one that was deleted; a record without a time
    of change counts as changed where the last reading ended.
    """
    page = wire.elements(endpoint.collection, answer())
    records, notices = wire.records(module, page, saved=since or now)
    for sentence in notices:
        notice(sentence)
    reached = [record.updated for record in records] + ([since] if since else [])
    oldest_first = sorted(records, key=lambda record: record.updated)
    yield Page(oldest_first, max(reached, default=now), complete=not notices)


def _is_last(document: Document, count: int, place: Place) -> bool:
    """Whether nothing comes after this page; a full one says so in its `pagination`."""
    pagination = document.get("pagination")
    pages_in_all = pagination.get("pageCount") if isinstance(pagination, dict) else None
    if isinstance(pages_in_all, int) and pages_in_all <= place.number:
        return True
    return count < place.size


class _Told:
    """What this reading has told already; neighbouring requests overlap."""

    def __init__(self) -> None:
        self._versions: set[tuple[str, datetime]] = set()
        self._notices: set[str] = set()
        self._again = 0

    def heard_too_often(self, again: int) -> bool:
        """Whether the list has no end; `again`: the rows of a page that tells nothing new, else 0.

        After an import a second may hold thousands of rows, and the next reading begins a second
        early: all of them come again, and their overlaps. More than that is no list of Xero's.
        """
        self._again = self._again + again if again else 0
        return self._again > 2 * len(self._versions) + RESTARTS * PAGE_SIZE

    def knows_any(self, records: list[XeroRecord]) -> bool:
        """Whether a row was told before."""
        return any((each.id, each.updated) in self._versions for each in records)

    def new(self, records: list[XeroRecord]) -> list[XeroRecord]:
        """Those not told yet, in their order."""
        fresh = [each for each in records if (each.id, each.updated) not in self._versions]
        self._versions.update((each.id, each.updated) for each in fresh)
        return fresh

    def new_notices(self, notices: list[str]) -> list[str]:
        """Those not told yet."""
        fresh = [sentence for sentence in notices if sentence not in self._notices]
        self._notices.update(fresh)
        return fresh
