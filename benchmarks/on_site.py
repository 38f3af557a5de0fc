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


def measure(
    records: int = 0, turns: int = 0, *, idle: int = 0, size: int = 0
) -> dict[str, Any] | None:
    """What `benchmarks.site` found on a new site; None where there is no bench.

    In each of the `turns` so many new records come from Xero, and then go in bare. `idle` records
    are there for the runs with nothing to do. A site with `size` of them is compared with a small
    one.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "site.json")
        numbers = (str(number) for number in (records, turns, idle, size))
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


_SCREENS = ("list", "count", "page skipped", "page matches")
_MOST_TIME, _MOST_MORE, _MOST_MEMORY = 1.10, 1.2, 60  # times, times, megabytes


def grown(found: dict[str, Any]) -> Iterator[Figure]:
    """The large site against the small one."""
    small, large = found["small"], found["large"]
    beside = f"{large['links']:,} links beside {small['links']:,}"
    section = f"On a large site, {beside}, Frappe {found['frappe']}"
    for key, title in (("idle", "nothing changed"), ("saved", "an invoice is saved, to In Sync")):
        yield from _run_grown(section, title, small[key], large[key])
    for key in large:
        if key in _SCREENS or key.startswith("card "):
            now, before = large[key], small[key]
            title, ratio = f"{key}: time, the small site's is 1", now["wall"] / before["wall"]
            yield Figure(section, title, ratio, "×", _MOST_TIME)
            yield Figure(section, "… milliseconds", 1000 * now["wall"], " ms")
            yield Figure(section, "… rows that MariaDB reads", now["rows"])
            if anew := large.get(f"anew {key.removeprefix('card ')}"):
                title = "… milliseconds, once a minute, when it is counted"
                yield Figure(section, title, 1000 * anew["wall"], " ms")
                yield Figure(section, "… rows that MariaDB reads then", anew["rows"])


def _run_grown(
    section: str, title: str, small: dict[str, float], large: dict[str, float]
) -> Iterator[Figure]:
    def times(key: str) -> float:
        return large[key] / small[key]

    yield Figure(section, f"{title}: CPU of Python, times", times("cpu"), "×", _MOST_MORE)
    yield Figure(section, "… SQL queries, times", times("queries"), "×", _MOST_MORE)
    yield Figure(section, "… seconds", large["wall"], " s")
    yield Figure(section, "… of these in MariaDB", large["database"], " s")
    yield Figure(section, "… rows that MariaDB reads, times", times("rows"), "×")
    yield Figure(section, "… megabytes above rest", large["megabytes"], " MB", _MOST_MEMORY)


def slowest(found: dict[str, Any]) -> Iterator[str]:
    """The statements of the large site that took longest, each with MariaDB's plan."""
    for name, work in found["large"].items():
        for each in work["slowest"] if name != "links" else ():
            yield f"{name}: {each['ms']:.1f} ms: {' '.join(each['statement'].split())[:200]}"
            yield from (f"    {line}" for line in each["plan"])
