"""Which versions of what the app runs on are known to be weak, from a list with dates.

The list is `known_weaknesses.csv` beside this file. It is read where no service can be asked: when
the app is installed or upgraded, by the tests, and by `make audit` without a network.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_LIST = Path(__file__).parent / "known_weaknesses.csv"


@dataclass(frozen=True)
class Weakness:
    """One advisory about a range of versions: from `weak_from`, and below `weak_below`.

    `why_not_ours` says who is affected where it is not this app, else it is empty.
    """

    package: str
    weak_from: str
    weak_below: str
    advisory: str
    what: str
    why_not_ours: str
    looked_up: date

    def affects(self, version: str) -> bool:
        """Whether a version lies in the range."""
        return _parts(self.weak_from) <= _parts(version) < _parts(self.weak_below)


def _parts(version: str) -> tuple[int, ...]:
    """The numbers of a version, those after a letter left out: 16.0.0-dev is 16.0.0."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(each) for each in found.group().split(".")] if found else []
    return tuple(numbers + [0] * (4 - len(numbers)))


@cache
def known() -> Sequence[Weakness]:
    """The whole list."""
    with _LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Weakness(**{**row, "looked_up": date.fromisoformat(row["looked_up"])}) for row in rows]


def weaknesses(package: str, version: str) -> list[Weakness]:
    """What is known against a version and concerns this app."""
    name = package.lower().replace("_", "-")
    return [
        each
        for each in known()
        if each.package == name and not each.why_not_ours and each.affects(version)
    ]


def first_sound(package: str, version: str) -> str:
    """The lowest version from this one on that no entry of the list is about."""
    while found := weaknesses(package, version):
        version = max((each.weak_below for each in found), key=_parts)
    return version


def listed_on() -> date:
    """When the list was last looked through."""
    return max(each.looked_up for each in known())
