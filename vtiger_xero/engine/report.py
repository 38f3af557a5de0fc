"""The sync log: what a run did, per module and per record, as Vtiger shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from .actions import Change, Operation
from .records import Module, Side


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


@dataclass(frozen=True)
class ModuleLog:
    """One row of Vtiger's log: when, which module, and four counts for each side."""

    module: Module
    at: datetime
    counts: Counter[tuple[Side, Operation]] = field(default_factory=Counter)

    @staticmethod
    def of(module: Module, at: datetime, entries: list[Entry]) -> ModuleLog:
        """Count entries."""
        return ModuleLog(module, at, Counter((each.side, each.operation) for each in entries))

    def more(self, entries: list[Entry]) -> ModuleLog:
        """The same row with these counted, too."""
        new = ModuleLog.of(self.module, self.at, entries)
        return ModuleLog(self.module, self.at, self.counts + new.counts)

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
    """What a run reports when it is over."""

    header: RunHeader
    logs: list[ModuleLog] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def add(self, module: Module, at: datetime, entries: list[Entry]) -> ModuleLog:
        """Count what was done in a module, in its one row, however often it is visited."""
        self.entries += entries
        for place, log in enumerate(self.logs):
            if log.module is module:
                self.logs[place] = log.more(entries)
                return self.logs[place]
        self.logs.append(ModuleLog.of(module, at, entries))
        return self.logs[-1]

    def finish(self, status: RunStatus, at: datetime, calls: int, message: str = "") -> None:
        """Write how it ended into the header."""
        self.header = replace(self.header, status=status, finished=at, calls=calls, message=message)

    @property
    def writes(self) -> int:
        """Records written in the whole run."""
        return sum(log.writes for log in self.logs)
