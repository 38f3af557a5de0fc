"""`bench --site X xero-doctor`, `xero-matches`, `xero-probe`, `xero-reconcile`, `xero-sync`.

What is wrong, by exit status.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import frappe
from frappe.commands import get_site, pass_context

from .engine.doctor import Finding, Severity, is_healthy
from .engine.errors import SyncError
from .engine.reconciliation import (
    Reconciliation,
    Verdict,
    csv_text,
    plain_text,
    tables,
    verdict_text,
)
from .engine.records import Module

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.FINE: "green"}


@click.command("xero-doctor", help="List everything that will fail, before any record does.")
@click.option("--all", "everything", is_flag=True, help="Say what is fine, too.")
@pass_context
def xero_doctor(context: Any, everything: bool) -> None:
    """Check the settings, the reference data and the records against each other."""
    from .views.doctor import findings  # Frappe imports this file for every command of a bench

    found = _on_site(context, findings)
    _tell(found, everything)
    sys.exit(0 if is_healthy(found) else 1)


def _tell(found: Sequence[Finding], everything: bool) -> None:
    for each in found:
        if everything or each.severity is not Severity.FINE:
            click.secho(f"{each.severity.value}: {each.subject}", fg=_COLOURS[each.severity])
            click.echo(f"  {each.problem}")
            click.echo(f"  \u2192 {each.remedy}" if each.remedy else "")
    counts = {severity: sum(each.severity is severity for each in found) for severity in Severity}
    click.echo(
        f"{counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings, "
        f"{counts[Severity.FINE]} checks are fine."
    )


@click.command("xero-reconcile", help="Prove that both ledgers agree, or list what differs.")
@click.option("--module", type=click.Choice([module.value for module in Module]))
@click.option("--all", "everything", is_flag=True, help="Show what agrees, too.")
@click.option(
    "--csv",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the tables into this folder.",
)
@pass_context
def xero_reconcile(context: Any, module: str | None, everything: bool, folder: Path | None) -> None:
    """Hold the CRM against Xero, as it was last read; nothing is read or written there."""
    from .views.reconciliation import as_of, reconciliation

    def work() -> tuple[Reconciliation, str]:
        found = reconciliation(Module(module) if module else None)
        return found, as_of(found)

    found, told = _on_site(context, work)
    for table in tables(found, only_differences=not everything):
        if table.rows:
            click.echo(f"{plain_text(table)}\n")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            name = table.title.lower().replace(" ", "-")
            (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="")
    click.echo(told)
    _verdict(found)


_VERDICT_COLOURS = {Verdict.AGREE: "green", Verdict.LINKED_AGREE: "yellow", Verdict.DIFFER: "red"}


def _verdict(found: Reconciliation) -> None:
    click.secho(verdict_text(found), fg=_VERDICT_COLOURS[found.verdict])
    sys.exit(0 if found.agrees else 1)


@click.command("xero-sync", help="Sync now, in this process, and say how it went.")
@click.option("--module", type=click.Choice([module.value for module in Module]))
@click.option("--resync", is_flag=True, help="Read all of Xero anew. Links stay.")
@pass_context
def xero_sync(context: Any, module: str | None, resync: bool) -> None:
    """Exit status 0: all is in step; 1: something was skipped; 2: the run did not end well."""
    from .engine.run_filter import RunFilter
    from .runs.jobs import SYNC, run_here
    from .views.log_view import summary

    def work() -> tuple[int, list[str]]:
        run = run_here(SYNC, RunFilter(Module(module) if module else None), anew=resync)
        return summary(run)

    status, lines = _on_site(context, work, failed=2)
    for line in lines:
        click.echo(line)
    sys.exit(status)


@click.command("xero-matches", help="List records that may be one, and answer one or two.")
@click.option("--module", type=click.Choice([module.value for module in Module]))
@click.option("--one", "answer", flag_value="One", help="The pairs of PAIRS are one.")
@click.option("--two", "answer", flag_value="Two", help="The pairs of PAIRS are two.")
@click.option("--ask-again", "answer", flag_value="Again", help="Forget the answers on PAIRS.")
@click.option("--all", "everything", is_flag=True, help="Answer on all pairs of the module.")
@click.argument("pairs", nargs=-1)
@pass_context
def xero_matches(
    context: Any, module: str | None, answer: str | None, everything: bool, pairs: tuple[str, ...]
) -> None:
    """PAIRS are written as the list shows them: NAME=XERO-ID. Exit status 1: some wait."""
    if answer and (not module or not (pairs or everything)):
        raise click.UsageError("Name the module (--module) and the pairs, or --all.")
    chosen = Module(module) if module else None
    lines = _on_site(context, lambda: _matches(chosen, answer, everything, pairs))
    for line in lines:
        click.echo(line)
    sys.exit(1 if lines and not answer else 0)


def _matches(
    module: Module | None, answer: str | None, everything: bool, pairs: Sequence[str]
) -> list[str]:
    """What the command prints."""
    from .engine.links import Answer
    from .views import matches

    def waiting() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = matches.matches(0, _EVERY_ROW, module)["rows"]
        return rows

    if not answer or module is None:
        return [line for row in waiting() for line in _match_lines(row)]
    chosen = [(row["name"], row["xero_id"]) for row in waiting()] if everything else []
    chosen += [_pair(each) for each in pairs]
    if answer == "Again":
        for each in chosen:
            matches.take_back(module, each)
    else:
        matches.give_answer(module, chosen, Answer(answer))
    # A command has no request that would commit at its end.
    frappe.db.commit()  # nosemgrep: frappe-manual-commit
    return [f"{len(chosen)} pairs: {answer}. The next run carries it out."]


_EVERY_ROW = 1_000_000


def _pair(text: str) -> tuple[str, str]:
    name, is_pair, xero_id = text.rpartition("=")
    if not is_pair or not name:
        raise click.UsageError(f"{text} is no pair; write NAME=XERO-ID.")
    return name, xero_id


def _match_lines(row: dict[str, Any]) -> list[str]:
    head = f"{row['module']}: {row['name']}={row['xero_id']}"
    fields = [
        f"  {'*' if each['differs'] else ' '} {each['label']}: {each['crm']} | {each['xero']}"
        for each in row["fields"]
    ]
    return [head, f"  {row['why']}", *fields]


@click.command("xero-probe", help="Try on a Demo Company what the app assumes of Xero.")
@click.option("--calls", default=300, show_default=True, help="Make no more calls than these.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the report into this folder; else into xero_probe of the site.",
)
@pass_context
def xero_probe(context: Any, calls: int, folder: Path | None) -> None:
    """Exit status 0: nothing is contradicted; 1: something is; 2: the probe could not be made.

    It writes to the connected organisation, and refuses every one that is no Demo Company.
    """
    from .probe import TEXT, Verdict

    def work() -> tuple[Any, Path]:
        place = folder or Path(frappe.get_site_path("xero_probe"))
        return _probe(place, calls), place

    report, place = _on_site(context, work, failed=2)
    click.echo(f"The report: {place / TEXT}, and beside it a file to send in.")
    sys.exit(1 if report.ids(Verdict.CONTRADICTED) else 0)


def _probe(place: Path, calls: int) -> Any:
    """No run of the organisation is under way meanwhile: it would read the probe's records."""
    from .connection.connect import client
    from .connection.settings import addresses
    from .crm.lock import run_lock
    from .crm.tenant import connected_tenant
    from .crm.times import CLOCK
    from .engine.errors import AccessLost
    from .probe import run
    from .xero.endpoints import XERO
    from .xero.tokens import NOT_CONNECTED

    tenant = connected_tenant()
    if not tenant:
        raise AccessLost(NOT_CONNECTED)
    of = "Demo Company" if addresses() == XERO else "simulator"
    with run_lock(tenant):
        return run(client(tenant).reply, CLOCK, tenant, place, of=of, say=click.echo, limit=calls)


def _on_site(context: Any, work: Callable[[], Any], *, failed: int = 1) -> Any:
    """Do it on the site that was named; the sync's own errors are sentences, not traces.

    `failed` is the exit status that goes with such a sentence.
    """
    with frappe.init_site(get_site(context)):
        frappe.connect()
        try:
            return work()
        except SyncError as error:
            click.secho(error.message, fg="red", err=True)
            sys.exit(failed)


commands = [xero_doctor, xero_matches, xero_probe, xero_reconcile, xero_sync]
