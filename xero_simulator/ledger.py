"""The ledger of one organisation: its books, its clock, what the rules look up in them."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from xero_simulator.book import Book
from xero_simulator.clock import TellTime
from xero_simulator.contact_book import ContactBook
from xero_simulator.contact_fields import ACTIVE, Contact
from xero_simulator.documents import ACCREC, Document
from xero_simulator.item_fields import Item
from xero_simulator.money import places
from xero_simulator.payment_fields import Payment
from xero_simulator.readings import Readings
from xero_simulator.reference_data import TIME_ZONES, Books
from xero_simulator.shelf import Shelf
from xero_simulator.text import name_key
from xero_simulator.wire import EPOCH

OpenShelf = Callable[[str, type], Shelf[Any]]

# invented [S1]: the rates of the day, as units for one US dollar, the same every day. Xero takes
# XE's; a test wants the same ones tomorrow.
_FOR_ONE_DOLLAR = {
    "AUD": "1.53", "CAD": "1.38", "EUR": "0.88", "GBP": "0.77", "JPY": "150", "NZD": "1.68",
    "SGD": "1.35", "ZAR": "18",
}  # fmt: skip


class Ledger:
    """State of one tenant. Every method that changes it is called under the one lock.

    `first_readings`: those of every organisation that is opened; the tests run under others, too.
    """

    first_readings: ClassVar[Readings] = Readings()

    def __init__(
        self,
        tenant_id: str,
        books: Shelf[Books],
        open_shelf: OpenShelf,
        clock: TellTime,
        lock: threading.RLock,
        new_id: Callable[[], str],
    ) -> None:
        self.tenant_id = tenant_id
        self.readings = self.first_readings
        contacts = open_shelf("contact", Contact)
        self.contacts = ContactBook(contacts, lambda: self.readings)
        self.items: Book[Item] = Book(open_shelf("item", Item), {"Code": lambda i: i.code})
        self.invoices = _documents(open_shelf("invoice", Document))
        self.credit_notes = _documents(open_shelf("credit_note", Document))
        self.overpayments = _documents(open_shelf("overpayment", Document))
        self.prepayments = _documents(open_shelf("prepayment", Document))
        self.payments: Book[Payment] = Book(open_shelf("payment", Payment))
        self.every_book: tuple[Book[Any], ...] = (
            self.contacts, self.items, self.invoices, self.credit_notes,
            self.overpayments, self.prepayments, self.payments,
        )  # fmt: skip
        self.new_id = new_id
        self._deleted_items: dict[str, str] = {}  # code: ItemID
        self._books = books
        self._clock = clock
        self._lock = lock
        self._next_numbers: dict[str, int] = {}
        stamps = (row.updated for book in self.every_book for row in book.values())
        self._last_stamp = max(stamps, default=EPOCH)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo every change in every book when the block raises."""
        with ExitStack() as stack:
            for book in self.every_book:
                stack.enter_context(book.all_or_nothing())
            yield

    # -- what the API reads ------------------------------------------------------------------

    @property
    def books(self) -> Books:
        """Profile, accounts, tax rates and currencies, as on the wire."""
        return self._books[self.tenant_id]

    @property
    def name(self) -> str:
        """Its name, as on the consent page."""
        return str(self.books.profile["Name"])

    @property
    def currency_codes(self) -> set[str]:
        """The currencies it is subscribed to."""
        return {currency["Code"] for currency in self.books.currencies}

    def has_account(self, code: str) -> bool:
        """Whether there is an active account with that code."""
        return any(
            account.get("Code") == code and account["Status"] == ACTIVE
            for account in self.books.accounts
        )

    def has_tax_type(self, tax_type: str) -> bool:
        """Whether there is an active tax rate of that type."""
        return any(
            rate["TaxType"] == tax_type and rate["Status"] == ACTIVE
            for rate in self.books.tax_rates
        )

    def stamp(self) -> datetime:
        """An UpdatedDateUTC: in milliseconds, never earlier than the one before.

        Two changes may share one, as at Xero: who asks for "later than" loses the second.
        """
        now = self._clock()
        now -= timedelta(microseconds=now.microsecond % 1000)
        self._last_stamp = max(self._last_stamp, now)
        return self._last_stamp

    def not_before(self, moment: datetime) -> None:
        """What was loaded from elsewhere must not be newer than the next change."""
        self._last_stamp = max(self._last_stamp, moment)

    # -- what documents look up ----------------------------------------------------------------

    @property
    def currency(self) -> str:
        """The base currency."""
        return str(self.books.profile["BaseCurrency"])

    def today(self) -> date:
        """Today, where the organisation is [DOC]."""
        zone = TIME_ZONES[self.books.profile["Timezone"]]
        return self._clock().astimezone(ZoneInfo(zone)).date()

    def day_rate(self, currency: str) -> Decimal:
        """How much of a currency there is for one of the base currency, or the reverse [S9]."""
        if currency == self.currency:
            return Decimal(1)
        there, here = (Decimal(_FOR_ONE_DOLLAR.get(c, "1")) for c in (currency, self.currency))
        return places(here / there if self.readings.rate_is_base else there / here, 6)

    def invoice_numbered(self, number: str) -> Document | None:
        """The sales invoice of that number, whatever has become of it."""
        same = self.invoices.equal("Number", number)
        sales = (document for document in same if document.kind == ACCREC)
        return next((d for d in sales if name_key(d.number) == name_key(number)), None)

    def next_number(self, prefix: str) -> str:
        """The next free number.

        # invented [D5]: one above the highest of that prefix, and four digits at least [REC].
        """
        book = self.invoices if prefix == "INV-" else self.credit_notes
        if prefix not in self._next_numbers:
            pattern = re.compile(re.escape(prefix) + r"(\d{1,9})")
            found = (pattern.fullmatch(document.number) for document in book.values())
            self._next_numbers[prefix] = max((int(f[1]) for f in found if f), default=0) + 1
        while book.equal("Number", f"{prefix}{self._next_numbers[prefix]:04}"):
            self._next_numbers[prefix] += 1
        return f"{prefix}{self._next_numbers[prefix]:04}"

    def remove_item(self, item: Item) -> None:
        """Take an item out, and remember which id its code had."""
        self._deleted_items[name_key(item.code)] = item.item_id
        self.items.remove(item.item_id)

    def item_id_of(self, code: str) -> str:
        """The ItemID of a new item: another one than that of a deleted item of its code [R11]."""
        former = self._deleted_items.get(name_key(code))
        return former if former and self.readings.item_comes_back else self.new_id()

    def mark_contact(self, document: Document) -> None:
        """Who has an invoice is a customer, who has a bill a supplier. No new UpdatedDateUTC [R4].

        # invented [R4]: that it stays.
        """
        contact = self.contacts.get(document.contact_id)
        flag = "IsCustomer" if document.is_sale else "IsSupplier"
        if contact is not None and not contact.get(flag):
            updated = self.stamp() if self.readings.stamps_new_customers else contact.updated
            marked = replace(contact, fields={**contact.fields, flag: True}, updated=updated)
            self.contacts.save(marked, quietly=True)

    def blank_contact(self) -> Contact:
        """A contact with a new id and nothing else."""
        return Contact(self.new_id(), self.stamp(), {"ContactStatus": ACTIVE})

    def _change_books(self, **parts: Any) -> None:
        with self._lock:
            self._books[self.tenant_id] = replace(self.books, **parts)


def _documents(shelf: Shelf[Document]) -> Book[Document]:
    return Book(
        shelf, {"Number": lambda document: document.number, "Contact": lambda d: d.contact_id}
    )
