"""All checks, in the order in which a person reads them, and the examination that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import accounts, connection, fields, invoices, items, modules, taxes
from .findings import Check, Finding, Severity, fine
from .situation import Situation

CHECKS: tuple[Check, ...] = (
    *connection.CHECKS,
    *modules.CHECKS,
    *fields.CHECKS,
    *accounts.CHECKS,
    *taxes.CHECKS,
    *items.CHECKS,
    *invoices.CHECKS,
)

_WORST_FIRST = {severity: place for place, severity in enumerate(Severity)}


def examine(situation: Situation) -> list[Finding]:
    """What every check finds, the worst first; what is fine is said too."""
    found = [finding for check in CHECKS for finding in _of(check, situation)]
    return sorted(found, key=lambda finding: _WORST_FIRST[finding.severity])


def _of(check: Check, situation: Situation) -> Iterator[Finding]:
    if not check.applies(situation):
        return
    found = list(check.find(situation)) or [fine(check.subject, check.promise)]
    yield from (replace(finding, code=check.code) for finding in found)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing will fail; warnings do not count."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
