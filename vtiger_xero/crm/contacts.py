"""The people of organizations: Frappe's own Contacts, joined by Dynamic Links."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import frappe
from frappe.contacts.doctype.contact.contact import Contact

from ..engine.errors import RecordRefused
from ..engine.messages import _lt
from ..engine.records import Person
from .rows import among
from .stored_text import from_stored, to_stored


def people(doctype: str, names: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
    """The Contacts of each record, oldest first; one query."""
    found: dict[str, list[Person]] = defaultdict(list)
    for row in _rows(doctype, names) if names else ():
        found[row.link_name].append(
            Person(
                first_name=from_stored(row.first_name or ""),
                last_name=from_stored(row.last_name or ""),
                email=row.email_id or "",
                is_primary=bool(row.is_primary_contact),
                name=row.name,
            )
        )
    return {name: tuple(each) for name, each in found.items()}


def _rows(doctype: str, names: Sequence[str]) -> list[frappe._dict]:
    link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
    return (
        frappe.qb.from_(link)
        .join(contact)
        .on(contact.name == link.parent)
        .select(
            link.link_name,
            contact.name,
            contact.first_name,
            contact.last_name,
            contact.email_id,
            contact.is_primary_contact,
        )
        .where(link.parenttype == "Contact")
        .where(link.link_doctype == doctype)
        .where(link.link_name.isin(among(names)))
        .orderby(contact.creation, contact.name)
        .run(as_dict=True)
    )


def save_people(doctype: str, name: str, wanted: Sequence[Person], *, new: bool = False) -> None:
    """Make the record's Contacts be `wanted`; a `new` record has none yet.

    Who is new becomes a Contact, who changed is saved, who is missing loses the link to this
    record. The Contact itself stays: it may belong to others, and to the address book.
    """
    there = () if new else people(doctype, [name]).get(name, ())
    held = {person.name: person for person in there}
    for person in wanted:
        if person.name not in held:
            _insert(doctype, name, person)
        elif held[person.name] != person:
            _save(name, person, held[person.name])
    kept = {person.name for person in wanted}
    for contact in [each for each in held if each not in kept]:
        _unlink(str(contact), doctype, name)


def _insert(doctype: str, name: str, person: Person) -> None:
    contact = frappe.get_doc({"doctype": "Contact"})
    _fill(contact, person)
    contact.append("links", {"link_doctype": doctype, "link_name": name})
    _mark(contact, name).insert(ignore_permissions=True)


def _save(name: str, person: Person, before: Person) -> None:
    contact = frappe.get_doc("Contact", person.name, for_update=True)
    _fill(contact, person, before)
    _mark(contact, name).save(ignore_permissions=True)


def _unlink(contact_name: str, doctype: str, name: str) -> None:
    contact = frappe.get_doc("Contact", contact_name, for_update=True)
    links = [
        each for each in contact.links if (each.link_doctype, each.link_name) != (doctype, name)
    ]
    contact.set("links", links)
    _mark(contact, name).save(ignore_permissions=True)


def _mark(contact: Contact, name: str) -> Contact:
    """This write is the sync's own, on behalf of record `name`; its other records must hear."""
    contact.flags.from_xero_sync = True
    contact.flags.xero_sync_of = name
    return contact


def _fill(contact: Contact, person: Person, before: Person | None = None) -> None:
    if re.search("[<>]", person.full_name):
        # Frappe refuses it as a record's name, in a sentence of which stripping tags leaves half.
        raise RecordRefused(
            _lt("The name of the contact “{0}” has < or >, which the CRM does not accept.").format(
                person.full_name
            ),
            remedy=_lt("Remove < and > from the name in Xero."),
        )
    contact.first_name = to_stored(person.first_name or "")
    contact.last_name = to_stored(person.last_name or "")
    contact.is_primary_contact = int(person.is_primary)
    if before is None or before.email != person.email:
        _set_email(contact, person.email)


def _set_email(contact: Contact, email: str) -> None:
    """Change the primary e-mail; the contact's further addresses stay."""
    row = next((each for each in contact.email_ids if each.is_primary), None)
    if row is not None and email:
        row.email_id = email
    elif row is not None:
        contact.remove(row)
    elif email:
        contact.append("email_ids", {"email_id": email, "is_primary": 1})
