"""The state of a run: who owns which part of it.

What was asked for (`Request`), the log as it grows (`RunLog`), what was read of Xero (`Readings`),
the module at hand (`CurrentModule`), what is on its way to Xero (`InFlight`) and what is looked at
once more (`Rechecks`). A `Session` holds one of each beside the ports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..actions import Operation
from ..errors import OUT_OF_TIME, OutOfTime, Stopped
from ..links import Link
from ..lookups import Lookups, empty_lookups
from ..mapping import Table, Values
from ..messages import _lt
from ..modules import table_of
from ..outbox import Item
from ..ports import Ports
from ..records import Module
from ..reference import Reference
from ..report import Done, Entry
from ..run_filter import EVERYTHING, RunFilter
from ..settings import Settings
from .at_hand import AtHand
from .caching import ReadCache, with_cache
from .preview_lookups import EarlierPlans

_CrmRecord = tuple[Module, str]  # a record of the CRM, by its module and its name


@dataclass(frozen=True)
class Request:
    """What the caller asked of a run.

    `retry` sends again what Xero refused. `run_filter` is what the run is limited to: chosen
    records come with what they cannot go without. `not_due` are modules that are read only if
    something is to be sent to them. At `until` the run has lasted long enough. Where it is not
    `full`, the CRM's own records say which of them were saved, and none is compared with its link.
    """

    retry: bool = False
    run_filter: RunFilter = EVERYTHING
    not_due: frozenset[Module] = frozenset()
    until: datetime | None = None
    full: bool = True


@dataclass
class RunLog:
    """The log of a run: what was `done` in the module at hand, `notices` on the whole run.

    `run` is its id in the journal, "" for a preview. `match_counts` counts the records that were in
    both systems and are linked now, by what proved it. `unapproved` are the pairs with a write that
    the user had not approved.
    """

    run: str = ""
    done: Done = field(default_factory=Done)
    notices: list[str] = field(default_factory=list)
    match_counts: Counter[tuple[Module, str]] = field(default_factory=Counter)
    unapproved: set[tuple[str, str, str]] = field(default_factory=set)
    unsaved: list[Entry] = field(default_factory=list)
    _logged_skips: set[int] = field(default_factory=set)  # hashes: there may be many

    def begin(self, run: str, notices: Sequence[str]) -> None:
        """Begin the log of a run that the journal knows."""
        self.run, self.notices = run, list(notices)

    def add(self, entry: Entry) -> None:
        """Add an entry; it is written with the next commit.

        A skip is logged once a run, though a record may be looked at twice.
        """
        if entry.operation is Operation.SKIPPED:
            keys = (entry.module, entry.side, entry.crm_name, entry.xero_id, entry.title)
            skip = hash((*keys, entry.reason))
            if skip in self._logged_skips:
                return
            self._logged_skips.add(skip)
        self.unsaved.append(entry)

    def notify(self, notice: str) -> None:
        """Add a notice of the whole run that concerns no single record."""
        if notice not in self.notices:
            self.notices.append(notice)

    def count_saved(self) -> None:
        """Count the entries that were written; what was not stored must not be reported."""
        self.done.add(self.unsaved)
        self.unsaved = []

    def drop_unsaved(self) -> None:
        """Discard the entries of what was rolled back."""
        self.unsaved = []


@dataclass
class Readings:
    """What was read of Xero in this run.

    `pulled_at` is when Xero was asked for the changes of a module. `unread` are modules of which
    some of Xero's records could not be read.
    """

    pulled_at: dict[Module, datetime] = field(default_factory=dict)
    unread: set[Module] = field(default_factory=set)


@dataclass
class CurrentModule:
    """What the module at hand needs of others, its table, and how far its plan is carried out.

    `written` of `to_write` records of the plan have been carried out in the CRM.
    """

    lookups: Lookups = field(default_factory=empty_lookups)
    tables: dict[Module, Table] = field(default_factory=dict)
    written: int = 0
    to_write: int = 0
    looked_up: tuple[Module, int] | None = None  # the module, and the version of the cache
    _unpaired_links: dict[str, Link] = field(default_factory=dict)

    def index_unpaired_links(self, links: Iterable[Link]) -> None:
        """Index the links of Xero documents that have no CRM record."""
        self._unpaired_links = {
            link.xero_id: link for link in links if link.xero_id and not link.crm_name
        }

    def take_unpaired_link(self, link: Link) -> Link | None:
        """Return, once, the link of this link's document that had no CRM record until now."""
        return self._unpaired_links.pop(link.xero_id or "", None) if link.crm_name else None


