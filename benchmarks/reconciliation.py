"""What a reconciliation takes, beside sums of the same tables that the database makes alone.

The books are in a file, and read by a process of its own: its peak of memory is the reader's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.books import Sizes
from benchmarks.copies import copy
from benchmarks.figures import Figure
from benchmarks.memory import Clock
from benchmarks.meters import Statements, peak_memory
from benchmarks.stage import staged
from demo.crm import Database, EmbeddedCrm, EmbeddedJournal
from vtiger_xero.engine.reconciliation import reconcile
from vtiger_xero.engine.records import Module

SECTION = "A reconciliation"
FULL = 200_000  # pairs, of all modules
_BASE = Sizes(400, 100, 800, 700)  # so many of each are synced, and then copied but for items
_TURNS = 3
_COUNTED = ("Vtiger Organization", "Vtiger Product", "Vtiger Service")


def measure(pairs: int) -> dict[str, Any]:
    """Make the books and reconcile them in a process of its own."""
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "crm")
        with staged(file=path) as stage:
            stage.fill_crm(_BASE)
            for _ in range(2):  # payments change invoices, which the second run reads
                stage.run()
            copy(stage.database, ceil(pairs / (_BASE.records - _BASE.items)) - 1)
            tenant = stage.settings.tenant
        command = [sys.executable, "-m", "benchmarks.reconciliation", str(path), tenant]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(found: dict[str, Any]) -> Iterator[Figure]:
    """Memory, and time as a ratio."""
    title = f"{found['pairs']:,} pairs that agree: megabytes above rest"
    yield Figure(SECTION, title, found["megabytes"], " MB", target=200)
    title = "… CPU, that of bare sums by module, organization, currency and status is 1"
    yield Figure(SECTION, title, found["cpu"] / found["bare"], "×", target=5)
    title = "… the same without the organizations, which a reconciliation has"
    yield Figure(SECTION, title, found["cpu"] / found["bare_of_modules"], "×")
    yield Figure(SECTION, "… SQL queries", found["queries"])
    yield Figure(SECTION, "… seconds of CPU", found["cpu"], " s")


def _bare(database: Database, owner: str = "", contact: str = "") -> None:
    """`SELECT SUM() GROUP BY` over the tables that a reconciliation reads, and nothing else."""
    totals = "SUM(grand_total), SUM(received), SUM(balance)"
    _run(database, f"currency, status{owner}", totals, "Vtiger Invoice")
    _run(database, f"currency, payment_status{owner}", "SUM(amount)", "Vtiger Payment")
    for doctype in _COUNTED:
        _run(database, "do_not_sync", "COUNT(*)", doctype)
    figures = ", ".join(f"SUM(json_extract(figures, '$[{place}]'))" for place in range(3))
    _run(database, f"module, status{contact}", figures, "Xero Document")
    _run(database, "module, state", "COUNT(*)", "Xero Link")


def _run(database: Database, group: str, sums: str, table: str) -> None:
    for _ in database.stream(f'SELECT {group}, COUNT(*), {sums} FROM "{table}" GROUP BY {group}'):
        pass


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main(path: str, tenant: str) -> None:
    """Print what it took, as JSON; each in turn with the others, the least of all turns."""
    with Database.open(path) as database:
        crm, journal = EmbeddedCrm(database, Clock()), EmbeddedJournal(database, tenant)
        rest = peak_memory()
        with Statements(database) as statements:
            found = reconcile(crm, journal, Module)
        assert found.agrees, found.verdict
        megabytes = peak_memory() - rest
        del found
        contact = ", json_extract(booking, '$[5]'), json_extract(booking, '$[6]')"
        works: dict[str, Callable[[], object]] = {
            "bare": lambda: _bare(database, ", organization_name", contact),
            "bare_of_modules": lambda: _bare(database),
            "cpu": lambda: reconcile(crm, journal, Module),
        }
        turns = [{name: _cpu(work) for name, work in works.items()} for _ in range(_TURNS)]
        pairs = next(database.stream('SELECT COUNT(*) FROM "Xero Link"'))[0]
    least = {name: min(turn[name] for turn in turns) for name in works}
    print(
        json.dumps({"pairs": pairs, "megabytes": megabytes, "queries": statements.count, **least})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
