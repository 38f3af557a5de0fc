"""The doctor on a Frappe site: what will fail, said before any record does."""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now_datetime

from ..connection import shared
from ..connection.access import noted
from ..connection.connect import ledger
from ..connection.settings import engine_settings
from ..crm.crm import SiteCrm
from ..crm.journal import SiteJournal
from ..crm.language import speaking, translated_row
from ..crm.tenant import SETTINGS
from ..engine.doctor import Finding, examine, observe
from ..engine.settings_field import settings_field
from ..xero import SCOPES

_LIFE = 30 * 24 * 60 * 60  # seconds that findings are kept
_NAMED = 20  # records that a screen names; the sentence says how many there are


def findings() -> Sequence[Finding]:
    """What is found on this site now, the worst first; Xero is asked afresh (four calls).

    Raises the engine's `SyncError`s where there is no connection, or Xero does not answer.
    """
    with speaking():
        settings = engine_settings()
        with noted():
            reference = ledger().reference()
        crm, journal = SiteCrm(), SiteJournal(settings.tenant)
        return examine(observe(crm, journal, settings, reference, scopes=SCOPES))


def check_and_keep() -> list[dict[str, Any]]:
    """`findings` as a browser takes them; they stay on the settings form until the next check."""
    found = [dict(row) for row in rows(findings())]
    shared.keep(_place(), {"found": found, "checked_on": now_datetime()}, _LIFE)
    return _read(found)


def last_findings() -> dict[str, Any] | None:
    """What `check_and_keep` kept of the connected organisation."""
    held: dict[str, Any] | None = shared.kept(_place())
    return held and {**held, "found": _read(held["found"])}


def _read(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings are kept in English, for people of several languages."""
    return [{**translated_row(row), "settings_field": _settings_field(row)} for row in found]


def _settings_field(row: Mapping[str, Any]) -> str:
    """A remedy may leave the field to the problem: "… it is chosen under Sales Account."."""
    return settings_field(f"{row['problem']} {row['remedy']}")


def _place() -> str:
    return f"vtiger_xero:findings:{frappe.db.get_single_value(SETTINGS, 'tenant_id')}"


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
