"""What a run would do, kept for an hour for the person who asked."""

from collections.abc import Iterator, Sequence
from typing import Any

from ..engine.actions import Change, Conflict, Create, Decision, Delete, Operation, Skip, Update
from ..engine.plan import Plan
from ..engine.records import Module, Side
from ..engine.showing import shown
from ..engine.sync.to_crm import people_skip
from . import shared
from .log_view import key, readable_records, withheld
from .record_types import RecordTypes

_LIFE = 60 * 60  # seconds
_SHOWN = 500  # records; the counts tell of all
_OPERATIONS = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
    Skip: Operation.SKIPPED,
}


def keep_preview(run: str, plans: Sequence[Plan]) -> None:
    """Keep the plans in a form that a page can show."""
    shown_plans = [_plan(plan) for plan in plans]
    shared.keep(_place(run), shown_plans, _LIFE)


def preview(run: str) -> list[dict[str, Any]] | None:
    """What `keep_preview` kept: a dict per module, None when its hour is over."""
    held: list[dict[str, Any]] | None = shared.kept(_place(run))
    return None if held is None else [_readable(plan) for plan in held]


def _readable(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan as the person at hand may see it; the counts tell of all."""
    rows = plan["records"]
    known = readable_records(rows)
    hidden = (row["crm_name"] and key(row) not in known for row in rows)
    shown = [withheld(row) if hide else row for row, hide in zip(rows, hidden, strict=True)]
    return {**plan, "records": shown}


def _place(run: str) -> str:
    return f"vtiger_xero:preview:{run}"


def _plan(plan: Plan) -> dict[str, Any]:
    rows = _typed(plan.module, [row for each in plan.decisions for row in _rows(each)])
    counts = {
        f"{'crm' if side is Side.CRM else 'xero'}_{operation.value.lower()}": number
        for (side, operation), number in plan.counts.items()
    }
    return {
        "module": plan.module.value,
        "calls": plan.calls,
        "counts": counts,
        "records": rows[:_SHOWN],
        "left_out": max(0, len(rows) - _SHOWN),
    }


def _typed(module: Module, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with the DocType of its record, asked for all of them at once."""
    types = RecordTypes().of(module, (row["crm_name"] or "" for row in rows))
    return [{**row, "crm_doctype": types[row["crm_name"] or ""]} for row in rows]


def _rows(decision: Decision) -> Iterator[dict[str, Any]]:
    name = decision.pair.crm.name if decision.pair.crm else None
    for action in decision.actions:
        if isinstance(action, Conflict):
            reason = "Both sides changed it, and the settings say: ask."
            row = {"side": Side.CRM.value, "operation": "Skipped", "reason": reason}
            yield {**_record(decision, name), **row, "changes": _changes(action.changes)}
        else:
            row = {"side": action.side.value, "operation": _OPERATIONS[type(action)].value}
            yield {**_record(decision, name), **row, **_details(action)}
    yield from _left_out(decision, name)


def _left_out(decision: Decision, name: str | None) -> Iterator[dict[str, Any]]:
    """People for whom Xero has no room: each a skip of its own, as in the log."""
    skipped = {"side": Side.XERO.value, "operation": Operation.SKIPPED.value}
    for person in decision.people_left_out:
        title = f"{person.full_name} ({decision.pair.title})"
        details = _details(people_skip(person.full_name))
        yield {**_record(decision, name), **skipped, **details, "record_name": title}


def _record(decision: Decision, name: str | None) -> dict[str, Any]:
    return {"record_name": decision.pair.title, "crm_name": name}


def _details(action: Create | Update | Delete | Skip) -> dict[str, Any]:
    if isinstance(action, Skip):
        return {"reason": action.reason, "remedy": action.remedy}
    return {"changes": _changes(action.changes)} if isinstance(action, Update) else {}


def _changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {
            "field": each.field,
            "old": shown(each.old),
            "new": shown(each.new),
            "overwrites": each.overwrites,
        }
        for each in changes
    ]
