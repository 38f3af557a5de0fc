"""What is measured of a run: calls, bytes, wall time, CPU of the sync itself, SQL, memory."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from demo.crm import Database
from vtiger_xero.xero.client import XeroClient
from vtiger_xero.xero.errors import Reply
from xero_simulator import Simulator


class SimulatedClock:
    """The simulator's time, so that a limit costs no waiting; `slept` is all that it would be."""

    def __init__(self) -> None:
        self._xero: Simulator | None = None
        self.slept = timedelta()

    def follow(self, xero: Simulator) -> None:
        """From here on this simulator's clock is the time."""
        self._xero = xero

    @property
    def xero(self) -> Simulator:
        """Whose clock it is."""
        assert self._xero is not None
        return self._xero

    def now(self) -> datetime:
        """Now, aware UTC."""
        return self.xero.clock()

    def sleep(self, duration: timedelta) -> None:
        """Move the simulator's time on."""
        self.slept += duration
        self.xero.clock.advance(duration)


class MeteredClient(XeroClient):
    """A client that counts the bytes of Xero's answers: those are what Xero charges for."""

    received: ClassVar[int] = 0

    def _send_once(self, request: Any) -> Reply:
        reply = super()._send_once(request)
        MeteredClient.received += len(reply.body)
        return reply


@dataclass
class Metered:
    """What one run cost; `asked` are its calls by endpoint, `bytes` those of Xero's answers.

    `cpu` is that of the thread that syncs, the simulator's left out.
    """

    calls: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    queries: int = 0

    @property
    def reads(self) -> int:
        """Calls that read."""
        return self.calls["GET"]

    @property
    def writes(self) -> int:
        """Calls that write."""
        return sum(self.calls.values()) - self.reads


class Meter:
    """Meters runs on a stage."""

    @contextmanager
    def of(self, xero: Simulator, database: Database) -> Iterator[Metered]:
        """What happens within."""
        metered, statements = Metered(), Statements(database)
        xero.reset_calls()
        received = MeteredClient.received
        wall, cpu = time.perf_counter(), time.thread_time()
        with statements:
            yield metered
        metered.cpu, metered.wall = time.thread_time() - cpu, time.perf_counter() - wall
        api = [call for call in xero.calls if call.tenant]
        metered.calls = Counter(call.method for call in api)
        metered.asked = Counter(call.path.rpartition("/")[2] for call in api)
        metered.bytes = MeteredClient.received - received
        metered.queries = statements.count


class Statements:
    """Counts the statements that SQLite is given; a batch of rows is one for each row."""

    def __init__(self, database: Database) -> None:
        self._connection = database._connection
        self.count = 0

    def __enter__(self) -> Statements:
        self._connection.set_trace_callback(self._count)
        return self

    def __exit__(self, *ended: object) -> None:
        self._connection.set_trace_callback(None)

    def _count(self, statement: str) -> None:
        self.count += 1


class QueryTime:
    """What SQLite itself does: seconds of CPU of this thread, and rows that it gives out.

    On a site that CPU is the database server's.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._connection = database, database._connection
        self.seconds, self.rows = 0.0, 0

    def __enter__(self) -> QueryTime:
        self._database._connection = self  # type: ignore[assignment]
        return self

    def __exit__(self, *ended: object) -> None:
        self._database._connection = self._connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, *given: Any) -> Any:
        """The rows, all of them, for SQLite finds each when it is asked for."""
        began = time.thread_time()
        cursor = self._connection.execute(*given)
        found = Found(cursor.fetchall(), cursor.description, cursor.rowcount)
        self.seconds += time.thread_time() - began
        self.rows += len(found.rows)
        return found


@dataclass(frozen=True)
class Found:
    """What a statement found, as a cursor shows it."""

    rows: list[Any]
    description: Any
    rowcount: int

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


def reset_peak_memory() -> None:
    """From here on the peak counts anew, where the system can do that (Linux)."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5", encoding="ascii")


def peak_memory() -> float:
    """The most that this process has held so far, in megabytes.

    Where the system tells it of the program alone: what `getrusage` says begins with what the
    process that started it held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
