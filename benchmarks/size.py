"""What a run costs with nothing, or one record, to do, by how many records there are.

The books of 10,000 records are synced once. Then they are copied (`copies`), until there are as
many as wanted: all of them are linked and settled, as after years of work. Items are few: Xero
lists them whole in every run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.books import Sizes
from benchmarks.copies import copy
from benchmarks.figures import Figure
from benchmarks.meters import QueryTime, peak_memory, reset_peak_memory
from benchmarks.stage import Stage, staged
from vtiger_xero.engine.records import Module

SECTION = "What changed, not what there is"
_TURNS = 3
BASE = Sizes(contacts=4_000, items=100, invoices=3_500, payments=2_400)


def measure(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """The runs at each size, each size in a process of its own."""
    return [_measured(size) for size in sizes]


def _measured(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.size", str(size)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(points: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    """Of the largest, and against the smallest."""
    small, large = points[0], points[-1]
    for key, title in (
        ("idle", "nothing changed"),
        ("here", "one invoice changed in the CRM"),
        ("there", "one invoice changed in Xero"),
    ):
        run, before = large[key], small[key]
        calls = 4 if key == "idle" else None
        yield Figure(SECTION, f"{title}, {large['links']:,} links: calls", run["calls"], "", calls)
        yield Figure(SECTION, "… megabytes above rest", run["megabytes"], " MB", 60)
        more = f"times those at {small['links']:,}"
        for what, of in (("queries", "SQL queries"), ("rows", "rows read"), ("cpu", "CPU")):
            ratio = run[what] / before[what]
            yield Figure(SECTION, f"… {of} of the sync, {more}", ratio, "×", 1.2)
        yield Figure(SECTION, "… seconds of CPU of the sync", run["cpu"], " s")
        yield Figure(SECTION, "… and of the database", run["database"], " s")


def main(size: int) -> None:
    """Print what the runs took, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        found = runs_over(BASE, size // BASE.records - 1, Path(folder, "crm"))
    print(json.dumps(found))


def runs_over(sizes: Sizes, copies: int = 0, file: Path | None = None) -> dict[str, Any]:
    """What each kind of run costs over books of this size and their copies, and their `links`."""
    with staged(file=file) as stage:
        stage.fill_xero(sizes)
        stage.run()
        stage.run()
        copy(stage.database, copies)
        stage.automatic = True
        links = stage.database.rows('SELECT count(*) AS n FROM "Xero Link"')[0]["n"]
        return {"links": links, **_runs(stage)}


def _runs(stage: Stage) -> dict[str, Any]:
    """Each kind of run, the quickest of three, after one that fills caches."""
    turns = []
    for turn, head in enumerate(stage.crm.heads(Module.INVOICES)[: _TURNS + 1]):
        found = {"idle": _run(stage)}
        stage.crm.edit(Module.INVOICES, head.name, subject=f"Changed {turn}")
        stage.rest()
        found["here"] = _run(stage)
        invoice = list(stage.xero.organisation.invoices.values())[turn + 10]
        stage.xero.organisation.edit_invoice(invoice.document_id, Reference=f"Changed {turn}")
        stage.rest()
        found["there"] = _run(stage)
        turns.append(found)
    return {
        kind: min((each[kind] for each in turns[1:]), key=lambda run: float(run["cpu"]))
        for kind in turns[0]
    }


def _run(stage: Stage) -> dict[str, Any]:
    reset_peak_memory()
    rest, spent = peak_memory(), QueryTime(stage.database)
    with spent:
        _, metered = stage.run()
    return {
        "calls": metered.reads + metered.writes,
        "queries": metered.queries,
        "rows": spent.rows,
        "cpu": metered.cpu - spent.seconds,
        "database": spent.seconds,
        "megabytes": peak_memory() - rest,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
