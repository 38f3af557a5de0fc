"""The port `Crm` on SQLite, and what a person does at the screen.

The sync's own writes do not commit; a person's save does, unless a transaction is open already
(then it joins that one: a connection has only one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vtiger_xero.engine.errors import RecordChanged, RecordRefused
from vtiger_xero.engine.mapping.doctypes import (
    INVOICE,
    ITEM_TYPE,
    ORGANIZATION,
    PAYMENT,
    PRODUCT,
    SERVICE,
)
from vtiger_xero.engine.mapping.people import PERSONS
from vtiger_xero.engine.modules import DOCTYPES, spec_of
from vtiger_xero.engine.ports import Clock, MandatoryField
from vtiger_xero.engine.records import CrmRecord, Fields, Head, Module, Person
from vtiger_xero.engine.reference import Reference, TaxRate
from vtiger_xero.engine.taxes import CrmTax

from .contacts import Contacts, Records
from .database import Database
from .documents import Documents, Rules
from .invoices import InvoiceRules
from .modules import Flow, flows, linked_but_gone
from .payments import PaymentRules
from .reference import keep_reference, kept_rates
from .taxes import ItemRules, Taxes

_ASSIGNED_TO = "assigned_to"
_BY_SYNC, _BY_HAND = "Xero", "CRM"  # what Vtiger's field Source says of who made a record


class EmbeddedCrm:
    """The CRM's records in an SQLite database.

    `user` is who sits at the screen: the one that new records are assigned to by default.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        base_currency: str = "NZD",
        user: str = "Administrator",
    ) -> None:
        self._database = database
        self._clock = clock
        self._base_currency = base_currency
        self._user = user
        self._contacts = Contacts(database)
        self._taxes = Taxes(database)
        rules: Mapping[str, Rules] = {
            INVOICE: InvoiceRules(database, self._contacts, base_currency),
            PAYMENT: PaymentRules(database),
            **dict.fromkeys((PRODUCT, SERVICE), ItemRules(database)),
        }
        names = DOCTYPES
        self._documents = {name: Documents(database, name, rules.get(name)) for name in names}

    # The port

    def heads(self, module: Module) -> Sequence[Head]:
        """Every record, oldest first, with the module's match fields."""
        return self._in_order(each for flow in self._flows(module) for each in flow.heads())

    def heads_of(self, module: Module, names: Sequence[str]) -> Sequence[Head]:
        """The heads of these records, oldest first."""
        return self._in_order(each for flow in self._flows(module) for each in flow.heads(names))

    def _in_order(self, heads: Iterable[tuple[str, Head]]) -> list[Head]:
        return [head for _, head in sorted(heads, key=lambda each: each[0])]

    def changed(self, module: Module, tenant: str) -> Sequence[str]:
        """Records with another version than their link's, or no link; links without a record."""
        found = [name for flow in self._flows(module) for name in flow.changed(tenant)]
        return found + linked_but_gone(self._database, module, tenant)

    def unsettled(self, module: Module, tenant: str) -> Sequence[str]:
        """The same: no record of this CRM says where it stands."""
        return self.changed(module, tenant)

    def referring(self, module: Module, field: str, names: Sequence[str]) -> Sequence[str]:
        """Records whose field is one of these names."""
        return [name for flow in self._flows(module) for name in flow.referring(field, names)]

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        """Whole records, in the order asked for; names that do not exist are left out."""
        found: dict[str, CrmRecord] = {}
        for flow in self._flows(module):
            held = self._documents[flow.name].get(names)
            self._add_people(flow.name, held)
            for name, values in held.items():
                modified = values.pop("modified")
                found[name] = CrmRecord(module, name, modified, flow.outward(values))
        return [found[name] for name in names if name in found]

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        """Insert a record; `RecordRefused` by the CRM's rules."""
        with self._database.record():
            name = self._insert(module, {"source": _BY_SYNC, **fields}, by_sync=True)
        return self._one(module, name)

    def update(self, module: Module, name: str, fields: Fields, seen: datetime) -> CrmRecord:
        """Change some fields; `RecordChanged` if the record is not the version `seen`."""
        with self._database.record():
            self._require_version(module, name, seen)
            self._update(module, name, fields, by_sync=True)
        return self._one(module, name)

    def delete(self, module: Module, name: str, seen: datetime | None = None) -> None:
        """Take a record away; `RecordRefused` while another refers to it.

        `RecordChanged` if it is not the version `seen`, None for any.
        """
        with self._database.record():
            if seen is not None:
                self._require_version(module, name, seen)
            for flow in self._flows(module):
                self._documents[flow.name].delete(name, self._clock.now())
                self._contacts.leave(flow.name, name)

    def mandatory_fields(self, module: Module) -> Sequence[MandatoryField]:
        """What must have a value that nobody fills in by default."""
        several = len(spec_of(module).doctypes) > 1
        return [
            MandatoryField(flow.flowing(field.name), field.label, flow.name if several else "")
            for flow in self._flows(module)
            for field in flow.doctype.form
            if field.reqd and not field.fills_itself and field.name != _ASSIGNED_TO
        ]

    def labels(self, module: Module) -> Mapping[str, str]:
        """Field names and their labels; of fields that two DocTypes share, the first one's."""
        found = {PERSONS: "Contacts"} if module is Module.ORGANIZATIONS else {}
        for flow in reversed(self._flows(module)):
            found |= {flow.flowing(field.name): field.label for field in flow.doctype.form}
        return {ITEM_TYPE: "Item Type", **found} if module is Module.PRODUCTS else found

    def base_currency(self) -> str:
        """The CRM's base currency."""
        return self._base_currency

    def taxes(self) -> Sequence[CrmTax]:
        """Every tax, oldest first."""
        return self._taxes.all()

    def save_tax(self, tax: CrmTax) -> None:
        """Make or change the tax of that name; `RecordRefused` by the CRM's rules."""
        with self._database.record():
            self._taxes.save(tax, self._clock.now(), source=_BY_SYNC)

    def keep_reference(self, reference: Reference) -> None:
        """Keep Xero's accounts and tax rates as records that a Link field can name."""
        with self._database.record():
            keep_reference(self._database, reference, self._clock.now())

    def kept_rates(self) -> Sequence[TaxRate]:
        """The tax rates of Xero as they were last kept."""
        return kept_rates(self._database)

    # What a person does

    def insert(self, module: Module, fields: Fields) -> CrmRecord:
        """A person saves a new record."""
        with self._database.saving():
            name = self._insert(module, fields)
        return self._one(module, name)

    def edit(self, module: Module, name: str, **fields: Any) -> CrmRecord:
        """A person changes some fields of a record; `RecordRefused` if there is none."""
        with self._database.saving():
            self._update(module, name, fields)
        return self._one(module, name)

    def trash(self, module: Module, name: str) -> None:
        """A person deletes a record."""
        with self._database.saving():
            self.delete(module, name)

    def load(self, module: Module, rows: Iterable[Fields]) -> list[str]:
        """Many new records at once, all or none; returns their names."""
        with self._database.saving():
            return [self._insert(module, fields) for fields in rows]

    def add_tax(self, tax: CrmTax) -> None:
        """A person makes a tax, or changes the one of that name."""
        with self._database.saving():
            self._taxes.save(tax, self._clock.now(), source=_BY_HAND, chooses=True)

    def add_contact(self, organization: str, person: Person) -> Person:
        """A person adds a Contact to an organization; returns it with its key."""
        with self._database.saving():
            self._one(Module.ORGANIZATIONS, organization)
            now = self._clock.now()
            added = self._contacts.add(ORGANIZATION, organization, person, now)
            self._touch({(ORGANIZATION, organization)})
        return added

    def edit_contact(self, contact: str, **values: Any) -> None:
        """A person changes a Contact: first_name, last_name, email or is_primary."""
        with self._database.saving():
            person = replace(self._contacts.get(contact), **values)
            self._touch(self._contacts.change(contact, person, self._clock.now()))

    def link_contact(self, contact: str, organization: str) -> None:
        """A person says that a Contact belongs to this organization too."""
        with self._database.saving():
            self._one(Module.ORGANIZATIONS, organization)
            self._contacts.link(contact, ORGANIZATION, organization, self._clock.now())
            self._touch({(ORGANIZATION, organization)})

    def trash_contact(self, contact: str) -> None:
        """A person deletes a Contact."""
        with self._database.saving():
            self._touch(self._contacts.delete(contact, self._clock.now()))

    def customize(self, module: Module, field: str, *, only: str = "", **properties: Any) -> None:
        """Customize Form: change a field's reqd, default, label, length or options.

        Of a module with several DocTypes all those that have the field, or `only` one.
        """
        for flow in self._flows(module):
            if flow.own(field) in flow.doctype.form_names and only in ("", flow.name):
                self._database.customize(flow.name, flow.own(field), properties)

    # Both

    def _flows(self, module: Module) -> list[Flow]:
        return flows(self._database, module)

    def _flow_of(self, module: Module, name: str) -> Flow:
        for flow in self._flows(module):
            if self._database.exists(flow.name, name):
                return flow
        raise RecordRefused(f"{name} does not exist in the CRM.")

    def _add_people(self, doctype: str, held: Mapping[str, dict[str, Any]]) -> None:
        if doctype == ORGANIZATION:
            people = self._contacts.of(doctype, list(held))
            for name, values in held.items():
                values[PERSONS] = people.get(name, ())

    def _require_version(self, module: Module, name: str, seen: datetime) -> None:
        versions = [self._documents[each.name].version(name) for each in self._flows(module)]
        if not any(versions):
            raise RecordChanged(f"{name} was deleted in the CRM while the sync was at work.")
        if seen not in versions:
            raise RecordChanged(f"{name} was saved in the CRM while the sync was at work.")

    def _one(self, module: Module, name: str) -> CrmRecord:
        found = self.get(module, [name])
        if not found:
            raise RecordRefused(f"{name} does not exist in the CRM.")
        return found[0]

    def _insert(self, module: Module, fields: Fields, *, by_sync: bool = False) -> str:
        values, people = _apart(fields)
        flow = self._chosen(module, values)
        now = self._clock.now()
        documents = self._documents[flow.name]
        name = documents.insert(flow.inward(values), now, self._user, by_sync=by_sync)
        for person in people or ():
            self._contacts.add(flow.name, name, person, now)
        return name

    def _chosen(self, module: Module, values: Mapping[str, Any]) -> Flow:
        """The DocType of a new record: the module's first unless its fields name another."""
        found = {flow.name: flow for flow in self._flows(module)}
        wanted = values.get(ITEM_TYPE) or spec_of(module).doctypes[0]
        if wanted not in found:
            raise RecordRefused(
                f"Item Type \u201c{wanted}\u201d is none of the CRM's choices.",
                remedy=f"Choose one of: {', '.join(found)}.",
            )
        return found[wanted]

    def _update(
        self, module: Module, name: str, fields: Mapping[str, Any], *, by_sync: bool = False
    ) -> None:
        values, people = _apart(fields)
        flow, now = self._flow_of(module, name), self._clock.now()
        self._documents[flow.name].update(name, flow.inward(values), now, by_sync=by_sync)
        if people is not None:
            self._touch(self._contacts.put(flow.name, name, people, now))

    def _touch(self, records: Records) -> None:
        """Whoever's Contact changed has changed: the sync looks at versions alone."""
        for doctype, name in sorted(records):
            Documents(self._database, doctype).touch(name, self._clock.now())


def _apart(fields: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Person, ...] | None]:
    """A record's own values and its people; None where the people are not mentioned."""
    values = dict(fields)
    people = values.pop(PERSONS, None)
    return values, people if isinstance(people, tuple) else None
