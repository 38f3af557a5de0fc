"""Everything the simulator is made of, put together once, with the one lock round it."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from xero_simulator.calls import CallLog
from xero_simulator.clock import AdjustableClock
from xero_simulator.faults import Faults
from xero_simulator.idempotency import IdempotencyCache, KeptAnswer
from xero_simulator.identifiers import Identifiers, stable_guid
from xero_simulator.identity import Identity
from xero_simulator.limits import Allowance, Limits, Window
from xero_simulator.organisation import NewOrganisation, Organisation
from xero_simulator.reference_data import Books
from xero_simulator.shelf import Shelf, StateFile
from xero_simulator.webhooks import Webhooks

DEFAULT_ORGANISATIONS = (
    NewOrganisation("Demo Company (NZ)", "NZ", "NZD", is_demo=True),
    NewOrganisation("Kea Trading Ltd", "AU", "AUD"),
)


class World:
    """The state behind the HTTP, and how it is kept."""

    def __init__(
        self,
        clock: AdjustableClock,
        allowance: Allowance,
        organisations: Iterable[NewOrganisation],
        seed: int | None,
        state_file: Path | str | None,
        issuer: Callable[[], str],
    ) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.faults = Faults()
        self.calls = CallLog()
        self._shelves: list[Shelf[Any]] = []
        self._file = StateFile(state_file)
        counts = self._shelf("count", None)
        self.new_id = Identifiers(seed, counts)
        self._books = self._shelf("books", Books)
        self.identity = Identity(clock, self.new_id, issuer)
        for shelf in self.identity.shelves:
            self._take(shelf)
        self.limits = Limits(clock, allowance, self._shelf("window", Window), self.lock)
        self.idempotency = IdempotencyCache(clock, self._shelf("kept_answer", KeptAnswer))
        self.webhooks = Webhooks(clock, issuer)
        self.organisations = self._open(organisations)
        self.save()

    @property
    def now(self) -> datetime:
        """Xero's time."""
        return self.clock()

    def save(self) -> None:
        """Write what changed to the state file."""
        with self.lock:
            self._file.save(self._shelves)

    def close(self) -> None:
        """Save and let go of the state file."""
        with self.lock:
            self._file.save(self._shelves)
            self._file.close()

    def _shelf(self, name: str, kind: Any) -> Shelf[Any]:
        return self._take(Shelf(name, kind))

    def _take(self, shelf: Shelf[Any]) -> Shelf[Any]:
        self._file.load(shelf)
        self._shelves.append(shelf)
        return shelf

    def _open(self, organisations: Iterable[NewOrganisation]) -> dict[str, Organisation]:
        """Those of the state file; on a first start the new ones. In the order that was asked."""
        wanted = {stable_guid(f"tenant {new.name}"): new for new in organisations}
        if not self._books:
            for tenant_id, new in wanted.items():
                self._books[tenant_id] = Organisation.open_books(new, tenant_id, self.now)
        order = {tenant_id: place for place, tenant_id in enumerate(wanted)}
        known = sorted(self._books, key=lambda tenant_id: order.get(tenant_id, len(order)))
        return {tenant_id: self._organisation(tenant_id) for tenant_id in known}

    def _organisation(self, tenant_id: str) -> Organisation:
        def open_shelf(name: str, kind: type) -> Shelf[Any]:
            return self._shelf(f"{name} {tenant_id}", kind)

        organisation = Organisation(
            tenant_id, self._books, open_shelf, self.clock, self.lock, self.new_id
        )
        self.webhooks.listen_to(organisation)
        return organisation
