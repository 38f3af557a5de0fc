"""The part of the journal that people read: runs, the sync log, the records behind its numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe

from ..engine import stored
from ..engine.records import Module
from ..engine.report import Entry, ModuleLog, RunHeader
from .record_types import RecordTypes
from .rows import insert, set_values
from .times import to_site
from .writing import mark

OPEN = ("Queued", "Running")  # the statuses of a run that is under way


class RunLog:
    """Writes one run's log. `run`: the Xero Sync Run that the endpoint made."""

    def __init__(self, run: str | None = None, types: RecordTypes | None = None) -> None:
        self._run, self._types = run, types or RecordTypes()

    def start_run(self, header: RunHeader) -> str:
        """Begin the run; returns the name of its Xero Sync Run."""
        row = _local(stored.run_row(header))
        if self._run:
            set_values("Xero Sync Run", self._run, row)
            return self._run
        document = frappe.get_doc({"doctype": "Xero Sync Run", **row, "user": row["user"] or None})
        return str(mark(document, row).insert(ignore_permissions=True).name)

    def log(self, run: str, module: Module, entries: Sequence[Entry]) -> None:
        """Add entries to the run."""
        types = self._types.of(module, (entry.crm_name or "" for entry in entries))
        insert(
            "Xero Sync Entry",
            [
                {**stored.entry_row(run, entry), "crm_doctype": types[entry.crm_name or ""]}
                for entry in entries
            ],
        )

    def finish_module(self, run: str, log: ModuleLog) -> None:
        """Write the run's row of the sync log for a module, or write it anew."""
        row = _local(stored.log_row(run, log))
        held = frappe.db.get_value("Xero Sync Log", {"run": run, "module": log.module.value})
        if held:
            set_values("Xero Sync Log", held, row)
        else:
            insert("Xero Sync Log", [row])

    def finish_run(self, run: str, header: RunHeader) -> None:
        """Write how the run ended."""
        set_values("Xero Sync Run", run, _local(stored.run_row(header)))


def _local(row: Mapping[str, Any]) -> dict[str, Any]:
    """Times that people read, in the site's own time zone, as Datetime fields hold them."""
    return {
        key: to_site(value) if isinstance(value, datetime) else value for key, value in row.items()
    }
