"""What the sync remembers between runs, in the CRM's own database.

Both CRMs have this one journal. Each gives it its rows (`ports.RowStore`), and its transaction,
which is also that of the CRM's records: what is remembered of a write is committed with the write.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from . import stored
from .links import ENDED, Link, LinkState, MatchAnswer, XeroHead
from .mapping import Values
from .outbox import Batch
from .ports import First, Join, Row, RowStore
from .records import Module, XeroRecord
from .report import Entry, ModuleLog, RunHeader
from .stored import ANSWER, BATCH, DOCUMENT, ENTRY, LINK, LOG, RUN, WATERMARK
from .write_buffer import WriteBuffer

_AT_ONCE = 1000


class Journal(ABC):
    """The journal of one Xero organisation (`tenant`: Xero's id of it)."""

    def __init__(self, rows: RowStore, tenant: str) -> None:
        self._rows, self._tenant = rows, tenant
        self._buffer = WriteBuffer(rows, tenant)

    @property
    def tenant(self) -> str:
        """The Xero organisation, by Xero's id."""
        return self._tenant

    # What each CRM does itself; all but `start_run` write or forget what the buffer holds

    @abstractmethod
    def record(self) -> AbstractContextManager[None]:
        """One record's writes, to the CRM and here: all or nothing (a savepoint)."""

    @abstractmethod
    def commit(self) -> None:
        """Make everything so far durable, the CRM's writes included."""

    @abstractmethod
    def rollback(self) -> None:
        """Forget everything since the last commit, the CRM's writes included."""

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Held for a whole run: one run per tenant, over all workers; `AnotherRun` if taken."""

    @abstractmethod
    def start_run(self, header: RunHeader) -> str:
        """Begin a run; returns its id."""

    def _doctypes(self, module: Module, names: Collection[str]) -> Mapping[str, str]:
        """The DocTypes of records by name, where the CRM wants to find them by their links."""
        return {}

    def _follow(self, link: Link, state: LinkState | None) -> None:  # noqa: B027 (need not)
        """A link was written, or dropped (no state): where the CRM says so on its record."""

    # Xero's documents as last read

    def remember(self, module: Module, records: Sequence[XeroRecord], *, pending: bool) -> None:
        """Keep documents; one that says nothing new keeps its pending mark as it is."""
        self._buffer.write()
        new = [stored.document_row(self._tenant, each, pending=pending) for each in records]
        keys = [row["document_key"] for row in new]
        columns = ("document_key", "document", "pending", "figures")
        held = self._rows.select_in(DOCUMENT, columns, "document_key", keys)
        self._rows.upsert(DOCUMENT, stored.changed_rows(new, held))

    def settle(self, module: Module, ids: Sequence[str]) -> None:
        """Their latest versions have been dealt with."""
        self._buffer.settle(self._document_keys(module, ids))

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        """Every remembered document, in brief, in the order in which they came."""
        heads: list[XeroHead] = []
        for ids in self._in_parts(DOCUMENT, module, "xero_id"):
            heads += self.heads_of_documents(module, ids)
        return heads

    def heads_of_documents(self, module: Module, ids: Sequence[str]) -> Sequence[XeroHead]:
        """The heads of these documents, in the order in which they came."""
        self._buffer.write()
        keys = self._document_keys(module, ids)
        rows = self._rows.select_in(DOCUMENT, stored.HEAD_COLUMNS, "document_key", keys)
        return [stored.xero_head(row) for row in rows]

    def keys_of_documents(self, module: Module, ids: Sequence[str]) -> Sequence[Row]:
        """The columns of these documents by which others are found (see `ids_by_key`)."""
        self._buffer.write()
        keys = self._document_keys(module, ids)
        return self._rows.select_in(DOCUMENT, stored.KEY_COLUMNS, "document_key", keys)

    def ids_by_key(self, module: Module, column: str, keys: Sequence[str]) -> Sequence[str]:
        """The ids of documents with one of these keys: a column of `stored.document_row`."""
        where = self._mine(module)
        rows = self._rows.select_in(DOCUMENT, ("xero_id",), column, keys, where)
        return [row["xero_id"] for row in rows]

    def living_by_reference(self, module: Module, ids: Sequence[str]) -> Mapping[str, str]:
        """A living document of this module for each of these ids that one belongs to."""
        columns = ("xero_id", "refers_to_id", "status")
        rows = self._rows.select_in(DOCUMENT, columns, "refers_to_id", ids, self._mine(module))
        return {row["refers_to_id"]: row["xero_id"] for row in rows if row["status"] not in ENDED}

    def pending_ids(self, module: Module) -> Sequence[str]:
        """The ids of documents whose latest version has not been dealt with."""
        self._buffer.write()
        where = {**self._mine(module), "pending": 1}
        return [row["xero_id"] for row in self._rows.select(DOCUMENT, ("xero_id",), where)]

    def living_ids(self, module: Module) -> Sequence[str]:
        """The ids of all documents that Xero still lets be edited."""
        rows = self._of(DOCUMENT, module, ("xero_id", "status"))
        return [row["xero_id"] for row in rows if row["status"] not in ENDED]

    def ids_without_link(self, module: Module) -> Sequence[str]:
        """The ids of documents that no link names."""
        self._buffer.write()
        first = First(DOCUMENT, "document_key", stored.xero_key(self._tenant, module, ""), True)
        joins = (Join(LINK, "xero_id", (DOCUMENT, "xero_id")),)
        return [row[0] for row in self._rows.select_joined(first, joins, ((DOCUMENT, "xero_id"),))]

    def xero_records(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Remembered documents, whole, in the order asked for; others are left out."""
        keys = self._document_keys(module, ids)
        columns = ("document_key", "module", "xero_id", "updated", "document")
        rows = self._rows.select_in(DOCUMENT, columns, "document_key", keys)
        found = {row["document_key"]: row for row in rows}
        return [stored.xero_record(found[key]) for key in keys if key in found]

    def _document_keys(self, module: Module, ids: Sequence[str]) -> list[str]:
        return [stored.xero_key(self._tenant, module, each) for each in ids]

    def watermark(self, module: Module) -> datetime | None:
        """Up to where Xero's changes have been remembered."""
        return stored.time_of(self._mark(module, "watermark"))

    def set_watermark(self, module: Module, watermark: datetime | None) -> None:
        """Move it; None means: read everything again."""
        self._rows.upsert(WATERMARK, [stored.watermark_row(self._tenant, module, watermark)])

    def mapping_seen(self, module: Module) -> str:
        """The signature of the mapping with which all links were last looked at, "" if never."""
        return self._mark(module, "mapping_seen") or ""

    def set_mapping_seen(self, module: Module, signature: str) -> None:
        """Remember it; "" means: look at all links again."""
        self._rows.upsert(WATERMARK, [stored.mapping_row(self._tenant, module, signature)])

    def _mark(self, module: Module, column: str) -> str | None:
        return next((row[column] for row in self._of(WATERMARK, module, (column,))), None)

    # Who belongs to whom

    def links(self, module: Module) -> Sequence[Link]:
        """Every link, oldest first."""
        links: list[Link] = []
        for names in self._in_parts(LINK, module, "name"):
            links += map(stored.link_of, self._links(module, "name", names))
        return links

    def links_of(self, module: Module, names: Sequence[str], ids: Sequence[str]) -> Sequence[Link]:
        """The links of these records and documents, and of duplicates of the records."""
        self._buffer.write()
        keys = [stored.crm_key(self._tenant, module, name) for name in names]
        by_column = (("crm_key", keys), ("xero_id", ids), ("duplicate_of", names))
        found = {
            row["name"]
            for column, wanted in by_column
            for row in self._links(module, column, wanted, ("name",))
        }
        return [stored.link_of(row) for row in self._links(module, "name", sorted(found))]

    def unsettled_links(self, module: Module) -> Sequence[Link]:
        """The links in every other state than In Sync, oldest first."""
        self._buffer.write()
        states = [each.value for each in LinkState if each is not LinkState.IN_SYNC]
        return [stored.link_of(row) for row in self._links(module, "state", states)]

    def _links(
        self,
        module: Module,
        column: str,
        wanted: Sequence[str],
        columns: Sequence[str] = stored.LINK_COLUMNS,
    ) -> Sequence[Row]:
        return self._rows.select_in(LINK, columns, column, wanted, self._mine(module))

    def bases(self, module: Module, crm_names: Sequence[str]) -> Mapping[str, Values]:
        """What linked pairs last agreed on; pairs that never agreed are left out."""
        self._buffer.write()
        keys = [stored.crm_key(self._tenant, module, name) for name in crm_names]
        rows = self._rows.select_in(LINK, ("crm_name", "base"), "crm_key", keys)
        return {row["crm_name"]: stored.load_values(row["base"]) for row in rows if row["base"]}

    def save_link(self, link: Link, base: Values | None = None) -> None:
        """Write a link; None leaves its base. It is found by its CRM name, else by its Xero id.

        Two records that claim one Xero document, or two documents for one record, break a
        unique key; in a run the commit raises: that is a fault of the sync, not of a record.
        """
        row = stored.link_row(self._tenant, link, base)
        self._buffer.save({**row, "link_doctype": self._doctype(link.module, link.crm_name)})
        self._follow(link, link.state)

    def drop_link(self, link: Link) -> None:
        """Forget a link that stood for one side alone; a pair of that record stays."""
        self._buffer.write()
        where = {**self._mine(link.module), "crm_name": link.crm_name, "xero_id": link.xero_id}
        for row in self._rows.select(LINK, ("name",), where):
            self._rows.delete(LINK, {"name": row["name"]})
            self._follow(link, None)

    # What a person answered on possible matches

    def answers(self, module: Module) -> Sequence[MatchAnswer]:
        """Every answer, oldest first."""
        return [stored.answer_of(row) for row in self._of(ANSWER, module, stored.ANSWER_COLUMNS)]

    def save_answer(self, answer: MatchAnswer) -> None:
        """Keep an answer; a pair has one, the last."""
        row = stored.answer_row(self._tenant, answer)
        doctype = self._doctype(answer.module, answer.crm_name)
        self._rows.upsert(ANSWER, [{**row, "link_doctype": doctype}])

    def drop_answer(self, answer: MatchAnswer) -> None:
        """Forget the answer on this pair."""
        key = stored.answer_key(self._tenant, answer.module, answer.crm_name, answer.xero_id)
        self._rows.delete(ANSWER, {"answer_key": key})

    # What is on its way to Xero

    def post(self, batch: Batch) -> None:
        """Keep a batch before it is sent; the caller commits."""
        self._rows.upsert(BATCH, [stored.batch_row(self._tenant, batch)])

    def close(self, batch: Batch) -> None:
        """The batch's outcome is known and kept: it is on its way no longer."""
        self._rows.delete(BATCH, {"batch": batch.id})

    def open_batches(self, module: Module) -> Sequence[Batch]:
        """Batches whose outcome is not known, oldest first."""
        found = [stored.batch_of(row) for row in self._of(BATCH, module, stored.BATCH_COLUMNS)]
        return sorted(found, key=lambda batch: batch.sent)

    # The log

    def log(self, run: str, module: Module, entries: Sequence[Entry]) -> None:
        """Add entries to a run."""
        types = self._doctypes(module, {entry.crm_name or "" for entry in entries})
        rows = [
            {**stored.entry_row(run, each), "crm_doctype": types.get(each.crm_name or "")}
            for each in entries
        ]
        self._rows.insert(ENTRY, rows)

    def finish_module(self, run: str, log: ModuleLog) -> None:
        """Write the run's row of the sync log for a module, or write it anew with new counts."""
        row = stored.log_row(run, log)
        held = self._rows.select(LOG, ("name",), {"run": run, "module": log.module.value})
        if held:
            self._rows.change(LOG, held[0]["name"], row)
        else:
            self._rows.insert(LOG, [row])

    def finish_run(self, run: str, header: RunHeader) -> None:
        """Write how the run ended."""
        self._rows.change(RUN, run, stored.run_row(header))

    # Rows

    def _of(self, table: str, module: Module, columns: Sequence[str]) -> Sequence[Row]:
        """This organisation's rows of a module, in the order in which they were written."""
        self._buffer.write()
        return self._rows.select(table, columns, self._mine(module))

    def _in_parts(self, table: str, module: Module, column: str) -> Iterator[Sequence[str]]:
        """The values of a column of `_of`: a whole row takes several times what is made of it."""
        values = [row[column] for row in self._of(table, module, (column,))]
        while values:
            yield values[:_AT_ONCE]
            del values[:_AT_ONCE]

    def _mine(self, module: Module) -> Row:
        return {"tenant": self._tenant, "module": module.value}

    def _doctype(self, module: Module, crm_name: str | None) -> str | None:
        return self._doctypes(module, [crm_name or ""]).get(crm_name or "")

    # Both sides beside each other, for the reconciliation

    def beside(
        self, module: Module, doctype: str, fields: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        """Every record of a DocType with its link and its document.

        A tuple of its name, when it was made, these `fields`, the link's crm_name, xero_id, state
        and duplicate_of, and how the document is booked (`stored.stored_booking`).
        """
        self._buffer.write()
        joins = (
            Join(LINK, "crm_key", (doctype, "name"), stored.crm_key(self._tenant, module, "")),
            Join(
                DOCUMENT,
                "document_key",
                (LINK, "xero_id"),
                stored.xero_key(self._tenant, module, ""),
            ),
        )
        own = [(doctype, each) for each in ("name", "creation", *fields)]
        link = [(LINK, each) for each in ("crm_name", "xero_id", "state", "duplicate_of")]
        columns = (*own, *link, (DOCUMENT, "booking"))
        return self._rows.select_joined(First(doctype, "name"), joins, columns)

    def links_without_record(
        self, module: Module, doctypes: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        """The crm_name and xero_id of links whose record the CRM no longer has."""
        self._buffer.write()
        key = stored.crm_key(self._tenant, module, "")
        joins = [Join(each, "name", (LINK, "crm_name")) for each in doctypes]
        columns = ((LINK, "crm_name"), (LINK, "xero_id"))
        return self._rows.select_joined(First(LINK, "crm_key", key, alone=True), joins, columns)

    def documents_beside(self, module: Module) -> Iterator[tuple[str, str | None, str | None]]:
        """Every document's id, what it was merged into, and the crm_name of each of its links."""
        self._buffer.write()
        joins = (Join(LINK, "xero_id", (DOCUMENT, "xero_id")),)
        columns = (DOCUMENT, "xero_id"), (DOCUMENT, "merged_into"), (LINK, "crm_name")
        key = stored.xero_key(self._tenant, module, "")
        first = First(DOCUMENT, "document_key", key)
        rows = self._rows.select_joined(first, joins, (*columns, (LINK, "tenant")))
        for xero_id, merged_into, crm_name, tenant in rows:
            yield xero_id, merged_into, crm_name if tenant == self._tenant else None

    def bookings(self, module: Module, ids: Sequence[str]) -> Iterable[Row]:
        """Of these documents: xero_id, updated, pending, and how each is booked."""
        keys = self._document_keys(module, ids)
        columns = ("xero_id", "updated", "pending", "booking")
        return self._rows.select_in(DOCUMENT, columns, "document_key", keys)
