"""The engine's port `Crm` on a Frappe site.

Writes go through the Document API, so that the CRM's own rules, Customize Form, server scripts,
assignment rules and notifications take part as they do when a person saves. The checks of the
person's own rights do not: a sync's records are the company's, and who may start one was checked
at the door (`api.py`). Nothing but the mapped fields is ever written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.meta import Meta

from ..engine.errors import RecordChanged
from ..engine.mapping import TABLES
from ..engine.mapping.heads import MATCH_FIELDS
from ..engine.mapping.people import PERSONS
from ..engine.ports import MandatoryField
from ..engine.records import CrmRecord, Fields, Head, Module
from . import contacts
from .mandatory import mandatory_fields
from .refusals import CHANGED, refusals, require_unaltered
from .times import to_utc
from .values import from_site, held_fields, to_site_value

DOCTYPES: Mapping[Module, str] = {Module.ORGANIZATIONS: "Vtiger Organization"}
SOURCE = "Xero"  # what Vtiger's field Source says of a record that the sync created


class SiteCrm:
    """The CRM's records. `assigned_to` is the user who gets what the sync creates."""

    def __init__(self, assigned_to: str = "") -> None:
        self._assigned_to = assigned_to

    def heads(self, module: Module) -> Sequence[Head]:
        """Every record in brief, oldest first, in one query."""
        table, keys = frappe.qb.DocType(DOCTYPES[module]), MATCH_FIELDS[module]
        query = frappe.qb.from_(table).orderby(table.creation, table.name)
        rows = query.select(table.name, table.modified, *keys).run(as_dict=True)
        return [
            Head(row.name, to_utc(row.modified), {key: row[key] or "" for key in keys})
            for row in rows
        ]

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        """Whole records with their Contacts: two queries, however many records."""
        doctype = DOCTYPES[module]
        types = held_fields(frappe.get_meta(doctype))
        rows = _rows(doctype, list(types), names) if names else {}
        people = contacts.people(doctype, list(rows))
        return [
            _record(module, rows[name], types, people.get(name, ()))
            for name in names
            if name in rows
        ]

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        """Insert a record with its Contacts."""
        doctype, plain = DOCTYPES[module], _plain(fields)
        with refusals(doctype, plain):
            document = frappe.new_doc(doctype)
            document.update({**_blanks(module, document.meta), "source": SOURCE, **plain})
            document.assigned_to = self._assigned_to or frappe.session.user
            _mark(document).insert(ignore_permissions=True)
            require_unaltered(document, plain)
            self._save_people(module, document.name, fields)
        return self._saved(module, document.name)

    def update(self, module: Module, name: str, fields: Fields, seen: datetime) -> CrmRecord:
        """Change fields of the version `seen`, under a lock on the row until the commit."""
        doctype, plain = DOCTYPES[module], _plain(fields)
        with refusals(doctype, plain):
            _require_version(doctype, name, seen)
            if plain:
                document = frappe.get_doc(doctype, name, for_update=True)
                document.update(plain)
                _mark(document).save(ignore_permissions=True)
                require_unaltered(document, plain)
            self._save_people(module, name, fields)
        return self._saved(module, name)

    def delete(self, module: Module, name: str) -> None:
        """Delete a record; Frappe keeps a copy among its Deleted Documents."""
        doctype = DOCTYPES[module]
        with refusals(doctype):
            frappe.delete_doc(
                doctype, name, ignore_permissions=True, flags=frappe._dict(from_xero_sync=True)
            )

    def mandatory_fields(self, module: Module) -> Sequence[MandatoryField]:
        """The fields that must have a value, as Customize Form has them now."""
        return mandatory_fields(frappe.get_meta(DOCTYPES[module]))

    def labels(self, module: Module) -> Mapping[str, str]:
        """Field names and labels, as the user of this run sees them."""
        meta: Meta = frappe.get_meta(DOCTYPES[module])
        labels = {field.fieldname: _(field.label) for field in meta.fields if field.label}
        return {**labels, PERSONS: _("Contacts")}

    def base_currency(self) -> str:
        """The site's default currency (ISO code), "" where nobody chose one."""
        return frappe.db.get_default("currency") or ""

    def _save_people(self, module: Module, name: str, fields: Fields) -> None:
        people = fields.get(PERSONS)
        if isinstance(people, tuple):
            contacts.save_people(DOCTYPES[module], name, people)

    def _saved(self, module: Module, name: str) -> CrmRecord:
        (record,) = self.get(module, [name])
        return record


def _rows(
    doctype: str, fields: Sequence[str], names: Sequence[str]
) -> dict[str, frappe._dict[str, Any]]:
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).where(table.name.isin(list(names)))
    rows = query.select(table.name, table.modified, *fields).run(as_dict=True)
    return {row.name: row for row in rows}


def _record(
    module: Module, row: frappe._dict, types: Mapping[str, str], people: tuple[Any, ...]
) -> CrmRecord:
    fields = {field: from_site(fieldtype, row[field]) for field, fieldtype in types.items()}
    return CrmRecord(module, row.name, to_utc(row.modified), {**fields, PERSONS: people})


def _require_version(doctype: str, name: str, seen: datetime) -> None:
    stored = frappe.db.get_value(doctype, name, "modified", for_update=True)
    if stored is None or to_utc(stored) != seen:
        raise RecordChanged(CHANGED)


def _plain(fields: Fields) -> dict[str, Any]:
    """The values that are columns of the record itself."""
    return {key: to_site_value(value) for key, value in fields.items() if key != PERSONS}


def _blanks(module: Module, meta: Meta) -> dict[str, str]:
    """Mapped fields without a default of their own begin empty.

    Else Frappe would fill some from the user's and the site's defaults (the currency, for one),
    and that would travel to Xero as if a person had typed it.
    """
    mapped = [row.field for row in TABLES[module].rows if row.field != PERSONS]
    return {name: "" for name in mapped if not meta.get_field(name).default}


def _mark(document: Document) -> Document:
    """For the events of this app and of others: this write is the sync's, not a person's."""
    document.flags.from_xero_sync = True
    return document
