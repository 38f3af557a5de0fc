"""What a report keeps in memory of a large run."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from vtiger_xero.engine import report
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Done, Entry, Report, RunHeader

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


def entries(count: int) -> list[Entry]:
    made = (Module.INVOICES, Side.CRM, Operation.CREATED)
    return [Entry(*made, str(number)) for number in range(count)]


def test_a_report_counts_all_entries_and_keeps_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_ENTRIES", 5)
    found = Report(RunHeader("tenant", NOW))
    for _ in range(2):
        done = Done()
        for _ in range(3):
            done.add(entries(2))
        assert len(done.entries) == 5
        found.add(Module.INVOICES, NOW, done)
    assert [each.title for each in found.entries] == ["0", "1", "0", "1", "0"]
    assert [(each.writes, each.counts) for each in found.logs] == [
        (12, {(Side.CRM, Operation.CREATED): 12})
    ]
