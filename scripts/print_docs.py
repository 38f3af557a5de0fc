"""Prints docs/mapping.md, limits.md and doctor.md from the code; a test holds them fresh."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.conditions.approved import PROMISES
from vtiger_xero.engine.conditions.other_rules import OTHER_RULES
from vtiger_xero.engine.doctor import CHECKS
from vtiger_xero.engine.mapping.doctypes import RENAMED, SERVICE
from vtiger_xero.engine.mapping.invoices import CANCELLED, CREDIT, LINE_ROWS, OF_CRM
from vtiger_xero.engine.modules import TABLES
from vtiger_xero.engine.records import Module, Side

DOCS = Path(__file__).resolve().parent.parent / "docs"
XERO_OBJECTS = {
    Module.ORGANIZATIONS: "Contacts",
    Module.PRODUCTS: "Items",
    Module.INVOICES: "sales invoices",
    Module.PAYMENTS: "payments",
}


def mapping() -> str:
    """The mapping tables, as Markdown."""
    parts = ["# Which field goes where", "", "Printed from `vtiger_xero/engine/mapping/`."]
    for module, table in TABLES.items():
        parts += ["", f"## {module.value} and Xero's {XERO_OBJECTS[module]}", ""]
        parts += ["| CRM | Xero | way | at most | |", "|---|---|---|---|---|"]
        for row in table.rows:
            length = f"{row.length} characters" if row.length else ""
            parts.append(
                f"| `{row.field}` | {row.xero} | {row.way.value} | {length} | {row.note} |"
            )
        if module is Module.PRODUCTS:
            renamed = ", ".join(f"`{new}` for `{old}`" for old, new in RENAMED[SERVICE].items())
            parts += ["", f"A service has {renamed}."]
        if module is Module.INVOICES:
            parts += _lines() + _statuses()
    return "\n".join(parts) + "\n"


def _lines() -> list[str]:
    parts = ["", "### Lines of an invoice", "", "| CRM | Xero | |", "|---|---|---|"]
    return parts + [f"| {crm} | {xero} | {note} |" for crm, xero, note in LINE_ROWS]


def _statuses() -> list[str]:
    parts = ["", "### Statuses of an invoice", "", "| CRM | in Xero |", "|---|---|"]
    cancelled = "VOIDED, while a draft DELETED; only where *Sync Deletions* is on"
    words = {CANCELLED: cancelled, CREDIT: "skipped"}
    return parts + [f"| {crm} | {words.get(xero, xero)} |" for crm, xero in OF_CRM.items()]


def limits() -> str:
    """The rules that keep a record from being written, as Markdown."""
    parts = ["# What is skipped, and why", "", "Printed from `vtiger_xero/engine/conditions/`."]
    parts += ["A skipped record is in the log with its reason and remedy; the others sync."]
    parts += ["Which promise a limit belongs to is in [rules.md](rules.md).", ""]
    parts += ["| rule | module | not written to | promise |", "|---|---|---|---|"]
    for each in CONDITIONS:
        parts.append(f"| {each.code} | {each.module.value} | {each.side.value} | {each.promise} |")
    parts += ["", "## What else keeps a record back", ""]
    parts += ["| rule | module | not written to | promise |", "|---|---|---|---|"]
    for rule in OTHER_RULES:
        modules = "all" if set(rule.modules) == set(Module) else _names(rule.modules)
        parts.append(f"| {rule.code} | {modules} | {_names(rule.sides)} | {rule.promise} |")
    parts += ["", "## Invoices that Xero holds fast (I10)", ""]
    parts += [f"- {promise}" for promise in PROMISES]
    return "\n".join(parts) + "\n"


def _names(each: Iterable[Module | Side]) -> str:
    return ", ".join(one.value for one in each)


def doctor() -> str:
    """What the doctor looks at before any record does, as Markdown."""
    parts = ["# What the doctor checks", "", "Printed from `vtiger_xero/engine/doctor/`."]
    parts += ["Press **Check** on Xero Settings, or run `bench --site your.site xero-doctor`.", ""]
    parts += ["| check | about | promise |", "|---|---|---|"]
    parts += [f"| {each.code} | {each.subject} | {each.promise} |" for each in CHECKS]
    return "\n".join(parts) + "\n"


PAGES = {"mapping.md": mapping, "limits.md": limits, "doctor.md": doctor}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
