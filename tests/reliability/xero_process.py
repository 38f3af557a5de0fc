"""Xero in a process of its own, and a wire on which a test speaks to it."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.reliability.places import PROCESSES, Place
from xero_simulator import Simulator


class XeroProcess:
    """`ask(work, …)` runs `work(simulator, …)` in Xero's process and returns what it returns."""

    def __init__(self, place: Place, victim: Any = None, **how: Any) -> None:
        self._wire, there = PROCESSES.Pipe()
        self._process = PROCESSES.Process(target=_serve, args=(there, place, victim, how))
        self._process.daemon = True
        self._process.start()
        there.close()
        self.url: str = self._wire.recv()

    def ask(self, work: Callable[..., Any], *given: Any) -> Any:
        self._wire.send((work, given))
        fine, result = self._wire.recv()
        if not fine:
            raise RuntimeError(result)
        return result

    def __enter__(self) -> XeroProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.send(None)
        self._process.join(10)


def _serve(wire: Any, place: Place, victim: Any, how: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with place.simulator(**how) as xero:
        xero.victim, xero.place = victim, place  # type: ignore[attr-defined] # for what is asked
        wire.send(xero.url)
        while (asked := wire.recv()) is not None:
            work, given = asked
            try:
                wire.send((True, work(xero, *given)))
            except Exception:  # noqa: BLE001 - told to the test
                wire.send((False, traceback.format_exc()))


def clear_faults(xero: Simulator) -> int:
    """Send the faults away that still wait; returns how many did."""
    waiting = len(xero.faults)
    xero.faults.clear()
    return waiting


def statuses(xero: Simulator) -> list[int]:
    """The status of every call of the Accounting API so far."""
    return [call.status for call in xero.calls if call.path.startswith("/api.xro")]
