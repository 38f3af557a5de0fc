"""The report of a probe: a file for machines, in the form of recorded answers, and a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import exact_json
from .assumptions import read_assumptions
from .dependants import dependants
from .findings import Verdict

JSON, TEXT = "report.json", "report.txt"


@dataclass(frozen=True)
class Report:
    """What was found, row by row, and every exchange, without names or secrets."""

    origin: str
    country: str
    currency: str
    calls: int
    rows: Sequence[Mapping[str, Any]]
    stay: Sequence[str]
    exchanges: Sequence[Mapping[str, Any]]

    def ids(self, verdict: Verdict) -> list[str]:
        """The rows of that verdict."""
        return [row["id"] for row in self.rows if row["verdict"] == verdict.value]

    def write(self, folder: Path) -> None:
        """Both files."""
        content = {
            "origin": self.origin,
            "organisation": {"country": self.country, "currency": self.currency},
            "calls": self.calls,
            "assumptions": list(self.rows),
            "stay_in_xero": list(self.stay),
            "exchanges": list(self.exchanges),
        }
        (folder / JSON).write_text(exact_json.dump(content, indent=1) + "\n", encoding="utf-8")
        (folder / TEXT).write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """For people: the counts, what is contradicted and what depends on it, all rows."""
        return "\n".join([*self._summary(), "", *self._contradicted(), *self._all()]) + "\n"

    def _summary(self) -> Iterator[str]:
        yield self.origin
        counts = (f"{len(self.ids(verdict))} {verdict.value}" for verdict in Verdict)
        yield f"{', '.join(counts)}; {self.calls} calls."
        if self.stay:
            yield "Xero let these records stay:"
            yield from (f"  {each}" for each in self.stay)

    def _contradicted(self) -> Iterator[str]:
        known = read_assumptions()
        for row in self.rows:
            if row["verdict"] == Verdict.CONTRADICTED.value:
                yield f"{row['id']} is contradicted. {row['saw']}"
                yield from (f"  {each}" for each in dependants(row["id"], known.get(row["id"])))
                yield ""

    def _all(self) -> Iterator[str]:
        for row in self.rows:
            yield f"{row['id']:4} {row['verdict']}: {row['saw']}"
