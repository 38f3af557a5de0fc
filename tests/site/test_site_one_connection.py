"""The connection is changed by connecting and disconnecting, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.api import v1, v2
from frappe.desk.form.save import savedocs
from frappe.model.rename_doc import update_document_title

from tests.site.saving_doors import CHANGES, MAKES, whole
from tests.site.web import new_person
from vtiger_xero.connection.consent import CONNECTION_FIELDS
from vtiger_xero.connection.tokens import SiteTokens
from xero_simulator import Simulator

SETTINGS = "Xero Settings"
REFUSED = (
    frappe.ValidationError,
    frappe.PermissionError,
    frappe.DoesNotExistError,
    frappe.TimestampMismatchError,
)


@pytest.fixture(scope="module")
def persons() -> list[str]:
    return [new_person("Xero Manager"), new_person("System Manager"), "Administrator"]


def connection() -> dict[str, Any]:
    """All that the site needs to speak with Xero, as it is stored."""
    frappe.clear_document_cache(SETTINGS, SETTINGS)
    form = frappe.get_doc(SETTINGS)
    stored = frappe.db.get_singles_dict(SETTINGS)
    secrets = [form.get_password(each, False) for each in ("client_secret", "webhook_key")]
    fields = {each: stored.get(each) for each in (*CONNECTION_FIELDS, "client_id", "enabled")}
    return {**fields, "secrets": secrets, "tokens": SiteTokens().load()}


def as_person(person: str, door: Callable[..., Any], *what: Any) -> bool:
    """Whether it was done; a request that is refused leaves nothing."""
    frappe.set_user(person)
    try:
        door(*what)
        frappe.db.commit()
        return True
    except REFUSED:
        frappe.db.rollback()
        return False
    finally:
        frappe.clear_messages()
        frappe.set_user("Administrator")
        frappe.local.form_dict = frappe._dict()


EMPTY = {"conflicts": "Ask"}
NEW: dict[str, Callable[[], Any]] = {
    **{name: lambda make=make: make(SETTINGS, dict(EMPTY)) for name, make in MAKES.items()},
    "saved as new": lambda: client.save(
        frappe.as_json(
            whole(SETTINGS, SETTINGS, {"__islocal": 1, **dict.fromkeys(CONNECTION_FIELDS)})
        )
    ),
    "a form that says it is new": lambda: savedocs(
        frappe.as_json({"doctype": SETTINGS, "name": SETTINGS, "__islocal": 1, **EMPTY}), "Save"
    ),
    "a change that says it is new": lambda: CHANGES["resource"](
        SETTINGS, SETTINGS, {"__islocal": 1, "tenant_id": ""}
    ),
    "of another name": lambda: client.insert(
        frappe.as_json({"doctype": SETTINGS, "name": "Other", **EMPTY})
    ),
}


@pytest.mark.parametrize("door", NEW)
def test_nobody_inserts_the_settings_again(xero: Simulator, persons: list[str], door: str) -> None:
    before = connection()
    assert before["tenant_id"]
    assert before["tokens"]
    for person in persons:
        assert not as_person(person, NEW[door])
        assert connection() == before


GONE: dict[str, Callable[[], Any]] = {
    "client": lambda: client.delete(SETTINGS, SETTINGS),
    "resource": lambda: v1.delete_doc(SETTINGS, SETTINGS),
    "document": lambda: v2.delete_doc(SETTINGS, SETTINGS),
    "renamed": lambda: update_document_title(doctype=SETTINGS, docname=SETTINGS, name="Other"),
    "by client": lambda: client.rename_doc(SETTINGS, SETTINGS, "Other"),
    "merged": lambda: client.rename_doc(SETTINGS, SETTINGS, SETTINGS, merge=True),
}


@pytest.mark.parametrize("door", GONE)
def test_nobody_deletes_or_renames_them(xero: Simulator, persons: list[str], door: str) -> None:
    before = connection()
    for person in persons:
        assert not as_person(person, GONE[door])
        assert connection() == before


WAYS = ["form", "resource", "document_of_v2", "set_value", "set_values_one_by_one", "save"]


@pytest.mark.parametrize("door", [*WAYS, "bulk_update", "bulk_edit", "file_made_private"])
def test_no_field_of_it_is_written(xero: Simulator, persons: list[str], door: str) -> None:
    before = connection()
    forged = {each: "x" for each in CONNECTION_FIELDS if each not in ("is_demo", "connected_on")}
    forged |= {"is_demo": 1 - int(before["is_demo"] or 0), "connected_by": "Guest"}
    if door == "file_made_private":
        forged = dict.fromkeys(("tenant_id", "connection_id", "short_code"), "")
    for person in persons:
        as_person(person, CHANGES[door], SETTINGS, SETTINGS, forged)
        assert connection() == before
        for field in CONNECTION_FIELDS:
            as_person(person, client.set_value, SETTINGS, SETTINGS, field, "")
        assert connection() == before


def test_the_keys_are_not_taken_out_while_it_is_connected(
    xero: Simulator, persons: list[str]
) -> None:
    before = connection()
    for person in persons:
        for field in ("client_id", "client_secret"):
            for way in ("set_value", "resource", "save"):
                assert not as_person(person, CHANGES[way], SETTINGS, SETTINGS, {field: ""})
                assert connection() == before


def test_a_save_under_another_name_is_a_save_of_the_settings(xero: Simulator) -> None:
    before = connection()
    held = whole(SETTINGS, SETTINGS, {"name": "Other", "client_secret": "another"})
    frappe.get_doc(held).save()
    assert connection()["secrets"][0] == "another"
    assert not frappe.db.get_value(
        "__Auth", {"doctype": SETTINGS, "name": "Other"}, "doctype", order_by=None
    )
    assert {**connection(), "secrets": None} == {**before, "secrets": None}
