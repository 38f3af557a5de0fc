"""What the suites counted, for the table that `make reliability` prints and writes to the docs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PLACE = "RELIABILITY_FIGURES"  # the file; without it nothing is kept
SHARES = 2  # in which the longest suite is done side by side


def note(suite: str, **figures: Any) -> None:
    """Add figures of a suite: numbers add up with those of its other tests."""
    if place := os.environ.get(PLACE):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"suite": suite, **figures}) + "\n")


def gathered(place: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every line that `note` wrote."""
    for line in place.read_text("utf-8").splitlines():
        figures = json.loads(line)
        yield figures.pop("suite"), figures


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The most memory that this process had from the beginning on, in MiB, when the block ends."""
    import resource

    found: list[float] = []
    yield found
    found.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
