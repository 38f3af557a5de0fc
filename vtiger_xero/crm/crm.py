"""The engine's port `Crm` on a Frappe site.

Writes go through the Document API, so that the CRM's own rules, Customize Form, server scripts,
assignment rules and notifications take part as they do when a person saves. The checks of the
person's own rights do not: a sync's records are the company's, and who may start one was checked
at the endpoint (`api/`). Nothing but the mapped fields is ever written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe
from frappe import _
from frappe.model.meta import Meta
from pypika.functions import Cast

from ..engine.errors import RecordChanged, RecordRefused
from ..engine.mapping.doctypes import ITEM_TYPE
from ..engine.mapping.people import PERSONS
from ..engine.modules import TABLES, spec_of
from ..engine.ports import MandatoryField, chunks
from ..engine.records import CrmRecord, Fields, Head, Module, Person, Value
from ..engine.reference import Reference, TaxRate
from ..engine.taxes import CrmTax
from ..engine.text import shared
from . import contacts, reference, taxes, versions
from .late import Unread
from .links import look_again_who_refers
from .mandatory import mandatory_fields
from .reading import flowing, read
from .record_types import RecordTypes, flowing_name, own_name
from .refusals import CHANGED, refusals, require_unaltered
from .rows import A_PART, among, select_in
from .states import Touched, expect_in_sync
from .tenant import connected_tenant
from .times import to_utc, utc_reader
from .values import from_site, held_fields, plain_text
from .writing import blanks, fill, mark

SOURCE = "Xero"  # what Vtiger's field Source says of a record that the sync created


class SiteCrm:
    """The CRM's records. `assigned_to` is the user who gets what the sync creates.

    `types` may be shared with the journal, which then need not ask again what a record is.
    `touched` is a run's: its records are read back when they are looked at, which it does before it
    commits, while no one else can change them.
    """

    def __init__(
        self,
        assigned_to: str = "",
        types: RecordTypes | None = None,
        touched: Touched | None = None,
    ) -> None:
        self._assigned_to, self._touched = assigned_to, touched
        self._types = types or RecordTypes()
        self._unread = Unread(self._read_back)
        self._blanks: dict[Meta, Mapping[str, str]] = {}

    def heads(self, module: Module) -> Sequence[Head]:
        """Every record in brief, oldest first, in one query for each DocType."""
        return self._heads(module, None)

    def heads_of(self, module: Module, names: Sequence[str]) -> Sequence[Head]:
        """These records in brief, oldest first."""
        return self._heads(module, names)

    def _heads(self, module: Module, names: Sequence[str] | None) -> Sequence[Head]:
        found: list[tuple[str, Head]] = []
        for doctype in spec_of(module).doctypes:
            heads = _heads(doctype, spec_of(module).head_fields, names)
            self._types.remember(module, doctype, (head.name for _, head in heads))
            found += heads
        found.sort(key=lambda each: each[0])
        return [head for _, head in found]

    def changed(self, module: Module, tenant: str) -> Sequence[str]:
        """Records with another version than their link's, or no link; links without a record."""
        return [*versions.changed(module, tenant), *versions.linked_but_gone(module, tenant)]

    def unsettled(self, module: Module, tenant: str) -> Sequence[str]:
        """Records that do not say In Sync; what they say is of the organisation connected now."""
        if tenant != connected_tenant():
            return self.changed(module, tenant)
        return versions.not_in_sync(module)

    def referring(self, module: Module, field: str, names: Sequence[str]) -> Sequence[str]:
        """The names of records whose `field` is one of these."""
        return [
            row["name"]
            for doctype in spec_of(module).doctypes
            for row in select_in(doctype, ("name",), own_name(doctype, field), names)
        ]

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        """Whole records, a query for each DocType and each of its tables, however many."""
        types = self._types.of(module, names)
        found: dict[str, CrmRecord] = {}
        for doctype in spec_of(module).doctypes:
            wanted = [name for name in names if types[name] == doctype]
            found.update(_records(module, doctype, wanted))
        return [found[name] for name in names if name in found]

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        """Insert a record with its tables and Contacts."""
        doctype = _new_doctype(module, fields)
        values = _own(doctype, fields)
        with refusals(doctype, values):
            blank = self._blanks_of(module, frappe.get_meta(doctype))
            # Frappe fills in the defaults once, when it inserts; `new_doc` would do so before, too.
            document = frappe.get_doc({"doctype": doctype, **blank, "source": SOURCE})
            fill(document, values)
            document.assigned_to = self._assigned_to or frappe.session.user
            if self._touched:
                expect_in_sync(document)
            mark(document, values).insert(ignore_permissions=True)
            require_unaltered(document, values)
            _save_people(doctype, document.name, fields, new=True)
        if self._touched:
            self._touched.add_new(doctype, document.name)
        self._types.remember(module, doctype, [document.name])
        return self._saved(module, document.name)

    def update(self, module: Module, name: str, fields: Fields, seen: datetime) -> CrmRecord:
        """Change fields of the version `seen`, under a lock on the row until the commit."""
        doctype = self._types.one(module, name)
        values = _own(doctype, fields)
        with refusals(doctype, values):
            _require_version(doctype, name, seen)
            if values:
                document = frappe.get_doc(doctype, name, for_update=True)
                fill(document, values)
                mark(document, values).save(ignore_permissions=True)
                require_unaltered(document, values)
            _save_people(doctype, name, fields)
        return self._saved(module, name)

    def delete(self, module: Module, name: str, seen: datetime | None = None) -> None:
        """Delete the version `seen` (None: any); Frappe keeps a copy of it."""
        doctype = self._types.one(module, name)
        look_again_who_refers()
        with refusals(doctype):
            if seen is not None:
                _require_version(doctype, name, seen)
            frappe.delete_doc(
                doctype, name, ignore_permissions=True, flags=frappe._dict(from_xero_sync=True)
            )

    def mandatory_fields(self, module: Module) -> Sequence[MandatoryField]:
        """The fields that must have a value, as Customize Form has them now."""
        doctypes = spec_of(module).doctypes
        return [
            MandatoryField(
                flowing_name(doctype, each.field), each.label, doctype if doctypes[1:] else ""
            )
            for doctype in doctypes
            for each in mandatory_fields(frappe.get_meta(doctype))
        ]

    def labels(self, module: Module) -> Mapping[str, str]:
        """Field names and labels, as the user of this run sees them; the first DocType's first."""
        labels: dict[str, str] = {PERSONS: _("Contacts"), ITEM_TYPE: _("Item Type")}
        for doctype in reversed(spec_of(module).doctypes):
            meta: Meta = frappe.get_meta(doctype)
            for field in meta.fields:
                if field.label:
                    labels[flowing_name(doctype, field.fieldname)] = _(field.label)
        return labels

    def base_currency(self) -> str:
        """The site's default currency (ISO code), "" where none is chosen."""
        return frappe.db.get_default("currency") or ""

    def taxes(self) -> Sequence[CrmTax]:
        """Every Vtiger Tax, oldest first."""
        return taxes.read_taxes()

    def save_tax(self, tax: CrmTax) -> None:
        """Make or change the tax of that name."""
        taxes.save_tax(tax)

    def keep_reference(self, held: Reference) -> None:
        """Keep Xero's accounts and tax rates as records."""
        reference.keep_reference(held)

    def kept_rates(self) -> Sequence[TaxRate]:
        """The tax rates of the connected organisation as they were last kept."""
        return reference.kept_rates()

    def _blanks_of(self, module: Module, meta: Meta) -> Mapping[str, str]:
        """As the form is customized now, which is the same for all records of a run."""
        if meta not in self._blanks:
            self._blanks[meta] = blanks(module, meta)
        return self._blanks[meta]

    def _saved(self, module: Module, name: str) -> CrmRecord:
        if self._touched:
            return self._unread.add(module, name)
        (record,) = self.get(module, [name])
        return record

    def _read_back(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        records = self.get(module, names)
        for record in records if self._touched else ():
            self._touched.read_back(self._types.one(module, record.name), record)
        return records


def _heads(
    doctype: str, keys: Sequence[str], names: Sequence[str] | None
) -> list[tuple[str, Head]]:
    """With the time of creation, in the order of which all DocTypes of a module stand.

    Times come as text: Frappe reads each of ten thousand by a format, which takes longer than all
    the rest.
    """
    own = {key: own_name(doctype, key) for key in keys if key != ITEM_TYPE}
    types, table = held_fields(frappe.get_meta(doctype)), frappe.qb.DocType(doctype)
    modified, created = (Cast(each, "CHAR") for each in (table.modified, table.creation))
    query = frappe.qb.from_(table).select(table.name, modified, created, *own.values())
    query, rows = query.orderby(table.creation, table.name), []
    if names is None:
        rows = query.run()
    for part in chunks(list(dict.fromkeys(names or ())), A_PART):
        rows += query.where(table.name.isin(among(part))).run()
    in_utc, heads = utc_reader(), []
    for name, changed, made, *values in rows:
        pairs = zip(own.items(), values, strict=True)
        read = ((key, from_site(types[field], value)) for (key, field), value in pairs)
        texts = {key: shared(plain_text(value)) for key, value in read}
        given = {key: texts.get(key, doctype) for key in keys}
        heads.append((made, Head(name, in_utc(changed), given)))
    return heads


def _records(module: Module, doctype: str, names: Sequence[str]) -> Mapping[str, CrmRecord]:
    found = read(doctype, names)
    people: Mapping[str, tuple[Person, ...]] | None = None
    if PERSONS in TABLES[module]:
        people = contacts.people(doctype, list(found))
    records = {}
    for name, (modified, held) in found.items():
        fields = flowing(doctype, held, typed=len(spec_of(module).doctypes) > 1)
        if people is not None:
            fields[PERSONS] = people.get(name, ())
        records[name] = CrmRecord(module, name, to_utc(modified), fields)
    return records


def _new_doctype(module: Module, fields: Fields) -> str:
    """What a new record becomes; where a module has several DocTypes, its fields say so."""
    asked, choices = fields.get(ITEM_TYPE), spec_of(module).doctypes
    if len(choices) == 1 or not asked:
        return choices[0]
    if asked not in choices:
        raise RecordRefused(f"\u201c{asked}\u201d is neither a product nor a service.")
    return str(asked)


def _own(doctype: str, fields: Fields) -> dict[str, Value]:
    """The values that the Document itself holds, under the DocType's own names."""
    apart = (PERSONS, ITEM_TYPE)
    return {own_name(doctype, key): value for key, value in fields.items() if key not in apart}


def _require_version(doctype: str, name: str, seen: datetime) -> None:
    stored = frappe.db.get_value(doctype, name, "modified", for_update=True)
    if stored is None or to_utc(stored) != seen:
        raise RecordChanged(CHANGED)


def _save_people(doctype: str, name: str, fields: Fields, *, new: bool = False) -> None:
    people = fields.get(PERSONS)
    if isinstance(people, tuple):
        contacts.save_people(doctype, name, people, new=new)
