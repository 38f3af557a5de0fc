"""Where a run is killed: every named point, in every module, and moments that nobody chose."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.deadly import NAMED, Point
from tests.reliability.trials import (
    ARRIVING,
    LEAVING,
    LOST,
    AtRandom,
    AtXero,
    Final,
    Kill,
    Outcome,
    reached,
    rebuilt,
    tried,
)

_TOKEN = "/connect/token"
_BOOKS = ("/Organisation", "/Currencies", "/Accounts", "/TaxRates")


@dataclass
class Grounds:
    """A template, what a run on it passes through, and how it ends where nobody kills it."""

    template: Path
    folder: Path
    final: Final
    points: Counter[tuple[str, str, str]]
    calls: Counter[tuple[str, str]]
    took: float

    @staticmethod
    def of(folder: Path, prepare: Callable[..., None]) -> Grounds:
        template = rebuilt(prepare, folder / "template")
        ending, final, calls, took = reached(template, folder / "work")
        return Grounds(template, folder / "work", final, ending.reached, calls, took)

    # Kills

    def named(self) -> Iterator[tuple[str, Kill]]:
        """Every named point: the first time it is reached in a module, the last, one between."""
        for name, (when, what) in NAMED.items():
            for key, times in sorted(self.points.items()):
                if key[:2] == (when, what):
                    for nth in sorted({1, (times + 1) // 2, times}):
                        yield name, Point(when, what, key[2], nth)
        for (method, path), times in sorted(self.calls.items()):
            if not path.endswith(_BOOKS):
                for when in (LOST, ARRIVING, LEAVING):
                    if method != "GET" or when == LEAVING:
                        for nth in sorted({1, times}):
                            yield self._name(when, path), AtXero(when, method, path, nth)

    def _name(self, when: str, path: str) -> str:
        return f"{when} (a refresh)" if path == _TOKEN else when

    def any(self, chance: random.Random) -> Kill:
        """A kill at random: at a moment, at a statement, at a port, or at Xero."""
        kind = chance.random()
        if kind < 0.4:
            return AtRandom(chance.uniform(0.0, self.took * 1.1))
        if kind < 0.9:
            (when, what, module), times = chance.choice(sorted(self.points.items()))
            return Point(when, what, module, chance.randint(1, times))
        (method, path), times = chance.choice(sorted(self.calls.items()))
        return AtXero(
            chance.choice((LOST, ARRIVING, LEAVING)), method, path, chance.randint(1, times)
        )

    # Trials

    def tried(self, kills: Sequence[Kill], *, elapsed: bool) -> Outcome:
        return tried(self.template, self.folder, kills, elapsed=elapsed)

    def faults_of(self, outcome: Outcome) -> list[str]:
        """What a trial lost, doubled or left undone; nothing is good."""
        found, last = [], outcome.endings[-1]
        if last.status != "Completed":
            found.append(f"the last run {last.status}: {last.message}")
        if outcome.further_writes:
            found.append(f"a further run wrote {outcome.further_writes} times")
        final = outcome.final
        assert final is not None
        if final.open_batches:
            found.append(f"{final.open_batches} batches are open still")
        found += final.disagreements
        found += [f"twice at Xero: {each}" for each in final.twice]
        for side in ("crm", "xero"):
            found += _differences(side, getattr(self.final, side), getattr(final, side))
        told = final.told - self.final.told, self.final.told - final.told
        found += [f"told too often: {each}" for each in told[0]]
        found += [f"never told: {each}" for each in told[1]]
        return found


def _differences(
    side: str, wanted: dict[str, list[object]], held: dict[str, list[object]]
) -> list[str]:
    found = []
    for kind in wanted:
        lost = Counter(map(str, wanted[kind])) - Counter(map(str, held[kind]))
        more = Counter(map(str, held[kind])) - Counter(map(str, wanted[kind]))
        found += [f"{side} {kind}, lost or different: {each}" for each in lost]
        found += [f"{side} {kind}, doubled or different: {each}" for each in more]
    return found
