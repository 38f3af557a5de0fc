"""What the engine asks of the world: small Protocols. All times are aware UTC.

Nothing here names Frappe, SQLite or HTTP. The journal is the engine's own; it asks for rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .records import CrmRecord, Fields, Head, Module, XeroRecord
from .reference import Reference, TaxRate
from .taxes import CrmTax

if TYPE_CHECKING:  # these ask the modules' specs, and a spec says what it reads through the ports
    from .journal import Journal
    from .outbox import Batch

Row = Mapping[str, Any]  # of the database, by column
Column = tuple[str, str]  # a table, and the name of a column of it


@dataclass(frozen=True)
class First:
    """The rows that a join begins with: of `table`, those whose unique `key` begins with `prefix`.

    With `alone`, only rows for which no join finds anything.
    """

    table: str
    key: str
    prefix: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Join:
    """The rows of `table` (once in a query) whose `key` is `prefix` and what `of` holds."""

    table: str
    key: str
    of: Column
    prefix: str = ""


@dataclass(frozen=True)
class MandatoryField:
    """A field that the CRM insists on, with the label that its users see.

    `doctype` is given where a module has several; "" stands for all of them.
    """

    field: str
    label: str
    doctype: str = ""


class Crm(Protocol):
    """The CRM's records. A write that the CRM refuses raises `RecordRefused` and leaves nothing.

    Fields flow under the names of `mapping.doctypes`. A child table is a tuple of rows, in order,
    each with its own "name"; it is written as a whole: a row with the name of one that is there
    changes that one, a row without is new, and what is not among them is taken out.
    """

    def heads(self, module: Module) -> Sequence[Head]:
        """Every live record, oldest first, with the module's match fields."""

    def heads_of(self, module: Module, names: Sequence[str]) -> Sequence[Head]:
        """The heads of these records, oldest first; names that no longer exist are left out."""

    def changed(self, module: Module, tenant: str) -> Sequence[str]:
        """The names of records that may need something, as the database finds them.

        Of records whose version is not that of their link with this organisation of Xero, of those
        without a link, and of links, but for those that are Gone, whose record is no more.
        """

    def unsettled(self, module: Module, tenant: str) -> Sequence[str]:
        """The names of records that do not say they are In Sync with this organisation of Xero.

        A user's save, or new record, is among them at once; no links are compared for it. What else
        moved a record's version is found by `changed` alone.
        """

    def referring(self, module: Module, field: str, names: Sequence[str]) -> Sequence[str]:
        """The names of records whose `field` (one of a head) is one of these."""

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        """Whole records; names that no longer exist are left out."""

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        """Insert a record, run the CRM's own rules, return it as saved."""

    def update(self, module: Module, name: str, fields: Fields, seen: datetime) -> CrmRecord:
        """Change some fields of the version `seen`; `RecordChanged` if a person was faster."""

    def delete(self, module: Module, name: str, seen: datetime) -> None:
        """Trash the version `seen` of a record; `RecordChanged` if a person was faster.

        The CRM may refuse because something still refers to it.
        """

    def mandatory_fields(self, module: Module) -> Sequence[MandatoryField]:
        """The fields that must have a value, Customize Form included, defaults left out."""

    def labels(self, module: Module) -> Mapping[str, str]:
        """Field names and the labels that users see."""

    def base_currency(self) -> str:
        """The CRM's base currency (ISO code), "" where none was chosen."""

    def taxes(self) -> Sequence[CrmTax]:
        """Every Vtiger Tax, oldest first."""

    def save_tax(self, tax: CrmTax) -> None:
        """Make or change the tax of that name; `RecordRefused` by the CRM's rules."""

    def keep_reference(self, reference: Reference) -> None:
        """Keep Xero's accounts and tax rates as records that a Link field can offer.

        What is unchanged is not written again; what Xero no longer lists stays, marked REMOVED.
        """

    def kept_rates(self) -> Sequence[TaxRate]:
        """The tax rates of this organisation as they were last kept."""


@dataclass(frozen=True)
class Page:
    """Some of what Xero changed, oldest change first, and how far this page reaches.

    `complete` says that this is everything there is: what is remembered and not in it is gone.
    """

    records: Sequence[XeroRecord]
    watermark: datetime
    complete: bool = False


@dataclass(frozen=True)
class Outcome:
    """What Xero said of one element of a batch: the record as saved, or why not.

    `key` is the key that the request carried for it (see `outbox.Item`). `warnings` are said
    of records that were saved.
    """

    key: str
    record: XeroRecord | None = None
    refusal: str = ""
    remedy: str = ""
    warnings: tuple[str, ...] = ()


class Ledger(Protocol):
    """Xero. Every method may raise the errors of `engine.errors`, and nothing else."""

    def reference(self, *, books: bool = True) -> Reference:
        """The organisation and what a run must know of it.

        Without `books`, no accounts and no tax rates: organizations need none, and each of the
        two lists is a call.
        """

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        """What changed since `since` (None: everything), archived records included."""

    def read_by_ids(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Contacts or invoices by their ids, whenever they changed; unknown ids are left out."""

    def send(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch with its Idempotency-Key; `BatchRefused` if refused as a whole."""

    @property
    def calls(self) -> int:
        """The API calls made so far by this object."""

    @property
    def notices(self) -> Sequence[str]:
        """Sentences on what concerns no single record (a record that could not be read …)."""


class RowStore(Protocol):
    """The journal's rows in the CRM's own database, in tables that `stored` names.

    Rows go in and come out as `stored` has them; aware times, which people read, only go in.
    """

    def select(self, table: str, columns: Sequence[str], where: Row) -> Sequence[Row]:
        """Rows with these values (None: with none), in the order in which they were written."""

    def select_in(
        self,
        table: str,
        columns: Sequence[str],
        key: str,
        wanted: Sequence[str],
        where: Row | None = None,
    ) -> Sequence[Row]:
        """Rows whose `key` is among `wanted`, however many those are, and with these values.

        In the order in which they were written.
        """

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows, all of the same columns, under new names."""

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows, or write them over those with the same key, their first column."""

    def change(self, table: str, name: str, row: Row) -> None:
        """Write some columns of the row of this name."""

    def set_among(self, table: str, row: Row, key: str, wanted: Sequence[str]) -> None:
        """Write some columns of all rows whose `key` is among `wanted`."""

    def delete(self, table: str, where: Row) -> None:
        """Take rows away."""

    def select_joined(
        self, first: First, joins: Sequence[Join], columns: Sequence[Column]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of a table, each beside what the joins find for it: these `columns` of all.

        What is not found is None or "". They are read in parts: a million of them need no memory.
        A row for which a join finds several comes several times, one after the other.
        """


class Clock(Protocol):
    """Time as the engine sees it."""

    def now(self) -> datetime:
        """Now, aware UTC."""

    def sleep(self, duration: timedelta) -> None:
        """Wait."""


class Progress(Protocol):
    """Somebody who watches a run."""

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        """`done` of `total` (0: not known) of a step; a step is a short sentence."""

    def stop_wanted(self) -> bool:
        """Whether a person asked the run to stop; asked between batches."""


@dataclass(frozen=True)
class Ports:
    """All that a run reaches the world by."""

    crm: Crm
    ledger: Ledger
    journal: Journal
    clock: Clock
    progress: Progress


T = TypeVar("T")


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in slices of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
