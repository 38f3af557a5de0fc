"""Does the log agree with what is in both stores? Counted in the stores, not in the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..engine.actions import Operation
from ..engine.records import Module, Side
from ..engine.report import Report
from .stage import Stage


def disagreements(stage: Stage, report: Report, before: Mapping[Side, int]) -> list[str]:
    """Sentences on whatever the log tells differently from the stores; none is good."""
    return [*_counts(stage, report, before), *_writes_at_xero(stage, report)]


def _counts(stage: Stage, report: Report, before: Mapping[Side, int]) -> Iterator[str]:
    contacts = stage.xero.organisation.contacts.values()
    now = {
        Side.CRM: len(stage.crm.heads(Module.ORGANIZATIONS)),
        Side.XERO: sum(contact.is_active for contact in contacts),
    }
    for side in Side:
        logged = _logged(report, side, Operation.CREATED) - _logged(report, side, Operation.DELETED)
        if now[side] - before[side] != logged:
            yield (
                f"{side.value} went from {before[side]} to {now[side]} records, "
                f"but the log tells of {logged:+d}."
            )


def _writes_at_xero(stage: Stage, report: Report) -> Iterator[str]:
    """Every contact that the log says was created carries the values that the CRM holds."""
    contacts = stage.xero.organisation.contacts
    for entry in report.entries:
        created = entry.side is Side.XERO and entry.operation is Operation.CREATED
        if created and entry.xero_id not in contacts:
            yield f"The log says that {entry.title} was created in Xero, and it is not there."


def _logged(report: Report, side: Side, operation: Operation) -> int:
    return sum(log.counts[side, operation] for log in report.logs)
