"""The sync log on SQLite: runs, their rows per module and their entries, written and read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from vtiger_xero.engine import stored
from vtiger_xero.engine.actions import Change, Operation
from vtiger_xero.engine.messages import split_lines
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Entry, ModuleLog, RunHeader, RunStatus

from .database import Database, Row
from .names import new_name
from .schema import Kind, decode, encode, quoted


@dataclass(frozen=True)
class StoredRun:
    """A run as the log keeps it."""

    id: str
    header: RunHeader


class RunLog:
    """The part of the journal that people read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start_run(self, header: RunHeader) -> str:
        """Begin a run; returns its id."""
        row = _kept(stored.run_row(header))
        doctype = self._database.doctype("Xero Sync Run")
        name = new_name(self._database, doctype, row)
        self._insert(doctype.name, [row], [name])
        return name

    def log(self, run: str, module: Module, entries: Sequence[Entry]) -> None:
        """Add entries to a run."""
        self._insert("Xero Sync Entry", [stored.entry_row(run, entry) for entry in entries])

    def finish_module(self, run: str, log: ModuleLog) -> None:
        """Write the run's row of the sync log for a module, or write it anew."""
        row = _kept(stored.log_row(run, log))
        sql = 'SELECT name FROM "Xero Sync Log" WHERE run = ? AND module = ?'
        held = self._database.rows(sql, (run, log.module.value))
        if held:
            self._update("Xero Sync Log", held[0]["name"], row)
        else:
            self._insert("Xero Sync Log", [row])

    def finish_run(self, run: str, header: RunHeader) -> None:
        """Write how the run ended."""
        self._update("Xero Sync Run", run, _kept(stored.run_row(header)))

    # Read back

    def runs(self) -> list[StoredRun]:
        """Every run, newest first."""
        rows = self._database.rows('SELECT * FROM "Xero Sync Run" ORDER BY rowid DESC')
        return [StoredRun(row["name"], _header(row)) for row in rows]

    def logs(self, run: str) -> list[ModuleLog]:
        """A run's rows of the sync log, in the order of the modules."""
        sql = 'SELECT * FROM "Xero Sync Log" WHERE run = ? ORDER BY rowid'
        return [_module_log(row) for row in self._database.rows(sql, (run,))]

    def entries(
        self,
        run: str,
        module: Module | None = None,
        side: Side | None = None,
        operation: Operation | None = None,
    ) -> list[Entry]:
        """A run's entries, or those behind one number of the log; changes hold shown text."""
        wanted = {"run": run, "module": module, "side": side, "operation": operation}
        given = {name: str(getattr(each, "value", each)) for name, each in wanted.items() if each}
        where = " AND ".join(f"{quoted(name)} = ?" for name in given)
        sql = f'SELECT * FROM "Xero Sync Entry" WHERE {where} ORDER BY rowid'
        return [_entry(row) for row in self._database.rows(sql, tuple(given.values()))]

    def _update(self, doctype: str, name: str, row: Row) -> None:
        names = ", ".join(f"{quoted(each)} = ?" for each in row)
        sql = f"UPDATE {quoted(doctype)} SET {names} WHERE name = ?"
        self._database.write(sql, (*row.values(), name))

    def _insert(
        self, doctype: str, rows: Sequence[Row], names: Sequence[str] | None = None
    ) -> None:
        if not rows:
            return
        columns = ", ".join(quoted(each) for each in ("name", *rows[0]))
        marks = ", ".join("?" * (len(rows[0]) + 1))
        keys = names or [uuid4().hex[:20] for _ in rows]
        self._database.write_many(
            f"INSERT INTO {quoted(doctype)} ({columns}) VALUES ({marks})",
            [(key, *row.values()) for key, row in zip(keys, rows, strict=True)],
        )


def _kept(row: Row) -> Row:
    return {
        name: encode(Kind.TIME, value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _header(row: Mapping[str, Any]) -> RunHeader:
    notices = stored.message_of(row, "notices")
    return RunHeader(
        tenant=row["tenant"],
        started=decode(Kind.TIME, row["started"]),
        trigger=row["triggered_by"] or "",
        user=row["user"] or "",
        status=RunStatus(row["status"]),
        finished=decode(Kind.TIME, row["finished"]),
        calls=row["calls"],
        message=stored.message_of(row, "message"),
        notices=tuple(split_lines(notices)) if notices else (),
    )


def _module_log(row: Mapping[str, Any]) -> ModuleLog:
    counts = Counter(
        {
            (side, operation): row[f"{prefix}_{operation.value.lower()}"]
            for side, prefix in ((Side.CRM, "crm"), (Side.XERO, "xero"))
            for operation in Operation
        }
    )
    return ModuleLog(Module(row["module"]), decode(Kind.TIME, row["synced_at"]), +counts)


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        module=Module(row["module"]),
        side=Side(row["side"]),
        operation=Operation(row["operation"]),
        title=row["record_name"] or "",
        crm_name=row["crm_name"],
        xero_id=row["xero_id"],
        rule=row["rule"] or "",
        reason=stored.message_of(row, "reason"),
        remedy=stored.message_of(row, "remedy"),
        changes=tuple(Change(**each) for each in json.loads(row["changes"] or "[]")),
    )
