"""A folder with both sides in it: the CRM's database, Xero's books, and what connects them.

Everything that survives a process is in the folder, so a copy of it is the same world again.
"""

from __future__ import annotations

import multiprocessing
import pickle
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from demo.crm import Database, EmbeddedCrm, EmbeddedJournal, SharedText
from vtiger_xero.engine.settings import Settings
from vtiger_xero.xero import Addresses, App, TextBudget, TextTokens, auth
from xero_simulator import (
    DEMO_CLIENT_ID,
    DEMO_CLIENT_SECRET,
    DEMO_REDIRECT_URI,
    Simulator,
)

# A forked process starts in milliseconds, with everything imported.
PROCESSES = multiprocessing.get_context("fork")
APP = App(DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)


_ADDING = threading.Lock()


class Time:
    """The real time and what was added to it: one clock for all processes, and nobody waits.

    With a lock of this process's threads only: a process that is killed while it holds one would
    stop the clock of all others. What two processes add in the same instant may count once, and
    whoever waits looks at the clock again.
    """

    def __init__(self, ahead: float = 0.0) -> None:
        self._ahead = PROCESSES.RawValue("d", ahead)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + timedelta(seconds=self._ahead.value)

    def sleep(self, duration: timedelta) -> None:
        until = self._ahead.value + max(0.0, duration.total_seconds())
        with _ADDING:
            self._ahead.value = max(self._ahead.value, until)  # threads wait at the same time
        time.sleep(0)

    @property
    def ahead(self) -> float:
        return float(self._ahead.value)


@dataclass
class Skewed:
    """The clock of a machine that is wrong."""

    time: Time
    by: timedelta

    def now(self) -> datetime:
        return self.time.now() + self.by

    def sleep(self, duration: timedelta) -> None:
        self.time.sleep(duration)


@dataclass
class Place:
    """A folder, the time there, and what its administrator chose."""

    folder: Path
    time: Time
    settings: Settings = field(default_factory=lambda: Settings(""))

    @property
    def crm_file(self) -> Path:
        return self.folder / "crm.sqlite"

    @property
    def xero_file(self) -> Path:
        return self.folder / "xero.sqlite"

    def database(self) -> Database:
        return Database.open(self.crm_file)

    def journal(self, database: Database) -> EmbeddedJournal:
        return EmbeddedJournal(database, self.settings.tenant)

    def crm(self, database: Database, clock: Any = None) -> EmbeddedCrm:
        return EmbeddedCrm(database, clock or self.time, base_currency="NZD")

    def tokens(self, database: Database) -> TextTokens:
        return TextTokens(SharedText(database, "tokens", lasting=True))

    def budget(self, database: Database) -> TextBudget:
        return TextBudget(SharedText(database, f"budget-{self.settings.tenant}"))

    def simulator(self, **how: Any) -> Simulator:
        """Xero with its books in this folder; limits that nobody meets unless it is said."""
        limits = {"minute_limit": 100_000, "day_limit": 1_000_000, "app_minute_limit": 1_000_000}
        chosen = {**limits, "seed": 7, **how}
        return Simulator(clock=self.time.now, state_file=self.xero_file, **chosen)

    def connect(self, xero: Simulator, database: Database) -> None:
        """What a person does once: Allow access."""
        at = Addresses.at(xero.url)
        begun = auth.authorization(APP, at, DEMO_REDIRECT_URI)
        back = xero.consent(begun.url)
        self.tokens(database).save(auth.exchange(APP, at, begun, back, self.time.now()))

    # Keeping and copying

    def keep(self) -> None:
        """Everything that is not in a file yet goes into one."""
        held = (self.time.ahead, self.settings)
        (self.folder / "place.pickle").write_bytes(pickle.dumps(held))

    def copy(self, folder: Path) -> Place:
        """The same place for another trial, whose Xero may have other limits: none are known."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.budget-*"))
        return Place.of(folder)

    @staticmethod
    def of(folder: Path) -> Place:
        ahead, settings = pickle.loads((folder / "place.pickle").read_bytes())
        return Place(folder, Time(ahead), settings)


def in_a_process(work: Callable[..., Any], *given: Any) -> Any:
    """What `work` returns, from a process of its own that leaves nothing behind."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_answering, args=(there, work, given))
    process.start()
    there.close()
    try:
        fine, result = here.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}") from None
    process.join()
    if not fine:
        raise RuntimeError(result)
    return result


def _answering(pipe: Any, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    import traceback

    try:
        pipe.send((True, work(*given)))
    except BaseException:  # noqa: BLE001 - told to the process that waits
        pipe.send((False, traceback.format_exc()))
