"""One row of the table of Xero's sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A pattern of Xero's text; `reason` may use the pattern's groups."""

    pattern: str
    reason: str
    remedy: str
