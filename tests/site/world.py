"""The `World` of the contract, on a site: what a person does goes through Documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.database import get_db

from tests.contract.world import ORGANIZATIONS
from vtiger_xero.crm.crm import SiteCrm
from vtiger_xero.crm.journal import SiteJournal
from vtiger_xero.crm.record_types import RecordTypes, own_name
from vtiger_xero.crm.writing import fill
from vtiger_xero.engine.mapping.doctypes import DOCTYPES, ORGANIZATION
from vtiger_xero.engine.records import Module, Person


class SiteWorld:
    """One site, one Xero organisation of its own."""

    def __init__(self, tenant: str | None = None) -> None:
        self.tenant = tenant or str(uuid4())
        self.crm = SiteCrm("Administrator")
        self.journal = SiteJournal(self.tenant)

    def journal_of(self, tenant: str) -> SiteJournal:
        return SiteJournal(f"{self.tenant}-{tenant}")

    @contextmanager
    def another_worker(self) -> Iterator[SiteWorld]:
        """The same site over another connection, as another process has it."""
        with another_connection():
            yield SiteWorld(self.tenant)

    def insert(self, module: Module = ORGANIZATIONS, /, **fields: Any) -> str:
        with _saving():
            people = fields.pop("contacts", ())
            doctype = fields.pop("item_type", DOCTYPES[module][0])
            document = frappe.new_doc(doctype)
            fill(document, _own(doctype, fields))
            name = str(document.insert().name)
            for person in people:
                _contact(name, person).insert()
        return name

    def edit(self, name: str, module: Module = ORGANIZATIONS, /, **fields: Any) -> None:
        doctype = RecordTypes().one(module, name)
        with _saving():
            document = frappe.get_doc(doctype, name)
            fill(document, _own(doctype, fields))
            document.save()

    def trash(self, name: str, module: Module = ORGANIZATIONS, /) -> None:
        with _saving():
            frappe.delete_doc(RecordTypes().one(module, name), name)

    def add_contact(self, organization: str, person: Person) -> str:
        with _saving():
            return str(_contact(organization, person).insert().name)

    def edit_contact(self, contact: str, **values: Any) -> None:
        with _saving():
            document = frappe.get_doc("Contact", contact)
            if "email" in values:
                document.set("email_ids", [{"email_id": values.pop("email"), "is_primary": 1}])
            if "is_primary" in values:
                document.is_primary_contact = int(values.pop("is_primary"))
            document.update(values).save()

    def link_contact(self, contact: str, organization: str) -> None:
        with _saving():
            document = frappe.get_doc("Contact", contact)
            document.append("links", {"link_doctype": ORGANIZATION, "link_name": organization})
            document.save()

    def trash_contact(self, contact: str) -> None:
        with _saving():
            frappe.delete_doc("Contact", contact)

    def contact_exists(self, contact: str) -> bool:
        return bool(frappe.db.exists("Contact", contact))

    def make_mandatory(self, field: str, doctype: str = ORGANIZATION) -> None:
        customize(field, "reqd", "1", "Check", doctype)

    def record(self, doctype: str, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = frappe.get_doc(doctype, name).as_dict()
        return found


def customize(
    field: str, what: str, value: str, kind: str = "Data", doctype: str = ORGANIZATION
) -> None:
    """What Customize Form does."""
    with _saving():
        make_property_setter(doctype, field, what, value, kind)
        frappe.clear_cache(doctype=doctype)


def _own(doctype: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a form of the DocType holds: its own names, and tables of rows."""
    return {
        own_name(doctype, field): tuple(value) if isinstance(value, list) else value
        for field, value in fields.items()
    }


@contextmanager
def another_connection() -> Iterator[None]:
    outer, config = frappe.local.db, frappe.conf
    frappe.local.db = get_db(
        socket=config.db_socket,
        host=config.db_host,
        port=config.db_port,
        user=config.db_user or config.db_name,
        password=config.db_password,
        cur_db_name=config.db_name,
    )
    try:
        yield
    finally:
        frappe.local.db.rollback()
        frappe.local.db.close()
        frappe.local.db = outer


@contextmanager
def locked_elsewhere(tenant: str) -> Iterator[None]:
    """Meanwhile another worker holds the lock of a Xero organisation."""
    mine = frappe.local.db
    with another_connection(), SiteJournal(tenant).lock():
        theirs, frappe.local.db = frappe.local.db, mine
        try:
            yield
        finally:
            frappe.local.db = theirs


@contextmanager
def _saving() -> Iterator[None]:
    """A form is saved and committed by a web request of its own."""
    frappe.local.dynamic_link_map = None  # as a new request has it
    yield
    frappe.db.commit()


def _contact(organization: str, person: Person) -> Any:
    contact = frappe.get_doc(
        {
            "doctype": "Contact",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "is_primary_contact": int(person.is_primary),
            "image": "/none.png",  # else Frappe looks for one on the internet
            "links": [{"link_doctype": ORGANIZATION, "link_name": organization}],
        }
    )
    if person.email:
        contact.append("email_ids", {"email_id": person.email, "is_primary": 1})
    return contact
