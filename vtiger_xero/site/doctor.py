"""The doctor on a Frappe site: what will fail, said before any record does."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.doctor import Finding, examine, observe
from ..xero import SCOPES
from .connect import ledger
from .crm import SiteCrm
from .journal import SiteJournal
from .settings import engine_settings

_NAMED = 20  # records that a screen names; the sentence says how many there are


def findings() -> Sequence[Finding]:
    """What is found on this site now, the worst first; Xero is asked afresh (four calls).

    Raises the engine's `SyncError`s where there is no connection, or Xero does not answer.
    """
    settings = engine_settings()
    reference = ledger().reference()
    crm, journal = SiteCrm(), SiteJournal(settings.tenant)
    return examine(observe(crm, journal, settings, reference, scopes=SCOPES))


def rows(found: Sequence[Finding]) -> list[Mapping[str, Any]]:
    """Findings as a browser takes them."""
    return [
        {
            "severity": each.severity.value,
            "subject": each.subject,
            "problem": each.problem,
            "remedy": each.remedy,
            "code": each.code,
            "doctype": each.doctype,
            "records": list(each.records[:_NAMED]),
        }
        for each in found
    ]
