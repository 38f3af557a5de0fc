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


def measure(records: int, *, idle: int = 0) -> dict[str, Any] | None:
    """What `benchmarks.site` found on a new site; None where there is no bench.

    `idle` records more are there for the runs with nothing to do; 0 leaves those out.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "site.json")
        command = [sys.executable, str(_SCRIPT), str(result), str(records), str(idle)]
        status = subprocess.run(command, check=False).returncode
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
    spread = (ratios[0], ratios[-1])
    title = f"pull {sync['records']:,} records: time of the sync, the loop's is 1"
    yield Figure(section, title, statistics.median(ratios), "×", target=1.25, spread=spread)
    yield Figure(section, "… CPU, the loop's is 1", sync["cpu"] / bare["cpu"], "×")
    yield Figure(section, "… SQL queries for each record", sync["queries"] / sync["records"])
    yield Figure(section, "… and the loop's", bare["queries"] / bare["records"])


def figures(found: dict[str, Any], engine_milliseconds: float) -> Iterator[Figure]:
    """A run with nothing to do, and the engine, against what the site itself takes."""
    section, bare, first = _section(found), found["insert"], found["first"]
    idle = statistics.median(each["wall"] for each in found["idle"])
    title = f"nothing changed over {first['records']:,}: of the first run's time"
    yield Figure(section, title, 100 * idle / first["wall"], " %", target=1.0)
    saving = 1000 * bare["cpu"] / bare["records"]
    title = "deciding, times faster than the site can save (CPU)"
    ratio = saving / engine_milliseconds
    yield Figure(section, title, ratio, "×", target=10, most=False)
