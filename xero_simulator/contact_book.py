"""The contacts of one organisation, found by name and by number."""

from collections.abc import Callable, Iterable

from xero_simulator.book import Book
from xero_simulator.contact_fields import Contact
from xero_simulator.readings import Readings
from xero_simulator.shelf import Shelf
from xero_simulator.text import name_key

INDEXED = ("Name", "ContactNumber")  # for their uniqueness, and for GET /Contacts/{ContactNumber}


class ContactBook(Book[Contact]):
    """Contacts by ContactID."""

    def __init__(self, shelf: Shelf[Contact], readings: Callable[[], Readings] = Readings) -> None:
        super().__init__(shelf, {name: _field(name) for name in INDEXED})
        self._readings = readings

    def active_named(self, name: str) -> Contact | None:
        """The one active contact of that name, without regard to case."""
        return next((c for c in self._named(name) if c.is_active), None)

    def archived_named(self, name: str) -> Contact | None:
        """An archived contact of that name; there may be several."""
        return next((c for c in self._named(name) if not c.is_active), None)

    def numbered(self, number: str) -> Contact | None:
        """The contact with that ContactNumber: the active one, else one that is archived [R16]."""
        key = name_key(number)
        same = [c for c in self.equal("ContactNumber", number) if name_key(c.number or "") == key]
        active = next((c for c in same if c.is_active), None)
        if active or not same:
            return active
        return same[0] if self._readings().archived_keep_numbers else None

    def _named(self, name: str) -> Iterable[Contact]:
        """Without regard to case, and to accents, too, if they do not count [R9]."""
        key, alike = name_key(name), self.equal("Name", name)
        same = [c for c in alike if name_key(c.name) == key]
        if len(same) == len(alike):
            return same
        return same if self._readings().accents_count else alike


def _field(name: str) -> Callable[[Contact], str | None]:
    return lambda contact: contact.fields.get(name)
