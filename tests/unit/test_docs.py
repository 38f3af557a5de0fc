"""The docs that are printed from the code say what the code says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import vtiger_xero
from vtiger_xero.engine.mapping import TABLES
from vtiger_xero.engine.mapping.doctypes import DOCTYPES
from vtiger_xero.engine.mapping.people import PERSONS

ROOT = Path(vtiger_xero.__file__).parent.parent


def test_the_printed_tables_are_fresh() -> None:
    """If this fails: python scripts/print_docs.py."""
    spec = importlib.util.spec_from_file_location("print_docs", ROOT / "scripts/print_docs.py")
    assert spec
    assert spec.loader
    printer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(printer)
    for name, page in printer.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), name


def test_every_row_names_a_field_of_its_doctype_that_can_hold_what_xero_holds() -> None:
    for module, table in TABLES.items():
        name = DOCTYPES[module][0].lower().replace(" ", "_")
        path = ROOT / f"vtiger_xero/vtiger_xero/doctype/{name}/{name}.json"
        fields = {each["fieldname"]: each for each in json.loads(path.read_text())["fields"]}
        for row in table.rows:
            if row.field == PERSONS:
                continue  # Frappe's own Contacts, linked
            field = fields[row.field]
            if row.length and field["fieldtype"] == "Data":
                assert int(field.get("length") or 140) >= row.length, row.field
