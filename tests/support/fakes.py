"""Small stand-ins for the engine's ports: a Xero in memory, a clock that is set by hand."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from vtiger_xero.engine.errors import RequestFailed
from vtiger_xero.engine.outbox import Batch, Item
from vtiger_xero.engine.ports import Outcome, Page
from vtiger_xero.engine.records import Document, Module, XeroRecord
from vtiger_xero.engine.reference import Reference
from vtiger_xero.engine.text import likeness_key, name_key

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


class HandClock:
    """A clock that moves one millisecond with every look, and by `advance`."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def sleep(self, duration: timedelta) -> None:
        self.time += duration

    def advance(self, **duration: float) -> None:
        self.time += timedelta(**duration)


class Quiet:
    """A watcher that says nothing, and stops the run when told to."""

    stop = False

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        pass

    def stop_wanted(self) -> bool:
        return self.stop


class FakeXero:
    """Xero's contacts in memory: unique names, sparse updates, archived ones locked.

    Only for the engine's own tests: what Xero really does is the simulator's matter.
    """

    def __init__(self, clock: HandClock, currency: str = "NZD") -> None:
        self._clock = clock
        self._currency = currency
        self.contacts: dict[str, XeroRecord] = {}
        self.batches: list[Batch] = []
        self.fails_on: set[str] = set()
        self.refuses: dict[str, str] = {}
        self.calls = 0
        self.notices: list[str] = []
        self.writes = 0
        self.keeps_persons = False  # the reading under which nothing clears them
        self.accents_count = True  # the reading under which "Kéa" and "Kea" are two names

    # What a person does in Xero

    def add(self, **document: Any) -> str:
        key = str(UUID(int=len(self.contacts) + 1))
        self._store(key, {"ContactStatus": "ACTIVE", **document, "ContactID": key})
        return key

    def edit(self, key: str, **document: Any) -> None:
        self._store(key, {**self.contacts[key].document, **document})

    # The port

    def reference(self, *, books: bool = True) -> Reference:
        self.calls += 1
        return Reference("Fake Ltd", self._currency, currencies=frozenset({"NZD", "EUR"}))

    def changed_since(self, module: Module, since: datetime | None) -> Iterator[Page]:
        self.calls += 1
        after = since - timedelta(seconds=1) if since else datetime.min.replace(tzinfo=timezone.utc)
        changed = [each for each in self.contacts.values() if each.updated > after]
        changed.sort(key=lambda record: record.updated)
        if changed:
            yield Page(copy.deepcopy(changed), changed[-1].updated)

    def read_by_ids(self, module: Module, ids: Sequence[str]) -> Sequence[XeroRecord]:
        self.calls += 1
        return [copy.deepcopy(self.contacts[key]) for key in ids if key in self.contacts]

    def send(self, batch: Batch) -> Sequence[Outcome]:
        self.calls += 1
        self.batches.append(batch)
        if any(item.document.get("Name") in self.fails_on for item in batch.items):
            raise RequestFailed("Xero had an internal error.", after=timedelta(minutes=7))
        return [self._outcome(item) for item in reversed(batch.items)]

    def _outcome(self, item: Item) -> Outcome:
        refusal = self._refusal(item)
        if refusal:
            return Outcome(item.key, refusal=refusal)
        self.writes += 1
        item.document.pop("Website", None)  # the API does not write it
        if item.xero_id is None:
            key = self.add(**copy.deepcopy(item.document))
        else:
            key = item.xero_id
            self._store(key, self._overlaid(self.contacts[key].document, item.document))
        return Outcome(item.key, record=copy.deepcopy(self.contacts[key]))

    def _overlaid(self, held: Document, sent: Document) -> Document:
        persons = [each for each in sent.get("ContactPersons") or () if _is_somebody(each)]
        is_cleared = bool(sent.get("ContactPersons")) and not self.keeps_persons
        known = persons if persons or is_cleared else held.get("ContactPersons", [])
        return _sparse(held, {**sent, "ContactPersons": copy.deepcopy(known)})

    def _refusal(self, item: Item) -> str:
        if item.document.get("Name") in self.refuses:
            return self.refuses[item.document["Name"]]
        held = self.contacts.get(item.xero_id or "")
        if held and held.document["ContactStatus"] == "ARCHIVED":
            return "Archived contacts cannot currently be edited via the API."
        same = name_key if self.accents_count else likeness_key
        name = same(item.document.get("Name"))
        others = (r for key, r in self.contacts.items() if key != item.xero_id)
        active = (r.document for r in others if r.document["ContactStatus"] == "ACTIVE")
        if name and any(same(document.get("Name")) == name for document in active):
            return "The contact name is already assigned to another contact."
        return ""

    def _store(self, key: str, document: Document) -> None:
        self.contacts[key] = XeroRecord(Module.ORGANIZATIONS, key, self._clock.now(), document)


def _is_somebody(person: Document) -> bool:
    return any(person.get(key) for key in ("FirstName", "LastName", "EmailAddress"))


def _sparse(held: Document, sent: Document) -> Document:
    document = copy.deepcopy({**held, **sent})
    for key, kind in (("Phones", "PhoneType"), ("Addresses", "AddressType")):
        sent_kinds = {each[kind] for each in sent.get(key, [])}
        kept = [each for each in (held.get(key) or []) if each[kind] not in sent_kinds]
        document[key] = copy.deepcopy([*kept, *sent.get(key, [])])
    return document