@dataclass
class InFlight:
    """CRM records of which a request may still arrive at Xero: nothing is sent anew for them.

    Of those, `awaiting_timeout` will be known once Xero's time-out has passed, and `skipped` were
    skipped because of it.
    """

    records: set[_CrmRecord] = field(default_factory=set)
    awaiting_timeout: set[_CrmRecord] = field(default_factory=set)
    skipped: set[_CrmRecord] = field(default_factory=set)

    def clear(self, module: Module) -> None:
        """Forget the records of a module: what is in flight of it is looked for anew."""
        self.records = {each for each in self.records if each[0] is not module}

    def add(self, items: Iterable[Item], *, until_timeout: bool = False) -> None:
        """Add the records of some items."""
        records = {(item.module, item.crm_name) for item in items}
        self.records |= records
        if until_timeout:
            self.awaiting_timeout |= records

    @property
    def end_with_timeout(self) -> bool:
        """Whether a record was skipped of which more is known after Xero's time-out."""
        return bool(self.skipped & self.awaiting_timeout)


@dataclass
class Rechecks:
    """What a run looks at once more.

    `records` of the CRM were saved between reading and writing; while `may_repeat`, they are
    rechecked when their module is done. At the end of the run, `side_effects` are: what Xero itself
    changed because of what was sent (codes of items, InvoiceIDs), and with them `invoices`. The
    copies of modules in `unread` are old: payments were sent, and Xero changed what they settle.
    """

    may_repeat: bool = True
    records: set[str] = field(default_factory=set)
    side_effects: dict[Module, set[str]] = field(default_factory=dict)
    invoices: set[str] = field(default_factory=set)
    unread: set[Module] = field(default_factory=set)

    def begin_module(self) -> None:
        """Let each record of the next module be repeated once."""
        self.may_repeat, self.records = True, set()

    def take_records(self) -> frozenset[str]:
        """Return the records to recheck; they are not repeated a second time."""
        records, self.may_repeat, self.records = frozenset(self.records), False, set()
        return records

    def add_side_effects(self, module: Module, keys: set[str]) -> None:
        """Add documents that Xero itself changed because of what was sent."""
        self.side_effects[module] = self.side_effects.get(module, set()) | keys


@dataclass(frozen=True)
class Session(Ports):
    """One run: its ports, its settings, and its state.

    `earlier_plans` are a preview's own. `cache` is that of crm and journal.
    """

    settings: Settings
    reference: Reference
    cache: ReadCache
    request: Request = Request()
    log: RunLog = field(default_factory=RunLog)
    readings: Readings = field(default_factory=Readings)
    current: CurrentModule = field(default_factory=CurrentModule)
    in_flight: InFlight = field(default_factory=InFlight)
    rechecks: Rechecks = field(default_factory=Rechecks)
    earlier_plans: EarlierPlans = field(default_factory=EarlierPlans)

    @property
    def modules(self) -> Sequence[Module]:
        """The modules that the run goes through, in order."""
        return self.request.run_filter.enabled_modules(self.settings)

    def look_up(self, module: Module, gather: Callable[[Session, Module], Lookups]) -> None:
        """Gather the module's lookups and build its table with them.

        Does nothing where nothing was written since the last time.
        """
        current, now = self.current, (module, self.cache.version)
        if current.looked_up != now:
            current.lookups = gather(self, module)
            current.tables[module] = table_of(module, current.lookups)
            current.looked_up = (module, self.cache.version)

    def commit(self, module: Module) -> None:
        """Make durable what was written, together with its log."""
        self.journal.log(self.log.run, module, self.log.unsaved)
        self.journal.commit()
        self.log.count_saved()

    def flush(self, module: Module) -> None:
        """Commit if the log has an entry that is not written yet.

        An empty commit would clear the cache, and an idle run would read everything once more.
        """
        if self.log.unsaved:
            self.commit(module)

    def rollback(self) -> None:
        """Discard what was not committed, and its log."""
        self.journal.rollback()
        self.log.drop_unsaved()

    def check_stop(self) -> None:
        """Raise `Stopped` or `OutOfTime` where the run is to end; called between batches."""
        if self.progress.stop_wanted():
            raise Stopped(
                _lt("The run was stopped. What it wrote stays, and the next run continues.")
            )
        if self.request.until and self.clock.now() >= self.request.until:
            raise OutOfTime(OUT_OF_TIME)

    def save_link(self, link: Link, base: Values | None) -> None:
        """Save a link; it replaces the one of its Xero document without a CRM record."""
        unpaired = self.current.take_unpaired_link(link)
        if unpaired is not None:
            self.journal.drop_link(unpaired)
        self.journal.save_link(link, base)


def open_session(
    ports: Ports, settings: Settings, reference: Reference, request: Request
) -> Session:
    """Begin a run's state, with a cache of what is read of the records at hand."""
    cache = ReadCache(
        AtHand(ports.crm, ports.journal, settings, request.run_filter, full=request.full)
    )
    crm, journal = with_cache(ports.crm, ports.journal, cache)
    return Session(
        crm,
        ports.ledger,
        journal,
        ports.clock,
        ports.progress,
        settings,
        reference,
        cache,
        request,
    )
