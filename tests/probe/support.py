"""A probe of the simulator, and what is left in its books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.xero.support import Desk, desk_at
from vtiger_xero.probe import LIMIT, PROBES, Probe, Report, run
from vtiger_xero.probe.calls import Send
from vtiger_xero.probe.scrubbing import MARK
from vtiger_xero.xero import Budget
from vtiger_xero.xero.client import XeroClient
from xero_simulator import NewOrganisation, Simulator
from xero_simulator.readings import Readings

DEMO = NewOrganisation("Demo Company (NZ)", "NZ", "NZD", is_demo=True)
NO_DEMO = NewOrganisation("Tui Traders Ltd", "NZ", "NZD")


class Killed(BaseException):
    """The process ends in the middle of a call."""


@dataclass
class Place:
    """A simulator that can be probed."""

    desk: Desk
    folder: Path
    said: list[str] = field(default_factory=list)

    def send(self) -> Send:
        desk = self.desk
        budget = Budget(desk.budget, desk.clock)
        return XeroClient(
            desk.app, desk.tenant, desk.tokens, budget, desk.clock, desk.addresses
        ).reply

    def probe(
        self, probes: Sequence[Probe] = PROBES, *, limit: int = LIMIT, send: Send | None = None
    ) -> Report:
        return run(
            send or self.send(), self.desk.clock, self.desk.tenant, self.folder,
            of="simulator", say=self.said.append, limit=limit, probes=probes,
        )  # fmt: skip

    def killed_at(self, number: int, probes: Sequence[Probe], *, is_sent: bool = True) -> bool:
        """Probe, and end at that call, before or after it reached Xero; False if there is none."""
        real, count = self.send(), 0

        def send(
            method: str, path: str, query: str, body: bytes | None, headers: Mapping[str, str]
        ) -> Any:
            nonlocal count
            count += 1
            if count == number and not is_sent:
                raise Killed
            reply = real(method, path, query, body, headers)
            if count == number:
                raise Killed
            return reply

        try:
            self.probe(probes, send=send)
        except Killed:
            return True
        return False

    def left(self) -> list[str]:
        """What bears the mark and is neither archived, voided nor deleted."""
        books = self.desk.organisation
        found = [c.name for c in books.contacts.in_order() if c.is_active]
        found += [i.code for i in books.items.in_order()]
        # A paid invoice of 0.00 is what Xero does not let go.
        found += [
            d.number
            for d in books.invoices.in_order()
            if d.status not in ("VOIDED", "DELETED") and d.total
        ]
        found += [p.reference for p in books.payments.in_order() if p.status != "DELETED"]
        return [name for name in found if name.startswith(MARK)]


@contextmanager
def a_place(
    folder: Path, readings: Readings | None = None, organisation: NewOrganisation = DEMO
) -> Iterator[Place]:
    with Simulator(seed=1, organisations=(organisation,)) as simulator:
        if readings is not None:
            simulator.organisation.readings = readings
        yield Place(desk_at(simulator), folder)


def only(*ids: str) -> list[Probe]:
    return [probe for probe in PROBES if probe.id in ids]
