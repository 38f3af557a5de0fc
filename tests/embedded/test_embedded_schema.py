"""DocTypes become tables, and grow with their JSON files."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.crm import Database, DocType, EmbeddedCrm, EmbeddedJournal, load_doctypes
from demo.crm.documents import Documents
from demo.crm.schema import Kind, decode, encode
from tests.contract.world import ORGANIZATIONS
from vtiger_xero.engine import stored
from vtiger_xero.engine.actions import Operation
from vtiger_xero.engine.errors import RecordRefused
from vtiger_xero.engine.links import Link
from vtiger_xero.engine.outbox import Batch, Method
from vtiger_xero.engine.records import Side, XeroRecord
from vtiger_xero.engine.report import Entry, ModuleLog, RunHeader

from .conftest import NOON, StoppedClock

SHIP: dict[str, Any] = {
    "doctype": "DocType",
    "name": "Test Ship",
    "autoname": "format:SHIP{###}",
    "fields": [
        {"fieldname": "details", "fieldtype": "Section Break"},
        {"fieldname": "title", "fieldtype": "Data", "label": "Ship's Title", "reqd": 1},
        {"fieldname": "code", "fieldtype": "Data", "unique": 1},
        {"fieldname": "notes", "fieldtype": "Text"},
        {"fieldname": "crew", "fieldtype": "Int"},
        {"fieldname": "afloat", "fieldtype": "Check", "default": "1"},
        {"fieldname": "price", "fieldtype": "Currency"},
        {"fieldname": "built", "fieldtype": "Date"},
        {"fieldname": "sailed", "fieldtype": "Datetime"},
        {"fieldname": "rig", "fieldtype": "Select", "options": "Sloop\nKetch"},
        {"fieldname": "log", "fieldtype": "Table", "options": "Test Log Line"},
    ],
}
LINE: dict[str, Any] = {
    "doctype": "DocType",
    "name": "Test Log Line",
    "istable": 1,
    "fields": [
        {"fieldname": "place", "fieldtype": "Data", "label": "Place", "reqd": 1},
        {"fieldname": "miles", "fieldtype": "Float", "default": "1", "non_negative": 1},
        {"fieldname": "sister", "fieldtype": "Link", "options": "Test Ship", "label": "Sister"},
    ],
}


def ship(**changes: Any) -> DocType:
    return DocType.of({**SHIP, **changes})


def opened(doctype: DocType, path: Path | None = None) -> tuple[Database, Documents]:
    database = Database.open(path, {doctype.name: doctype, LINE["name"]: DocType.of(LINE)})
    return database, Documents(database, doctype.name)


def insert(table: Documents, **values: Any) -> dict[str, Any]:
    name = table.insert({"title": "Kea", **values}, NOON, "somebody")
    return {"name": name, **table.get([name])[name]}


def test_a_doctype_is_read_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "test_ship"
    folder.mkdir()
    (folder / "test_ship.json").write_text(json.dumps(SHIP), "utf-8")
    doctype = load_doctypes(tmp_path)["Test Ship"]
    assert doctype == ship()
    assert "details" not in doctype.by_name
    assert "log" not in doctype.by_name
    assert doctype.by_name["title"].label == "Ship's Title"
    assert doctype.by_name["code"].label == "Code"


def test_singles_have_no_table_of_their_own() -> None:
    doctypes = {"A": ship(name="A", issingle=1), "B": DocType.of(LINE)}
    assert [each.name for each in Database.open(doctypes=doctypes).doctypes] == ["Test Log Line"]


def test_each_type_comes_back_as_itself() -> None:
    _, table = opened(ship())
    sailed = datetime(2026, 3, 1, 1, 0, 0, 5, tzinfo=timezone(timedelta(hours=13)))
    row = insert(table, crew="12", afloat=False, price="10.50", built="2020-02-29", sailed=sailed)
    assert row["crew"] == 12
    assert row["afloat"] == 0
    assert row["price"] == Decimal("10.5")
    assert row["built"] == date(2020, 2, 29)
    assert row["sailed"] == sailed
    assert row["sailed"].utcoffset() == timedelta(0)


def test_what_is_absent_is_what_a_site_would_hold() -> None:
    _, table = opened(ship())
    row = insert(table)
    assert (row["notes"], row["crew"], row["price"]) == ("", 0, Decimal(0))
    assert (row["built"], row["sailed"]) == (None, None)
    assert (row["afloat"], row["rig"]) == (1, "Sloop")


@pytest.mark.parametrize("text", ["0.000000001", "-12345678901.123456789", "1E+3", "0", "-0.0"])
def test_decimals_are_kept_exactly(text: str) -> None:
    held = encode(Kind.DECIMAL, Decimal(text))
    assert decode(Kind.DECIMAL, held) == Decimal(text)
    assert "E" not in held


def test_names_follow_the_doctype() -> None:
    _, numbered = opened(ship())
    assert [insert(numbered)["name"] for _ in range(2)] == ["SHIP001", "SHIP002"]
    _, series = opened(ship(autoname="S-.##"))
    assert insert(series)["name"] == "S-01"
    _, own = opened(ship(autoname="field:code"))
    assert insert(own, code="K1")["name"] == "K1"
    _, random = opened(ship(autoname="hash"))
    assert insert(random)["name"] != insert(random)["name"]
    _, unknown = opened(ship(autoname="naming_series:"))
    with pytest.raises(ValueError, match="naming_series"):
        insert(unknown)


def test_a_failed_insert_gives_its_number_back() -> None:
    database, table = opened(ship())
    with pytest.raises(RecordRefused), database.record():
        insert(table, crew="many")
    assert insert(table)["name"] == "SHIP001"


def test_a_field_that_the_doctype_lacks_is_a_mistake_of_ours() -> None:
    _, table = opened(ship())
    with pytest.raises(ValueError, match="Test Ship has no field colour"):
        insert(table, colour="red")


# Growing


def test_a_field_that_the_json_gained_is_added(tmp_path: Path) -> None:
    path = tmp_path / "ships.sqlite"
    database, table = opened(ship(), path)
    name = insert(table)["name"]
    database.commit()
    database.close()
    more = [*SHIP["fields"], {"fieldname": "port", "fieldtype": "Data", "unique": 1}]
    database, table = opened(ship(fields=more), path)
    assert table.get([name])[name]["port"] == ""
    assert insert(table, port="Bluff")["port"] == "Bluff"
    with pytest.raises(Exception, match="Port"):
        insert(table, port="bluff")


def test_a_field_that_the_json_lost_keeps_what_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "ships.sqlite"
    database, table = opened(ship(), path)
    insert(table, notes="worth keeping")
    database.commit()
    database.close()
    less = [each for each in SHIP["fields"] if each["fieldname"] != "notes"]
    database, table = opened(ship(fields=less), path)
    insert(table)
    assert [row["notes"] for row in database.rows('SELECT notes FROM "Test Ship"')] == [
        "worth keeping",
        None,
    ]


def test_opening_a_database_that_lacks_nothing_waits_for_nobody(path: Path) -> None:
    with Database.open(path) as writer:
        writer.write("""INSERT INTO "Series" VALUES ('X', 1)""")
        with Database.open(path) as reader:
            assert reader.rows("""SELECT * FROM "Series" WHERE name = 'X'""") == []


def test_what_was_customized_stays_customized(path: Path) -> None:
    with Database.open(path) as database:
        crm = EmbeddedCrm(database, StoppedClock())
        crm.customize(ORGANIZATIONS, "industry", reqd=1, label="Trade")
        crm.customize(ORGANIZATIONS, "rating", reqd=1, default="Active")
    with Database.open(path) as database:
        crm = EmbeddedCrm(database, StoppedClock())
        mandatory = {each.field: each.label for each in crm.mandatory_fields(ORGANIZATIONS)}
        assert mandatory == {"organization_name": "Organization Name", "industry": "Trade"}
        crm.customize(ORGANIZATIONS, "industry", reqd=0)
        made = crm.insert(ORGANIZATIONS, {"organization_name": "Kea"})
        assert made.fields["rating"] == "Active"


# The app's own DocTypes


def test_every_row_of_the_journal_has_its_columns() -> None:
    record = XeroRecord(ORGANIZATIONS, "x", NOON, {"Name": "Kea"})
    rows: dict[str, stored.Row] = {
        "Xero Document": stored.document_row("t", record, pending=True),
        "Xero Link": stored.link_row("t", Link(ORGANIZATIONS, "ACC1", "x"), {}),
        "Xero Outbox": stored.batch_row("t", Batch.of("t", ORGANIZATIONS, Method.CREATE, (), NOON)),
        "Xero Sync Run": stored.run_row(RunHeader("t", NOON)),
        "Xero Sync Log": stored.log_row("r", ModuleLog(ORGANIZATIONS, NOON)),
        "Xero Sync Entry": stored.entry_row(
            "r", Entry(ORGANIZATIONS, Side.CRM, Operation.CREATED, "Kea")
        ),
    }
    doctypes = load_doctypes()
    lacking = {name: row.keys() - doctypes[name].by_name.keys() for name, row in rows.items()}
    assert not any(lacking.values()), lacking


def test_what_must_be_unique_is_unique_in_the_database() -> None:
    for doctype, field in (
        ("Xero Document", "document_key"),
        ("Xero Link", "crm_key"),
        ("Xero Link", "xero_key"),
        ("Xero Outbox", "batch"),
        ("Vtiger Organization", "organization_number"),
    ):
        database = Database.open()
        sql = f'INSERT INTO "{doctype}" (name, "{field}") VALUES (?, ?)'
        database.write(sql, ("1", None))
        database.write(sql, ("2", None))
        database.write(sql, ("3", "same"))
        with pytest.raises(sqlite3.IntegrityError):
            database.write(sql, ("4", "same"))


NEWER = {
    "Xero Link": {"rule", "matched_on", "conflict", "choices", "keeps"},
    "Vtiger Organization": {"do_not_sync"},
}


def test_a_database_of_an_earlier_version_is_read_and_goes_on(path: Path) -> None:
    doctypes = load_doctypes()
    older = {
        name: replace(doctype, form=tuple(f for f in doctype.form if f.name not in lacks))
        for name, doctype in doctypes.items()
        for lacks in (NEWER.get(name, set()),)
    }
    with Database.open(path, older) as database:
        assert "rule" not in {
            each["name"] for each in database.rows('PRAGMA table_info("Xero Link")')
        }
        documents = Documents(database, "Vtiger Organization")
        name = documents.insert({"organization_name": "Kea"}, NOON, "somebody")
        row = stored.link_row("tenant", Link(ORGANIZATIONS, name, "x-1"), {"fax": "1"})
        known = {k: v for k, v in row.items() if k not in NEWER["Xero Link"]}
        marks = ", ".join("?" * (len(known) + 1))
        columns = ", ".join(["name", *known])
        database.write(
            f'INSERT INTO "Xero Link" ({columns}) VALUES ({marks})', ("L1", *known.values())
        )
        database.commit()
    with Database.open(path) as database:
        crm, journal = EmbeddedCrm(database, StoppedClock()), EmbeddedJournal(database, "tenant")
        (link,) = journal.links(ORGANIZATIONS)
        assert link == Link(ORGANIZATIONS, name, "x-1")
        assert crm.heads(ORGANIZATIONS)[0].keys["do_not_sync"] == ""
        crm.edit(ORGANIZATIONS, name, do_not_sync=True)
        assert crm.heads(ORGANIZATIONS)[0].keys["do_not_sync"] == "1"
        journal.save_link(replace(link, rule="G7", keeps=Side.CRM))
        assert journal.links(ORGANIZATIONS) == [replace(link, rule="G7", keeps=Side.CRM)]
        assert journal.bases(ORGANIZATIONS, [name]) == {name: {"fax": "1"}}
