"""What a run would do, kept for an hour for the person who asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from ..connection import shared
from ..crm.readers import readable_rows
from ..crm.record_types import RecordTypes
from ..crm.tenant import SETTINGS
from ..engine.actions import Change, Conflict, Create, Decision, Delete, Operation, Skip, Update
from ..engine.approval import Approval, approval_of
from ..engine.errors import ConfigurationError
from ..engine.plan import Plan
from ..engine.records import Module, Side
from ..engine.showing import format_value
from ..engine.sync.skips import people_skip
from ..views.log_view import csv_text, xero_address
from ..views.wording import labelled

Shown = dict[str, Any]
_LIFE = 60 * 60  # seconds
_ASK = "Both sides changed it, and the settings say: ask."
TOO_OLD = "The preview is older than an hour. Preview again."
_SHOWN = 500  # records; the counts are of all
_OPERATIONS = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
    Skip: Operation.SKIPPED,
}


def keep_preview(run: str, plans: Sequence[Plan]) -> None:
    """Keep the plans in a form that a page can show, and that a run can be compared with."""
    held = {
        "made_on": now_datetime(),
        "plans": [_plan(plan) for plan in plans],
        "approval": approval_of(plans),
    }
    shared.keep(_place(run), held, _LIFE)


def approval(run: str) -> Approval:
    """What a user who applies this preview approves; `ConfigurationError` when it is too old."""
    held: Shown | None = shared.kept(_place(run))
    if held is None:
        raise ConfigurationError(_(TOO_OLD))
    approved: Approval = held["approval"]
    return approved


def preview(run: str) -> Shown | None:
    """What `keep_preview` kept, as the person at hand may see it; None when its hour is over.

    `stale` says that a run has been since. The counts tell of all records, those that are hidden
    and those that are `left_out` of a long list included.
    """
    held: Shown | None = shared.kept(_place(run))
    if held is None:
        return None
    code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
    return {
        "run": run,
        "made_on": held["made_on"],
        "expires_on": add_to_date(held["made_on"], seconds=_LIFE),
        "calls": sum(plan["calls"] for plan in held["plans"]),
        "writing": sum(plan["writing"] for plan in held["plans"]),
        "stale": _is_stale(run, held["made_on"]),
        "modules": [_module(plan, code) for plan in held["plans"]],
    }


def preview_csv(run: str) -> str | None:
    """Every record of a preview, a line for each change of a field."""
    held: Shown | None = shared.kept(_place(run))
    if held is None:
        return None
    heads = [_("Source Module"), _("Record Name"), _("Where"), _("What"), _("Field")]
    heads += [_("Old Value"), _("New Value"), _("Reason"), _("Remedy")]
    plans = held["plans"]
    return csv_text(heads, (line for plan in plans for line in _lines(plan)))


def _lines(plan: Shown) -> Iterator[list[str]]:
    for row in _readable(plan["module"], plan["records"]):
        cells = [_(plan["module"]), row["record_name"], _(row["side"]), _(row["operation"])]
        told = [row["reason"], row["remedy"]]
        for change in row["changes"] or [{}]:
            values = [change.get(each, "") for each in ("label", "old", "new")]
            yield [*cells, *values, *told]


def _is_stale(run: str, made_on: datetime) -> bool:
    """Whether some run has written since, or may be writing now."""
    tenant = frappe.db.get_value("Xero Sync Run", run, "tenant")
    later = {"tenant": tenant, "creation": [">", made_on], "triggered_by": ["!=", "Preview"]}
    return bool(frappe.db.exists("Xero Sync Run", later))


def _module(plan: Shown, short_code: str) -> Shown:
    rows = plan["records"]
    shown_rows = [
        {**row, "xero_address": xero_address(plan["module"], row["xero_id"], short_code)}
        for row in _readable(plan["module"], rows[:_SHOWN])
    ]
    return {**plan, "records": shown_rows, "left_out": max(0, len(rows) - _SHOWN)}


def _readable(module: str, rows: Sequence[Shown]) -> list[Shown]:
    """Rows of a module as the person at hand may see them."""
    return labelled(readable_rows([{**row, "module": module} for row in rows]))


def _place(run: str) -> str:
    return f"vtiger_xero:preview:{run}"


def _plan(plan: Plan) -> Shown:
    rows = [row for each in plan.decisions for row in _rows(each)]
    counts = {
        f"{'crm' if side is Side.CRM else 'xero'}_{operation.value.lower()}": number
        for (side, operation), number in plan.counts.items()
    }
    module = plan.module
    return {
        "module": module.value,
        "calls": plan.cost.calls,
        "writing": plan.cost.writing,
        "counts": counts,
        "possible": plan.possible,
        "records": _typed(module, rows),
    }


def _typed(module: Module, rows: Sequence[Shown]) -> list[Shown]:
    """Each row with the DocType of its record, asked for all of them at once."""
    types = RecordTypes().of(module, (row["crm_name"] or "" for row in rows))
    return [{**row, "crm_doctype": types[row["crm_name"] or ""]} for row in rows]


def _rows(decision: Decision) -> Iterator[Shown]:
    name = decision.pair.crm.name if decision.pair.crm else None
    for action in decision.actions:
        if isinstance(action, Conflict):
            row = {"side": Side.CRM.value, "operation": "Conflict", "reason": _ASK}
            yield {**_record(decision, name), **row, "changes": _changes(action.changes)}
        else:
            row = {"side": action.side.value, "operation": _OPERATIONS[type(action)].value}
            yield {**_record(decision, name), **row, **_details(action)}
    yield from _left_out(decision, name)


def _left_out(decision: Decision, name: str | None) -> Iterator[Shown]:
    """People for whom Xero has no room: each a skip of its own, as in the log."""
    skipped = {"side": Side.XERO.value, "operation": Operation.SKIPPED.value}
    for person in decision.people_left_out:
        title = f"{person.full_name} ({decision.pair.title})"
        details = _details(people_skip(person.full_name))
        yield {**_record(decision, name), **skipped, **details, "record_name": title}


def _record(decision: Decision, name: str | None) -> Shown:
    xero = decision.pair.xero
    nothing: Shown = {"reason": "", "remedy": "", "changes": []}
    told = {"record_name": decision.pair.title, "crm_name": name}
    return {**nothing, **told, "xero_id": xero.id if xero else None}


def _details(action: Create | Update | Delete | Skip) -> Shown:
    if isinstance(action, Skip):
        return {"reason": action.reason, "remedy": action.remedy}
    return {"changes": _changes(action.changes)} if isinstance(action, Update) else {}


def _changes(changes: Sequence[Change]) -> list[Shown]:
    return [
        {
            "field": each.field,
            "old": format_value(each.old),
            "new": format_value(each.new),
            "overwrites": each.overwrites,
        }
        for each in changes
    ]
