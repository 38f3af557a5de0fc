"""What an implementation gives to the promises: its ports, a person, and another worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import uuid4

from vtiger_xero.engine.journal import Journal
from vtiger_xero.engine.mapping.doctypes import ORGANIZATION
from vtiger_xero.engine.ports import Crm
from vtiger_xero.engine.records import CrmRecord, Head, Module, Person

ORGANIZATIONS = Module.ORGANIZATIONS
PRODUCTS = Module.PRODUCTS
INVOICES = Module.INVOICES
PAYMENTS = Module.PAYMENTS


class World(Protocol):
    """A CRM with a journal, and somebody who works in it.

    What a person does is saved and committed, as it is when a form is saved. `crm` and
    `journal` share one transaction; `journal` is that of a Xero organisation of its own.
    """

    @property
    def crm(self) -> Crm:
        """The port under test."""

    @property
    def journal(self) -> Journal:
        """The port under test."""

    def journal_of(self, tenant: str) -> Journal:
        """The journal of another Xero organisation, in the same transaction."""

    def another_worker(self) -> AbstractContextManager[World]:
        """The same CRM and Xero organisation over another connection, as another process has."""

    # What a person does

    # (fields go by the names under which they flow; a table is a list of rows)

    def insert(self, module: Module = ORGANIZATIONS, /, **fields: Any) -> str:
        """Save a new record; returns its key. `item_type` says which of a module's DocTypes."""

    def edit(self, name: str, module: Module = ORGANIZATIONS, /, **fields: Any) -> None:
        """Change some fields of a record; of a row with a "name", what the row says."""

    def trash(self, name: str, module: Module = ORGANIZATIONS, /) -> None:
        """Delete a record."""

    def add_contact(self, organization: str, person: Person) -> str:
        """Add a new Contact to an organization; returns its key."""

    def edit_contact(self, contact: str, **values: Any) -> None:
        """Change first_name, last_name, email or is_primary of a Contact."""

    def link_contact(self, contact: str, organization: str) -> None:
        """Link a Contact to a further organization."""

    def trash_contact(self, contact: str) -> None:
        """Delete a Contact."""

    def contact_exists(self, contact: str) -> bool:
        """Whether the Contact is in the CRM, linked or not."""

    def make_mandatory(self, field: str, doctype: str = ORGANIZATION) -> None:
        """Make a DocType's field mandatory, as Customize Form does, for this test."""

    # What a person sees

    def record(self, doctype: str, name: str) -> Mapping[str, Any]:
        """A record of any DocType of the app by its own field names, with "modified"."""


def unique(word: str) -> str:
    """A name that no other test and no record of the site has."""
    return f"{word} {uuid4().hex[:8]}"


def read(world: World, name: str, module: Module = ORGANIZATIONS) -> CrmRecord:
    """One record of the CRM, which must exist."""
    (record,) = world.crm.get(module, [name])
    return record


def people(world: World, name: str) -> tuple[Person, ...]:
    """The people of an organization."""
    found = read(world, name).fields["contacts"]
    assert isinstance(found, tuple)
    return tuple(person for person in found if isinstance(person, Person))


def without_keys(persons: Sequence[Person]) -> list[tuple[str, str, str, bool]]:
    """People as a reader knows them."""
    return [(each.first_name, each.last_name, each.email, each.is_primary) for each in persons]


def head_names(world: World, module: Module = ORGANIZATIONS) -> list[str]:
    """The names of every head, in order."""
    return [head.name for head in world.crm.heads(module)]


def require_box(world: World, name: str, module: Module) -> None:
    """A person can tick Do Not Sync with Xero, and take it back; head and record say so."""
    for ticked in (True, False):
        world.edit(name, module, do_not_sync=ticked)
        assert head(world, name, module).keys["do_not_sync"] == ("1" if ticked else "")
        assert bool(read(world, name, module).fields["do_not_sync"]) is ticked


def head(world: World, name: str, module: Module) -> Head:
    """The head of one record, which must exist."""
    (found,) = (each for each in world.crm.heads(module) if each.name == name)
    return found
