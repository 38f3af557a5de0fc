"""Rows of one kind with the indexes that keep every write O(1), and the way back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from xero_simulator.shelf import Shelf
from xero_simulator.text import folded


class Kept(Protocol):
    """What a book can keep: anything with an id and the time of its last change."""

    @property
    def key(self) -> str:
        """Its id."""

    @property
    def updated(self) -> datetime:
        """UpdatedDateUTC."""


Row = TypeVar("Row", bound=Kept)
Changed = Callable[[Row, bool], None]


class Book(Mapping[str, Row], Generic[Row]):
    """Rows by id. `indexed`: the texts by which rows are found without a search.

    `announce(row, is_new)` is told of every save that stays, and never of one that is undone.
    """

    def __init__(
        self, shelf: Shelf[Row], indexed: Mapping[str, Callable[[Row], str | None]] | None = None
    ) -> None:
        self.shelf = shelf
        self.announce: Changed[Row] = lambda row, is_new: None
        self._indexed = indexed or {}
        self._index: dict[str, dict[str, set[str]]] = {name: {} for name in self._indexed}
        self._ordered: list[Row] | None = None
        self._before: dict[str, Row | None] | None = None
        self._unannounced: dict[str, bool] = {}
        for row in shelf.values():
            self._enter(row)

    def __getitem__(self, key: str) -> Row:
        return self.shelf[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.shelf)

    def __len__(self) -> int:
        return len(self.shelf)

    def save(self, row: Row, quietly: bool = False) -> None:
        """Put a row in the place of the one with its id, if any."""
        before = self._taken_out(row.key)
        self.shelf[row.key] = row
        self._enter(row)
        if quietly:
            return
        is_new = before is None or self._unannounced.get(row.key, False)
        if self._before is None:
            self.announce(row, is_new)
        else:
            self._unannounced[row.key] = is_new

    def remove(self, key: str) -> None:
        """Take a row out for good."""
        self._taken_out(key)
        del self.shelf[key]
        self._unannounced.pop(key, None)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo every change of the block when it raises. Within another such block: part of it."""
        if self._before is not None:
            yield
            return
        self._before, self._unannounced = {}, {}
        try:
            yield
        except BaseException:
            self._undo(self._before)
            raise
        else:
            for key, is_new in self._unannounced.items():
                self.announce(self.shelf[key], is_new)
        finally:
            self._before = None
            self._unannounced = {}

    def in_order(self) -> list[Row]:
        """By UpdatedDateUTC, then id, the default order [DOC]. Not to be changed."""
        if self._ordered is None:
            self._ordered = sorted(self.shelf.values(), key=_default_order)
        return self._ordered

    def equal(self, field: str, value: str) -> list[Row]:
        """Those whose indexed field equals `value`, as in a `where`, in default order."""
        keys = self._index[field].get(folded(value), ())
        return sorted((self.shelf[key] for key in keys), key=_default_order)

    def _taken_out(self, key: str) -> Row | None:
        before = self.shelf.get(key)
        if self._before is not None:
            self._before.setdefault(key, before)
        if before is not None:
            self._leave(before)
        self._ordered = None
        return before

    def _undo(self, before: dict[str, Row | None]) -> None:
        for key, row in before.items():
            if key in self.shelf:
                self._leave(self.shelf[key])
                del self.shelf[key]
            if row is not None:
                self.shelf[key] = row
                self._enter(row)
        self._ordered = None

    def _enter(self, row: Row) -> None:
        for name, read in self._indexed.items():
            if value := read(row):
                self._index[name].setdefault(folded(value), set()).add(row.key)

    def _leave(self, row: Row) -> None:
        for name, read in self._indexed.items():
            if value := read(row):
                self._index[name][folded(value)].discard(row.key)


def _default_order(row: Kept) -> tuple[object, str]:
    """By UpdatedDateUTC, then by id as SQL Server orders ids: the last part counts first.

    # invented [B14]: from the one recorded pair that shares its time (contacts_page.json), of which
    de62…-115494f98c9d comes before 0999…-93cbda343fe3.
    """
    return row.updated, row.key[24:] + row.key[19:23]
