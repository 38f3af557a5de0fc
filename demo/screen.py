"""What the demo prints: progress, the sync log as Vtiger shows it, what needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.doctor import Finding, Severity
from vtiger_xero.engine.plan import Plan
from vtiger_xero.engine.possible import reason_of
from vtiger_xero.engine.reconciliation import Reconciliation, tables
from vtiger_xero.engine.reconciliation import Table as TextTable
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Entry, ModuleLog, Report, RunStatus
from vtiger_xero.engine.side_by_side import Match

_SHOWN_REASONS = 12


class Bar:
    """A progress bar for one run (the engine's `Progress` port)."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<34}"),
            BarColumn(),
            TextColumn("{task.completed:>6}/{task.total}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task: TaskID | None = None
        self._step = ""

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def report(self, module: Module, step: str, done: int, total: int) -> None:
        """Show a step; a new step gets a line of its own."""
        if self._task is None or step != self._step:
            self._task, self._step = self._progress.add_task(f"{module.value}: {step}"), step
        self._progress.update(self._task, completed=done, total=total or done or None)

    def stop_wanted(self) -> bool:
        """Nobody stops the demo but by Ctrl-C, which loses nothing either."""
        return False

    def waiting(self, seconds: int) -> None:
        """Xero's minute limit is reached; say how long the run waits."""
        note = f"[yellow]Xero's limit of calls a minute is reached: going on in {seconds} s"
        self._progress.console.print(note)


def show_report(console: Console, report: Report) -> None:
    """The sync log, the notices and the reasons."""
    for notice in report.header.notices:
        console.print(f"[yellow]{notice}")
    _print_whole(console, log_table(report.logs))
    show_reasons(console, report.entries)
    if report.header.status is not RunStatus.COMPLETED:
        console.print(f"[red]{report.header.status.value}:[/] {report.header.message}")


def log_table(logs: Sequence[ModuleLog]) -> Table:
    """Vtiger's log: one row per module, four counts for each side, under a head of two rows."""
    table = Table(title="Xero - Sync Log", box=SIMPLE_HEAD, padding=0, pad_edge=False)
    for title in ("Date", "Time", "Module"):
        table.add_column(f"\n{title}", no_wrap=True)
    for side in Side:
        for place, operation in enumerate(Operation):
            group = side.value if place == 0 else ""
            head = f" {group}\n {operation.value}"
            wide = max(map(len, head.split("\n")))
            table.add_column(head, justify="right", no_wrap=True, min_width=wide)
    for log in logs:
        counts = [str(log.counts[side, done]) for side in Side for done in Operation]
        at = log.at.astimezone()
        table.add_row(f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", log.module.value, *counts)
    return table


def show_reasons(console: Console, entries: Sequence[Entry]) -> None:
    """Why records were skipped, the most frequent rule first, each with an example."""
    skipped = [entry for entry in entries if entry.operation is Operation.SKIPPED]
    if not skipped:
        return
    causes = Counter((entry.module.value, entry.rule) for entry in skipped)
    examples = {(entry.module.value, entry.rule): entry for entry in reversed(skipped)}
    table = Table(title="Skipped, by cause", header_style="bold")
    table.add_column("Records", justify="right")
    for title in ("Module", "For example", "Reason", "What to do"):
        table.add_column(title, max_width=40)
    for cause, count in causes.most_common(_SHOWN_REASONS):
        entry = examples[cause]
        row = (entry.module.value, _short(entry.title), entry.reason, entry.remedy)
        table.add_row(str(count), *row)
    console.print(table)
    if len(causes) > _SHOWN_REASONS:
        console.print(f"… and {len(causes) - _SHOWN_REASONS} further causes, in the log.")


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """What the doctor found, the worst first."""
    table = Table(title="The doctor, before the run", header_style="bold")
    for title in ("", "What", "Finding", "What to do"):
        table.add_column(title, max_width=48)
    for each in findings:
        colour = _COLOURS[each.severity]
        table.add_row(
            f"[{colour}]{each.severity.value}[/]", each.subject, each.problem, each.remedy
        )
    console.print(table)


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.FINE: "green"}


def show_reconciliation(console: Console, found: Reconciliation) -> None:
    """Totals, counts and sums of both ledgers, and every record in which they differ."""
    totals, counts, sums, _, drifts, _ = tables(found)
    for each in (totals, counts, sums, drifts):
        if each.rows:
            _print_whole(console, _shown(each))


def _print_whole(console: Console, table: Table) -> None:
    """A narrow screen wraps it, and cuts no figure."""
    needed = Measurement.get(console, console.options.update(max_width=1_000), table).minimum
    console.width = max(console.width, needed)
    console.print(table)


def _shown(held: TextTable) -> Table:
    table = Table(title=f"Reconciliation: {held.title}", header_style="bold")
    for column in held.columns:
        is_number = column.is_number
        justify: JustifyMethod = "right" if is_number else "left"
        wide = max(map(len, column.head.split()))
        table.add_column(column.head, justify=justify, no_wrap=is_number, min_width=wide)
    for row in held.shown:
        table.add_row(*row)
    return table


def show_matches(console: Console, matches: Sequence[Match]) -> None:
    """Records that may be one, side by side, with what to write to answer."""
    if not matches:
        console.print("No possible match waits for an answer.")
    for match in matches:
        reason = reason_of(Side.XERO, match.likeness, match.xero_title)
        table = Table(title=f"{match.module.value}: {reason}", header_style="bold")
        for title in ("Field", Side.CRM.value, Side.XERO.value):
            table.add_column(title)
        for each in match.fields:
            table.add_row(each.field, escape(each.crm), escape(each.xero))
        console.print(table)
        console.print(f"--one {match.crm_name}={match.xero_id}, or --two …", soft_wrap=True)


def show_plan(console: Console, plan: Plan) -> None:
    """A preview: what a run would do, and how many calls it costs."""
    counts = plan.counts
    table = Table(title=f"Preview of {plan.module.value}: nothing was written", header_style="bold")
    table.add_column("")
    for operation in Operation:
        table.add_column(operation.value, justify="right")
    for side in Side:
        table.add_row(side.value, *(str(counts[side, done]) for done in Operation))
    console.print(table)
    cost = plan.cost
    if plan.left_out:
        console.print(plan.left_out)
    if plan.possible:
        console.print(f"{plan.possible} pairs may be one, and wait for an answer (--matches).")
    console.print(f"This costs about {cost.calls} API calls, {cost.writing} of them to write.")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
