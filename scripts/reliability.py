"""`make reliability`: the long suites, their figures, and docs/reliability.md written from them.

`make reliability ARGS="crashes faults"` runs only these parts, and keeps what the others last
counted; the docs say at which commits that was, and what was not measured yet.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.reliability.figures import SHARES  # noqa: E402

KEPT, DOCS = ROOT / ".reliability", ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by make reliability -->", "<!-- end of the figures -->"
TRIES = "2"  # so many times what tests/fuzz names, ten times what `make test` tries

PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-m", "reliability or not reliability")
FAULTS, EACH = "tests/reliability/test_faults.py", "test_every_fault_is_survived_at_every_call"
# Commands of a part run side by side.
PARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "crashes": ((*PYTEST, "tests/reliability/test_crashes.py"),),
    "faults": (
        *((*PYTEST, f"{FAULTS}::{EACH}[{share}]") for share in range(SHARES)),
        (
            *PYTEST,
            FAULTS,
            *(f"--deselect={FAULTS}::{EACH}[{share}]" for share in range(SHARES)),
            "tests/reliability/test_shifting_pages.py",
            "tests/reliability/test_time_zones.py",
        ),
    ),
    "workers": ((*PYTEST, "tests/reliability/test_workers.py"),),
    "fuzzing": ((*PYTEST, "--timeout=7200", "tests/fuzz"),),
    "large": ((*PYTEST, "tests/reliability/test_large_and_long.py"),),
    "mutations": (("scripts/mutations.py",),),
}


@dataclass
class Figures:
    """What a suite counted: numbers added up, lists without doubles, and rows as they came."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    rows: list[list[Any]] = field(default_factory=list)

    def add(self, key: str, value: Any) -> None:
        """One more line's value."""
        if key == "rows":
            self.rows += value
        elif isinstance(value, list):
            self.names.setdefault(key, set()).update(value)
        else:
            self.numbers[key] = self.numbers.get(key, 0) + value

    def __getitem__(self, key: str) -> str:
        found = len(self.names[key]) if key in self.names else self.numbers.get(key, 0)
        return f"{found:,}"

    def total(self, key: str) -> int:
        """A number, nought where nothing was counted."""
        return self.numbers.get(key, 0)


def main(chosen: list[str]) -> int:
    """Run the parts one after the other; 1 where one failed."""
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
        return 2
    KEPT.mkdir(exist_ok=True)
    for part in chosen or PARTS:
        if not _ran(part):
            print(f"{part}: failed; the docs stay as they are.")
            return 1
    print(f"\n{_table()}\n")
    _write([part for part in PARTS if not _passed(part)])
    return 0


def _ran(part: str) -> bool:
    print(f"-- {part}", flush=True)
    place = _place(part)
    place.write_text("")
    settings = {"RELIABILITY_FIGURES": str(place), "RELIABILITY_TRIES": TRIES}
    began = time.monotonic()
    begun = [
        subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, **settings})
        for command in PARTS[part]
    ]
    ended = [each.wait() for each in begun]
    if fine := not any(ended):
        done = {"suite": part, "took": round(time.monotonic() - began), "revision": [_revision()]}
        with place.open("a") as file:
            file.write(json.dumps(done) + "\n")
    return fine


def _place(part: str) -> Path:
    return KEPT / f"{part}.jsonl"


def _revision() -> str:
    """What was measured: the commit, with a mark where something was not committed."""
    command = ("git", "describe", "--always", "--dirty=+", "--exclude=*")
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _lines() -> Iterator[tuple[str, dict[str, Any]]]:
    for part in PARTS:
        if _place(part).is_file():
            for line in _place(part).read_text("utf-8").splitlines():
                figures = json.loads(line)
                yield figures.pop("suite"), figures


def _passed(part: str) -> bool:
    return any(suite == part and "took" in found for suite, found in _lines())


def _gathered() -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for suite, figures in _lines():
        held = found.setdefault(suite, Figures())
        for key, value in figures.items():
            held.add(key, value)
    return found


# The table


def _table() -> str:
    found = _gathered()
    return "\n\n".join(text for text in (_counts(found), _large(found), _guards(found)) if text)


def _counts(found: dict[str, Figures]) -> str:
    crash, fault, fuzz = (found.get(each, Figures()) for each in ("crashes", "faults", "fuzzing"))
    workers, soak = found.get("workers", Figures()), found.get("soak", Figures())
    all_rows = [
        ("Runs killed by SIGKILL, and survived", crash["kills"]),
        ("… in so many trials, each run to its end afterwards", crash["trials"]),
        ("… at so many kinds of points in a run", crash["points"]),
        ("Faults that struck a call to Xero", fault["struck"]),
        ("… in so many trials", fault["trials"]),
        ("… of so many kinds", fault["kinds"]),
        ("Records lost", f"{crash.total('lost') + fault.total('lost')}"),
        ("Records doubled", f"{crash.total('doubled') + fault.total('doubled')}"),
        ("Bad inputs tried", fuzz["tried"]),
        ("Calls of eight workers at once", workers["calls"]),
        ("… refused by Xero because of a limit", workers["refused"]),
        ("Runs of the soak", soak["runs"]),
        ("… with so many edits by people, on both sides", soak["edits"]),
        ("… and so many writes", soak["writes"]),
    ]
    rows = [row for row in all_rows if row[1] != "0" or "lost" in row[0] or "doubled" in row[0]]
    return _markdown(("What", "How many"), rows)


def _large(found: dict[str, Figures]) -> str:
    rows = found.get("large", Figures()).rows
    soak = found.get("soak", Figures()).rows
    heads = ("Large books", "writes", "calls", "seconds", "memory, MiB")
    tables = [_markdown(heads, rows)] if rows else []
    if soak:
        tables.append(_markdown(("Memory of the soak's process", "MiB"), soak))
    return "\n\n".join(tables)


def _guards(found: dict[str, Figures]) -> str:
    rows = found.get("mutations", Figures()).rows
    return _markdown(("Guard that was taken out", "Test that failed then"), rows) if rows else ""


def _markdown(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(f'{each:,}' if isinstance(each, int) else str(each) for each in row)} |"
        for row in lines
    )


def _write(missing: list[str]) -> None:
    found = _gathered()
    minutes = sum(found[part].numbers["took"] for part in PARTS if part not in missing) / 60
    revisions = [
        f"{part} at {', '.join(sorted(found[part].names['revision']))}"
        for part in PARTS
        if part not in missing
    ]
    told = (
        f"Measured on {time.strftime('%Y-%m-%d')} in {minutes:.0f} minutes, with Python "
        f"{platform.python_version()} on {os.cpu_count()} processors of a shared machine: "
        f"{', '.join(revisions)}."
    )
    if missing:
        told += f" Not measured yet, and left out of the table: {', '.join(missing)}."
    before, rest = DOCS.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n\n{told}\n\n{_table()}\n\n{END}{after}", "utf-8")
    print(f"Written to {DOCS.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
