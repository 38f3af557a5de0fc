"""The people of an organization: Frappe's own Contact, linked to records by Dynamic Link.

A Contact belongs to itself: it may be linked to several organizations, and one that is taken
off an organization is unlinked, never deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from vtiger_xero.engine.records import Person

from .database import Database
from .documents import Documents
from .schema import DocType

_CONTACT = DocType.of(
    {
        "name": "Contact",
        "autoname": "field:contact_name",
        "fields": [
            {"fieldname": "contact_name", "fieldtype": "Data"},
            {"fieldname": "first_name", "fieldtype": "Data"},
            {"fieldname": "last_name", "fieldtype": "Data"},
            {"fieldname": "email_id", "fieldtype": "Data", "options": "Email", "label": "E-mail"},
            {"fieldname": "is_primary_contact", "fieldtype": "Check"},
        ],
    }
)
_LINK = DocType.of(
    {
        "name": "Dynamic Link",
        "autoname": "hash",
        "fields": [
            {"fieldname": "parent", "fieldtype": "Data", "search_index": 1},
            {"fieldname": "link_doctype", "fieldtype": "Data"},
            {"fieldname": "link_name", "fieldtype": "Data", "search_index": 1},
        ],
    }
)
_PEOPLE = """
SELECT l.link_name, c.* FROM "Dynamic Link" l JOIN "Contact" c ON c.name = l.parent
WHERE l.link_doctype = ? AND l.link_name IN ({}) ORDER BY l.rowid
"""

Records = set[tuple[str, str]]  # (DocType, name)


class Contacts:
    """The Contacts of a database. Nothing here commits."""

    def __init__(self, database: Database) -> None:
        database.add_doctypes([_CONTACT, _LINK])
        self._database = database
        self._table = Documents(database, _CONTACT.name)

    def of(self, doctype: str, names: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
        """The people of records, the longest linked first; records without any are left out."""
        found: dict[str, tuple[Person, ...]] = {}
        for row in self._database.rows_in(_PEOPLE, names, (doctype,)):
            record = row["link_name"]
            found[record] = (*found.get(record, ()), _person(row))
        return found

    def put(self, doctype: str, name: str, people: Sequence[Person], now: datetime) -> Records:
        """Make `people` the people of a record; returns the other records that this changed.

        A person with a key is that Contact changed, one without is a new Contact, and a
        Contact that is not among them is unlinked.
        """
        held = {person.name: person for person in self.of(doctype, [name]).get(name, ())}
        touched: Records = set()
        for person in people:
            if person.name not in held:
                self.add(doctype, name, person, now)
            elif person != held[person.name]:
                assert person.name is not None
                touched |= self.change(person.name, person, now)
        for gone in held.keys() - {person.name for person in people}:
            self._unlink(str(gone), doctype, name)
        return touched - {(doctype, name)}

    def add(self, doctype: str, name: str, person: Person, now: datetime) -> Person:
        """A new Contact, linked to a record."""
        values = {**_values(person), "contact_name": self._free_name(person, name)}
        contact = self._table.insert(values, now, user="")
        self.link(contact, doctype, name, now)
        return replace(person, name=contact)

    def link(self, contact: str, doctype: str, name: str, now: datetime) -> None:
        """Make a Contact one of a record's people."""
        link = {"parent": contact, "link_doctype": doctype, "link_name": name}
        Documents(self._database, _LINK.name).insert(link, now, user="")

    def get(self, contact: str) -> Person:
        """A Contact; KeyError if there is none."""
        return _person({"name": contact, **self._table.get([contact])[contact]})

    def change(self, contact: str, person: Person, now: datetime) -> Records:
        """Write a person's values into a Contact; returns the records that it belongs to."""
        self._table.update(contact, _values(person), now)
        return self.records_of(contact)

    def delete(self, contact: str, now: datetime) -> Records:
        """Take a Contact away; returns the records that it belonged to."""
        records = self.records_of(contact)
        self._database.write('DELETE FROM "Dynamic Link" WHERE parent = ?', (contact,))
        self._table.delete(contact, now)
        return records

    def leave(self, doctype: str, name: str) -> None:
        """A record goes away: its people stay, unlinked from it."""
        sql = 'DELETE FROM "Dynamic Link" WHERE link_doctype = ? AND link_name = ?'
        self._database.write(sql, (doctype, name))

    def records_of(self, contact: str) -> Records:
        """The records that a Contact is linked to."""
        sql = 'SELECT link_doctype, link_name FROM "Dynamic Link" WHERE parent = ?'
        rows = self._database.rows(sql, (contact,))
        return {(row["link_doctype"], row["link_name"]) for row in rows}

    def first_of(self, contact: str, doctype: str) -> str:
        """The record of a DocType that a Contact was linked to first, "" if there is none."""
        return next(iter(self.all_of(contact, doctype)), "")

    def all_of(self, contact: str, doctype: str) -> list[str]:
        """The records of a DocType that a Contact is linked to, the longest linked first."""
        if not contact:
            return []
        sql = 'SELECT link_name FROM "Dynamic Link" WHERE parent = ? AND link_doctype = ?'
        rows = self._database.rows(f"{sql} ORDER BY rowid", (contact, doctype))
        return [str(row["link_name"]) for row in rows]

    def _unlink(self, contact: str, doctype: str, name: str) -> None:
        sql = 'DELETE FROM "Dynamic Link" WHERE parent = ? AND link_doctype = ? AND link_name = ?'
        self._database.write(sql, (contact, doctype, name))

    def _free_name(self, person: Person, record: str) -> str:
        """Frappe's way: who, of what, and a number where that is taken."""
        wanted = f"{(person.full_name or person.email)[:100]}-{record}"
        name, number = wanted, 0
        while self._database.exists(_CONTACT.name, name):
            number += 1
            name = f"{wanted}-{number}"
        return name


def _values(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email_id": person.email,
        "is_primary_contact": person.is_primary,
    }


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        first_name=row["first_name"] or "",
        last_name=row["last_name"] or "",
        email=row["email_id"] or "",
        is_primary=bool(row["is_primary_contact"]),
        name=row["name"],
    )
