"""What the steps of a run share: the ports, the settings, and the log as it grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..actions import Operation
from ..errors import OUT_OF_TIME, OutOfTime, Stopped
from ..links import Link
from ..lookups import Lookups, nothing_known
from ..mapping import Table, Values, table_of
from ..plan import Plan
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..reference import Reference
from ..report import Entry
from ..settings import Settings
from .recalling import Memory
from .scope import Scope, Whole


@dataclass
class Session:
    """One run: where it reads and writes, and what it has logged of the module at hand.

    `retry` sends again what Xero refused. At `until` the run has lasted long enough.
    `scope` is what of its plans is carried out, `pulled` when Xero was asked for which module's
    news, `spared` those that are read only if something of theirs is to be sent. `told` are
    notices of the run, `moved` what Xero itself changed because of what it was told (codes of
    items, InvoiceIDs), `again` invoices of the CRM to look at with them. `ahead` are the plans of
    a preview's earlier modules.
    `in_flight` are CRM records of which a request may still arrive at Xero, and nothing must be
    sent anew; `late` are those of them that time will tell of, `held` those that waited.
    `unread` are modules of which some of Xero's records could not be read in this run.
    `changed` are CRM records that were saved between reading and writing; while `may_repeat`, they
    are looked at once more at the end of the run. `memory` is what crm and journal remember.
    `matched` counts the records that were in both systems and are linked now, by what proved it.
    `written` of `to_write` records of the plan at hand have been carried out in the CRM.
    """

    crm: Crm
    ledger: Ledger
    journal: Journal
    clock: Clock
    progress: Progress
    settings: Settings
    reference: Reference
    run: str = ""
    retry: bool = False
    until: datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    may_repeat: bool = True
    changed: set[str] = field(default_factory=set)
    in_flight: set[tuple[Module, str]] = field(default_factory=set)
    late: set[tuple[Module, str]] = field(default_factory=set)
    held: set[tuple[Module, str]] = field(default_factory=set)
    ahead: list[Plan] = field(default_factory=list)
    again: set[str] = field(default_factory=set)
    moved: dict[Module, set[str]] = field(default_factory=dict)
    scope: Scope = field(default_factory=Whole)
    pulled: dict[Module, datetime] = field(default_factory=dict)
    spared: frozenset[Module] = frozenset()
    told: list[str] = field(default_factory=list)
    unread: set[Module] = field(default_factory=set)
    lookups: Lookups = field(default_factory=nothing_known)
    tables: dict[Module, Table] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    matched: Counter[tuple[Module, str]] = field(default_factory=Counter)
    written: int = 0
    to_write: int = 0
    _looked_up: tuple[Module, int] | None = None
    _skipped: set[object] = field(default_factory=set)
    _unwritten: list[Entry] = field(default_factory=list)
    _alone: dict[str, Link] = field(default_factory=dict)

    def look_up(self, module: Module, gather: Callable[[Session, Module], Lookups]) -> None:
        """From here on the module's documents are read and written with what `gather` finds.

        Where nothing was written since the last time, it would find the same.
        """
        if self._looked_up != (module, self.memory.version):
            self.lookups = gather(self, module)
            self.tables[module] = table_of(module, self.lookups)
            self._looked_up = (module, self.memory.version)

    def note(self, entry: Entry) -> None:
        """Put an entry into the log; it is written with the next commit.

        A skip is told once a run, though a record may be looked at twice.
        """
        if entry.operation is Operation.SKIPPED:
            skip = (entry.module, entry.side, entry.crm_name, entry.xero_id, entry.title)
            if (*skip, entry.reason) in self._skipped:
                return
            self._skipped.add((*skip, entry.reason))
        self.entries.append(entry)
        self._unwritten.append(entry)

    def moves(self, module: Module, keys: set[str]) -> None:
        """Remember what Xero changed by what it was told."""
        self.moved[module] = self.moved.get(module, set()) | keys

    def tell(self, notice: str) -> None:
        """Say something of the whole run that concerns no single record."""
        if notice not in self.told:
            self.told.append(notice)

    def commit(self, module: Module) -> None:
        """Make durable what was written, together with its log."""
        self.journal.log(self.run, module, self._unwritten)
        self.journal.commit()
        self._unwritten = []  # not before: what could not be kept must not be told of

    def flush(self, module: Module) -> None:
        """Commit, if there is something in the log that is not written yet.

        A commit for nothing would make an idle run read everything once more.
        """
        if self._unwritten:
            self.commit(module)

    def rollback(self) -> None:
        """Forget what was not committed, and its log."""
        self.journal.rollback()
        lost = {id(each) for each in self._unwritten}
        self.entries = [entry for entry in self.entries if id(entry) not in lost]
        self._unwritten = []

    def check_stop(self) -> None:
        """Called between batches: a run may end there, and nothing is lost."""
        if self.progress.stop_wanted():
            raise Stopped("The run was stopped. What it wrote stays, and the next run continues.")
        if self.until and self.clock.now() >= self.until:
            raise OutOfTime(OUT_OF_TIME)

    def expect(self, links: list[Link]) -> None:
        """Remember which Xero documents have a link of their own, without a CRM record."""
        self._alone = {link.xero_id: link for link in links if link.xero_id and not link.crm_name}

    def keep(self, link: Link, base: Values | None) -> None:
        """Save a link; one that stood for the Xero document alone makes room for it."""
        alone = self._alone.pop(link.xero_id or "", None) if link.crm_name else None
        if alone is not None:
            self.journal.drop_link(alone)
        self.journal.save_link(link, base)
