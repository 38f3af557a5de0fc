"""`make bench`: the table of figures with the targets beside them; non-zero where one is missed."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import calls, engine, growth, on_site, peers, plots, reconciliation, size, virtual
from benchmarks.books import Sizes
from benchmarks.figures import Figure, markdown, table
from benchmarks.virtual import FULL, FirstSync

DOCS = Path(__file__).resolve().parent.parent / "docs"
_PICTURES = DOCS / "images"
_BEGIN, _END = "<!-- figures: begin -->\n", "<!-- figures: end -->"


@dataclass
class Bench:
    """What was measured so far."""

    records: int
    full: bool
    parts: Sequence[str]
    pulls: Sequence[int] = ()
    size: int = 0
    found: list[Figure] = field(default_factory=list)
    first_syncs: list[FirstSync] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """The parts that were chosen, the quick ones first."""
        for name in self.parts:
            print(f"Measuring: {name} …", file=sys.stderr, flush=True)
            measured = list(getattr(self, f"_{name}")())
            print(table(measured), flush=True)
            self.found += measured

    def _calls(self) -> Iterator[Figure]:
        yield from calls.figures(self.records)

    def _peers(self) -> Iterator[Figure]:
        yield from peers.figures(min(self.records // 10, 1_000))

    def _virtual(self) -> Iterator[Figure]:
        part = 1.0 if self.full else min(1.0, self.records / 50_000)
        numbers = (FULL.contacts, FULL.items, FULL.invoices, FULL.payments)
        sizes = Sizes(*(int(number * part) for number in numbers))
        self.first_syncs = list(virtual.first_syncs(sizes))
        for run in self.first_syncs:
            yield from virtual.figures(run, part)

    def _growth(self) -> Iterator[Figure]:
        records = growth.FULL if self.full else max(2 * self.records, 4_000)
        self.points = growth.measure(records)
        yield from growth.figures(self.points)
        yield from growth.figures(growth.measure_all(records), "records of all modules")

    def _reconciliation(self) -> Iterator[Figure]:
        pairs = reconciliation.FULL if self.full else 2 * self.records
        yield from reconciliation.figures(reconciliation.measure(pairs))

    def _size(self) -> Iterator[Figure]:
        sizes = (10_000, 100_000, 1_000_000) if self.full else (self.records, 5 * self.records)
        yield from size.figures(size.measure(sizes))

    def _engine(self) -> Iterator[Figure]:
        yield from engine.figures(self._engine_records)

    def _site(self) -> Iterator[Figure]:
        sizes = self.pulls or ([1_000, 10_000] if self.full else [1_000])
        pulls = [found for size in sizes if (found := on_site.measure(size, _turns(size)))]
        for found in pulls:
            yield from on_site.pulled(found)
        if pulls and (idle := on_site.measure(idle=self.records)):
            yield on_site.decided(pulls[-1], next(engine.figures(self._engine_records)).value)
            yield on_site.idled(idle)

    def _site_size(self) -> Iterator[Figure]:
        if found := on_site.measure(size=self.size or (100_000 if self.full else 20_000)):
            print("\n".join(on_site.slowest(found)), file=sys.stderr)
            yield from on_site.grown(found)

    @property
    def _engine_records(self) -> int:
        return min(self.records // 20, 2_000)


PARTS = ("calls", "peers", "virtual", "growth", "size", "reconciliation", "engine", "site")
PARTS += ("site_size",)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and with `--write` put it into the documents."""
    chosen = _parser().parse_args(arguments)
    bench = Bench(chosen.records, chosen.full, chosen.parts, chosen.pulls or (), chosen.size)
    bench.run()
    if chosen.write:
        _write(bench)
    missed = [figure.title for figure in bench.found if not figure.is_met]
    print(
        f"\n{len(missed)} targets missed: {'; '.join(missed)}" if missed else "\nAll targets met."
    )
    return 1 if missed else 0


def _write(bench: Bench) -> None:
    """The sections that were measured, in the place of those that stand there."""
    path = DOCS / "performance.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    held, _, after = rest.partition(_END)
    measured = _sections(markdown(bench.found))
    said = {key: f"{text}\n\nMeasured at commit {_commit()}." for key, text in measured.items()}
    sections = {**_sections(held), **said}
    text = "\n\n".join(sections.values())
    path.write_text(f"{before}{_BEGIN}\n{text}\n\n{_END}{after}", encoding="utf-8")
    if plots.is_possible():
        _draw(bench)
    else:
        print("No pictures: matplotlib is not installed.", file=sys.stderr)


def _turns(records: int) -> int:
    """The larger a pull, the less it matters what else the machine does for a moment."""
    return 1 if records > 50_000 else 2 if records > 5_000 else 4


def _commit() -> str:
    """What was measured, with a mark where something was not committed."""
    command = ("git", "describe", "--always", "--dirty=+", "--exclude=*")
    done = subprocess.run(command, cwd=DOCS, capture_output=True, text=True, check=False)
    return f"`{done.stdout.strip() or 'unknown'}`"


def _sections(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split("### ") if part.strip()]
    return {part.partition("\n")[0].partition(",")[0]: f"### {part}" for part in parts}


def _draw(bench: Bench) -> None:
    if bench.first_syncs:
        plots.first_sync(bench.first_syncs, _PICTURES / "first-sync.svg")
    if bars := peers.bars(bench.found):
        plots.peers(bars, _PICTURES / "calls.svg")
    if bench.points:
        points = [(p["records"], p["megabytes"], p["queries"] / p["records"]) for p in bench.points]
        plots.growth(points, _PICTURES / "growth.svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000, help="links of the idle run")
    parser.add_argument(
        "--full",
        action="store_true",
        help="50,000 records against the limits, 150,000 in a first sync, 200,000 pairs to "
        "reconcile, and 10,000 documents on a site",
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="default: all")
    parser.add_argument(
        "--pulls", nargs="+", type=int, help="documents of a pull on a site (1000; full: 10000 too)"
    )
    parser.add_argument(
        "--size", type=int, default=0, help="records of a large site (20000; full: 100000)"
    )
    parser.add_argument("--write", action="store_true", help="put figures and pictures into docs/")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
