"""The sync log: what a run did, per module and per record, as Vtiger shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from .actions import Change, Operation
from .errors import SyncError
from .records import Module, Side

MOST_ENTRIES = 10_000  # that a report has in memory


class RunStatus(str, Enum):
    """How a run stands."""

    RUNNING = "Running"
    COMPLETED = "Completed"
    STOPPED = "Stopped"
    WAITING = "Waiting"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that was touched or skipped. `title` is what a person calls it."""

    module: Module
    side: Side
    operation: Operation
    title: str
    crm_name: str | None = None
    xero_id: str | None = None
    rule: str = ""
    reason: str = ""
    remedy: str = ""
    changes: tuple[Change, ...] = ()


@dataclass
class Done:
    """What was done in one visit of a module: counts of all, and the first entries."""

    entries: list[Entry] = field(default_factory=list)
    counts: Counter[tuple[Side, Operation]] = field(default_factory=Counter)

    def add(self, entries: Sequence[Entry]) -> None:
        """Count these, too."""
        self.entries += entries[: MOST_ENTRIES - len(self.entries)]
        self.counts += counts_of(entries)


def counts_of(entries: Iterable[Entry]) -> Counter[tuple[Side, Operation]]:
    """How often each was done, on each side."""
    return Counter((each.side, each.operation) for each in entries)


@dataclass(frozen=True)
class ModuleLog:
    """One row of Vtiger's log: when, which module, and four counts for each side."""

    module: Module
    at: datetime
    counts: Counter[tuple[Side, Operation]] = field(default_factory=Counter)

    @property
    def writes(self) -> int:
        """How many records were written, on both sides."""
        return sum(n for (_, done), n in self.counts.items() if done is not Operation.SKIPPED)


@dataclass(frozen=True)
class RunHeader:
    """A run as a whole. `calls` are API calls; `notices` concern no single record."""

    tenant: str
    started: datetime
    trigger: str = "Sync Now"
    user: str = ""
    status: RunStatus = RunStatus.RUNNING
    finished: datetime | None = None
    calls: int = 0
    message: str = ""
    notices: tuple[str, ...] = ()


@dataclass
class Report:
    """What a run reports when it is over; of its `entries` the first ones, the log has them all.

    `error` is what ended it before its end, None where nothing did.
    """

    header: RunHeader
    logs: list[ModuleLog] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    error: SyncError | None = None

    def add(self, module: Module, at: datetime, done: Done) -> ModuleLog:
        """Add what was done in a module to its one row, however often it is visited."""
        self.entries += done.entries[: MOST_ENTRIES - len(self.entries)]
        for place, log in enumerate(self.logs):
            if log.module is module:
                self.logs[place] = replace(log, counts=log.counts + done.counts)
                return self.logs[place]
        self.logs.append(ModuleLog(module, at, done.counts))
        return self.logs[-1]

    def finish(self, status: RunStatus, at: datetime, calls: int, message: str = "") -> None:
        """Write how it ended into the header."""
        self.header = replace(self.header, status=status, finished=at, calls=calls, message=message)

    @property
    def writes(self) -> int:
        """Records written in the whole run."""
        return sum(log.writes for log in self.logs)
