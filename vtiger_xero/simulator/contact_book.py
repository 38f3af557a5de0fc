"""The contacts of one organisation, with the indexes that keep every write O(1)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from vtiger_xero.simulator.contact_fields import Contact
from vtiger_xero.simulator.shelf import Shelf
from vtiger_xero.simulator.text import folded, name_key

# Equality on these in a `where` is "optimised" at Xero [DOC], and so it is here. ContactNumber
# is indexed for its uniqueness and for GET /Contacts/{ContactNumber}.
INDEXED = ("Name", "EmailAddress", "AccountNumber", "ContactNumber")


class ContactBook(Mapping[str, Contact]):
    """Contacts by ContactID."""

    def __init__(self, shelf: Shelf[Contact]) -> None:
        self.shelf = shelf
        self._index: dict[str, dict[str, set[str]]] = {name: {} for name in INDEXED}
        self._ordered: list[Contact] | None = None
        self._before: dict[str, Contact | None] | None = None
        for contact in shelf.values():
            self._enter(contact)

    def __getitem__(self, contact_id: str) -> Contact:
        return self.shelf[contact_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.shelf)

    def __len__(self) -> int:
        return len(self.shelf)

    def save(self, contact: Contact) -> None:
        """Put a contact in the place of the one with its id, if any."""
        before = self.shelf.get(contact.contact_id)
        if self._before is not None:
            self._before.setdefault(contact.contact_id, before)
        if before is not None:
            self._leave(before)
        self.shelf[contact.contact_id] = contact
        self._enter(contact)
        self._ordered = None

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo every save of the block when it raises."""
        self._before = {}
        try:
            yield
        except BaseException:
            self._undo(self._before)
            raise
        finally:
            self._before = None

    def in_order(self) -> list[Contact]:
        """By UpdatedDateUTC, then ContactID, the default order [DOC]. Not to be changed."""
        if self._ordered is None:
            self._ordered = sorted(self.shelf.values(), key=_default_order)
        return self._ordered

    def equal(self, field: str, value: str) -> list[Contact]:
        """Those whose indexed field equals `value` as `where` would say, in default order."""
        ids = self._index[field].get(folded(value), ())
        return sorted((self.shelf[contact_id] for contact_id in ids), key=_default_order)

    def active_named(self, name: str) -> Contact | None:
        """The one active contact of that name, without regard to case."""
        return next((c for c in self._named(name) if c.is_active), None)

    def archived_named(self, name: str) -> Contact | None:
        """An archived contact of that name; there may be several."""
        return next((c for c in self._named(name) if not c.is_active), None)

    def numbered(self, number: str) -> Contact | None:
        """The contact with that ContactNumber, archived ones included."""
        key = name_key(number)
        same = self.equal("ContactNumber", number)
        return next((c for c in same if name_key(c.number or "") == key), None)

    def _named(self, name: str) -> Iterable[Contact]:
        key = name_key(name)
        return (c for c in self.equal("Name", name) if name_key(c.name) == key)

    def _undo(self, before: dict[str, Contact | None]) -> None:
        for contact_id, contact in before.items():
            self._leave(self.shelf[contact_id])
            if contact is None:
                del self.shelf[contact_id]
            else:
                self.shelf[contact_id] = contact
                self._enter(contact)
        self._ordered = None

    def _enter(self, contact: Contact) -> None:
        for field, index in self._index.items():
            if value := contact.fields.get(field):
                index.setdefault(folded(value), set()).add(contact.contact_id)

    def _leave(self, contact: Contact) -> None:
        for field, index in self._index.items():
            if value := contact.fields.get(field):
                index[folded(value)].discard(contact.contact_id)


def _default_order(contact: Contact) -> tuple[object, str]:
    return contact.updated, contact.contact_id
