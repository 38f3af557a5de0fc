"""Frappe's Data Import, for whoever is offered it."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest
from frappe.model.document import Document
from frappe.utils.file_manager import save_file

from tests.contract.world import unique
from tests.site.web import new_person
from vtiger_xero.engine.modules import DOCTYPES
from vtiger_xero.install import let_managers_import

ORGANIZATION, IMPORT = "Vtiger Organization", "Data Import"


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Frappe imports in a worker, and asks for a scheduler; of a test it wants neither."""
    frappe.flags.in_test = True
    yield
    frappe.flags.in_test = False
    frappe.set_user("Administrator")
    frappe.db.rollback()


def begun(name: str) -> Document:
    """An import of one organization, as a person begins it."""
    given = {"reference_doctype": ORGANIZATION, "import_type": "Insert New Records"}
    document = frappe.get_doc({"doctype": IMPORT, **given}).insert()
    file = f"Organization Name,Primary Email\n{name},a@example.com\n"
    held = save_file("import.csv", file, IMPORT, document.name, is_private=1)
    document.import_file = held.file_url
    document.save()
    return document


def test_a_xero_manager_imports_records() -> None:
    name = unique("Brought")
    frappe.set_user(new_person("Xero Manager"))
    document = begun(name)
    assert document.get_preview_from_template()["data"]
    document.start_import()
    held = frappe.get_all(ORGANIZATION, {"organization_name": name}, ["owner"])
    assert [row.owner for row in held] == [frappe.session.user]
    frappe.delete_doc(ORGANIZATION, frappe.db.get_value(ORGANIZATION, {"organization_name": name}))
    frappe.db.commit()


def test_nobody_sees_the_import_of_another() -> None:
    one, other, user = (new_person(f"Xero {role}") for role in ("Manager", "Manager", "User"))
    frappe.set_user(one)
    document = begun(unique("Theirs"))
    frappe.set_user(other)
    assert not frappe.has_permission(IMPORT, "read", document)
    assert frappe.get_list(IMPORT) == []
    frappe.set_user(user)
    assert not frappe.has_permission(IMPORT, "create")


@pytest.mark.parametrize("doctype", [*DOCTYPES, "Vtiger Tax"])
def test_import_is_offered_to_whoever_can_open_it(doctype: str) -> None:
    offered = {row.role for row in frappe.get_meta(doctype).permissions if row.get("import")}
    opens = {row.role for row in frappe.get_meta(IMPORT).permissions if row.create}
    assert offered <= opens


def test_what_a_site_has_decided_about_imports_stays() -> None:
    rule = {"parent": IMPORT, "role": "Xero Manager"}
    (row,) = frappe.get_all("Custom DocPerm", rule, pluck="name")
    frappe.db.set_value("Custom DocPerm", row, "write", 0)
    let_managers_import()
    assert frappe.get_all("Custom DocPerm", rule, ["name", "write"]) == [{"name": row, "write": 0}]
