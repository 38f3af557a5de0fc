"""The figures of a real Frappe site, where a bench is at hand (`FRAPPE_BENCH` names one)."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure

_SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "bench_site.py"
_NO_BENCH = 3


def measure(records: int = 0, turns: int = 0, *, idle: int = 0) -> dict[str, Any] | None:
    """What `benchmarks.site` found on a new site; None where there is no bench.

    In each of the `turns` so many new records come from Xero, and then go in bare. `idle` records
    are there for the runs with nothing to do.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "site.json")
        numbers = (str(number) for number in (records, turns, idle))
        status = subprocess.run(
            [sys.executable, str(_SCRIPT), str(result), *numbers], check=False
        ).returncode
        if status == _NO_BENCH:
            return None
        if status:
            raise RuntimeError(f"{_SCRIPT.name} ended with status {status}")
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found


def _section(found: dict[str, Any]) -> str:
    return f"On a site, Frappe {found['frappe']}, beside a bare loop of Document.insert"


def pulled(found: dict[str, Any]) -> Iterator[Figure]:
    """Ratios of what stood side by side in one run."""
    section, sync, bare = _section(found), found["pull"], found["insert"]
    ratios = sorted(a / b for a, b in zip(sync["parts"], bare["parts"], strict=True))
    spread = (ratios[0], ratios[-1]) if len(ratios) > 1 else None
    title = f"pull {found['records']:,} records: time of the sync, the loop's is 1"
    yield Figure(section, title, statistics.median(ratios), "×", target=1.25, spread=spread)
    yield Figure(section, "… CPU, the loop's is 1", sync["cpu"] / bare["cpu"], "×")
    yield Figure(section, "… SQL queries for each record", sync["queries"] / sync["records"])
    yield Figure(section, "… and the loop's", bare["queries"] / bare["records"])


def decided(found: dict[str, Any], engine_milliseconds: float) -> Figure:
    """The engine alone against what the site takes to save what was pulled."""
    bare = found["insert"]
    ratio = 1000 * bare["cpu"] / bare["records"] / engine_milliseconds
    title = "deciding, times faster than the site can save (CPU)"
    return Figure(_section(found), title, ratio, "×", target=10, most=False)


def idled(found: dict[str, Any]) -> Figure:
    """A run with nothing to do."""
    idle, first = statistics.median(each["wall"] for each in found["idle"]), found["first"]
    title = f"nothing changed over {first['records']:,}: of the first run's time"
    return Figure(_section(found), title, 100 * idle / first["wall"], " %", target=1.0)
