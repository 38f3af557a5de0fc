"""Endpoints of the connection: the consent, the organisation, the check. For Xero Managers.

No `from __future__ import annotations` here: Frappe reads these annotations to check arguments.
"""

from dataclasses import asdict
from typing import Any

import frappe
from frappe.utils import get_url_to_form

from ..connection import consent
from ..connection.access import noted
from ..connection.connect import ledger
from ..crm.crm import SiteCrm
from ..crm.language import translated
from ..crm.readers import may_read_all, require_all
from ..crm.reference import refresh
from ..crm.tenant import SETTINGS
from ..engine.errors import SyncError
from ..permissions import require_manager
from ..views import checklist as steps_to_first_sync
from ..views import doctor, suggestions
from .asking import run_or_throw


@frappe.whitelist(methods=["POST"])
def authenticate() -> dict[str, str]:
    """Begin a consent: the address of Xero's page, to which the browser then goes."""
    require_manager()
    return {"url": run_or_throw(lambda: consent.begin(frappe.session.user))}


@frappe.whitelist(methods=["GET"])
def callback() -> None:
    """Where Xero sends the person back; always ends on Xero Settings, with a message there."""
    require_manager()
    query, indicator = frappe.request.query_string.decode(), "green"
    try:
        outcome = consent.finish(frappe.session.user, query)
    except SyncError as error:
        frappe.db.rollback()
        outcome, indicator = consent.Outcome(translated(error.message)), "red"
    # Frappe takes a GET for a reader and would roll it back; this one is Xero's to choose.
    frappe.db.commit()  # nosemgrep: frappe-manual-commit
    consent.leave_message(frappe.session.user, outcome, indicator)
    frappe.local.response["type"] = "redirect"
    frappe.local.response["location"] = get_url_to_form(SETTINGS, SETTINGS)


@frappe.whitelist(methods=["GET", "POST"])
def checklist() -> list[dict[str, Any]]:
    """The steps to a sync that runs by itself, and which are done; [] where there is nothing to do.

    For managers: most steps are theirs alone.
    """
    require_manager()
    return steps_to_first_sync.steps()


@frappe.whitelist(methods=["GET", "POST"])
def missing_accounts() -> list[dict[str, Any]]:
    """The accounts that the settings still need, each with a suggestion (see `suggestions`)."""
    require_manager()
    return suggestions.missing_accounts()


@frappe.whitelist(methods=["GET", "POST"])
def organisations() -> list[dict[str, Any]]:
    """The organisations that Xero has let this app into, newest consent first."""
    require_manager()
    return run_or_throw(consent.organisation_rows)


@frappe.whitelist(methods=["POST"])
def choose_organisation(tenant: str, confirmed: bool = False) -> dict[str, Any]:
    """Connect one of `organisations`: a "message", or a "question" that is to be confirmed."""
    require_manager()
    return asdict(
        run_or_throw(lambda: consent.choose(tenant, frappe.session.user, confirmed=bool(confirmed)))
    )


@frappe.whitelist(methods=["POST"])
def stay_connected() -> None:
    """The answer Back to the question of `choose_organisation`: nothing changes."""
    require_manager()
    consent.stay()


@frappe.whitelist(methods=["POST"])
def disconnect() -> str:
    """End the connection, here and at Xero; says what stays."""
    require_manager()
    return run_or_throw(consent.disconnect)


@frappe.whitelist(methods=["POST"])
def refresh_reference_data() -> dict[str, int]:
    """Read Xero's accounts and tax rates anew, and the taxes; how many there are of each."""
    require_manager()
    return run_or_throw(_refresh)


def _refresh() -> dict[str, int]:
    with noted():
        return dict(refresh(ledger(), SiteCrm()))


@frappe.whitelist(methods=["POST"])
def check() -> list[dict[str, Any]]:
    """What will fail and what is fine, the worst first; Xero is asked afresh (four calls)."""
    require_manager()
    require_all()
    return run_or_throw(doctor.check_and_keep)


@frappe.whitelist(methods=["GET", "POST"])
def last_findings() -> dict[str, Any] | None:
    """What `check` found last ("found"), and when ("checked_on"); None where nothing is kept.

    Findings name records of any module, so that who may not read all of them gets none.
    """
    require_manager()
    return doctor.last_findings() if may_read_all() else None
