"""`python -m demo`: the main job, end to end, on books that are kept in a folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from rich.console import Console

from vtiger_xero.engine.doctor import Finding, examine, observe
from vtiger_xero.engine.errors import SyncError
from vtiger_xero.engine.links import Answer
from vtiger_xero.engine.reconciliation import Reconciliation, Verdict, reconcile, verdict_text
from vtiger_xero.engine.records import Module, Side
from vtiger_xero.engine.report import Report, RunStatus
from vtiger_xero.xero.endpoints import SCOPES

from .checks import disagreements, sizes
from .matches import give_answers, matches_of
from .options import Options
from .screen import (
    Bar,
    show_findings,
    show_matches,
    show_plan,
    show_reconciliation,
    show_report,
)
from .stage import Stage, prepare, set_up, simulator

_LOG_WIDTH = 112


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit status is 0 only where the log agrees with both stores."""
    options = Options.parse(arguments)
    console = Console()
    # Vtiger's log is a wide table; a narrow screen shall scroll or wrap it, not cut its numbers.
    console.width = max(console.width, _LOG_WIDTH)
    try:
        new = prepare(options)
        with simulator(options) as xero:
            bar = Bar(console)
            stage = set_up(options, xero, new=new, on_wait=bar.waiting)
            console.print(_opening(stage, new=new))
            status = _work(stage, bar, console)
            if options.keep:
                _keep(stage, console)
            return status
    except SyncError as error:
        console.print(f"[red]{error.message}")
        return 1


def _work(stage: Stage, bar: Bar, console: Console) -> int:
    """What the options ask for."""
    options = stage.options
    for answer, pairs in ((Answer.ONE, options.one), (Answer.TWO, options.two)):
        give_answers(stage, pairs, answer)
    if options.matches:
        show_matches(console, matches_of(stage))
        return 0
    return _preview(stage, bar, console) if options.preview else _run(stage, bar, console)


def _opening(stage: Stage, *, new: bool) -> str:
    books = "new books" if new else "the books of the last run"
    return (
        f"Connected to [bold]{stage.organisation}[/] at {stage.xero.url} by OAuth 2.0; {books} "
        f"in {stage.options.data}; {stage.options.direction.value}."
    )


def _preview(stage: Stage, bar: Bar, console: Console) -> int:
    show_findings(console, _findings(stage))
    with bar:
        plans = stage.sync(bar).preview()
    for plan in plans:
        show_plan(console, plan)
    return 0


def _run(stage: Stage, bar: Bar, console: Console) -> int:
    show_findings(console, _findings(stage))
    before, began = sizes(stage), time.monotonic()
    with bar:
        report = stage.sync(bar).run()
    took = time.monotonic() - began
    show_report(console, report)
    wrong = disagreements(stage, report, before)
    for sentence in wrong:
        console.print(f"[red]{sentence}")
    found = reconcile(stage.crm, stage.journal, Module, settings=stage.settings)
    show_reconciliation(console, found)
    console.print(_closing(stage, report, found, took))
    done = report.header.status is RunStatus.COMPLETED
    return 0 if done and not wrong and found.agrees else 1


def _findings(stage: Stage) -> list[Finding]:
    """What the doctor says before any record does: what will fail, and what to do about it."""
    reference = stage.ledger.reference()
    held = observe(stage.crm, stage.journal, stage.settings, reference, scopes=SCOPES)
    return examine(held)


def _closing(stage: Stage, report: Report, found: Reconciliation, took: float) -> str:
    calls = f"{report.header.calls} API calls in {took:.1f} s."
    agreed = f"[{_COLOURS[found.verdict]}]{verdict_text(found)}[/]"
    if report.writes == 0:
        return f"[green]Nothing to do: 0 writes on either side, {calls} {agreed}"
    held = sizes(stage)
    crm, xero = (
        ", ".join(f"{held[side, module]} {module.value.lower()}" for module in Module)
        for side in Side
    )
    return (
        f"[green]{report.writes} writes, {calls}[/] The CRM now holds {crm}; Xero {xero}. The log "
        f"agrees with both. {agreed}"
    )


_COLOURS = {Verdict.AGREE: "green", Verdict.LINKED_AGREE: "yellow", Verdict.DIFFER: "red"}


def _keep(stage: Stage, console: Console) -> None:
    console.print(f"The simulator goes on at {stage.xero.url}; Ctrl-C ends it.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Ended; the books are kept.")


if __name__ == "__main__":
    sys.exit(main())
