"""What a run would do: a row for each record, kept for an hour for the person who asked."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from ..connection import shared
from ..crm import rows
from ..crm.language import translated
from ..crm.readers import are_shown, readable_rows
from ..crm.record_types import RecordTypes
from ..crm.stored_text import read_rows
from ..crm.tenant import SETTINGS
from ..engine.actions import Conflict, Create, Decision, Delete, Operation, Skip, Update
from ..engine.approval import digest, writes
from ..engine.errors import ConfigurationError
from ..engine.plan import Cost, Plan
from ..engine.records import Module, Side
from ..engine.report import Entry
from ..engine.run_filter import Approval
from ..engine.stored import entry_row
from ..engine.sync.skips import people_skip, skip_entry
from ..views.log_view import csv_text, xero_address
from ..views.wording import labelled

Shown = dict[str, Any]
TABLE = "Xero Preview Entry"
_RUN = "Xero Sync Run"
_LIFE = 60 * 60  # seconds
_ASK = "Both sides changed it, and the settings say: ask."
TOO_OLD = "The preview is older than an hour. Preview again."
_PAGE = 100  # rows
_AT_ONCE = 1_000  # rows
_COLUMNS = (
    *("position", "module", "side", "operation", "record_name", "crm_doctype", "crm_name"),
    *("xero_id", "reason", "remedy", "messages", "changes"),
)
_OPERATIONS = {
    Create: Operation.CREATED,
    Update: Operation.UPDATED,
    Delete: Operation.DELETED,
}


@dataclass
class _Summary:
    """What the parts of a module's plan come to; `rows` are those of its table.

    `cannot_run` says why the module does not run at all.
    """

    counts: Counter[tuple[Side, Operation]] = field(default_factory=Counter)
    possible: set[tuple[str, str]] = field(default_factory=set)
    cost: Cost = field(default_factory=Cost)
    rows: int = 0
    cannot_run: str = ""

    def add(self, part: Plan) -> None:
        self.cannot_run = self.cannot_run or part.cannot_run
        self.counts += part.counts
        self.possible |= part.possible_pairs
        self.cost += part.cost

    def as_kept(self, module: Module) -> Shown:
        return {
            "module": module.value,
            "calls": self.cost.calls,
            "writing": self.cost.writing,
            "counts": {
                f"{'crm' if side is Side.CRM else 'xero'}_{operation.value.lower()}": number
                for (side, operation), number in self.counts.items()
            },
            "possible": len(self.possible),
            "rows": self.rows,
            "cannot_run": self.cannot_run,
        }


def keep_preview(run: str, parts: Iterable[Plan]) -> Cost:
    """Keep the rows of a preview as it finds them, and what each would be approved with; its cost.

    They wait in a file until the last one is found: until then the preview takes back what stands
    in the database, and commits nothing.
    """
    found: dict[Module, _Summary] = {}
    types = RecordTypes()
    with TemporaryFile("w+", encoding="utf-8") as file:
        for part in parts:
            summary = found.setdefault(part.module, _Summary())
            summary.add(part)
            for row in _typed(part.module, _rows_of(run, part), types):
                summary.rows += 1
                file.write(json.dumps({**row, "position": summary.rows}) + "\n")
        file.seek(0)
        while some := [json.loads(line) for line in islice(file, _AT_ONCE)]:
            rows.insert(TABLE, some)
    plans = [summary.as_kept(module) for module, summary in found.items()]
    shared.keep(_place(run), {"made_on": now_datetime(), "plans": plans}, _LIFE)
    return sum((each.cost for each in found.values()), Cost())


def require_kept(run: str) -> None:
    """Raise `ConfigurationError` when the preview is too old to be applied."""
    if shared.kept(_place(run)) is None:
        raise ConfigurationError(_(TOO_OLD))


def approval(run: str) -> Approval:
    """What a user who applies this preview approves; `ConfigurationError` when it is too old."""
    require_kept(run)
    table = frappe.qb.DocType(TABLE)
    query = frappe.qb.from_(table).select(table.digest)
    found = query.where(table.run == run).where(table.digest != "").run()
    return frozenset(digest for (digest,) in found)


def preview(run: str) -> Shown | None:
    """What `keep_preview` kept, as the person at hand may see it; None when its hour is over.

    `stale` says that a run has been since, `applied` which run was to carry it out. The counts
    tell of all records, those that are hidden included; of each module the first page of its rows
    is there.
    """
    held: Shown | None = shared.kept(_place(run))
    if held is None:
        return None
    return {
        "run": run,
        "made_on": held["made_on"],
        "expires_on": add_to_date(held["made_on"], seconds=_LIFE),
        "calls": sum(plan["calls"] for plan in held["plans"]),
        "writing": sum(plan["writing"] for plan in held["plans"]),
        "stale": _is_stale(run, held["made_on"]),
        "applied": _applied(run),
        "modules": [_module(run, plan) for plan in held["plans"]],
    }


def _module(run: str, plan: Shown) -> Shown:
    # What was kept by a version before has no `cannot_run`.
    cannot_run = translated(plan.get("cannot_run"))
    return {**plan, **page(run, plan["module"]), "cannot_run": cannot_run}


def _applied(run: str) -> Shown | None:
    """The run that was to carry out this preview: its name, its status, when it began."""
    columns = ["name", "status", "started"]
    filters = {"plan": run}
    found = frappe.db.get_value(_RUN, filters, columns, order_by="creation desc", as_dict=True)
    return found or None


def page(
    run: str,
    module: str,
    after: int = 0,
    *,
    record_name: str = "",
    side: str = "",
    operation: str = "",
) -> Shown:
    """A page of the rows of a module that fit these filters ("" for any), and what `follows` it.

    `follows` is the position to ask the next page for, None at the end. A search
    for a name finds only records that the user may read.
    """
    found: list[Shown] = []
    while len(found) < _PAGE:
        some = _select(run, module, after, record_name, side, operation)
        if not some:
            return {"records": _labelled(found), "follows": None}
        after = some[-1]["position"]
        if record_name:
            found += [row for row, is_shown in zip(some, are_shown(some), strict=True) if is_shown]
        else:
            found += readable_rows(some)
    return {"records": _labelled(found), "follows": after}


def preview_csv(run: str) -> str | None:
    """Every record of a preview, a line for each change of a field."""
    held: Shown | None = shared.kept(_place(run))
    if held is None:
        return None
    heads = [_("Source Module"), _("Record Name"), _("Where"), _("What"), _("Field")]
    heads += [_("Old Value"), _("New Value"), _("Reason"), _("Remedy")]
    return csv_text(heads, (line for plan in held["plans"] for line in _lines(run, plan["module"])))


def _lines(run: str, module: str) -> Iterator[list[str]]:
    after: int | None = 0
    while after is not None:
        found = page(run, module, after)
        after = found["follows"]
        for row in found["records"]:
            cells = [_(module), row["record_name"], _(row["side"]), _(row["operation"])]
            reasons = [row["reason"], row["remedy"]]
            for change in row["changes"] or [{}]:
                values = [change.get(each, "") for each in ("label", "old", "new")]
                yield [*cells, *values, *reasons]


def _is_stale(run: str, made_on: datetime) -> bool:
    """Whether some run has written since, or may be writing now."""
    tenant = frappe.db.get_value(_RUN, run, "tenant")
    later = {"tenant": tenant, "creation": [">", made_on], "triggered_by": ["!=", "Preview"]}
    return bool(frappe.db.exists(_RUN, later))


def _select(
    run: str, module: str, after: int, record_name: str, side: str, operation: str
) -> list[Shown]:
    table = frappe.qb.DocType(TABLE)
    query = frappe.qb.from_(table).select(*_COLUMNS).orderby(table.position).limit(_PAGE)
    query = query.where(table.run == run).where(table.module == module)
    query = query.where(table.position > after)
    for column, wanted in (("side", side), ("operation", operation)):
        if wanted:
            query = query.where(table[column] == wanted)
    if record_name:
        name = record_name.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        query = query.where(table.record_name.like(f"%{name}%"))
    found = read_rows(TABLE, query.run(as_dict=True))
    return [{**row, "changes": json.loads(row["changes"] or "[]")} for row in found]


def _labelled(found: list[Shown]) -> list[Shown]:
    """Rows as a person reads them."""
    code = frappe.db.get_single_value(SETTINGS, "short_code") or ""
    return labelled(
        [
            {**row, "xero_address": xero_address(row["module"], row["xero_id"], code)}
            for row in found
        ]
    )


def _place(run: str) -> str:
    return f"vtiger_xero:preview:{run}"


def _typed(module: Module, found: Iterator[Shown], types: RecordTypes) -> list[Shown]:
    """Each row with the DocType of its record, asked for all of them at once."""
    held = list(found)
    of_names = types.of(module, (row["crm_name"] or "" for row in held))
    return [{**row, "crm_doctype": of_names[row["crm_name"] or ""]} for row in held]


def _rows_of(run: str, part: Plan) -> Iterator[Shown]:
    """The rows of a part; the first one of a decision has what is approved with it."""
    for decision in part.decisions:
        approved = digest(part.module, decision) if writes(decision) else ""
        for entry, operation in _entries(part.module, decision):
            row = entry_row(run, entry)
            del row["rule"]
            yield {**row, "operation": operation, "digest": approved}
            approved = ""


def _entries(module: Module, decision: Decision) -> Iterator[tuple[Entry, str]]:
    """What a decision would write or skip, as the log would say it, and what that is called."""
    pair = decision.pair
    ids = pair.crm.name if pair.crm else None, pair.xero.id if pair.xero else None
    record = Entry(module, Side.CRM, Operation.SKIPPED, pair.title, *ids)
    for action in decision.actions:
        if isinstance(action, Conflict):
            yield replace(record, reason=_ASK, changes=action.changes), "Conflict"
        elif isinstance(action, Skip):
            yield skip_entry(module, pair, action), Operation.SKIPPED.value
        else:
            operation = _OPERATIONS[type(action)]
            changes = action.changes if isinstance(action, Update) else ()
            done = replace(record, side=action.side, operation=operation, changes=changes)
            yield done, operation.value
    for person in decision.people_left_out:
        # People for whom Xero has no room: each a skip of its own, as in the log.
        skipped = skip_entry(module, pair, people_skip(person.full_name))
        yield replace(skipped, title=f"{person.full_name} ({pair.title})"), skipped.operation.value
