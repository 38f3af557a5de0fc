"""The sync log on SQLite, read back: runs, their rows per module and their entries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vtiger_xero.engine import stored
from vtiger_xero.engine.actions import Change, Operation
from vtiger_xero.engine.messages import split_lines
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Entry, ModuleLog, RunHeader, RunStatus

from .database import Database
from .schema import Kind, decode, quoted


@dataclass(frozen=True)
class StoredRun:
    """A run as the log keeps it."""

    id: str
    header: RunHeader


class LogReader:
    """The part of the journal that people read."""

    _database: Database

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
