"""The port `Journal` on SQLite: what the sync remembers, in the CRM's own database.

Rows are those of `engine.stored`, in the tables of the app's DocTypes. They are written
without the DocTypes' rules: those are for what people type, and the engine made these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import uuid4

from vtiger_xero.engine import stored
from vtiger_xero.engine.links import Link, MatchAnswer, XeroHead
from vtiger_xero.engine.mapping import Values
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.records import Module, XeroRecord

from .database import Database, Row
from .lock import run_lock
from .log import RunLog
from .schema import quoted

_HEAD = (
    "xero_id, match_title, match_number, status, updated, pending, merged_into, marks, details, "
    "figures"
)


class EmbeddedJournal(RunLog):
    """The journal of one Xero organisation (`tenant`: Xero's id of it)."""

    def __init__(self, database: Database, tenant: str) -> None:
        super().__init__(database)
        self._tenant = tenant

    def record(self) -> AbstractContextManager[None]:
        """One record's writes: all or nothing."""
        return self._database.record()

    def commit(self) -> None:
        """Make everything so far durable."""
        self._database.commit()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._database.rollback()

    def lock(self) -> AbstractContextManager[None]:
        """Held for a whole run; `AnotherRun` if somebody else holds it."""
        return run_lock(self._database, self._tenant)

    # What Xero last told us

    def remember(self, module: Module, records: Sequence[XeroRecord], *, pending: bool) -> None:
        """Keep documents; one that says nothing new keeps its pending mark as it is."""
        rows = [stored.document_row(self._tenant, each, pending=pending) for each in records]
        sql = (
            'SELECT document_key, document, pending, figures FROM "Xero Document" '
            "WHERE document_key IN ({})"
        )
        held = self._database.rows_in(sql, [row["document_key"] for row in rows])
        self._upsert("Xero Document", "document_key", stored.changed_rows(rows, held))

    def settle(self, module: Module, ids: Sequence[str]) -> None:
        """Their latest versions have been dealt with."""
        self._database.write_many(
            'UPDATE "Xero Document" SET pending = 0 WHERE document_key = ?',
            [(key,) for key in self._document_keys(module, ids)],
        )

    def xero_heads(self, module: Module) -> Sequence[XeroHead]:
        """Every remembered document, in brief, in the order in which they came."""
        rows = self._of("Xero Document", module, columns=_HEAD)
        if any(row["details"] is None for row in rows):
            self._fill_in_details(module)
            rows = self._of("Xero Document", module, columns=_HEAD)
        return [stored.xero_head(row) for row in rows]

    def _fill_in_details(self, module: Module) -> None:
        """Documents that an older version kept."""
        rows = self._of("Xero Document", module, "details IS NULL")
        sql = 'UPDATE "Xero Document" SET details = ? WHERE document_key = ?'
        known = [(stored.details_of(row), row["document_key"]) for row in rows]
        self._database.write_many(sql, known)

    def xero_records(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        """Remembered documents, whole, in the order asked for."""
        sql = 'SELECT * FROM "Xero Document" WHERE document_key IN ({})'
        keys = self._document_keys(module, ids)
        found = {row["document_key"]: row for row in self._database.rows_in(sql, keys)}
        return [stored.xero_record(found[key]) for key in keys if key in found]

    def _document_keys(self, module: Module, ids: Sequence[str]) -> list[str]:
        return [stored.xero_key(self._tenant, module, each) for each in ids]

    def watermark(self, module: Module) -> datetime | None:
        """Up to where Xero's changes have been remembered."""
        rows = self._of("Xero Watermark", module)
        return stored.time_of(rows[0]["watermark"]) if rows else None

    def set_watermark(self, module: Module, watermark: datetime | None) -> None:
        """Move it; None means: read everything again."""
        row = stored.watermark_row(self._tenant, module, watermark)
        self._upsert("Xero Watermark", "watermark_key", [row])

    def mapping_seen(self, module: Module) -> str:
        """The signature of the mapping with which all links were last looked at, "" if never."""
        rows = self._of("Xero Watermark", module)
        return (rows[0]["mapping_seen"] or "") if rows else ""

    def set_mapping_seen(self, module: Module, signature: str) -> None:
        """Remember it."""
        row = stored.mapping_row(self._tenant, module, signature)
        self._upsert("Xero Watermark", "watermark_key", [row])

    # Who belongs to whom

    def links(self, module: Module) -> Sequence[Link]:
        """Every link, oldest first."""
        return [stored.link_of(row) for row in self._of("Xero Link", module)]

    def bases(self, module: Module, crm_names: Sequence[str]) -> Mapping[str, Values]:
        """What linked pairs last agreed on; pairs that never agreed are left out."""
        keys = [stored.crm_key(self._tenant, module, name) for name in crm_names]
        sql = 'SELECT crm_name, base FROM "Xero Link" WHERE crm_key IN ({}) AND base IS NOT NULL'
        rows = self._database.rows_in(sql, keys)
        return {row["crm_name"]: stored.load_values(row["base"]) for row in rows}

    def save_link(self, link: Link, base: Values | None = None) -> None:
        """Write a link; None leaves its base.

        Two records that claim one Xero document, or two documents for one record, break a
        unique key and raise: that is a fault of the sync, not of a record.
        """
        row = stored.link_row(self._tenant, link, base)
        held = self._held_link(link)
        if held is None:
            self._insert("Xero Link", [row])
        else:
            names = ", ".join(f"{quoted(name)} = ?" for name in row)
            sql = f'UPDATE "Xero Link" SET {names} WHERE name = ?'
            self._database.write(sql, (*row.values(), held))

    def _held_link(self, link: Link) -> str | None:
        """The row that stands for the link already: by its CRM name, else by its Xero id.

        A link that another CRM record holds is never taken over by Xero id: a duplicate
        shares its document with the record that it duplicates (rule G2).
        """
        if link.crm_name:
            key = stored.crm_key(self._tenant, link.module, link.crm_name)
            found = self._database.rows('SELECT name FROM "Xero Link" WHERE crm_key = ?', (key,))
            if found:
                return str(found[0]["name"])
        alone = self._of("Xero Link", link.module, "xero_id = ? AND crm_name IS NULL", link.xero_id)
        return str(alone[0]["name"]) if alone else None

    def drop_link(self, link: Link) -> None:
        """Forget a link that stood for one side alone; a pair of that record stays."""
        self._database.write(
            'DELETE FROM "Xero Link" WHERE tenant = ? AND module = ? '
            "AND crm_name IS ? AND xero_id IS ?",
            (self._tenant, link.module.value, link.crm_name, link.xero_id),
        )

    # What a person answered on possible matches

    def answers(self, module: Module) -> Sequence[MatchAnswer]:
        """Every answer, oldest first."""
        return [stored.answer_of(row) for row in self._of("Xero Match Answer", module)]

    def save_answer(self, answer: MatchAnswer) -> None:
        """Keep an answer; a pair has one, the last."""
        self._upsert("Xero Match Answer", "answer_key", [stored.answer_row(self._tenant, answer)])

    def drop_answer(self, answer: MatchAnswer) -> None:
        """Forget the answer on this pair."""
        key = stored.answer_key(self._tenant, answer.module, answer.crm_name, answer.xero_id)
        self._database.write('DELETE FROM "Xero Match Answer" WHERE answer_key = ?', (key,))

    # What is on its way to Xero

    def post(self, batch: Batch) -> None:
        """Keep a batch before it is sent; the caller commits."""
        self._upsert("Xero Outbox", "batch", [stored.batch_row(self._tenant, batch)])

    def close(self, batch: Batch) -> None:
        """The batch's outcome is known and kept: it is on its way no longer."""
        self._database.write('DELETE FROM "Xero Outbox" WHERE batch = ?', (batch.id,))

    def open_batches(self, module: Module) -> Sequence[Batch]:
        """Batches whose outcome nobody knows, oldest first."""
        found = [stored.batch_of(row) for row in self._of("Xero Outbox", module)]
        return sorted(found, key=lambda batch: batch.sent)

    # Rows

    def _of(
        self, doctype: str, module: Module, where: str = "1", *given: Any, columns: str = "*"
    ) -> list[Row]:
        """This organisation's rows of a module, in the order in which they were written."""
        sql = f"SELECT {columns} FROM {quoted(doctype)} WHERE {where}"
        return self._database.rows(
            f"{sql} AND tenant = ? AND module = ? ORDER BY rowid",
            (*given, self._tenant, module.value),
        )

    def _upsert(self, doctype: str, key: str, rows: Sequence[Row]) -> None:
        """Write rows over those of the same `key`."""
        if not rows:
            return
        columns = [quoted(column) for column in rows[0]]
        settings = ", ".join(f"{column} = excluded.{column}" for column in columns)
        names = ", ".join(["name", *columns])
        marks = ", ".join("?" * (len(rows[0]) + 1))
        self._database.write_many(
            f"INSERT INTO {quoted(doctype)} ({names}) VALUES ({marks}) "
            f"ON CONFLICT ({quoted(key)}) DO UPDATE SET {settings}",
            [(uuid4().hex[:20], *row.values()) for row in rows],
        )
