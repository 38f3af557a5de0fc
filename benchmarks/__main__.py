"""`make bench`: the table of figures with the targets beside them; non-zero where one is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import calls, engine, growth, on_site, peers, plots, virtual
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
    site: bool
    found: list[Figure] = field(default_factory=list)
    first_syncs: list[FirstSync] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """All of it, the quick ones first."""
        for title, part in (
            ("calls", self._calls),
            ("a plain loop", self._peers),
            ("Xero's limits", self._virtual),
            ("growth", self._growth),
            ("the engine, and a site", self._engine_and_site),
        ):
            print(f"Measuring: {title} …", file=sys.stderr, flush=True)
            self.found += part()

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
        self.points = growth.measure(growth.FULL if self.full else 2 * self.records)
        yield from growth.figures(self.points)

    def _engine_and_site(self) -> Iterator[Figure]:
        alone = list(engine.figures(min(self.records // 20, 2_000)))
        yield from alone
        found = on_site.measure(self.records // 10, self.records) if self.site else None
        if found is not None:
            yield from on_site.figures(found, alone[0].value)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and with `--write` put it into the documents."""
    chosen = _parser().parse_args(arguments)
    bench = Bench(chosen.records, chosen.full, not chosen.no_site)
    bench.run()
    print(table(bench.found))
    if chosen.write:
        _write(bench)
    missed = [figure.title for figure in bench.found if not figure.is_met]
    print(
        f"\n{len(missed)} targets missed: {'; '.join(missed)}" if missed else "\nAll targets met."
    )
    return 1 if missed else 0


def _write(bench: Bench) -> None:
    path = DOCS / "performance.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    text = f"{before}{_BEGIN}\n{markdown(bench.found)}\n{_END}{after}"
    path.write_text(text, encoding="utf-8")
    if not plots.is_possible():
        print("No pictures: matplotlib is not installed.", file=sys.stderr)
        return
    plots.first_sync(bench.first_syncs, _PICTURES / "first-sync.svg")
    plots.peers(peers.bars(bench.found), _PICTURES / "calls.svg")
    points = [(p["records"], p["megabytes"], p["queries"] / p["records"]) for p in bench.points]
    plots.growth(points, _PICTURES / "growth.svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000, help="links of the idle run")
    parser.add_argument(
        "--full", action="store_true", help="50,000 records against the limits, 100,000 contacts"
    )
    parser.add_argument("--no-site", action="store_true", help="leave the Frappe site out")
    parser.add_argument("--write", action="store_true", help="put figures and pictures into docs/")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
