"""After whatever people did: one run brings both sides together, and the next has nothing to do."""

from __future__ import annotations

from tests.support.agreement import disagreements
from tests.support.shop import Shop
from vtiger_xero.engine.report import Report, RunStatus


def settles(shop: Shop, *, differing: bool = False) -> Report:
    """The run that settles it. `differing` is for what a skip of the run tells of."""
    report = shop.sync()
    assert report.header.status is RunStatus.COMPLETED, report.header.message
    found = disagreements(shop.stage)
    assert bool(found) is differing, found
    again = shop.sync()
    assert again.writes == 0, [(e.title, e.changes) for e in again.entries if not e.reason]
    return report


def writes(report: Report) -> list[tuple[str, str, str]]:
    """(side, operation, title) of whatever a run wrote."""
    done = (each for each in report.entries if each.operation.value != "Skipped")
    return [(each.side.name, each.operation.value, each.title) for each in done]
