"""Resync everything: reset how far Xero has been read, and nothing else (rule S6)."""

from __future__ import annotations

from ..ports import Journal
from ..records import Module


def forget_readings(journal: Journal) -> None:
    """Make the next run read all of Xero and look at all links. `AnotherRun` during a run.

    Links and what both sides last agreed on stay: what was read before is known again, and is
    neither made nor written a second time.
    """
    with journal.lock():
        for module in Module:
            journal.set_watermark(module, None)
            journal.set_mapping_seen(module, "")
        journal.commit()
