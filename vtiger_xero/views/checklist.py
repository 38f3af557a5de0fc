"""The steps from a new site to a sync that runs by itself, for the workspace and Xero Settings.

Why not Frappe's Module Onboarding: it keeps as a box of each step that somebody has clicked it, for
the whole site. It would go on saying "Connected" after the connection has ended, knows no step that
was done elsewhere, and shows nothing where the System Settings have Enable Onboarding switched off.
So does Frappe 16. The workspace shows the steps in a Custom HTML Block, which both versions have.
"""

from typing import Any

import frappe

from ..crm.language import translated
from ..crm.tenant import SETTINGS
from ..engine.checklist import Facts, checklist
from ..engine.doctor import Severity
from ..engine.records import Direction, Module
from ..engine.schedule import Schedule
from . import doctor
from .suggestions import lacking_accounts

_RUN, _PREVIEW, _ENDED = "Xero Sync Run", "Preview", "Completed"


def steps() -> list[dict[str, Any]]:
    """Each step with its state; [] where all are done, or a manager has hidden them."""
    form = frappe.get_doc(SETTINGS)
    if form.checklist_hidden:
        return []
    return [
        {
            "key": each.step.key,
            "label": translated(each.step.label),
            "field": each.step.field,
            "says": translated(each.says),
            "is_done": each.is_done,
            "can_begin": each.can_begin,
            "is_next": each.is_next,
        }
        for each in checklist(_facts(form))
    ]


def _facts(form: Any) -> Facts:
    tenant, on = form.tenant_id or "", [row for row in form.modules if row.enable_sync]
    return Facts(
        has_keys=bool(form.client_id and form.client_secret),
        organisation=form.organisation_name or tenant,
        lacking=[default.label for _module, default in lacking_accounts(form)],
        is_on=bool(form.enabled),
        modules=[Module(row.module) for row in on],
        both_ways=all(row.sync_direction == Direction.BOTH.value for row in on),
        errors=_errors() if tenant else None,
        was_previewed=_has_ended(tenant, _PREVIEW),
        has_run=_has_run(tenant),
        is_automatic=form.schedule not in (None, "", Schedule.OFF.value)
        or bool(form.on_save or form.webhook_key),
    )


def _errors() -> int | None:
    """How many errors the last Check found; a number, so that it names nobody's record."""
    last = doctor.last_findings()
    if last is None:
        return None
    return sum(each["severity"] == Severity.ERROR.value for each in last["found"])


def _has_run(tenant: str) -> bool:
    """Whether a sync of everything has ended; its row may be deleted by now, its links stay."""
    if _runs(tenant, ["!=", _PREVIEW]):
        return _has_ended(tenant, ["!=", _PREVIEW])
    return bool(frappe.db.exists("Xero Link", {"tenant": tenant, "xero_id": ["!=", ""]}))


def _has_ended(tenant: str, trigger: Any) -> bool:
    return bool(_runs(tenant, trigger, status=_ENDED))


def _runs(tenant: str, trigger: Any, **more: str) -> list[Any]:
    """A run that was not limited to chosen records, if there is one."""
    filters = {"tenant": tenant, "triggered_by": trigger, "chosen": ["is", "not set"], **more}
    return list(frappe.get_all(_RUN, filters, limit_page_length=1))
