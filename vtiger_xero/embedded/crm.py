"""The port `Crm` on SQLite, and what a person does at the screen.

The sync's own writes do not commit; a person's save does, unless a transaction is open already
(then it joins that one: a connection has only one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..engine.errors import RecordChanged, RecordRefused
from ..engine.mapping.heads import MATCH_FIELDS
from ..engine.mapping.organizations import NUMBER
from ..engine.mapping.people import PERSONS
from ..engine.ports import Clock, MandatoryField
from ..engine.records import CrmRecord, Fields, Head, Module, Person
from .contacts import Contacts, Records
from .database import Database
from .schema import quoted
from .table import Table

DOCTYPES: Mapping[Module, str] = {Module.ORGANIZATIONS: "Vtiger Organization"}
_NUMBERS: Mapping[Module, str] = {Module.ORGANIZATIONS: NUMBER}
_ASSIGNED_TO = "assigned_to"


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
        self._tables = {module: Table(database, name) for module, name in DOCTYPES.items()}

    # The port

    def heads(self, module: Module) -> Sequence[Head]:
        """Every record, oldest first, with the module's match fields."""
        keys = MATCH_FIELDS[module]
        columns = ", ".join(map(quoted, ("name", "modified", *keys)))
        table = self._tables[module].doctype.table
        return [
            Head(
                name=row["name"],
                modified=datetime.fromisoformat(row["modified"]),
                keys={key: row[key] or "" for key in keys},
            )
            for row in self._database.rows(
                f"SELECT {columns} FROM {table} ORDER BY creation, rowid"
            )
        ]

    def get(self, module: Module, names: Sequence[str]) -> Sequence[CrmRecord]:
        """Whole records, in the order asked for; names that do not exist are left out."""
        held = self._tables[module].get(names)
        people = self._contacts.of(DOCTYPES[module], list(held))
        records = []
        for name in names:
            if name in held:
                fields = {**held[name], PERSONS: people.get(name, ())}
                records.append(CrmRecord(module, name, fields.pop("modified"), fields))
        return records

    def create(self, module: Module, fields: Fields) -> CrmRecord:
        """Insert a record; `RecordRefused` by the CRM's rules."""
        with self._database.record():
            name = self._insert(module, fields)
        return self._one(module, name)

    def update(self, module: Module, name: str, fields: Fields, seen: datetime) -> CrmRecord:
        """Change some fields; `RecordChanged` if the record is not the version `seen`."""
        with self._database.record():
            held = self._tables[module].get([name]).get(name)
            if held is None:
                raise RecordChanged(f"{name} was deleted in the CRM while the sync was at work.")
            if held["modified"] != seen:
                raise RecordChanged(f"{name} was saved in the CRM while the sync was at work.")
            self._update(module, name, fields)
        return self._one(module, name)

    def delete(self, module: Module, name: str) -> None:
        """Take a record away; `RecordRefused` while another refers to it."""
        with self._database.record():
            self._tables[module].delete(name)
            self._contacts.leave(DOCTYPES[module], name)

    def mandatory_fields(self, module: Module) -> Sequence[MandatoryField]:
        """What must have a value that nobody fills in by default."""
        return [
            MandatoryField(field.name, field.label)
            for field in self._tables[module].doctype.fields
            if field.reqd and not field.default and field.name != _ASSIGNED_TO
        ]

    def labels(self, module: Module) -> Mapping[str, str]:
        """Field names and their labels."""
        fields = self._tables[module].doctype.fields
        return {**{field.name: field.label for field in fields}, PERSONS: "Contacts"}

    def base_currency(self) -> str:
        """The CRM's base currency."""
        return self._base_currency

    # What a person does

    def insert(self, module: Module, fields: Fields) -> CrmRecord:
        """A person saves a new record."""
        with self._database.saving():
            name = self._insert(module, fields)
        return self._one(module, name)

    def edit(self, module: Module, name: str, **fields: Any) -> CrmRecord:
        """A person changes some fields of a record; `RecordRefused` if there is none."""
        with self._database.saving():
            self._one(module, name)
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

    def add_contact(self, organization: str, person: Person) -> Person:
        """A person adds a Contact to an organization; returns it with its key."""
        with self._database.saving():
            self._one(Module.ORGANIZATIONS, organization)
            doctype, now = DOCTYPES[Module.ORGANIZATIONS], self._clock.now()
            added = self._contacts.add(doctype, organization, person, now)
            self._touch({(doctype, organization)})
        return added

    def edit_contact(self, contact: str, **values: Any) -> None:
        """A person changes a Contact: first_name, last_name, email or is_primary."""
        with self._database.saving():
            person = replace(self._contacts.get(contact), **values)
            self._touch(self._contacts.change(contact, person, self._clock.now()))

    def link_contact(self, contact: str, organization: str) -> None:
        """A person says that a Contact belongs to this organization too."""
        doctype, now = DOCTYPES[Module.ORGANIZATIONS], self._clock.now()
        with self._database.saving():
            self._one(Module.ORGANIZATIONS, organization)
            self._contacts.link(contact, doctype, organization, now)
            self._touch({(doctype, organization)})

    def trash_contact(self, contact: str) -> None:
        """A person deletes a Contact."""
        with self._database.saving():
            self._touch(self._contacts.delete(contact))

    def customize(self, module: Module, field: str, **properties: Any) -> None:
        """Customize Form: change a field's reqd, default, label, length or options."""
        self._database.customize(DOCTYPES[module], field, properties)

    # Both

    def _one(self, module: Module, name: str) -> CrmRecord:
        found = self.get(module, [name])
        if not found:
            raise RecordRefused(f"{name} does not exist in the CRM.")
        return found[0]

    def _insert(self, module: Module, fields: Fields) -> str:
        values, people = _apart(fields)
        now = self._clock.now()
        name = self._tables[module].insert(values, now, self._user, _NUMBERS[module])
        for person in people or ():
            self._contacts.add(DOCTYPES[module], name, person, now)
        return name

    def _update(self, module: Module, name: str, fields: Fields) -> None:
        values, people = _apart(fields)
        values.pop(_NUMBERS[module], None)  # the number is the name, and never changes
        now = self._clock.now()
        self._tables[module].update(name, values, now)
        if people is not None:
            self._touch(self._contacts.put(DOCTYPES[module], name, people, now))

    def _touch(self, records: Records) -> None:
        """Whoever's Contact changed has changed: the sync looks at versions alone."""
        for doctype, name in sorted(records):
            Table(self._database, doctype).touch(name, self._clock.now())


def _apart(fields: Fields) -> tuple[dict[str, Any], tuple[Person, ...] | None]:
    """A record's own values and its people; None where the people are not mentioned."""
    values = dict(fields)
    people = values.pop(PERSONS, None)
    return values, people if isinstance(people, tuple) else None
