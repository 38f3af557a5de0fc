"""What the steps of a run share: the ports, the settings, and the log as it grows."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import Stopped
from ..links import Link
from ..mapping import Values
from ..ports import Clock, Crm, Journal, Ledger, Progress
from ..records import Module
from ..report import Entry
from ..settings import Reference, Settings


@dataclass
class Session:
    """One run: where it reads and writes, and what it has logged of the module at hand.

    `changed` are CRM records that were saved between reading and writing; while `may_repeat`, they
    are looked at once more at the end of the run.
    """

    crm: Crm
    ledger: Ledger
    journal: Journal
    clock: Clock
    progress: Progress
    settings: Settings
    reference: Reference
    run: str = ""
    entries: list[Entry] = field(default_factory=list)
    may_repeat: bool = True
    changed: set[str] = field(default_factory=set)
    _unwritten: list[Entry] = field(default_factory=list)
    _alone: dict[str, Link] = field(default_factory=dict)

    def note(self, entry: Entry) -> None:
        """Put an entry into the log; it is written with the next commit."""
        self.entries.append(entry)
        self._unwritten.append(entry)

    def commit(self, module: Module) -> None:
        """Make durable what was written, together with its log."""
        self.journal.log(self.run, module, self._unwritten)
        self._unwritten = []
        self.journal.commit()

    def rollback(self) -> None:
        """Forget what was not committed, and its log."""
        self.journal.rollback()
        lost = set(map(id, self._unwritten))
        self.entries = [entry for entry in self.entries if id(entry) not in lost]
        self._unwritten = []

    def check_stop(self) -> None:
        """Called between batches: a person may stop a run there, and nothing is lost."""
        if self.progress.stop_wanted():
            raise Stopped("The run was stopped; what it wrote stays, the next run goes on.")

    def expect(self, links: list[Link]) -> None:
        """Remember which Xero documents have a link of their own, without a CRM record."""
        self._alone = {link.xero_id: link for link in links if link.xero_id and not link.crm_name}

    def keep(self, link: Link, base: Values | None) -> None:
        """Save a link; one that stood for the Xero document alone makes room for it."""
        alone = self._alone.pop(link.xero_id or "", None) if link.crm_name else None
        if alone is not None:
            self.journal.drop_link(alone)
        self.journal.save_link(link, base)
