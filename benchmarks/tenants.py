"""Many organisations under one Xero app: what a day asks of the app's limits and of its tariff.

A simulation of the limits, not of the syncs: what a sync costs in calls and bytes is taken from
the other measurements. `docs/scaling.md` says what follows.

    python -m benchmarks.tenants --tenants 1000
"""

from __future__ import annotations

import argparse
import heapq
import random
from dataclasses import dataclass, field

MINUTES = 24 * 60
APP_MINUTE = 10_000  # calls a minute, over all organisations of an app
TENANT_MINUTE = 60
GIGABYTE = 1_000_000_000
# Connections and gigabytes of egress in a month's fee; Australian dollars, and those for each
# further gigabyte. The Organisation endpoint is not metered, and what is sent costs nothing.
TARIFF = (
    ("Core", 50, 10, 35),
    ("Plus", 1_000, 50, 245),
    ("Advanced", 10_000, 250, 1_445),
)
OVERAGE = 2.40


@dataclass(frozen=True)
class Habits:
    """What one organisation does on a day; calls and bytes are those of this app's syncs."""

    idle_calls: int = 2  # of a run with webhooks at work: payments, and once in a while the rest
    idle_bytes: int = 1_500
    changed: int = 60  # documents that people change at Xero on a day
    bytes_each: int = 2_300
    first: int = 5_000  # documents of a first sync
    runs: int = 96


@dataclass
class Day:
    """What came of it."""

    tenants: int
    spread: bool
    calls: list[int] = field(default_factory=lambda: [0] * MINUTES)
    waited: list[int] = field(default_factory=list)
    bytes: int = 0
    bytes_once: int = 0

    @property
    def monthly_gigabytes(self) -> float:
        """Thirty such days, of which the first syncs are one."""
        return (30 * self.bytes + self.bytes_once) / GIGABYTE

    @property
    def busiest(self) -> int:
        """Calls in the busiest minute."""
        return max(self.calls)

    @property
    def longest_wait(self) -> int:
        """Minutes that the last call of some run came late."""
        return max(self.waited, default=0)


def a_day(tenants: int, *, spread: bool, joining: int = 0, habits: Habits | None = None) -> Day:
    """One day. `joining` sync for the first time that morning.

    Without `spread` all sites begin on the quarter hours.
    """
    chosen, chance = habits or Habits(), random.Random(tenants)
    day, queue = Day(tenants, spread), list[tuple[int, int, int]]()
    for tenant in range(tenants):
        offset = chance.randrange(15) if spread else 0
        for run in range(chosen.runs):
            news = chosen.changed // chosen.runs + (chance.random() < 0.3)
            calls = chosen.idle_calls + bool(news)
            day.bytes += chosen.idle_bytes + news * chosen.bytes_each
            heapq.heappush(queue, (run * 15 + offset, tenant, calls))
    day.bytes_once = joining * chosen.first * chosen.bytes_each
    for tenant in range(joining):
        heapq.heappush(
            queue, (9 * 60, tenants + tenant, chosen.first // 1_000 + chosen.first // 80)
        )
    _through_the_limits(day, queue)
    return day


def _through_the_limits(day: Day, queue: list[tuple[int, int, int]]) -> None:
    """Each call in the first minute that the app and its organisation have left."""
    used: dict[tuple[int, int], int] = {}
    while queue:
        due, tenant, calls = heapq.heappop(queue)
        minute = due
        while calls and minute < MINUTES:
            mine = TENANT_MINUTE - used.get((tenant, minute), 0)
            now = min(calls, mine, APP_MINUTE - day.calls[minute])
            day.calls[minute] += now
            used[tenant, minute] = TENANT_MINUTE - mine + now
            calls -= now
            minute += bool(calls)
        day.waited.append(minute - due)


def monthly(tenants: int, gigabytes: float) -> tuple[str, float]:
    """The cheapest plan for so many connections and so much egress a month, and what it costs."""
    costs = [
        (fee + max(0.0, gigabytes - free) * OVERAGE, name)
        for name, connections, free, fee in TARIFF
        if tenants <= connections
    ]
    cost, name = min(costs, default=(float("nan"), "Enterprise"))
    return name, cost


def lines(tenants: int) -> list[str]:
    """The table of `docs/scaling.md`."""
    rows = ["| organisations | begin | busiest minute | longest wait | GB a month | plan | AUD |"]
    rows.append("|---|---|---|---|---|---|---|")
    cases = [(tenants // 10, True, 0), (tenants, False, 0), (tenants, True, 0)]
    cases += [(tenants, True, tenants // 10), (tenants * 5, False, 0), (tenants * 5, True, 0)]
    for count, spread, joining in cases:
        day = a_day(count, spread=spread, joining=joining)
        month = day.monthly_gigabytes
        plan, cost = monthly(count, month)
        begin = "any minute" if spread else "on the quarter"
        more = f", {joining:,} join at nine" if joining else ""
        rows.append(
            f"| {count:,}{more} | {begin} | {day.busiest:,} calls | {day.longest_wait} min "
            f"| {month:,.1f} | {plan} | {cost:,.0f} |"
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tenants")
    parser.add_argument("--tenants", type=int, default=1_000)
    print("\n".join(lines(parser.parse_args().tenants)))


if __name__ == "__main__":
    main()
