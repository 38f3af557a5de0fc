"""The contacts of one organisation, found by name and by number."""

from collections.abc import Callable, Iterable

from vtiger_xero.simulator.book import Book
from vtiger_xero.simulator.contact_fields import Contact
from vtiger_xero.simulator.shelf import Shelf
from vtiger_xero.simulator.text import name_key

# Equality on these in a `where` is "optimised" at Xero [DOC], and so it is here. ContactNumber
# is indexed for its uniqueness and for GET /Contacts/{ContactNumber}.
INDEXED = ("Name", "EmailAddress", "AccountNumber", "ContactNumber")


class ContactBook(Book[Contact]):
    """Contacts by ContactID."""

    def __init__(self, shelf: Shelf[Contact]) -> None:
        super().__init__(shelf, {name: _field(name) for name in INDEXED})

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


def _field(name: str) -> Callable[[Contact], str | None]:
    return lambda contact: contact.fields.get(name)
