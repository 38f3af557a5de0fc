"""Prints docs/mapping.md and docs/limits.md from the code; a test holds them fresh."""

from __future__ import annotations

from pathlib import Path

from vtiger_xero.engine.conditions import CONDITIONS
from vtiger_xero.engine.mapping import TABLES
from vtiger_xero.engine.records import Module

DOCS = Path(__file__).resolve().parent.parent / "docs"
XERO_OBJECTS = {Module.ORGANIZATIONS: "Contacts"}


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
    return "\n".join(parts) + "\n"


def limits() -> str:
    """The rules that keep a record from being written, as Markdown."""
    parts = ["# What is skipped, and why", "", "Printed from `vtiger_xero/engine/conditions.py`."]
    parts += ["A skipped record is in the log with its reason and remedy; the others sync.", ""]
    parts += ["| rule | module | not written to | promise |", "|---|---|---|---|"]
    for each in CONDITIONS:
        parts.append(f"| {each.code} | {each.module.value} | {each.side.value} | {each.promise} |")
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write both files."""
    (DOCS / "mapping.md").write_text(mapping(), encoding="utf-8")
    (DOCS / "limits.md").write_text(limits(), encoding="utf-8")


if __name__ == "__main__":
    main()
