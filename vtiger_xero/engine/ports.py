"""What the engine asks of the world: four small Protocols and a lock.

Crm and Journal share one database transaction: what is remembered of a write is committed with
the write. Nothing here names Frappe, SQLite or HTTP. All times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from .links import Link, MatchAnswer, XeroHead
from .mapping import Values
from .outbox import Batch
from .records import CrmRecord, Fields, Head, Module, XeroRecord
from .reference import Reference, TaxRate
from .report import Entry, ModuleLog, RunHeader
from .taxes import CrmTax


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


class Journal(Protocol):
    """What the sync remembers between runs, in the CRM's own database."""

    def record(self) -> AbstractContextManager[None]:
        """One record's writes, to the CRM and here: all or nothing (a savepoint)."""

    def commit(self) -> None:
        """Make everything so far durable, the CRM's writes included."""

    def rollback(self) -> None:
        """Forget everything since the last commit, the CRM's writes included."""

    def lock(self) -> AbstractContextManager[None]:
        """Held for a whole run: one run per tenant, over all workers; `AnotherRun` if taken."""

    # Xero's documents as last read

    def remember(self, module: Module, records: Sequence[XeroRecord], *, pending: bool) -> None:
        """Keep documents; one whose stored JSON is the same keeps its pending mark as it is."""

    def settle(self, module: Module, ids: Sequence[str]) -> None:
        """Their latest versions have been dealt with."""

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        """The head of every stored document."""

    def xero_records(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Stored documents, whole."""

    def watermark(self, module: Module) -> datetime | None:
        """Up to where Xero's changes have been remembered."""

    def set_watermark(self, module: Module, watermark: datetime | None) -> None:
        """Move it; None means: read everything again."""

    def mapping_seen(self, module: Module) -> str:
        """The signature of the mapping with which all links were last looked at, "" if never."""

    def set_mapping_seen(self, module: Module, signature: str) -> None:
        """Remember it; "" means: look at all links again."""

    # Links

    def links(self, module: Module) -> Sequence[Link]:
        """Every link."""

    def bases(self, module: Module, crm_names: Sequence[str]) -> Mapping[str, Values]:
        """What linked pairs last agreed on, by the CRM record's name."""

    def save_link(self, link: Link, base: Values | None = None) -> None:
        """Write a link (found by its CRM name, else its Xero id); None leaves its base."""

    def drop_link(self, link: Link) -> None:
        """Forget a link that stood for one side alone."""

    # Answers on possible matches

    def answers(self, module: Module) -> Sequence[MatchAnswer]:
        """Every answer, oldest first."""

    def save_answer(self, answer: MatchAnswer) -> None:
        """Keep an answer; a pair has one, the last."""

    def drop_answer(self, answer: MatchAnswer) -> None:
        """Forget the answer on this pair."""

    # What is on its way to Xero

    def post(self, batch: Batch) -> None:
        """Keep a batch before it is sent; the caller commits."""

    def close(self, batch: Batch) -> None:
        """The batch's outcome is known and kept."""

    def open_batches(self, module: Module) -> Sequence[Batch]:
        """Batches whose outcome is not known, oldest first."""

    # The log

    def start_run(self, header: RunHeader) -> str:
        """Begin a run; returns its id."""

    def log(self, run: str, module: Module, entries: Sequence[Entry]) -> None:
        """Add entries to a run."""

    def finish_module(self, run: str, log: ModuleLog) -> None:
        """Write the run's row of the sync log for a module, or write it anew with new counts."""

    def finish_run(self, run: str, header: RunHeader) -> None:
        """Write how the run ended."""


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
