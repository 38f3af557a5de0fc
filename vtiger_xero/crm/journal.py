"""The engine's journal on a Frappe site, in one transaction with the CRM's own records."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import frappe

from ..engine import stored
from ..engine.journal import Journal
from ..engine.links import Link, LinkState
from ..engine.records import Module
from ..engine.report import RunHeader
from . import rows
from .lock import run_lock
from .record_types import RecordTypes
from .savepoints import savepoint
from .states import Touched
from .writing import mark

OPEN = ("Queued", "Running")  # the statuses of a run that is under way


class SiteJournal(Journal):
    """The journal of one Xero organisation (`tenant`: Xero's id of it).

    `run`: the Xero Sync Run that the endpoint made.
    """

    def __init__(
        self,
        tenant: str,
        run: str | None = None,
        types: RecordTypes | None = None,
        touched: Touched | None = None,
    ) -> None:
        super().__init__(rows, tenant)
        self._run, self._types = run, types or RecordTypes()
        self._touched = touched or Touched(tenant)

    @contextmanager
    def record(self) -> Iterator[None]:
        """One record's writes, to the CRM and here: all or nothing."""
        with self._buffer.all_or_nothing(), savepoint():
            yield

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
        self._buffer.forget()
        self._touched.forget()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held for a whole run; `AnotherRun` if somebody else holds it."""
        with run_lock(self._tenant), self._buffer.waiting():
            yield

    def start_run(self, header: RunHeader) -> str:
        """Begin the run; returns the name of its Xero Sync Run."""
        row = stored.run_row(header)
        if self._run:
            rows.change(stored.RUN, self._run, row)
            return self._run
        row = {**rows.local(row), "user": row["user"] or None}
        document = frappe.get_doc({"doctype": stored.RUN, **row})
        return str(mark(document, row).insert(ignore_permissions=True).name)

    def _doctypes(self, module: Module, names: Collection[str]) -> Mapping[str, str]:
        return self._types.of(module, names)

    def _follow(self, link: Link, state: LinkState | None) -> None:
        if link.crm_name:
            doctype = self._types.one(link.module, link.crm_name)
            self._touched.add(doctype, link.crm_name, state)
