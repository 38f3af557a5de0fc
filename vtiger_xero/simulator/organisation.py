"""One organisation in Xero: its books, and the doors of the people who work in its screens."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vtiger_xero.simulator.clock import TellTime
from vtiger_xero.simulator.contact_book import ContactBook
from vtiger_xero.simulator.contact_fields import (
    ACTIVE,
    ARCHIVED,
    EVERY_FIELD,
    Contact,
    overlay,
)
from vtiger_xero.simulator.reference_data import Books, books_of, tax_rate
from vtiger_xero.simulator.shelf import Shelf
from vtiger_xero.simulator.wire import EPOCH, JsonObject, parse_wire_date, wire_date


@dataclass(frozen=True)
class NewOrganisation:
    """What to open an organisation with. Countries: NZ, AU, GB, US."""

    name: str
    country: str = "NZ"
    currency: str = "NZD"
    is_demo: bool = False


class Organisation:
    """State of one tenant. Every method that changes it takes the simulator's one lock."""

    def __init__(
        self,
        tenant_id: str,
        books: Shelf[Books],
        contacts: Shelf[Contact],
        clock: TellTime,
        lock: threading.RLock,
        new_id: Callable[[], str],
    ) -> None:
        self.tenant_id = tenant_id
        self.contacts = ContactBook(contacts)
        self.new_id = new_id
        self._books = books
        self._clock = clock
        self._lock = lock
        self._last_stamp = max((c.updated for c in self.contacts.values()), default=EPOCH)

    @classmethod
    def open_books(cls, new: NewOrganisation, tenant_id: str, now: datetime) -> Books:
        """The reference data of a new organisation."""
        return books_of(new.name, new.country, new.currency, new.is_demo, tenant_id, now)

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

    # -- a person in Xero's own screens ------------------------------------------------------

    def add_contact_in_xero(self, **fields: Any) -> Contact:
        """Add a contact by hand. Every field may be set, Website and Discount included."""
        with self._lock:
            return self._save_by_hand(self.blank_contact(), fields)

    def edit_contact(self, contact_id: str, **fields: Any) -> Contact:
        """Change fields of a contact by hand, an archived one too."""
        with self._lock:
            return self._save_by_hand(self.contacts[contact_id], fields)

    def archive_contact(self, contact_id: str) -> Contact:
        """Archive a contact by hand."""
        return self.edit_contact(contact_id, ContactStatus=ARCHIVED)

    def restore_contact(self, contact_id: str) -> Contact:
        """Bring an archived contact back, which the API cannot."""
        return self.edit_contact(contact_id, ContactStatus=ACTIVE)

    def merge_contacts(self, from_id: str, into_id: str) -> Contact:
        """Merge one contact into another: it shows as ARCHIVED with MergedToContactID.

        # invented: nothing of the first one's details moves over; Xero moves its transactions.
        """
        with self._lock:
            if from_id == into_id or into_id not in self.contacts:
                raise ValueError("a contact is merged into another one")
            merged = replace(self.contacts[from_id], merged_to=into_id)
            return self._save_by_hand(merged, {"ContactStatus": ARCHIVED})

    def load_contacts(self, rows: Iterable[JsonObject]) -> None:
        """Take over contacts as they are on the wire, with their ids, states and times."""
        with self._lock:
            for row in rows:
                contact = self._loaded(row)
                self.contacts.save(contact)
                self._last_stamp = max(self._last_stamp, contact.updated)

    def lock_period(self, until: datetime | None) -> None:
        """Set or lift the period lock date."""
        lock_date = None if until is None else wire_date(until)
        self._change_books(profile={**self.books.profile, "PeriodLockDate": lock_date})

    def add_currency(self, code: str, description: str) -> None:
        """Subscribe to a currency."""
        row = {"Code": code, "Description": description}
        self._change_books(currencies=[*self.books.currencies, row])

    def add_tax_rate(
        self, name: str, components: list[JsonObject], report_tax_type: str = "OUTPUT"
    ) -> str:
        """Add a tax rate by hand; returns its TaxType, TAX001 and on."""
        with self._lock:
            by_hand = [r for r in self.books.tax_rates if r["TaxType"].startswith("TAX")]
            rate = tax_rate(f"TAX{len(by_hand) + 1:03}", name, report_tax_type, components)
            self._change_books(tax_rates=[*self.books.tax_rates, rate])
            return str(rate["TaxType"])

    def edit_tax_rate(self, tax_type: str, **fields: Any) -> None:
        """Change a tax rate by hand: rename it, or set Status DELETED."""
        rates = [
            {**rate, **fields} if rate["TaxType"] == tax_type else rate
            for rate in self.books.tax_rates
        ]
        self._change_books(tax_rates=rates)

    def edit_account(self, code: str, **fields: Any) -> None:
        """Change an account by hand: rename it, or set Status ARCHIVED."""
        with self._lock:
            stamped = {**fields, "UpdatedDateUTC": wire_date(self.stamp())}
            accounts = [
                {**account, **stamped} if account.get("Code") == code else account
                for account in self.books.accounts
            ]
            self._change_books(accounts=accounts)

    # -- shared with the API -----------------------------------------------------------------

    def blank_contact(self) -> Contact:
        """A contact with a new id and nothing else."""
        return Contact(self.new_id(), self.stamp(), {"ContactStatus": ACTIVE})

    def _save_by_hand(self, contact: Contact, fields: JsonObject) -> Contact:
        changed = replace(overlay(contact, fields, EVERY_FIELD), updated=self.stamp())
        namesake = self.contacts.active_named(changed.name)
        if changed.is_active and namesake and namesake.contact_id != changed.contact_id:
            raise ValueError(f"an active contact is already named {changed.name}")
        self.contacts.save(changed)
        return changed

    def _loaded(self, row: JsonObject) -> Contact:
        written = row.get("UpdatedDateUTC")
        contact = Contact(
            row.get("ContactID") or self.new_id(),
            parse_wire_date(written) if written else self.stamp(),
            {"ContactStatus": ACTIVE},
            merged_to=row.get("MergedToContactID"),
        )
        return overlay(contact, row, EVERY_FIELD)

    def _change_books(self, **parts: Any) -> None:
        with self._lock:
            self._books[self.tenant_id] = replace(self.books, **parts)
