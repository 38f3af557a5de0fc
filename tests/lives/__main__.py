"""Live many lives and print what is wrong, each kind with its shortest story.

python -m tests.lives --seed 1 --lives 500
python -m tests.lives --seed 17 --lives 1 --story      # one life, as it was
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter, defaultdict

from tests.lives.living import Lived, lived
from tests.lives.shrinking import shrunk
from tests.lives.story import Story
from tests.lives.writing import written
from tests.support.readings import NAMES, under


def main() -> int:
    """Parse, live, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.lives")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--lives", type=int, default=200)
    parser.add_argument("--country", default="", help="NZ, AU, GB …; any if it is not given")
    parser.add_argument("--kind", default="", help="only findings whose kind contains this")
    parser.add_argument("--skip", default="", help="not the kinds that match this pattern")
    parser.add_argument("--stories", type=int, default=2, help="shortest stories of each kind")
    parser.add_argument("--story", action="store_true", help="print each life whole, shrink none")
    parser.add_argument("--reasons", action="store_true", help="count the reasons, too")
    parser.add_argument("--reading", choices=NAMES, default="", help="of a row of docs/xero.md")
    options = parser.parse_args()
    with under(options.reading):
        return _live(options)


def _live(options: argparse.Namespace) -> int:
    began = time.monotonic()
    by_kind: dict[str, list[Lived]] = defaultdict(list)
    said: Counter[tuple[str, str, str]] = Counter()
    failing = 0
    for seed in range(options.seed, options.seed + options.lives):
        life = lived(written(seed, options.country))
        said.update(life.reasons)
        kinds = {kind for kind in life.kinds if options.kind in kind}
        kinds = {each for each in kinds if not options.skip or not re.search(options.skip, each)}
        failing += bool(kinds)
        if kinds:
            print(f"seed {seed}: {', '.join(sorted(kinds))}", file=sys.stderr, flush=True)
        for kind in kinds:
            by_kind[kind].append(life)
        if options.story:
            print(life.story, *map(str, life.findings), *life.refused, sep="\n  ! ")
    took = time.monotonic() - began
    print(f"seeds {options.seed} to {options.seed + options.lives - 1}: {options.lives} lives,")
    print(f"{failing} of them not right, {took:.0f} s")
    if not options.story:
        _print_kinds(by_kind, options.stories)
    if options.reasons:
        _print_reasons(said)
    return 1 if failing else 0


def _print_kinds(by_kind: dict[str, list[Lived]], stories: int) -> None:
    for kind, lives in sorted(by_kind.items(), key=lambda each: -len(each[1])):
        owner = next(each.owner for each in lives[0].findings if each.kind == kind)
        print(f"\n## {kind}: {len(lives)} lives ({owner})")
        shown: set[tuple[str, ...]] = set()
        for life in sorted(lives, key=lambda each: len(each.story.acts))[: 3 * stories]:
            if len(shown) >= stories:
                break
            short = shrunk(life.story, lambda story, kind=kind: kind in lived(story).kinds)
            names = tuple(sorted({act.name for act in short.acts}))
            if names not in shown:
                shown.add(names)
                print_life(short, kind)


def print_life(story: Story, kind: str = "") -> None:
    """A life as people read it, and what is wrong at its end."""
    life = lived(story)
    print(story)
    for finding in life.findings:
        if kind in ("", finding.kind):
            print(f"  ! {finding}")
    for refusal in life.refused:
        print(f"  (refused: {refusal})")
    sys.stdout.flush()


def _print_reasons(said: Counter[tuple[str, str, str]]) -> None:
    grouped: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for (module, rule, reason), times in said.items():
        grouped[module, rule].append((times, reason))
    for (module, rule), found in sorted(grouped.items(), key=lambda each: -len(each[1])):
        print(f"\n{module} {rule}: {sum(times for times, _ in found)}")
        for times, reason in found[:3]:
            print(f"  {times} x {reason}")


if __name__ == "__main__":
    sys.exit(main())
