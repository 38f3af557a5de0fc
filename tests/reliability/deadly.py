"""Ports behind which a process ends: a proxy that kills its own process at a chosen point.

The product knows nothing of it. A point is a method of a port, before or after it did its work,
for one module; the trigger counts how often it was reached and strikes at the n-th time.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from demo.crm import Database
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.outbox import Batch
from vtiger_xero.engine.records import Module
from vtiger_xero.engine.report import ModuleLog

SQL = "sql"


@dataclass(frozen=True)
class Point:
    """Like ("after", "ledger.send", "Invoices"), and at which time of reaching it."""

    when: str
    what: str
    module: str = ""
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        return self.when, self.what, self.module

    def __str__(self) -> str:
        return f"{self.when} {self.what} {self.module} #{self.nth}"


@dataclass
class Trigger:
    """Ends this process at `point`; None only counts."""

    point: Point | None = None
    reached: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    module: str = ""

    def at(self, when: str, what: str) -> None:
        key = (when, what, self.module)
        self.reached[key] += 1
        point = self.point
        if point and key == point.key and self.reached[key] == point.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        """Every statement that SQLite carries out is a point, too."""
        database._connection.set_trace_callback(lambda sql: self.at("before", SQL))


class Deadly:
    """Everything that `port` does, with a point before and after each of its methods."""

    def __init__(self, name: str, port: Any, trigger: Trigger) -> None:
        self._name, self._port, self._trigger = name, port, trigger

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._port, method)
        return self._wrapped(method, found) if callable(found) else found

    def _wrapped(self, method: str, work: Callable[..., Any]) -> Callable[..., Any]:
        what = f"{self._name}.{method}"

        def call(*given: Any, **named: Any) -> Any:
            self._trigger.module = _module_of(given) or self._trigger.module
            self._trigger.at("before", what)
            result = work(*given, **named)
            if hasattr(result, "__enter__"):
                return self._managed(what, result)
            if isinstance(result, Iterator):
                return self._pages(what, result)
            self._trigger.at("after", what)
            return result

        return call

    @contextmanager
    def _managed(self, what: str, manager: Any) -> Iterator[Any]:
        with manager as held:
            self._trigger.at("within", what)
            yield held
        self._trigger.at("after", what)

    def _pages(self, what: str, pages: Iterator[Any]) -> Iterator[Any]:
        for page in pages:
            self._trigger.at("page", what)
            yield page
        self._trigger.at("after", what)


class DeadlyTokens:
    """A token store with points where a refresh is under way."""

    def __init__(self, store: Any, trigger: Trigger) -> None:
        self._store, self._trigger = store, trigger

    def load(self) -> Any:
        return self._store.load()

    def refreshed(self, use: Callable[[Any], Any]) -> Any:
        def watched(held: Any) -> Any:
            self._trigger.at("before", "tokens.refresh")
            new = use(held)
            self._trigger.at("after", "tokens.refresh")
            return new

        saved = self._store.refreshed(watched)
        self._trigger.at("after", "tokens.save")
        return saved


def _module_of(given: tuple[Any, ...]) -> str:
    for each in given:
        if isinstance(each, Module):
            return each.value
        if isinstance(each, (Batch, Link, ModuleLog)):
            return each.module.value
    return ""


# Names that a reader knows


NAMED: Mapping[str, tuple[str, str]] = {
    "as a run begins": ("after", "journal.start_run"),
    "before the reference is read": ("before", "ledger.reference"),
    "before a page is read": ("before", "ledger.changed_since"),
    "between two pages": ("page", "ledger.changed_since"),
    "a page remembered, its watermark not": ("after", "journal.remember"),
    "page and watermark written, not committed": ("after", "journal.set_watermark"),
    "before a batch is posted": ("before", "journal.post"),
    "posted, not committed": ("after", "journal.post"),
    "committed, not sent": ("before", "ledger.send"),
    "answered, nothing of it noted": ("after", "ledger.send"),
    "the answer noted in part": ("after", "journal.save_link"),
    "noted, not committed": ("after", "journal.close"),
    "before a commit": ("before", "journal.commit"),
    "after a commit": ("after", "journal.commit"),
    "a CRM record made, its link not": ("after", "crm.create"),
    "a CRM record changed, its link not": ("after", "crm.update"),
    "a CRM record deleted, its link not": ("after", "crm.delete"),
    "within one record's savepoint": ("within", "journal.record"),
    "before the log is written": ("before", "journal.log"),
    "between two modules": ("after", "journal.finish_module"),
    "as a run ends": ("before", "journal.finish_run"),
    "a refresh asked for, no answer": ("before", "tokens.refresh"),
    "new tokens read, not saved": ("after", "tokens.refresh"),
    "new tokens saved": ("after", "tokens.save"),
    "any SQL statement": ("before", SQL),
}
