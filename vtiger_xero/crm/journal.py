"""The engine's port `Journal` on a Frappe site: what the sync remembers between runs.

It shares the connection, and so the transaction, with the CRM's own records.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder import Criterion

from ..engine import stored
from ..engine.links import Link, MatchAnswer, XeroHead
from ..engine.mapping import Values
from ..engine.outbox import Batch
from ..engine.records import Module, XeroRecord
from .lock import run_lock
from .record_types import RecordTypes
from .rows import select_in, upsert
from .run_log import RunLog
from .savepoints import savepoint
from .states import Touched
from .stored_text import read_rows
from .write_buffer import WriteBuffer

_HEAD = [
    "xero_id",
    "match_title",
    "match_number",
    "status",
    "updated",
    "pending",
    "merged_into",
    "marks",
    "details",
    "figures",
]
LINK = [
    "module",
    "crm_name",
    "xero_id",
    "state",
    "crm_modified",
    "matched_by",
    "duplicate_of",
    "reason",
    "remedy",
    "messages",
    "refused",
    "rule",
    "matched_on",
    "conflict",
    "choices",
    "keeps",
    "possible",
]
_ANSWER = ["module", "crm_name", "xero_id", "answer", "user", "answered_on"]
_BATCH = ["batch", "module", "method", "items", "idempotency_key", "sent", "failed"]


class SiteJournal(RunLog):
    """The journal of one Xero organisation (`tenant`: Xero's id of it)."""

    def __init__(
        self,
        tenant: str,
        run: str | None = None,
        types: RecordTypes | None = None,
        touched: Touched | None = None,
    ) -> None:
        super().__init__(run, types)
        self._tenant, self._touched = tenant, touched or Touched(tenant)
        self._buffer, self._is_running = WriteBuffer(tenant), False

    @contextmanager
    def record(self) -> Iterator[None]:
        """One record's writes, to the CRM and here: all or nothing."""
        mark = self._buffer.mark
        try:
            with savepoint():
                yield
        except BaseException:
            self._buffer.back_to(mark)
            raise

    def commit(self) -> None:
        """Make everything so far durable, the CRM's writes included."""
        self._buffer.write()
        self._touched.tell_new()
        # What is sent to Xero must be on disk before and after it is sent (exactly once).
        frappe.db.commit()  # nosemgrep: frappe-manual-commit
        self._touched.tell()

    def rollback(self) -> None:
        """Forget everything since the last commit, the CRM's writes included."""
        frappe.db.rollback()
        self._buffer.back_to((0, 0))
        self._touched.forget()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held for a whole run; `AnotherRun` if somebody else holds it.

        Within a run links and marks are written with the next commit, many at a time; what is done
        without one is committed by others, and written at once.
        """
        with run_lock(self._tenant):
            self._is_running = True
            try:
                yield
            finally:
                self._is_running = False

    # What Xero last sent

    def remember(self, module: Module, records: Sequence[XeroRecord], *, pending: bool) -> None:
        """Keep documents; one that says nothing new keeps its pending mark as it is."""
        self._buffer.write()
        new = [stored.document_row(self._tenant, each, pending=pending) for each in records]
        keys = [row["document_key"] for row in new]
        columns = ("document_key", "document", "pending", "figures")
        held = select_in("Xero Document", columns, "document_key", keys)
        upsert("Xero Document", stored.changed_rows(new, held))

    def settle(self, module: Module, ids: Sequence[str]) -> None:
        """Their latest versions have been dealt with."""
        keys = [stored.xero_key(self._tenant, module, each) for each in ids]
        self._buffer.settled.extend(keys)
        self._write_unless_running()

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        """Every remembered document, in brief, in the order in which they came."""
        return [stored.xero_head(row) for row in self._of("Xero Document", module, _HEAD)]

    def xero_records(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Remembered documents, whole, in the order asked for."""
        keys = [stored.xero_key(self._tenant, module, each) for each in ids]
        columns = ("document_key", "module", "xero_id", "updated", "document")
        found = {
            row["document_key"]: row
            for row in select_in("Xero Document", columns, "document_key", keys)
        }
        return [stored.xero_record(found[key]) for key in keys if key in found]

    def watermark(self, module: Module) -> datetime | None:
        """Up to where Xero's changes have been remembered."""
        rows = self._of("Xero Watermark", module, ["watermark"])
        return stored.time_of(rows[0]["watermark"]) if rows else None

    def set_watermark(self, module: Module, watermark: datetime | None) -> None:
        """Move it; None means: read everything again."""
        row = stored.watermark_row(self._tenant, module, watermark)
        upsert("Xero Watermark", [row])

    def mapping_seen(self, module: Module) -> str:
        """The signature of the mapping with which all links were last looked at, "" if never."""
        rows = self._of("Xero Watermark", module, ["mapping_seen"])
        return (rows[0]["mapping_seen"] or "") if rows else ""

    def set_mapping_seen(self, module: Module, signature: str) -> None:
        """Remember it."""
        upsert("Xero Watermark", [stored.mapping_row(self._tenant, module, signature)])

    # Who belongs to whom

    def links(self, module: Module) -> Sequence[Link]:
        """Every link, oldest first."""
        return [stored.link_of(row) for row in self._of("Xero Link", module, LINK)]

    def bases(self, module: Module, crm_names: Sequence[str]) -> Mapping[str, Values]:
        """What linked pairs last agreed on; pairs that never agreed are left out."""
        self._buffer.write()
        keys = [stored.crm_key(self._tenant, module, name) for name in crm_names]
        rows = select_in("Xero Link", ("crm_name", "base"), "crm_key", keys)
        return {row["crm_name"]: stored.load_values(row["base"]) for row in rows if row["base"]}

    def save_link(self, link: Link, base: Values | None = None) -> None:
        """Write a link; None leaves its base. It is found by its CRM name, else by its Xero id.

        Two records that claim one Xero document, or two documents for one record, break a
        unique key; in a run the commit raises: that is a fault of the sync, not of a record.
        """
        doctype = self._types.one(link.module, link.crm_name or "")
        row = {**stored.link_row(self._tenant, link, base), "link_doctype": doctype}
        if link.crm_name:
            self._touched.add(doctype, link.crm_name, link.state)
        self._buffer.links.append(row)
        self._write_unless_running()

    def _write_unless_running(self) -> None:
        if not self._is_running:
            self._buffer.write()

    def drop_link(self, link: Link) -> None:
        """Forget a link that stood for one side alone; a pair of that record stays."""
        self._buffer.write()
        if held := self._one_sided(link.crm_name, link.xero_id, link.module):
            frappe.db.delete("Xero Link", {"name": held})
            if link.crm_name:
                self._touched.add(self._types.one(link.module, link.crm_name), link.crm_name)

    def _one_sided(self, crm_name: str | None, xero_id: str | None, module: Module) -> str | None:
        table = frappe.qb.DocType("Xero Link")
        query = frappe.qb.from_(table).select(table.name).where(self._mine(table, module))
        for column, value in ((table.crm_name, crm_name), (table.xero_id, xero_id)):
            query = query.where(column == value if value else column.isnull())
        found = query.limit(1).run()
        return str(found[0][0]) if found else None

    # What a person answered on possible matches

    def answers(self, module: Module) -> Sequence[MatchAnswer]:
        """Every answer, oldest first."""
        rows = self._of("Xero Match Answer", module, _ANSWER)
        return [stored.answer_of(row) for row in rows]

    def save_answer(self, answer: MatchAnswer) -> None:
        """Keep an answer; a pair has one, the last."""
        doctype = self._types.one(answer.module, answer.crm_name)
        row = {**stored.answer_row(self._tenant, answer), "link_doctype": doctype}
        upsert("Xero Match Answer", [row])

    def drop_answer(self, answer: MatchAnswer) -> None:
        """Forget the answer on this pair."""
        key = stored.answer_key(self._tenant, answer.module, answer.crm_name, answer.xero_id)
        frappe.db.delete("Xero Match Answer", {"answer_key": key})

    # What is on its way to Xero

    def post(self, batch: Batch) -> None:
        """Keep a batch before it is sent; the caller commits."""
        upsert("Xero Outbox", [stored.batch_row(self._tenant, batch)])

    def close(self, batch: Batch) -> None:
        """The batch's outcome is known and kept: it is on its way no longer."""
        frappe.db.delete("Xero Outbox", {"batch": batch.id})

    def open_batches(self, module: Module) -> Sequence[Batch]:
        """Batches whose outcome is not known, oldest first."""
        found = [stored.batch_of(row) for row in self._of("Xero Outbox", module, _BATCH)]
        return sorted(found, key=lambda batch: batch.sent)

    # Rows

    def _of(self, doctype: str, module: Module, columns: Sequence[str]) -> list[dict[str, Any]]:
        """This organisation's rows of a module, in the order in which they were written."""
        self._buffer.write()
        table = frappe.qb.DocType(doctype)
        query = frappe.qb.from_(table).select(*columns).where(self._mine(table, module))
        rows = query.orderby(table.creation, table.idx).run(as_dict=True)
        return read_rows(doctype, rows)

    def _mine(self, table: Any, module: Module) -> Criterion:
        return (table.tenant == self._tenant) & (table.module == module.value)
