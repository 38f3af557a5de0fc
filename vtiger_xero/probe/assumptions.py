"""The table of docs/xero.md as rows: what the app assumes of Xero, and what depends on it.

The page is the one place where an assumption is written down. So the probe reads it, and does
not repeat it; where the page was not installed, there are no rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "xero.md"
_ROW = re.compile(r"^\|\s*(?P<id>[A-Z]+\d+)\s*\|")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Assumption:
    """A row of the page, each cell as it is written there."""

    id: str
    says: str
    evidence: str
    source: str
    breaks: str
    relied_on: str
    probe: str

    @property
    def is_probed(self) -> bool:
        """Whether the probe can try it; else `probe` says why it cannot."""
        return self.probe == "yes"


def read_assumptions(page: Path = PAGE) -> dict[str, Assumption]:
    """All rows of the page by their id, in its order; ValueError for a row of another shape."""
    if not page.exists():
        return {}
    found: dict[str, Assumption] = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        if not _ROW.match(line):
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())[1:-1]]
        if len(cells) != 7 or cells[0] in found:
            raise ValueError(f"{page.name}: the row {cells[0]} must stand once, with seven cells.")
        found[cells[0]] = Assumption(*cells)
    return found
