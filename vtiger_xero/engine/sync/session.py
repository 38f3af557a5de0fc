"""What the steps of a run share: the ports, the settings, and the log as it grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..actions import Operation
from ..errors import OUT_OF_TIME, OutOfTime, Stopped
from ..links import Link
from ..lookups import Lookups, empty_lookups
from ..mapping import Table, Values, table_of
from ..messages import _lt
from ..plan import Plan
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..reference import Reference
from ..report import Entry
from ..settings import Settings
from .caching import ReadCache
from .scope import Everything, Scope


@dataclass
class Session:
    """One run: its ports, its settings, and the log of the module at hand.

    `retry` sends again what Xero refused. At `until` the run has lasted long enough.
    `scope` is what of its plans is carried out. `pulled_at` is when Xero was asked for the changes
    of a module, `not_due` are modules that are read only if something is to be sent to them.
    `notices` concern the whole run. `side_effects` is what Xero itself changed because of what was
    sent (codes of items, InvoiceIDs), `recheck_invoices` are invoices of the CRM to look at with
    them. `earlier_plans` are those of a preview's earlier modules.
    `in_flight` are CRM records of which a request may still arrive at Xero: nothing is sent anew.
    Of those, `awaiting_timeout` will be known once Xero's time-out has passed, and
    `skipped_in_flight` were skipped because of it.
    `unread` are modules of which some of Xero's records could not be read in this run.
    `to_recheck` are CRM records that were saved between reading and writing; while `may_repeat`,
    they are looked at once more at the end of the run. `cache` is that of crm and journal.
    `match_counts` counts the records that were in both systems and are linked now, by what proved
    it. `written` of `to_write` records of the plan at hand have been carried out in the CRM.
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
    to_recheck: set[str] = field(default_factory=set)
    in_flight: set[tuple[Module, str]] = field(default_factory=set)
    awaiting_timeout: set[tuple[Module, str]] = field(default_factory=set)
    skipped_in_flight: set[tuple[Module, str]] = field(default_factory=set)
    earlier_plans: list[Plan] = field(default_factory=list)
    recheck_invoices: set[str] = field(default_factory=set)
    side_effects: dict[Module, set[str]] = field(default_factory=dict)
    scope: Scope = field(default_factory=Everything)
    pulled_at: dict[Module, datetime] = field(default_factory=dict)
    not_due: frozenset[Module] = frozenset()
    notices: list[str] = field(default_factory=list)
    unread: set[Module] = field(default_factory=set)
    lookups: Lookups = field(default_factory=empty_lookups)
    tables: dict[Module, Table] = field(default_factory=dict)
    cache: ReadCache = field(default_factory=ReadCache)
    match_counts: Counter[tuple[Module, str]] = field(default_factory=Counter)
    written: int = 0
    to_write: int = 0
    _looked_up: tuple[Module, int] | None = None
    _logged_skips: set[object] = field(default_factory=set)
    _unsaved_entries: list[Entry] = field(default_factory=list)
    _unpaired_links: dict[str, Link] = field(default_factory=dict)

    def look_up(self, module: Module, gather: Callable[[Session, Module], Lookups]) -> None:
        """Gather the module's lookups and build its table with them.

        Does nothing where nothing was written since the last time.
        """
        if self._looked_up != (module, self.cache.version):
            self.lookups = gather(self, module)
            self.tables[module] = table_of(module, self.lookups)
            self._looked_up = (module, self.cache.version)

    def log(self, entry: Entry) -> None:
        """Put an entry into the log; it is written with the next commit.

        A skip is logged once a run, though a record may be looked at twice.
        """
        if entry.operation is Operation.SKIPPED:
            skip = (entry.module, entry.side, entry.crm_name, entry.xero_id, entry.title)
            if (*skip, entry.reason) in self._logged_skips:
                return
            self._logged_skips.add((*skip, entry.reason))
        self.entries.append(entry)
        self._unsaved_entries.append(entry)

    def add_side_effects(self, module: Module, keys: set[str]) -> None:
        """Remember what Xero itself changed because of what was sent."""
        self.side_effects[module] = self.side_effects.get(module, set()) | keys

    def notify(self, notice: str) -> None:
        """Add a notice of the whole run that concerns no single record."""
        if notice not in self.notices:
            self.notices.append(notice)

    def commit(self, module: Module) -> None:
        """Make durable what was written, together with its log."""
        self.journal.log(self.run, module, self._unsaved_entries)
        self.journal.commit()
        self._unsaved_entries = []  # not before: what was not stored must not be reported

    def flush(self, module: Module) -> None:
        """Commit if the log has an entry that is not written yet.

        An empty commit would clear the cache, and an idle run would read everything once more.
        """
        if self._unsaved_entries:
            self.commit(module)

    def rollback(self) -> None:
        """Discard what was not committed, and its log."""
        self.journal.rollback()
        lost = {id(each) for each in self._unsaved_entries}
        self.entries = [entry for entry in self.entries if id(entry) not in lost]
        self._unsaved_entries = []

    def check_stop(self) -> None:
        """Raise `Stopped` or `OutOfTime` where the run is to end; called between batches."""
        if self.progress.stop_wanted():
            raise Stopped(
                _lt("The run was stopped. What it wrote stays, and the next run continues.")
            )
        if self.until and self.clock.now() >= self.until:
            raise OutOfTime(OUT_OF_TIME)

    def index_unpaired_links(self, links: list[Link]) -> None:
        """Index the links of Xero documents that have no CRM record."""
        self._unpaired_links = {
            link.xero_id: link for link in links if link.xero_id and not link.crm_name
        }

    def save_link(self, link: Link, base: Values | None) -> None:
        """Save a link; it replaces the one of its Xero document without a CRM record."""
        alone = self._unpaired_links.pop(link.xero_id or "", None) if link.crm_name else None
        if alone is not None:
            self.journal.drop_link(alone)
        self.journal.save_link(link, base)
