"""No read-only field is a person's to write: each is declared, and stays what it is.

A field that somebody adds tomorrow fails here until it is said who writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from demo.crm.schema import FOLDER
from vtiger_xero.engine.saving.read_only import READ_ONLY, WRITTEN_BY_SYNC, stored_values

_LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML"}
# Tables of which a person writes every field.
WRITTEN_BY_PERSONS = {"Vtiger Product Tax", "Vtiger Tax Base"}
# The rows of a record that only the sync writes.
ROWS_OF_THE_SYNC = {"Xero Tax Component"}
ALL = sorted(file.name for file in FOLDER.iterdir() if (file / f"{file.name}.json").exists())


def held(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / folder / f"{folder}.json").read_text("utf-8"))
    return found


def read_only(doctype: dict[str, Any]) -> Iterator[str]:
    for field in doctype["fields"]:
        if field.get("read_only") and field["fieldtype"] not in _LAYOUT:
            yield field["fieldname"]


def conditional(doctype: dict[str, Any]) -> Iterator[str]:
    for field in doctype["fields"]:
        if field.get("read_only_depends_on"):
            yield field["fieldname"]


@pytest.mark.parametrize("folder", ALL)
def test_it_is_said_of_every_read_only_field_who_writes_it(folder: str) -> None:
    doctype = held(folder)
    name = doctype["name"]
    if name in WRITTEN_BY_SYNC:
        return
    if name in WRITTEN_BY_PERSONS | ROWS_OF_THE_SYNC:
        assert list(read_only(doctype)) == []
        return
    fields = READ_ONLY[name]
    said = [*fields.stays, *fields.computed, *fields.filled]
    assert sorted(said) == sorted(read_only(doctype)), "each once, and no other"
    assert sorted(fields.stays_while) == sorted(conditional(doctype))


@pytest.mark.parametrize("name", sorted(WRITTEN_BY_SYNC))
def test_what_only_the_sync_writes_has_no_field_and_no_role_for_anybody_else(name: str) -> None:
    doctype = held(name.lower().replace(" ", "_"))
    fields = [each for each in doctype["fields"] if each["fieldtype"] not in _LAYOUT]
    assert [each["fieldname"] for each in fields if not each.get("read_only")] == []
    rights = ("write", "create", "import", "submit", "amend")
    assert [role for role in doctype["permissions"] if any(role.get(each) for each in rights)] == []


def test_every_declaration_is_of_a_doctype_that_is_there() -> None:
    names = {held(folder)["name"] for folder in ALL}
    assert set(READ_ONLY) | WRITTEN_BY_SYNC | WRITTEN_BY_PERSONS | ROWS_OF_THE_SYNC == names


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_a_new_record_begins_as_the_form_shows_it(name: str) -> None:
    doctype = held(name.lower().replace(" ", "_"))
    defaults = {each["fieldname"]: each.get("default") for each in doctype["fields"]}
    for field, value in stored_values(name, None).items():
        assert str(value or "") == str(defaults[field] or "").strip("0"), field


def test_nobody_makes_a_connection_or_takes_one_away() -> None:
    """A Single needs no second one: inserting it again would take away all that is in it."""
    for role in held("xero_settings")["permissions"]:
        assert not role.get("create")
        assert not role.get("delete")


# What a save keeps


def test_what_is_stored_stays() -> None:
    before = {"source": "Xero", "xero_state": "In Sync", "received_otherwise": 70, "subject": "A"}
    stored = stored_values("Vtiger Invoice", before)
    assert stored["received_otherwise"] == 70
    assert stored["source"] == "Xero"
    assert "subject" not in stored


def test_a_new_record_has_nothing_of_xeros() -> None:
    stored = stored_values("Vtiger Invoice", None)
    assert (stored["received_otherwise"], stored["source"]) == (0, "CRM")


def test_stock_stays_while_xero_counts_it() -> None:
    assert "qty_in_stock" not in stored_values("Vtiger Product", {"tracked_in_xero": 0})
    tracked = stored_values("Vtiger Product", {"tracked_in_xero": 1, "qty_in_stock": 8})
    assert tracked["qty_in_stock"] == 8
    assert "qty_in_stock" not in stored_values("Vtiger Product", None)


def test_other_doctypes_have_no_such_fields() -> None:
    assert stored_values("Contact", {"first_name": "Ann"}) == {}
