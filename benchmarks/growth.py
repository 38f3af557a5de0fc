"""What grows with the number of records, and what must not: memory, queries, time for each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

SECTION = "Growth"
FULL, MOST = 150_000, 200  # records, and megabytes above rest
CONTACTS, ALL = "contacts", "all"  # see `memory.PARTS`


def measure(records: int) -> list[dict[str, Any]]:
    """A quarter, a half and all of so many contacts, each in a process of its own."""
    return [_measured(records // part // 1_000 * 1_000) for part in (4, 2, 1)]


def measure_all(records: int) -> list[dict[str, Any]]:
    """A quarter and all of so many records of all modules."""
    return [_measured(records // part, ALL) for part in (4, 1)]


def _measured(records: int, kind: str = CONTACTS) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.memory", kind, str(records)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(points: Sequence[dict[str, Any]], what: str = CONTACTS) -> Iterator[Figure]:
    """Of the largest, and against the smallest."""
    small, large = points[0], points[-1]
    title = f"a first sync of {large['records']:,} {what}: megabytes above rest"
    yield Figure(SECTION, title, large["megabytes"], " MB", target=MOST)
    grown = (large["megabytes"] - small["megabytes"]) / (large["records"] - small["records"])
    title = f"… at {FULL:,}, by how it grows"
    foreseen = large["megabytes"] + grown * max(0, FULL - large["records"])
    yield Figure(SECTION, title, foreseen, " MB", target=MOST)
    each = [point["queries"] / point["records"] for point in (small, large)]
    yield Figure(SECTION, "… SQL queries for each record", each[1])
    title = f"… against those at {small['records']:,}"
    yield Figure(SECTION, title, each[1] / each[0], "×", target=1.05)
    cpu = [point["cpu"] / point["records"] for point in (small, large)]
    yield Figure(SECTION, "… CPU for each record against that", cpu[1] / cpu[0], "×")
